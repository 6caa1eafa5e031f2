#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// Opens the year's books and merges the programmes whose date has come, unless the lever `programme_mergers` forbids
/// it (then they merge in the first later year that allows it). The balance carried by a merged programme moves to its
/// successor. Its projects run on under the old name; what is recovered from them later also goes to the successor
/// (state/funds.hpp).
void merge_programmes(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
