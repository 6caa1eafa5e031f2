#include "calibration/sensitivity/morris_design.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "sim/core/parallel.hpp"
#include "sim/core/random.hpp"

namespace innochain {

MorrisDesign::MorrisDesign(std::size_t factors, const Options& options) : factors_(factors), half_(options.levels / 2) {
  const std::size_t n_drawn = std::max(options.trajectories, options.candidates);
  starts_.resize(n_drawn * factors);
  turns_.resize(n_drawn * factors);
  for (std::size_t trajectory = 0; trajectory < n_drawn; ++trajectory) draw(trajectory, options.seed);
  if (options.trajectories < n_drawn) keep(spread_out(options.trajectories));
}

void MorrisDesign::draw(std::size_t trajectory, std::uint64_t seed) {
  Stream stream = Streams(seed, design_replicate).at(Purpose::sensitivity, Year(0), trajectory);
  std::uint32_t* start = starts_.data() + trajectory * factors_;
  std::uint32_t* turn = turns_.data() + trajectory * factors_;
  for (std::size_t i = 0; i < factors_; ++i) start[i] = static_cast<std::uint32_t>(stream.index(2 * half_));
  std::iota(turn, turn + factors_, 1u);
  for (std::size_t i = factors_; i > 1; --i) std::swap(turn[i - 1], turn[stream.index(i)]);  // Fisher and Yates
}

void MorrisDesign::keep(const std::vector<std::size_t>& trajectories) {
  std::vector<std::uint32_t> starts, turns;
  for (const std::size_t trajectory : trajectories) {
    const auto first = static_cast<std::ptrdiff_t>(trajectory * factors_);
    const auto end = first + static_cast<std::ptrdiff_t>(factors_);
    starts.insert(starts.end(), starts_.begin() + first, starts_.begin() + end);
    turns.insert(turns.end(), turns_.begin() + first, turns_.begin() + end);
  }
  starts_ = std::move(starts);
  turns_ = std::move(turns);
}

double MorrisDesign::squared_distance(std::size_t one, std::size_t other) const {
  double sum = 0.0;
  for (std::size_t i = 0; i < points_per_row(); ++i) {
    for (std::size_t j = 0; j < points_per_row(); ++j) {
      double square = 0.0;
      for (std::size_t k = 0; k < factors_; ++k) {
        const double d = at(one * points_per_row() + i, k) - at(other * points_per_row() + j, k);
        square += d * d;
      }
      sum += std::sqrt(square);
    }
  }
  return sum * sum;
}

std::vector<std::size_t> MorrisDesign::spread_out(std::size_t n) const {
  const std::size_t n_drawn = n_trajectories();
  std::vector<double> distances(n_drawn * n_drawn, 0.0);
  for_each_index(n_drawn, [&](std::size_t i) {
    for (std::size_t j = 0; j < n_drawn; ++j)
      if (i != j) distances[i * n_drawn + j] = squared_distance(std::min(i, j), std::max(i, j));
  });
  const auto farthest = static_cast<std::size_t>(std::ranges::max_element(distances) - distances.begin());
  std::vector<std::size_t> kept{farthest / n_drawn};
  std::vector<double> reach(n_drawn, 0.0);  // sum of squared distances to those kept; negative: is kept
  while (kept.size() < n) {
    for (std::size_t i = 0; i < n_drawn; ++i) reach[i] += distances[kept.back() * n_drawn + i];
    reach[kept.back()] = -std::numeric_limits<double>::infinity();
    kept.push_back(static_cast<std::size_t>(std::ranges::max_element(reach) - reach.begin()));
  }
  std::ranges::sort(kept);
  return kept;
}

double MorrisDesign::at(std::size_t point, std::size_t factor) const {
  const std::size_t trajectory = point / points_per_row(), step = point % points_per_row();
  std::size_t level = starts_[trajectory * factors_ + factor];
  if (step >= turns_[trajectory * factors_ + factor]) level = level < half_ ? level + half_ : level - half_;
  return static_cast<double>(level) / static_cast<double>(2 * half_ - 1);
}

std::size_t MorrisDesign::changed(std::size_t trajectory, std::size_t step) const {
  const auto turn = turns_.begin() + static_cast<std::ptrdiff_t>(trajectory * factors_);
  return static_cast<std::size_t>(std::find(turn, turn + static_cast<std::ptrdiff_t>(factors_), step) - turn);
}

PointRole MorrisDesign::role(std::size_t point) const {
  const std::size_t trajectory = point / points_per_row(), step = point % points_per_row();
  if (step == 0) return {trajectory, "start"};
  return {trajectory, "step", changed(trajectory, step)};
}

}  // namespace innochain
