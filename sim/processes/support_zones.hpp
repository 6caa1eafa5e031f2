#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// Support of designated zones of the kinds that a programme names. Half of the money is the same for each zone, half
/// follows the weight of its city: grants that every zone gets against tax relief and matching, which follow activity
/// (assumed).
void support_zones(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
