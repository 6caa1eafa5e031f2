#include "output/comparison/intervals.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "output/comparison/student_t.hpp"
#include "sim/core/maths.hpp"
#include "sim/core/random.hpp"

namespace innochain {

namespace {

double mean_of(std::span<const double> values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

/// Streams of resampling lie far from those of the model (`Purpose` in sim/core/random.hpp).
constexpr auto resampling = static_cast<Purpose>(10'000);

double standard_error(const PairedMoments& moments) {
  return std::sqrt(moments.difference_variance / static_cast<double>(moments.n));
}

/// How far the skewness of the mean moves the bounds: the acceleration, from the jackknife.
double acceleration(std::span<const double> values, double mean) {
  double squares = 0.0, cubes = 0.0;
  for (const double value : values) {
    const double d = value - mean;
    squares += d * d;
    cubes += d * d * d;
  }
  return squares > 0.0 ? cubes / (6.0 * squares * std::sqrt(squares)) : 0.0;
}

/// Of sorted values, interpolated between order statistics.
double sorted_quantile(std::span<const double> sorted, double probability) {
  const double place = std::clamp(probability, 0.0, 1.0) * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

double PairedMoments::variance_ratio() const {
  const double independent = baseline_variance + policy_variance;
  return independent > 0.0 ? difference_variance / independent : maths::nan;
}

PairedMoments paired_moments(std::span<const double> baseline, std::span<const double> policy) {
  PairedMoments moments{baseline.size(), maths::nan, maths::nan, maths::nan, maths::nan, maths::nan, maths::nan};
  if (baseline.empty()) return moments;
  moments.baseline_mean = mean_of(baseline);
  moments.policy_mean = mean_of(policy);
  double shift = 0.0;  // the mean of differences, not the difference of means: nothing cancels where all are equal
  for (std::size_t i = 0; i < baseline.size(); ++i) shift += policy[i] - baseline[i];
  moments.difference = shift / static_cast<double>(baseline.size());
  if (baseline.size() < 2) return moments;
  double baseline_squares = 0.0, policy_squares = 0.0, difference_squares = 0.0;
  for (std::size_t i = 0; i < baseline.size(); ++i) {
    const double b = baseline[i] - moments.baseline_mean, p = policy[i] - moments.policy_mean;
    const double d = policy[i] - baseline[i] - moments.difference;
    baseline_squares += b * b;
    policy_squares += p * p;
    difference_squares += d * d;
  }
  const auto freedom = static_cast<double>(baseline.size() - 1);
  moments.baseline_variance = baseline_squares / freedom;
  moments.policy_variance = policy_squares / freedom;
  moments.difference_variance = difference_squares / freedom;
  return moments;
}

ConfidenceInterval paired_t_interval(const PairedMoments& moments, double confidence) {
  if (moments.n < 2) return {maths::nan, maths::nan};
  const double half = student_t_bound(confidence, moments.n - 1) * standard_error(moments);
  return {moments.difference - half, moments.difference + half};
}

double paired_t_probability(const PairedMoments& moments) {
  if (moments.n < 2) return maths::nan;
  if (!(moments.difference_variance > 0.0)) return moments.difference == 0.0 ? 1.0 : 0.0;
  return 1.0 - student_t_within(std::abs(moments.difference) / standard_error(moments), moments.n - 1);
}

Resamples::Resamples(std::size_t n_values, std::size_t n_resamples, std::uint64_t seed)
    : n_values_(n_values), n_resamples_(n_resamples), seed_(seed) {
  constexpr std::size_t most_kept = 1u << 22;
  if (n_values * n_resamples > most_kept) return;
  for (std::size_t resample = 0; resample < n_resamples; ++resample) draw(resample, kept_);
}

void Resamples::draw(std::size_t resample, std::vector<std::uint32_t>& places) const {
  Stream stream = Streams(seed_, 0).at(resampling, Year(0), resample);
  for (std::size_t i = 0; i < n_values_; ++i) places.push_back(static_cast<std::uint32_t>(stream.choice(n_values_)));
}

std::span<const std::uint32_t> Resamples::places(std::size_t resample, std::vector<std::uint32_t>& scratch) const {
  if (!kept_.empty()) return std::span(kept_).subspan(resample * n_values_, n_values_);
  scratch.clear();
  draw(resample, scratch);
  return scratch;
}

ConfidenceInterval bca_bounds(std::span<double> resampled, double estimate, double acceleration, double confidence) {
  const auto is_nan = [](double value) { return std::isnan(value); };
  if (resampled.empty() || is_nan(estimate) || is_nan(acceleration) || std::ranges::any_of(resampled, is_nan))
    return {maths::nan, maths::nan};
  double below = 0.0;
  for (const double value : resampled) below += value < estimate ? 1.0 : value == estimate ? 0.5 : 0.0;
  std::ranges::sort(resampled);
  if (resampled.front() == resampled.back()) return {estimate, estimate};
  const auto n = static_cast<double>(resampled.size());
  const double bias = maths::normal_quantile(std::clamp(below / n, 0.5 / n, 1.0 - 0.5 / n));
  const auto bound = [&](double probability) {
    const double z = bias + maths::normal_quantile(probability);
    return sorted_quantile(resampled, maths::normal_cdf(bias + z / (1.0 - acceleration * z)));
  };
  return {bound(0.5 * (1.0 - confidence)), bound(0.5 * (1.0 + confidence))};
}

ConfidenceInterval bca_interval(std::span<const double> values, const Resamples& resamples, double confidence) {
  if (values.size() < 2) return {maths::nan, maths::nan};
  const double mean = mean_of(values);
  std::vector<double> means(resamples.size());
  std::vector<std::uint32_t> scratch;
  for (std::size_t r = 0; r < resamples.size(); ++r) {
    double sum = 0.0;
    for (const std::uint32_t place : resamples.places(r, scratch)) sum += values[place];
    means[r] = sum / static_cast<double>(values.size());
  }
  return bca_bounds(means, mean, acceleration(values, mean), confidence);
}

ConfidenceInterval wilson_interval(double share, std::size_t n, double confidence) {
  if (n == 0) return {maths::nan, maths::nan};
  const double z = maths::normal_quantile(0.5 * (1.0 + confidence)), tries = static_cast<double>(n);
  const double weight = z * z / tries, centre = (share + 0.5 * weight) / (1.0 + weight);
  const double half = z / (1.0 + weight) * std::sqrt(share * (1.0 - share) / tries + 0.25 * weight / tries);
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

std::vector<double> holm_adjusted(std::span<const double> probabilities) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    if (!std::isnan(probabilities[i])) order.push_back(i);
  }
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return probabilities[i]; });
  std::vector<double> adjusted(probabilities.begin(), probabilities.end());
  double largest = 0.0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    largest = std::max(largest, probabilities[order[rank]] * static_cast<double>(order.size() - rank));
    adjusted[order[rank]] = std::min(1.0, largest);
  }
  return adjusted;
}

}  // namespace innochain
