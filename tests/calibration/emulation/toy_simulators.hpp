#pragma once

#include <cmath>
#include <vector>

#include "calibration/linear_algebra.hpp"
#include "calibration/simulator.hpp"
#include "sim/core/random.hpp"

/// Simulators whose posteriors are known.
namespace innochain::testing {

inline Stream test_stream(std::uint32_t number) {
  return Streams(20, 0).at(Purpose::emulation, Year(1), number);
}

inline Prior standard_normal_prior(std::size_t dimensions) {
  std::vector<PriorParameter> parameters;
  for (std::size_t d = 0; d < dimensions; ++d)
    parameters.push_back({"parameter" + std::to_string(d), "1", Distribution(Distribution::Kind::normal, 0.0, 1.0)});
  return Prior(std::move(parameters));
}

class ToySimulator : public Simulator {
 public:
  ToySimulator(std::size_t dimensions, std::vector<StatisticsBlock> blocks)
      : prior_(standard_normal_prior(dimensions)), blocks_(std::move(blocks)) {}
  const Prior& prior() const override { return prior_; }
  const std::vector<StatisticsBlock>& blocks() const override { return blocks_; }

 private:
  Prior prior_;
  std::vector<StatisticsBlock> blocks_;
};

/// One statistic of one parameter x, with mean x² and standard deviation exp(x/2).
class HeteroscedasticSimulator : public ToySimulator {
 public:
  HeteroscedasticSimulator() : ToySimulator(1, {{"all", 0, 1}}) {}
  void simulate(std::span<const double> values, Luck luck, std::span<double> deviations,
                std::span<double> log_weights) const override {
    const double x = values[0];
    deviations[0] = x * x + maths::exp(0.5 * x) * test_stream(luck.number).normal();
    log_weights[0] = 0.0;
  }
};

/// Statistics Gθ + noise of standard deviation s, correlated by ρ within each block of two; observations y with errors
/// of standard deviation 1. The posterior is normal.
class LinearSimulator : public ToySimulator {
 public:
  LinearSimulator(MatrixXd gain, VectorXd observed, double noise_sd, double correlation)
      : ToySimulator(static_cast<std::size_t>(gain.cols()), pairs(gain.rows())),
        gain_(std::move(gain)),
        observed_(std::move(observed)),
        noise_sd_(noise_sd),
        correlation_(correlation) {}

  VectorXd expectation(const VectorXd& parameters) const { return gain_ * parameters - observed_; }
  /// Of one run, without the error of observation.
  MatrixXd run_covariance() const {
    MatrixXd result = MatrixXd::Identity(gain_.rows(), gain_.rows());
    for (Eigen::Index j = 0; j + 1 < gain_.rows(); j += 2) result(j, j + 1) = result(j + 1, j) = correlation_;
    return noise_sd_ * noise_sd_ * result;
  }
  VectorXd run_noise(Stream stream) const {
    VectorXd noise(gain_.rows());
    for (Eigen::Index j = 0; j < noise.size(); j += 2) {
      const double first = stream.normal(), second = stream.normal();
      noise[j] = noise_sd_ * first;
      noise[j + 1] = noise_sd_ * (correlation_ * first + std::sqrt(1.0 - correlation_ * correlation_) * second);
    }
    return noise;
  }

  void simulate(std::span<const double> values, Luck luck, std::span<double> deviations,
                std::span<double> log_weights) const override {
    const auto n = static_cast<Eigen::Index>(values.size());
    const VectorXd result =
        expectation(Eigen::Map<const VectorXd>(values.data(), n)) + run_noise(test_stream(1000 + luck.number));
    std::copy(result.begin(), result.end(), deviations.begin());
    for (double& weight : log_weights) weight = 0.0;
    if (weighed_) log_weights[0] = -0.5 * (values[0] - 1.0) * (values[0] - 1.0);
  }

  /// Further data, whose likelihood is known: 1 with an error of standard deviation 1 for the first parameter.
  void weigh_first_parameter() { weighed_ = true; }

  struct Normal {
    VectorXd mean;
    MatrixXd covariance;
  };
  Normal posterior() const {
    const MatrixXd error = run_covariance() + MatrixXd::Identity(gain_.rows(), gain_.rows());
    const MatrixXd to_precision = gain_.transpose() * error.inverse();
    MatrixXd precision = MatrixXd::Identity(gain_.cols(), gain_.cols()) + to_precision * gain_;
    VectorXd pull = to_precision * observed_;
    if (weighed_) precision(0, 0) += 1.0, pull[0] += 1.0;
    const MatrixXd covariance = precision.inverse();
    return {covariance * pull, covariance};
  }

 private:
  static std::vector<StatisticsBlock> pairs(Eigen::Index n) {
    std::vector<StatisticsBlock> blocks;
    for (Eigen::Index j = 0; j < n; j += 2)
      blocks.push_back({"pair" + std::to_string(j / 2), static_cast<std::size_t>(j), 2});
    return blocks;
  }

  MatrixXd gain_;
  VectorXd observed_;
  double noise_sd_, correlation_;
  bool weighed_ = false;
};

}  // namespace innochain::testing
