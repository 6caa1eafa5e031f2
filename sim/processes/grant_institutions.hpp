#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// Yearly grants of institutional programmes: equal for all labs that hold a designation among the programme's
/// recipients and are not on notice. What does not divide stays with the programme.
void grant_institutions(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
