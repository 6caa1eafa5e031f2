#pragma once

#include <cstddef>
#include <vector>

#include "calibration/calibrated_draws.hpp"
#include "calibration/simulator.hpp"

namespace innochain {

/// A first guess: one parameter vector, with nothing said about how sure it is.
struct PointFit {
  std::vector<double> scores, values;  ///< of the parameters
  double objective = 0.0;              ///< at the guess …
  double at_prior_median = 0.0;        ///< … and where the search began
  std::size_t evaluations = 0;
  std::vector<double> mean_deviations;  ///< by statistic, at the guess
};

/// Minimizes, with the subplex method (Rowan 1990, as NLopt's LN_SBPLX), over normal scores within ±3:
///
///     mean over blocks of the mean squared deviation of the mean replicate  +  Σ z² / (number of statistics)
///
/// where the second term keeps to the prior what the data leave open. All evaluations share the luck of their
/// replicates, so that the objective is a function. Ends after the given number of evaluations.
PointFit fit_point(const Simulator& simulator, int evaluations, int replicates, const WorkOptions& options);

}  // namespace innochain
