#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// The world before the first year: organisations, and every lab and locality that exists or could form, none
/// designated. Draws depend on seed and replicate only, so all arms of a comparison start from the same world.
void initialise(const Params& params, const Streams& streams, State& state);

}  // namespace innochain
