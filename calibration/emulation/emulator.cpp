#include "calibration/emulation/emulator.hpp"

#include <algorithm>
#include <cmath>

namespace innochain {
namespace {

double centre_of(const VectorXd& values) {
  return values.mean();
}

/// Standard deviation; 1 where all values are equal, which then stay 0.
double scale_of(const VectorXd& values) {
  const double variance = (values.array() - values.mean()).square().mean();
  return variance > 0.0 ? std::sqrt(variance) : 1.0;
}

VectorXd by_column(const MatrixXd& points, double (*statistic)(const VectorXd&)) {
  VectorXd result(points.cols());
  for (Eigen::Index d = 0; d < points.cols(); ++d) result[d] = statistic(points.col(d));
  return result;
}

Observations standardized(const Observations& data) {
  const VectorXd centre = by_column(data.points, centre_of), scale = by_column(data.points, scale_of);
  const double unit = scale_of(data.values);
  Observations result = data;
  for (Eigen::Index d = 0; d < centre.size(); ++d) {
    result.points.col(d) = (data.points.col(d).array() - centre[d]) / scale[d];
  }
  result.values = (data.values.array() - data.values.mean()) / unit;
  result.noise = data.noise / (unit * unit);
  return result;
}

GaussianProcess fitted(const Observations& data, const EmulatorOptions& options) {
  return GaussianProcess(data, options.kernel, options.trend, fit_hyperparameters(data, options));
}

}  // namespace

Emulator::Emulator(const Observations& data, const EmulatorOptions& options)
    : input_centre_(by_column(data.points, centre_of)),
      input_scale_(by_column(data.points, scale_of)),
      centre_(data.values.mean()),
      scale_(scale_of(data.values)),
      process_(fitted(standardized(data), options)) {}

Prediction Emulator::predict(const VectorXd& point) const {
  const Prediction prediction = process_.predict(standard(point));
  return {centre_ + scale_ * prediction.mean, scale_ * scale_ * prediction.variance};
}

std::vector<double> Emulator::total_effects(const MatrixXd& points) const {
  const Eigen::Index n = points.rows();
  VectorXd means(n);
  for (Eigen::Index i = 0; i < n; ++i) means[i] = mean(points.row(i));
  const double variance = (means.array() - means.mean()).square().mean();
  std::vector<double> effects;
  for (Eigen::Index d = 0; d < points.cols(); ++d) {
    double sum = 0.0;
    for (Eigen::Index i = 0; i < n; ++i) {
      VectorXd moved = points.row(i);
      moved[d] = points((i + 1) % n, d);
      const double change = mean(moved) - means[i];
      sum += change * change;
    }
    effects.push_back(variance > 0.0 ? 0.5 * sum / (static_cast<double>(n) * variance) : 0.0);
  }
  return effects;
}

}  // namespace innochain
