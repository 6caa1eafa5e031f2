#pragma once

#include <span>
#include <vector>

#include "calibration/sensitivity/bootstrap.hpp"
#include "calibration/sensitivity/morris_design.hpp"
#include "calibration/sensitivity/sobol_indices.hpp"

namespace innochain {

/// Elementary effects of the factors: the change of an output over the step of a factor, per whole range.
struct MorrisEffects {
  std::size_t n_trajectories = 0;          ///< that were used
  double mean, variance;                   ///< of the output over the points of the design (n − 1)
  std::vector<BootstrapEstimate> mu;       ///< by factor: mean effect
  std::vector<BootstrapEstimate> mu_star;  ///< mean of its size: how much the factor matters
  std::vector<BootstrapEstimate> sigma;  ///< standard deviation: nonlinearity and interactions; NaN for one trajectory
};

/// Effects on an output from its values at the points of the design; NaN values are missing. Intervals: trajectories
/// resampled (as if independent, which those kept from many candidates are not quite). All are NaN where trajectories
/// are missing and are to be refused. The effects on an output that does not vary are 0. Source: Morris (1991);
/// mu_star: Campolongo, Cariboni and Saltelli (2007).
MorrisEffects morris_effects(const MorrisDesign& design, std::span<const double> outputs, MissingRows missing,
                             const BootstrapOptions& options);

}  // namespace innochain
