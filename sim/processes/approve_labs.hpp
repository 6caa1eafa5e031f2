#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// Designates labs of every type that admits by calls or by list, highest tier first: counts who is above the bar,
/// decides the number (approval_rule.hpp) and takes the best by quality and regional need. Named labs are taken first,
/// inside the number, when their year has come, and not before; afterwards they are like every other.
void approve_labs(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
