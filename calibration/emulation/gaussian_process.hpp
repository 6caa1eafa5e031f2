#pragma once

#include <vector>

#include "calibration/emulation/covariance.hpp"

namespace innochain {

/// What is known of an unknown function at some points: noisy values with known noise.
struct Observations {
  MatrixXd points;  ///< one a row
  VectorXd values;
  VectorXd noise;  ///< variance of each value about the function
};

/// Normal prediction of a function at a point.
struct Prediction {
  double mean = 0.0, variance = 0.0;
};

/// How each value is predicted by all others (Dubrule 1983, Mathematical Geology 15, 687–699).
struct LeaveOneOut {
  VectorXd residuals;        ///< (value − prediction) in standard deviations of the prediction and the noise
  double beyond_3_sd = 0.0;  ///< share of residuals
};

/// Gaussian process about a regression: y(x) = h(x)ᵀβ + f(x) + nugget + noise, f with the given correlation, β with a
/// flat prior and integrated out ("universal kriging"; Rasmussen and Williams 2006, section 2.7; Santner, Williams and
/// Notz 2003, The Design and Analysis of Computer Experiments). Hyperparameters are given, in the units of the data.
class GaussianProcess {
 public:
  /// Throws std::invalid_argument where sizes differ or there are not more points than columns of the trend, and
  /// std::runtime_error where the covariance matrix is singular (equal points without noise; a constant input).
  GaussianProcess(const Observations& data, Kernel kernel, Trend trend, Hyperparameters hyperparameters);

  std::size_t n_inputs() const { return static_cast<std::size_t>(points_.cols()); }
  std::size_t n_points() const { return static_cast<std::size_t>(points_.rows()); }
  const Hyperparameters& hyperparameters() const { return hyperparameters_; }

  /// Of the function with its nugget, without noise. The mean alone takes N·D operations, the variance N².
  double mean(const VectorXd& point) const;
  Prediction predict(const VectorXd& point) const;
  /// Not less than the variance of `predict`, in N·(D + columns of the trend) operations: that of the trend alone as a
  /// prediction, which is linear and unbiased too, while `predict` is the best of all such.
  double variance_bound(const VectorXd& point) const;

  LeaveOneOut leave_one_out() const;

  /// Log density of the data given the hyperparameters, β integrated out (restricted likelihood; Harville 1974,
  /// Biometrika 61, 383–385), up to a constant that depends on the points alone.
  double log_likelihood() const { return log_likelihood_; }
  /// Its derivatives by log lengths, log variance and log nugget, in this order.
  VectorXd log_likelihood_gradient() const;

 private:
  VectorXd correlation_with(const VectorXd& point) const;
  /// K⁻¹ − K⁻¹H(HᵀK⁻¹H)⁻¹HᵀK⁻¹: maps data to the weights of their residuals.
  MatrixXd projection() const;

  Kernel kernel_;
  Trend trend_;
  Hyperparameters hyperparameters_;
  MatrixXd points_, scaled_points_;
  Eigen::LLT<MatrixXd> covariance_;       ///< K
  MatrixXd whitened_trend_;               ///< L⁻¹H, where K = LLᵀ
  Eigen::LLT<MatrixXd> trend_precision_;  ///< HᵀK⁻¹H
  MatrixXd trend_predictor_;              ///< K⁻¹H(HᵀK⁻¹H)⁻¹: weights of the data in β, by column
  VectorXd trend_weights_, weights_;      ///< β, K⁻¹(y − Hβ)
  double log_likelihood_ = 0.0;
};

}  // namespace innochain
