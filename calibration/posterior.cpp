#include "calibration/posterior.hpp"

#include <cmath>

#include "sim/core/maths.hpp"

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

std::vector<double> memories(const WeightedScores& before, const WeightedScores& after) {
  std::vector<double> result;
  for (std::size_t j = 0; j < before.n_parameters; ++j) {
    const std::vector<double> x = before.of_parameter(j), y = after.of_parameter(j);
    const std::vector<double> equal(x.size(), 1.0);
    const double mean_x = weighted_mean(x, equal), mean_y = weighted_mean(y, equal);
    std::vector<double> products;
    for (std::size_t i = 0; i < x.size(); ++i) products.push_back((x[i] - mean_x) * (y[i] - mean_y));
    const double variances = weighted_variance(x, equal) * weighted_variance(y, equal);
    result.push_back(variances > 0.0 ? weighted_mean(products, equal) / std::sqrt(variances) : maths::nan);
  }
  return result;
}

}  // namespace innochain
