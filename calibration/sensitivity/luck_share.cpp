#include "calibration/sensitivity/luck_share.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "calibration/sample_moments.hpp"
#include "sim/core/maths.hpp"

namespace innochain {

namespace {

std::vector<std::size_t> whole_points(std::span<const double> values, std::size_t n_points) {
  std::vector<std::size_t> points;
  for (std::size_t p = 0; p < n_points; ++p) {
    bool whole = true;
    for (std::size_t at = p; at < values.size(); at += n_points) whole = whole && std::isfinite(values[at]);
    if (whole) points.push_back(p);
  }
  return points;
}

bool all_equal(std::span<const double> values, const std::vector<std::size_t>& points, std::size_t n_points) {
  const double first = values[points.front()];
  for (std::size_t r = 0; r < values.size() / n_points; ++r)
    for (const std::size_t p : points)
      if (values[r * n_points + p] != first) return false;
  return true;
}

}  // namespace

LuckShare luck_share(std::span<const double> values, std::size_t n_points) {
  const std::vector<std::size_t> points = whole_points(values, n_points);
  const std::size_t n_replicates = values.size() / n_points;
  if (points.size() < 2 || n_replicates < 2 || all_equal(values, points, n_points)) return {maths::nan, maths::nan};
  const auto n = static_cast<double>(points.size()), replicates = static_cast<double>(n_replicates);
  std::vector<double> point_means(points.size(), 0.0), replicate_means(n_replicates, 0.0);
  const auto value = [&](std::size_t i, std::size_t r) { return values[r * n_points + points[i]]; };
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t r = 0; r < n_replicates; ++r) {
      point_means[i] += value(i, r) / replicates;
      replicate_means[r] += value(i, r) / n;
    }
  }
  const double mean = mean_of(point_means);
  double residual = 0.0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t r = 0; r < n_replicates; ++r) {
      const double e = value(i, r) - point_means[i] - replicate_means[r] + mean;
      residual += e * e;
    }
  }
  residual /= (n - 1.0) * (replicates - 1.0);
  const double of_means = variance_of(point_means);
  const double by_factors = std::max(0.0, of_means - residual / replicates);
  const double by_luck = residual + std::max(0.0, variance_of(replicate_means) - residual / n);
  return {by_luck / (by_factors + by_luck),
          of_means > 0.0 ? std::min(1.0, residual / replicates / of_means) : maths::nan};
}

}  // namespace innochain
