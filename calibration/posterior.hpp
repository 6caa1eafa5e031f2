#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace innochain {

/// A weighted sample of parameters in normal scores: the prior of each is standard normal.
struct WeightedScores {
  std::size_t n_parameters = 0;
  std::span<const double> scores;   ///< [particle][parameter]
  std::span<const double> weights;  ///< [particle], sum 1

  std::size_t n_particles() const { return weights.size(); }
  std::vector<double> of_parameter(std::size_t parameter) const;
};

double weighted_mean(std::span<const double> values, std::span<const double> weights);
/// With the population's divisor: no correction for the sample size.
double weighted_variance(std::span<const double> values, std::span<const double> weights);

/// 1 − posterior variance / prior variance of each parameter, in normal scores: 0 where the data say nothing, 1 where
/// they say all. Its Monte Carlo error is about √(2/effective sample size); a parameter that the simulator ignores
/// shows what the sampler itself adds.
std::vector<double> shrinkages(const WeightedScores& sample);

/// Correlation of each parameter of the same particles, earlier and later, all of equal weight: how much of where they
/// were they still remember. Particles that have forgotten a bad start have a memory near 0 in every parameter; that of
/// one says nothing of the others, nor of a shift of all particles together. NaN where a parameter does not vary. Its
/// Monte Carlo error is about 1/√particles.
std::vector<double> memories(const WeightedScores& before, const WeightedScores& after);

}  // namespace innochain
