#include "sim/core/apportion.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/contracts.hpp"

namespace innochain {

bool apportion(std::int64_t total, std::span<const double> weights, std::span<std::int64_t> parts, Ranking& room) {
  EXPECT(weights.size() == parts.size() && total >= 0);
  double sum = 0.0;
  for (const double weight : weights) sum += weight;
  std::fill(parts.begin(), parts.end(), 0);
  if (!(sum > 0.0)) return false;

  std::int64_t left = total;
  room.clear();
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (!(weights[i] > 0.0)) continue;
    const double quota = static_cast<double>(total) * (weights[i] / sum);
    const double whole = std::floor(quota);
    parts[i] = static_cast<std::int64_t>(whole);
    left -= parts[i];
    room.emplace_back(whole - quota, static_cast<std::uint32_t>(i));
  }
  std::sort(room.begin(), room.end());
  // Rounding of the quotas can leave a unit more or less than there are parts, so the hand-out goes round.
  const std::int64_t step = left < 0 ? -1 : 1;
  while (left != 0) {
    for (std::size_t rank = 0; rank < room.size() && left != 0; ++rank) {
      std::int64_t& part = parts[room[step > 0 ? rank : room.size() - 1 - rank].second];
      if (part + step < 0) continue;
      part += step;
      left -= step;
    }
  }
  return true;
}

}  // namespace innochain
