#pragma once

#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// Bounds for statistical tests with fixed seeds. All are set so that a right program fails about once in a million
/// seeds: 4.9 standard deviations, and the same tail of the chi-square distribution.
namespace innochain::testing {

inline constexpr double sigmas = 4.9;
inline constexpr double tail = 1e-6;

/// Largest distance allowed between the mean of n independent values and its expectation.
inline double mean_bound(double variance, std::size_t n) {
  return sigmas * std::sqrt(variance / static_cast<double>(n));
}

/// Largest distance allowed between a number of successes and n·p.
inline double binomial_bound(double n, double p) {
  return sigmas * std::sqrt(n * p * (1.0 - p));
}

struct Moments {
  double mean = 0.0, variance = 0.0;
  double variance_bound = 0.0;  ///< for the distance of `variance` from the true one, by the sample's fourth moment
};

inline Moments moments_of(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  Moments m;
  for (const double x : values) m.mean += x / n;
  double fourth = 0.0;
  for (const double x : values) {
    const double square = (x - m.mean) * (x - m.mean);
    m.variance += square / n;
    fourth += square * square / n;
  }
  m.variance_bound = sigmas * std::sqrt((fourth - m.variance * m.variance) / n);
  return m;
}

/// Pearson's statistic minus its critical value: negative if the observed counts agree with the expected ones. Cells
/// that expect fewer than ten are added to their neighbour.
inline double chi_square_excess(std::span<const double> observed, std::span<const double> expected) {
  double statistic = 0.0, seen = 0.0, wanted = 0.0;
  int cells = 0;
  for (std::size_t i = 0; i < observed.size(); ++i) {
    seen += observed[i];
    wanted += expected[i];
    double rest = 0.0;
    for (std::size_t j = i + 1; j < expected.size(); ++j) rest += expected[j];
    if (wanted < 10.0 || (rest > 0.0 && rest < 10.0)) continue;
    statistic += (seen - wanted) * (seen - wanted) / wanted;
    ++cells;
    seen = wanted = 0.0;
  }
  const boost::math::chi_squared distribution(cells - 1);
  return statistic - boost::math::quantile(boost::math::complement(distribution, tail));
}

/// The same for values that should be uniform on (0, 1).
inline double uniformity_excess(std::span<const double> values, std::size_t n_cells = 64) {
  std::vector<double> observed(n_cells, 0.0);
  const std::vector<double> expected(n_cells, static_cast<double>(values.size()) / static_cast<double>(n_cells));
  for (const double x : values) observed[static_cast<std::size_t>(x * static_cast<double>(n_cells))] += 1.0;
  return chi_square_excess(observed, expected);
}

}  // namespace innochain::testing
