#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// Closes the year's books: of what is left, up to `carry_share` of the year's budget is carried over and the rest
/// returned to the treasury; programmes in or after their last year return everything. Counts running projects.
void close_accounts(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
