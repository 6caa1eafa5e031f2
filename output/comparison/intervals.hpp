#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace innochain {

struct ConfidenceInterval {
  double lower, upper;
};

/// Mean and moments of a sample of one policy beside the baseline's, unit by unit.
struct PairedMoments {
  std::size_t n = 0;
  double baseline_mean, policy_mean, difference;
  /// With the divisor n − 1; NaN for n < 2.
  double baseline_variance, policy_variance, difference_variance;

  /// Variance of the difference over what independent runs would have; 1: pairing saved nothing. NaN where neither
  /// varies.
  double variance_ratio() const;
};

/// NaN where there are no values.
PairedMoments paired_moments(std::span<const double> baseline, std::span<const double> policy);

/// Student's interval of the mean of differences; NaN for n < 2. Exact for normal differences, approximate otherwise.
ConfidenceInterval paired_t_interval(const PairedMoments& moments, double confidence);

/// Two-sided probability of a mean difference at least as far from 0, by Student's t; NaN for n < 2.
double paired_t_probability(const PairedMoments& moments);

/// Which of n values stand in each resample, drawn with replacement from addressed streams: the same for every sample
/// of that size, so that indicators and policies are resampled together. Kept where there is room, else drawn again.
class Resamples {
 public:
  Resamples(std::size_t n_values, std::size_t n_resamples, std::uint64_t seed);

  std::size_t size() const { return n_resamples_; }
  /// `scratch` holds the places of a resample that is not kept.
  std::span<const std::uint32_t> places(std::size_t resample, std::vector<std::uint32_t>& scratch) const;

 private:
  void draw(std::size_t resample, std::vector<std::uint32_t>& places) const;

  std::size_t n_values_, n_resamples_;
  std::uint64_t seed_;
  std::vector<std::uint32_t> kept_;
};

/// Bias-corrected and accelerated bounds from the values of a statistic in resamples, which are sorted; NaN if any of
/// these is, or the estimate. \param acceleration of the statistic, by the jackknife
/// Source: Efron (1987), Better bootstrap confidence intervals, JASA 82, 171-185.
ConfidenceInterval bca_bounds(std::span<double> resampled, double estimate, double acceleration, double confidence);

/// The same of a mean; NaN for n < 2.
ConfidenceInterval bca_interval(std::span<const double> values, const Resamples& resamples, double confidence);

/// Interval of a probability of which `share` was seen in n tries. Source: Wilson (1927), JASA 22, 209-212.
ConfidenceInterval wilson_interval(double share, std::size_t n, double confidence);

/// Probabilities adjusted for their number, so that the chance of any false finding stays below the level. NaN are
/// left alone and not counted. Source: Holm (1979), Scandinavian Journal of Statistics 6, 65-70.
std::vector<double> holm_adjusted(std::span<const double> probabilities);

}  // namespace innochain
