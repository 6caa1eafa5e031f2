#include "calibration/posterior.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace innochain {

std::vector<double> WeightedScores::of_parameter(std::size_t parameter) const {
  std::vector<double> values;
  for (std::size_t i = 0; i < n_particles(); ++i) values.push_back(scores[i * n_parameters + parameter]);
  return values;
}

double weighted_mean(std::span<const double> values, std::span<const double> weights) {
  double sum = 0.0, total = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) sum += weights[i] * values[i], total += weights[i];
  return sum / total;
}

double weighted_variance(std::span<const double> values, std::span<const double> weights) {
  const double mean = weighted_mean(values, weights);
  std::vector<double> squares;
  for (const double value : values) squares.push_back((value - mean) * (value - mean));
  return weighted_mean(squares, weights);
}

std::vector<double> shrinkages(const WeightedScores& sample) {
  std::vector<double> result;
  for (std::size_t j = 0; j < sample.n_parameters; ++j)
    result.push_back(1.0 - weighted_variance(sample.of_parameter(j), sample.weights));
  return result;
}

std::vector<double> correlations(const WeightedScores& sample) {
  const std::size_t n = sample.n_parameters;
  std::vector<std::vector<double>> standard;
  for (std::size_t j = 0; j < n; ++j) {
    standard.push_back(sample.of_parameter(j));
    const double mean = weighted_mean(standard.back(), sample.weights);
    const double sd = std::sqrt(weighted_variance(standard.back(), sample.weights));
    for (double& value : standard.back()) value = sd > 0.0 ? (value - mean) / sd : 0.0;
  }
  std::vector<double> result(n * n), products(sample.n_particles());
  for (std::size_t a = 0; a < n; ++a) {
    for (std::size_t b = 0; b < n; ++b) {
      std::ranges::transform(standard[a], standard[b], products.begin(), std::multiplies<>());
      result[a * n + b] = weighted_mean(products, sample.weights);
    }
  }
  return result;
}

}  // namespace innochain
