#include "calibration/emulation/statistic_emulator.hpp"

#include <algorithm>

#include "sim/core/maths.hpp"

namespace innochain {
namespace {

/// Added to variances before their log is taken: the square of a hundredth of the error of observation, below which
/// noise is immaterial, and which leaves a log where a statistic is always inside its interval.
constexpr double least_variance = 1e-4;

/// Variances of replicates as chi-squared estimates, unbiased in the log and with the variance of that.
Observations log_variances(const DesignRuns& runs, Eigen::Index statistic) {
  const double half_degrees = 0.5 * static_cast<double>(runs.n_replicates - 1);
  const double bias = digamma(half_degrees) - maths::log(half_degrees);
  Observations data{runs.points, VectorXd(runs.points.rows()),
                    VectorXd::Constant(runs.points.rows(), trigamma(half_degrees))};
  for (Eigen::Index i = 0; i < data.values.size(); ++i) {
    data.values[i] = maths::log(runs.variances(i, statistic) + least_variance) - bias;
  }
  return data;
}

/// Three hyperparameters are found in half as many evaluations.
EmulatorOptions for_variances(EmulatorOptions options) {
  options.one_length = true;
  options.most_evaluations /= 2;
  return options;
}

/// Mean of a log-normal variable, less what was added before the log.
double variance_from(double log_mean, double error) {
  return std::max(0.0, maths::exp(log_mean + 0.5 * error) - least_variance);
}

double mean_error(const Emulator& log_variance, const MatrixXd& points) {
  double sum = 0.0;
  for (Eigen::Index i = 0; i < points.rows(); ++i) sum += log_variance.predict(points.row(i)).variance;
  return sum / static_cast<double>(points.rows());
}

Observations means(const DesignRuns& runs, Eigen::Index statistic, const Emulator& log_variance, double error) {
  Observations data{runs.points, runs.means.col(statistic), VectorXd(runs.points.rows())};
  for (Eigen::Index i = 0; i < data.noise.size(); ++i) {
    data.noise[i] =
        variance_from(log_variance.mean(runs.points.row(i)), error) / static_cast<double>(runs.n_replicates);
  }
  return data;
}

}  // namespace

StatisticEmulator::StatisticEmulator(const DesignRuns& runs, std::size_t statistic, const EmulatorOptions& options)
    : log_variance_(log_variances(runs, static_cast<Eigen::Index>(statistic)), for_variances(options)),
      log_variance_error_(mean_error(log_variance_, runs.points)),
      mean_(means(runs, static_cast<Eigen::Index>(statistic), log_variance_, log_variance_error_), options) {}

double StatisticEmulator::run_variance(const VectorXd& point) const {
  return variance_from(log_variance_.mean(point), log_variance_error_);
}

double digamma(double x) {
  double result = 0.0;
  while (x < 10.0) {
    result -= 1.0 / x;
    x += 1.0;
  }
  const double s = 1.0 / (x * x);
  return result + maths::log(x) - 0.5 / x -
         s * (1.0 / 12 - s * (1.0 / 120 - s * (1.0 / 252 - s * (1.0 / 240 - s * (1.0 / 132)))));
}

double trigamma(double x) {
  double result = 0.0;
  while (x < 10.0) {
    result += 1.0 / (x * x);
    x += 1.0;
  }
  const double s = 1.0 / (x * x);
  return result + 1.0 / x + 0.5 * s +
         s / x * (1.0 / 6 - s * (1.0 / 30 - s * (1.0 / 42 - s * (1.0 / 30 - s * (5.0 / 66)))));
}

}  // namespace innochain
