#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "calibration/linear_algebra.hpp"
#include "calibration/simulator.hpp"

namespace innochain {

/// What the replicates of a simulator do at the points of a design. One row a point.
struct DesignRuns {
  std::size_t n_replicates = 0;
  MatrixXd points;                ///< in normal scores
  MatrixXd means, variances;      ///< of the deviations over the replicates, by statistic (unbiased variance)
  MatrixXd log_weights;           ///< log of the mean weight over the replicates, by block
  MatrixXd log_weight_variances;  ///< of that estimate (delta method)
  /// By block: correlations of its deviations over replicates, the mean of those at all points. A statistic that does
  /// not vary at a point counts as uncorrelated there.
  std::vector<MatrixXd> correlations;
};

/// Runs every point with the replicates first_luck + point·n_replicates … , in parallel; no two share luck, so that the
/// errors of the means are independent. Throws std::invalid_argument for less than two replicates or more runs than
/// numbers of luck, and std::runtime_error where a deviation is not a finite number.
DesignRuns run_design(const Simulator& simulator, const MatrixXd& points, std::size_t n_replicates,
                      std::uint32_t first_luck);

/// The chosen points of `b`, after all those of `a`; correlations of `a`.
DesignRuns joined(const DesignRuns& a, const DesignRuns& b, const std::vector<Eigen::Index>& chosen);

}  // namespace innochain
