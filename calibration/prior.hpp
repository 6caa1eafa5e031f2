#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace innochain {

/// What is believed of one number before the data.
struct Distribution {
  enum class Kind { uniform, log_uniform, normal, log_normal, beta };
  Kind kind = Kind::uniform;
  /// uniform, log_uniform: the ends; normal: mean and standard deviation; log_normal: median and standard deviation of
  /// the log; beta: the two shapes.
  double a = 0.0, b = 1.0;
  /// Truncation: no mass outside. Infinite where there is none.
  double low, high;

  /// Throw std::invalid_argument: numbers that make no distribution, no mass between the limits.
  Distribution(Kind kind, double a, double b);
  Distribution(Kind kind, double a, double b, double low, double high);

  double cdf(double x) const;
  double quantile(double p) const;     ///< p in (0, 1)
  double log_density(double x) const;  ///< −∞ outside
};

/// One calibrated parameter: its path in scenarios and its prior.
struct PriorParameter {
  std::string path;
  std::string unit = "1";
  Distribution distribution;
};

/// Independent priors. Samplers and emulators work with normal scores z = Φ⁻¹(F(x)), in which every prior is standard
/// normal, so that one kernel, one length scale and one measure of shrinkage serve all parameters.
class Prior {
 public:
  Prior() = default;
  explicit Prior(std::vector<PriorParameter> parameters) : parameters_(std::move(parameters)) {}

  std::size_t size() const { return parameters_.size(); }
  const PriorParameter& operator[](std::size_t i) const { return parameters_[i]; }
  const std::vector<PriorParameter>& parameters() const { return parameters_; }

  /// Values of the parameters from normal scores, and back. Scores end at ±8.2, where the mass beyond (1e-16) is all
  /// that a double can resolve, so that the ends of a distribution have finite scores.
  void values(std::span<const double> scores, std::span<double> out) const;
  void scores(std::span<const double> values, std::span<double> out) const;

 private:
  std::vector<PriorParameter> parameters_;
};

}  // namespace innochain
