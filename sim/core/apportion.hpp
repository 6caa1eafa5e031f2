#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace innochain {

/// Room for rankings: keys and positions.
using Ranking = std::vector<std::pair<double, std::uint32_t>>;

/// Splits a whole number in proportion to weights so that the parts add up to it exactly: the method of largest
/// remainders (Hamilton), ties to the earlier part. Weights are >= 0; if all are zero, nothing is given and false
/// returned.
/// \param parts as many as weights; overwritten
bool apportion(std::int64_t total, std::span<const double> weights, std::span<std::int64_t> parts, Ranking& room);

}  // namespace innochain
