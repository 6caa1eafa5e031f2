#include "calibration/emulation/gaussian_process.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "sim/core/maths.hpp"

namespace innochain {
namespace {

double log_determinant(const Eigen::LLT<MatrixXd>& factor) {
  double sum = 0.0;
  for (Eigen::Index i = 0; i < factor.matrixLLT().rows(); ++i) sum += 2.0 * maths::log(factor.matrixLLT()(i, i));
  return sum;
}

Eigen::LLT<MatrixXd> factorize(const MatrixXd& matrix, const char* what) {
  Eigen::LLT<MatrixXd> factor(matrix);
  if (factor.info() != Eigen::Success) throw std::runtime_error(std::string(what) + " is not positive definite");
  return factor;
}

void check(const Observations& data, Eigen::Index n_columns, const Hyperparameters& h) {
  if (data.values.size() != data.points.rows() || data.noise.size() != data.points.rows())
    throw std::invalid_argument("a Gaussian process needs one value and one variance for each point");
  if (h.lengths.size() != data.points.cols())
    throw std::invalid_argument("a Gaussian process needs one length for each input");
  if (data.points.rows() <= n_columns)
    throw std::invalid_argument("a Gaussian process needs more points than its trend has columns");
}

}  // namespace

GaussianProcess::GaussianProcess(const Observations& data, Kernel kernel, Trend trend, Hyperparameters hyperparameters)
    : kernel_(kernel), trend_(trend), hyperparameters_(std::move(hyperparameters)), points_(data.points) {
  const MatrixXd columns = trend_columns(trend, points_);
  check(data, columns.cols(), hyperparameters_);
  scaled_points_ = scaled(points_, hyperparameters_.lengths);
  MatrixXd covariance = hyperparameters_.variance * correlations(kernel, scaled_points_);
  covariance.diagonal().array() += data.noise.array() + hyperparameters_.nugget;
  covariance_ = factorize(covariance, "the covariance of the points");
  whitened_trend_ = covariance_.matrixL().solve(columns);
  trend_precision_ = factorize(whitened_trend_.transpose() * whitened_trend_, "the regression on the points");
  const VectorXd whitened = covariance_.matrixL().solve(data.values);
  trend_weights_ = trend_precision_.solve(whitened_trend_.transpose() * whitened);
  const VectorXd residuals = whitened - whitened_trend_ * trend_weights_;
  weights_ = covariance_.matrixU().solve(residuals);
  trend_predictor_ =
      trend_precision_.solve(MatrixXd(covariance_.matrixU().solve(whitened_trend_)).transpose()).transpose();
  log_likelihood_ = -0.5 * (residuals.squaredNorm() + log_determinant(covariance_) + log_determinant(trend_precision_));
}

VectorXd GaussianProcess::correlation_with(const VectorXd& point) const {
  return correlations_with(kernel_, scaled_points_, scaled(point.transpose(), hyperparameters_.lengths), 0);
}

double GaussianProcess::mean(const VectorXd& point) const {
  const VectorXd trend = trend_columns(trend_, point.transpose()).row(0);
  return trend.dot(trend_weights_) + hyperparameters_.variance * correlation_with(point).dot(weights_);
}

Prediction GaussianProcess::predict(const VectorXd& point) const {
  const VectorXd trend = trend_columns(trend_, point.transpose()).row(0);
  const VectorXd covariance = hyperparameters_.variance * correlation_with(point);
  const VectorXd whitened = covariance_.matrixL().solve(covariance);
  const VectorXd unexplained = trend - whitened_trend_.transpose() * whitened;
  Prediction result;
  result.mean = trend.dot(trend_weights_) + covariance.dot(weights_);
  // Rounding can take a variance that is zero at a noiseless point a little below.
  result.variance = std::max(0.0, hyperparameters_.variance - whitened.squaredNorm()) + hyperparameters_.nugget +
                    trend_precision_.matrixL().solve(unexplained).squaredNorm();
  return result;
}

double GaussianProcess::variance_bound(const VectorXd& point) const {
  const VectorXd trend = trend_columns(trend_, point.transpose()).row(0);
  const double shared = (trend_predictor_.transpose() * correlation_with(point)).dot(trend);
  return hyperparameters_.variance * (1.0 - 2.0 * shared) + hyperparameters_.nugget +
         trend_precision_.matrixL().solve(trend).squaredNorm();
}

MatrixXd GaussianProcess::projection() const {
  const Eigen::Index n = points_.rows();
  const MatrixXd inverse_root = covariance_.matrixL().solve(MatrixXd::Identity(n, n));
  const MatrixXd trend_root = trend_precision_.matrixL().solve(whitened_trend_.transpose());
  const MatrixXd explained = trend_root * inverse_root;
  MatrixXd result = MatrixXd::Zero(n, n);
  auto lower = result.selfadjointView<Eigen::Lower>();
  lower.rankUpdate(inverse_root.transpose());
  lower.rankUpdate(explained.transpose(), -1.0);
  result.triangularView<Eigen::StrictlyUpper>() = result.transpose();
  return result;
}

LeaveOneOut GaussianProcess::leave_one_out() const {
  LeaveOneOut result;
  result.residuals = weights_.array() / projection().diagonal().array().sqrt();
  result.beyond_3_sd = static_cast<double>((result.residuals.array().abs() > 3.0).count()) /
                       static_cast<double>(result.residuals.size());
  return result;
}

VectorXd GaussianProcess::log_likelihood_gradient() const {
  const Eigen::Index n_lengths = points_.cols();
  const auto [correlation, slope] = correlation_slopes(kernel_, scaled_points_);
  // dL/dθ = ½ Σ (w wᵀ − P) ∘ dK/dθ
  const MatrixXd by_covariance = weights_ * weights_.transpose() - projection();
  VectorXd gradient(n_lengths + 2);
  // Σ G_ij (x_i − x_j)² = 2 Σ_i x_i² (G1)_i − 2 xᵀGx for symmetric G
  const MatrixXd by_distance = hyperparameters_.variance * by_covariance.cwiseProduct(slope);
  const VectorXd row_sums = by_distance.rowwise().sum();
  const MatrixXd products = by_distance * scaled_points_;
  for (Eigen::Index d = 0; d < n_lengths; ++d) {
    const auto x = scaled_points_.col(d);
    gradient[d] = row_sums.dot(x.cwiseProduct(x)) - x.dot(products.col(d));
  }
  gradient[n_lengths] = 0.5 * hyperparameters_.variance * by_covariance.cwiseProduct(correlation).sum();
  gradient[n_lengths + 1] = 0.5 * hyperparameters_.nugget * by_covariance.trace();
  return gradient;
}

}  // namespace innochain
