#pragma once

#include "calibration/linear_algebra.hpp"

namespace innochain {

/// Shape of the correlation between two points by their scaled distance r. Matérn 5/2: (1 + √5 r + 5r²/3) exp(−√5 r),
/// for functions twice differentiable; squared exponential: exp(−r²/2), for smooth ones.
/// Source: Rasmussen and Williams (2006), Gaussian Processes for Machine Learning, section 4.2.
enum class Kernel { matern_5_2, squared_exponential };

/// Part of the mean that is a regression: 1, x_d, and the squares x_d².
enum class Trend { constant, linear, quadratic };

/// Points are the rows of a matrix; lengths are one a column.
struct Hyperparameters {
  VectorXd lengths;       ///< distance over which the residual of the trend stays correlated, by input
  double variance = 1.0;  ///< of the residual
  double nugget = 0.0;    ///< variance of what no smooth function of the inputs explains
};

/// Points in units of the lengths.
MatrixXd scaled(const MatrixXd& points, const VectorXd& lengths);

/// Correlations of scaled points with one row of others.
VectorXd correlations_with(Kernel kernel, const MatrixXd& points, const MatrixXd& others, Eigen::Index row);
/// Correlations between scaled points.
MatrixXd correlations(Kernel kernel, const MatrixXd& points);

/// The same, and slopes such that d correlation_ij / d log ℓ_d = slope_ij (x_id − x_jd)²/ℓ_d²; scaled points have ℓ
/// = 1.
struct CorrelationSlopes {
  MatrixXd correlation, slope;
};
CorrelationSlopes correlation_slopes(Kernel kernel, const MatrixXd& points);

/// The columns of the regression at some points.
MatrixXd trend_columns(Trend trend, const MatrixXd& points);

}  // namespace innochain
