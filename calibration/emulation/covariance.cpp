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

MatrixXd scaled(const MatrixXd& points, const VectorXd& lengths) {
  return points * lengths.cwiseInverse().asDiagonal();
}

}  // namespace

MatrixXd correlations(Kernel kernel, const VectorXd& lengths, const MatrixXd& a, const MatrixXd& b) {
  const MatrixXd left = scaled(a, lengths), right = scaled(b, lengths);
  MatrixXd result(a.rows(), b.rows());
  for (Eigen::Index j = 0; j < b.rows(); ++j) {
    squared_distances(left, right, j, result.col(j));
    correlate(kernel, result.col(j), nullptr);
  }
  return result;
}

CorrelationSlopes correlation_slopes(Kernel kernel, const VectorXd& lengths, const MatrixXd& points) {
  const MatrixXd x = scaled(points, lengths);
  CorrelationSlopes result{MatrixXd(x.rows(), x.rows()), MatrixXd(x.rows(), x.rows())};
  VectorXd slopes(x.rows());
  for (Eigen::Index j = 0; j < x.rows(); ++j) {
    squared_distances(x, x, j, result.correlation.col(j));
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
