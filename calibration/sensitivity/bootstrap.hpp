#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace innochain {

/// A number computed from a sample, with a bootstrap interval. NaN where the sample does not say.
struct BootstrapEstimate {
  double value, lower, upper;
};

struct BootstrapOptions {
  std::size_t resamples = 1000;
  double confidence = 0.95;
  std::uint64_t seed = 1;
};

/// A sample of independent rows, each as a few terms.
class RowTerms {
 public:
  RowTerms(std::size_t n_rows, std::size_t n_terms) : n_terms_(n_terms), values_(n_rows * n_terms, 0.0) {}

  std::size_t n_rows() const { return n_terms_ == 0 ? 0 : values_.size() / n_terms_; }
  std::size_t n_terms() const { return n_terms_; }
  std::span<double> row(std::size_t i) { return std::span(values_).subspan(i * n_terms_, n_terms_); }
  std::span<const double> row(std::size_t i) const { return std::span(values_).subspan(i * n_terms_, n_terms_); }

 private:
  std::size_t n_terms_;
  std::vector<double> values_;
};

/// Statistics of n rows that depend on them only through the sums of their terms. Called from several threads.
using StatisticsOfSums = std::function<void(std::span<const double> sums, double n, std::span<double> statistics)>;

/// The statistics of a sample with bias-corrected and accelerated bootstrap intervals; rows are resampled whole. Since
/// only sums count, a resample costs one pass over the rows for all statistics, and the acceleration (from the
/// jackknife) one subtraction a row. The same for any number of threads. Intervals are NaN for fewer than two rows, and
/// for a statistic that is NaN in a resample.
/// Source: Efron (1987), Better bootstrap confidence intervals, JASA 82, 171–185.
std::vector<BootstrapEstimate> bootstrap(const RowTerms& rows, std::size_t n_statistics,
                                         const StatisticsOfSums& statistics, const BootstrapOptions& options);

}  // namespace innochain
