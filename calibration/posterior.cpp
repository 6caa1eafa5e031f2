#include "calibration/posterior.hpp"

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

}  // namespace innochain
