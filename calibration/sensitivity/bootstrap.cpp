#include "calibration/sensitivity/bootstrap.hpp"

#include <algorithm>
#include <cmath>

#include "output/comparison/intervals.hpp"
#include "sim/core/maths.hpp"
#include "sim/core/parallel.hpp"
#include "sim/core/random.hpp"

namespace innochain {

namespace {

/// Trajectories of Morris's design are drawn at year 0 of the same purpose.
constexpr Year resampling{1};

void add(std::span<const double> terms, double weight, std::span<double> sums) {
  for (std::size_t k = 0; k < sums.size(); ++k) sums[k] += weight * terms[k];
}

std::vector<double> sums_of(const RowTerms& rows) {
  std::vector<double> sums(rows.n_terms(), 0.0);
  for (std::size_t i = 0; i < rows.n_rows(); ++i) add(rows.row(i), 1.0, sums);
  return sums;
}

/// Sums over a resample of as many rows, drawn with replacement.
void resample(const RowTerms& rows, const Streams& streams, std::size_t number, std::vector<std::uint32_t>& counts,
              std::vector<double>& sums) {
  counts.assign(rows.n_rows(), 0);
  Stream stream = streams.at(Purpose::sensitivity, resampling, number);
  for (std::size_t i = 0; i < rows.n_rows(); ++i) ++counts[stream.choice(rows.n_rows())];
  sums.assign(rows.n_terms(), 0.0);
  for (std::size_t i = 0; i < rows.n_rows(); ++i)
    if (counts[i] > 0) add(rows.row(i), static_cast<double>(counts[i]), sums);
}

/// By statistic, then resample.
std::vector<double> resampled_statistics(const RowTerms& rows, std::size_t n_statistics,
                                         const StatisticsOfSums& statistics, const BootstrapOptions& options) {
  std::vector<double> values(n_statistics * options.resamples);
  const Streams streams(options.seed, design_replicate);
  for_each_range(options.resamples, [&](std::size_t first, std::size_t end) {
    std::vector<std::uint32_t> counts;
    std::vector<double> sums, of_one(n_statistics);
    for (std::size_t r = first; r < end; ++r) {
      resample(rows, streams, r, counts, sums);
      statistics(sums, static_cast<double>(rows.n_rows()), of_one);
      for (std::size_t s = 0; s < n_statistics; ++s) values[s * options.resamples + r] = of_one[s];
    }
  });
  return values;
}

/// Sums of powers of how far a statistic moves when one row is left out.
struct JackknifeMoments {
  double first = 0.0, second = 0.0, third = 0.0;

  void add(double shift) {
    first += shift;
    second += shift * shift;
    third += shift * shift * shift;
  }
  void add(const JackknifeMoments& other) {
    first += other.first;
    second += other.second;
    third += other.third;
  }
  /// Σ(θ̄ − θᵢ)³ / 6(Σ(θ̄ − θᵢ)²)^1.5, which is at most 1/6; 0 where nothing moves but in the last bits.
  double acceleration(double n) const {
    const double mean = first / n;
    const double squares = second - n * mean * mean;
    const double cubes = third - 3.0 * mean * second + 2.0 * n * mean * mean * mean;
    if (std::isnan(squares)) return maths::nan;
    return squares > 0.0 ? std::clamp(-cubes / (6.0 * squares * std::sqrt(squares)), -1.0 / 6.0, 1.0 / 6.0) : 0.0;
  }
};

std::vector<double> accelerations(const RowTerms& rows, std::span<const double> sums, std::span<const double> values,
                                  const StatisticsOfSums& statistics) {
  constexpr std::size_t block_rows = 256;  // fixed, so that sums by block do not depend on the threads
  const std::size_t n = rows.n_rows(), n_blocks = (n + block_rows - 1) / block_rows;
  std::vector<std::vector<JackknifeMoments>> by_block(n_blocks, std::vector<JackknifeMoments>(values.size()));
  for_each_index(n_blocks, [&](std::size_t block) {
    std::vector<double> rest(sums.size()), of_rest(values.size());
    for (std::size_t i = block * block_rows; i < std::min(n, (block + 1) * block_rows); ++i) {
      std::ranges::copy(sums, rest.begin());
      add(rows.row(i), -1.0, rest);
      statistics(rest, static_cast<double>(n - 1), of_rest);
      for (std::size_t s = 0; s < values.size(); ++s) by_block[block][s].add(of_rest[s] - values[s]);
    }
  });
  std::vector<double> result(values.size());
  for (std::size_t s = 0; s < values.size(); ++s) {
    JackknifeMoments moments;
    for (const auto& block : by_block) moments.add(block[s]);
    result[s] = moments.acceleration(static_cast<double>(n));
  }
  return result;
}

}  // namespace

std::vector<BootstrapEstimate> bootstrap(const RowTerms& rows, std::size_t n_statistics,
                                         const StatisticsOfSums& statistics, const BootstrapOptions& options) {
  std::vector<BootstrapEstimate> estimates(n_statistics, {maths::nan, maths::nan, maths::nan});
  if (rows.n_rows() == 0) return estimates;
  const std::vector<double> sums = sums_of(rows);
  std::vector<double> values(n_statistics);
  statistics(sums, static_cast<double>(rows.n_rows()), values);
  for (std::size_t s = 0; s < n_statistics; ++s) estimates[s].value = values[s];
  if (rows.n_rows() < 2) return estimates;
  std::vector<double> resampled = resampled_statistics(rows, n_statistics, statistics, options);
  const std::vector<double> skews = accelerations(rows, sums, values, statistics);
  for (std::size_t s = 0; s < n_statistics; ++s) {
    const auto of_one = std::span(resampled).subspan(s * options.resamples, options.resamples);
    const ConfidenceInterval interval = bca_bounds(of_one, values[s], skews[s], options.confidence);
    estimates[s].lower = interval.lower;
    estimates[s].upper = interval.upper;
  }
  return estimates;
}

}  // namespace innochain
