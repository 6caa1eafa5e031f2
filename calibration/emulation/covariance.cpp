#include "calibration/emulation/covariance.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/maths.hpp"

namespace innochain {
namespace {

constexpr double root_5 = 2.23606797749978969641;

/// Squared scaled distances of all rows of `a` from a row of `b`; by column, which is how matrices are stored.
void squared_distances(const MatrixXd& a, const MatrixXd& b, Eigen::Index row, Eigen::Ref<VectorXd> out) {
  out.setZero();
  for (Eigen::Index d = 0; d < a.cols(); ++d) out.array() += (a.col(d).array() - b(row, d)).square();
}

/// exp of every element, two at a time.
void exponentiate(Eigen::Ref<VectorXd> x) {
  Eigen::Index i = 0;
  for (; i + 1 < x.size(); i += 2) {
    const auto [first, second] = maths::exp_pair({x[i], x[i + 1]});
    x[i] = first, x[i + 1] = second;
  }
  if (i < x.size()) x[i] = maths::exp_pair({x[i], 0.0})[0];
}

/// Turns squared distances into correlations, and returns the slopes if asked.
void correlate(Kernel kernel, Eigen::Ref<VectorXd> squared, VectorXd* slopes) {
  if (kernel == Kernel::squared_exponential) {
    squared *= -0.5;
    exponentiate(squared);
    if (slopes != nullptr) *slopes = squared;
    return;
  }
  const VectorXd scaled = root_5 * squared.cwiseSqrt();
  VectorXd decay = -scaled;
  exponentiate(decay);
  squared = (1.0 + scaled.array() + scaled.array().square() / 3.0) * decay.array();
  if (slopes != nullptr) *slopes = (5.0 / 3.0) * (1.0 + scaled.array()) * decay.array();
}

}  // namespace

MatrixXd scaled(const MatrixXd& points, const VectorXd& lengths) {
  return points * lengths.cwiseInverse().asDiagonal();
}

VectorXd correlations_with(Kernel kernel, const MatrixXd& points, const MatrixXd& others, Eigen::Index row) {
  VectorXd result(points.rows());
  squared_distances(points, others, row, result);
  correlate(kernel, result, nullptr);
  return result;
}

MatrixXd correlations(Kernel kernel, const MatrixXd& points) {
  MatrixXd result(points.rows(), points.rows());
  for (Eigen::Index j = 0; j < points.rows(); ++j) result.col(j) = correlations_with(kernel, points, points, j);
  return result;
}

CorrelationSlopes correlation_slopes(Kernel kernel, const MatrixXd& points) {
  CorrelationSlopes result{MatrixXd(points.rows(), points.rows()), MatrixXd(points.rows(), points.rows())};
  VectorXd slopes(points.rows());
  for (Eigen::Index j = 0; j < points.rows(); ++j) {
    squared_distances(points, points, j, result.correlation.col(j));
    correlate(kernel, result.correlation.col(j), &slopes);
    result.slope.col(j) = slopes;
  }
  return result;
}

MatrixXd trend_columns(Trend trend, const MatrixXd& points) {
  const Eigen::Index d = points.cols();
  const Eigen::Index squares = trend == Trend::quadratic ? d : 0, lines = trend == Trend::constant ? 0 : d;
  MatrixXd columns(points.rows(), 1 + lines + squares);
  columns.col(0).setOnes();
  if (lines > 0) columns.middleCols(1, lines) = points;
  if (squares > 0) columns.rightCols(squares) = points.cwiseProduct(points);
  return columns;
}

}  // namespace innochain
