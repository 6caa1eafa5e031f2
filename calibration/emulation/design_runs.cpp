#include "calibration/emulation/design_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "sim/core/maths.hpp"
#include "sim/core/parallel.hpp"

namespace innochain {
namespace {

/// The replicates of one point: one a column.
struct PointReplicates {
  MatrixXd deviations, log_weights;
};

PointReplicates run_point(const Simulator& simulator, const VectorXd& scores, std::size_t n, std::uint32_t first_luck) {
  std::vector<double> values(simulator.prior().size());
  simulator.prior().values({scores.data(), values.size()}, values);
  const std::size_t n_statistics = simulator.n_statistics(), n_blocks = simulator.blocks().size();
  PointReplicates result{MatrixXd(n_statistics, n), MatrixXd(n_blocks, n)};
  for (std::size_t r = 0; r < n; ++r) {
    simulator.simulate(values, first_luck + static_cast<std::uint32_t>(r),
                       {result.deviations.data() + r * n_statistics, n_statistics},
                       {result.log_weights.data() + r * n_blocks, n_blocks});
  }
  for (std::size_t r = 0; r < n; ++r) {
    for (std::size_t j = 0; j < n_statistics; ++j) {
      const auto row = static_cast<Eigen::Index>(j), column = static_cast<Eigen::Index>(r);
      if (!std::isfinite(result.deviations(row, column)))
        throw std::runtime_error(fmt::format("statistic {} of replicate {} is not finite", j, first_luck + r));
    }
  }
  return result;
}

/// log of the mean of exp(x), and the variance of this estimate.
struct LogMean {
  double value, variance;
};
LogMean log_mean_exp(const VectorXd& x) {
  const double top = x.maxCoeff(), n = static_cast<double>(x.size());
  if (!(top > -std::numeric_limits<double>::infinity())) return {top, 0.0};
  VectorXd shares(x.size());
  for (Eigen::Index i = 0; i < x.size(); ++i) shares[i] = maths::exp(x[i] - top);
  const double mean = shares.mean();
  const double variance = (shares.array() - mean).square().sum() / (n - 1.0);
  return {top + maths::log(mean), variance / (n * mean * mean)};
}

MatrixXd correlation_of(const MatrixXd& centred) {
  MatrixXd units = centred;
  for (Eigen::Index j = 0; j < units.rows(); ++j) {
    const double length = units.row(j).norm();
    if (length > 0.0) units.row(j) /= length;
  }
  MatrixXd result = units * units.transpose();
  result.diagonal().setOnes();
  return result;
}

/// Correlations by block at each point, before they are averaged.
using PointCorrelations = std::vector<std::vector<MatrixXd>>;

void summarize(const Simulator& simulator, const PointReplicates& replicates, Eigen::Index point, DesignRuns& runs,
               std::vector<MatrixXd>& correlations) {
  const VectorXd means = replicates.deviations.rowwise().mean();
  const MatrixXd centred = replicates.deviations.colwise() - means;
  runs.means.row(point) = means;
  runs.variances.row(point) = centred.rowwise().squaredNorm() / static_cast<double>(centred.cols() - 1);
  for (std::size_t b = 0; b < simulator.blocks().size(); ++b) {
    const StatisticsBlock& block = simulator.blocks()[b];
    const auto column = static_cast<Eigen::Index>(b);
    const LogMean weight = log_mean_exp(replicates.log_weights.row(column));
    runs.log_weights(point, column) = weight.value;
    runs.log_weight_variances(point, column) = weight.variance;
    correlations.push_back(correlation_of(
        centred.middleRows(static_cast<Eigen::Index>(block.first), static_cast<Eigen::Index>(block.size))));
  }
}

void check_numbers(std::size_t n_points, std::size_t n_replicates, std::uint32_t first_luck) {
  if (n_replicates < 2) throw std::invalid_argument("emulation needs at least two replicates a point");
  if (n_points > (std::numeric_limits<std::uint32_t>::max() - first_luck) / n_replicates)
    throw std::invalid_argument("a design has more runs than there are numbers of luck");
}

std::vector<MatrixXd> averaged(const PointCorrelations& by_point) {
  std::vector<MatrixXd> result = by_point.front();
  for (std::size_t i = 1; i < by_point.size(); ++i) {
    for (std::size_t b = 0; b < result.size(); ++b) result[b] += by_point[i][b];
  }
  for (MatrixXd& matrix : result) matrix /= static_cast<double>(by_point.size());
  return result;
}

MatrixXd stacked(const MatrixXd& a, const MatrixXd& b, const std::vector<Eigen::Index>& chosen) {
  MatrixXd result(a.rows() + static_cast<Eigen::Index>(chosen.size()), a.cols());
  result.topRows(a.rows()) = a;
  for (std::size_t i = 0; i < chosen.size(); ++i)
    result.row(a.rows() + static_cast<Eigen::Index>(i)) = b.row(chosen[i]);
  return result;
}

}  // namespace

DesignRuns run_design(const Simulator& simulator, const MatrixXd& points, std::size_t n_replicates,
                      std::uint32_t first_luck) {
  const auto n_points = static_cast<std::size_t>(points.rows());
  check_numbers(n_points, n_replicates, first_luck);
  const auto n_statistics = static_cast<Eigen::Index>(simulator.n_statistics());
  const auto n_blocks = static_cast<Eigen::Index>(simulator.blocks().size());
  DesignRuns runs;
  runs.n_replicates = n_replicates;
  runs.points = points;
  runs.means.resize(points.rows(), n_statistics);
  runs.variances.resize(points.rows(), n_statistics);
  runs.log_weights.resize(points.rows(), n_blocks);
  runs.log_weight_variances.resize(points.rows(), n_blocks);
  PointCorrelations correlations(n_points);
  for_each_index(n_points, [&](std::size_t i) {
    const auto row = static_cast<Eigen::Index>(i);
    const auto luck = first_luck + static_cast<std::uint32_t>(i * n_replicates);
    summarize(simulator, run_point(simulator, points.row(row), n_replicates, luck), row, runs, correlations[i]);
  });
  runs.correlations = averaged(correlations);
  return runs;
}

DesignRuns joined(const DesignRuns& a, const DesignRuns& b, const std::vector<Eigen::Index>& chosen) {
  DesignRuns result = a;
  result.points = stacked(a.points, b.points, chosen);
  result.means = stacked(a.means, b.means, chosen);
  result.variances = stacked(a.variances, b.variances, chosen);
  result.log_weights = stacked(a.log_weights, b.log_weights, chosen);
  result.log_weight_variances = stacked(a.log_weight_variances, b.log_weight_variances, chosen);
  return result;
}

}  // namespace innochain
