#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// Budgets of the year: the input series times `budget_scale`, for programmes that are launched, not closed and not
/// merged.
///
/// From the year in which a programme is due to merge, the series of its successor contains its money. While it stays
/// separate (lever `programme_mergers` off), the successor's budget is therefore divided among the successor and those
/// of its predecessors that are due but separate, in proportion to their own last budgets before their mergers (the
/// successor's own: before the first of them; nothing if it was founded by the merger). Merged predecessors' parts stay
/// with the successor. Programmes together thus have the same money with and without mergers. A predecessor's successor
/// must not itself be due to merge.
///
/// The lever `central_share_shift` s > 0 moves a share s of every local programme's budget to the central ones, in
/// proportion to their budgets; s < 0 the reverse. If the receiving side has no budget nothing moves. Totals are kept
/// exactly.
void set_budgets(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
