#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// The technology, the cities' governments and the (still empty) table of firms before the first year. Needs the
/// organisations and labs. The stocks of knowledge are log-normal over categories around their parameters; the common
/// part of the best zone policy has mean square 1, the cities' parts have mean 0 and mean square 1 in each dimension.
void found_economy(const Params& params, const Streams& streams, State& state);

}  // namespace innochain
