#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// From 2000, pilots of national laboratories absorb labs of the types so marked (discipline State Key Laboratories)
/// with a small hazard a year; the lab counts as merged. Labs designated this year are not at risk. Source: 269 labs
/// approved by 2011 and 254 running in 2016, more than reviews explain.
void absorb_labs(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
