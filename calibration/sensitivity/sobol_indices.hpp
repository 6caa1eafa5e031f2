#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "calibration/sensitivity/bootstrap.hpp"
#include "calibration/sensitivity/saltelli_design.hpp"

namespace innochain {

/// What to do with rows of a design (or trajectories) that lack the output at a point.
enum class MissingRows : std::uint8_t {
  refuse,  ///< no index is given
  drop     ///< the others stand for them
};

/// Shares of the variance of an output that are due to its factors.
struct SobolIndices {
  std::size_t n_rows = 0;                ///< that were used
  double mean, variance;                 ///< of the output over A and B
  std::vector<BootstrapEstimate> first;  ///< by factor: of the factor alone
  std::vector<BootstrapEstimate> total;  ///< by factor: of the factor and all its interactions
  std::vector<BootstrapEstimate>
      second;  ///< of pairs (0,1), (0,2), …, (1,2), …: of their interaction alone; empty if not asked
};

/// Number of the pair i < j of n factors in SobolIndices::second.
inline std::size_t pair_of(std::size_t i, std::size_t j, std::size_t n) {
  return i * n - i * (i + 1) / 2 + j - i - 1;
}

/// Indices of an output from its values at the points of the design; NaN values are missing.
/// First order: mean(b·(ab_i − a))/V of outputs less their mean (Saltelli et al. 2010, table 2 b); total order:
/// mean((a − ab_i)²)/2V (Jansen 1999, Computer Physics Communications 117, 35–43); second order:
/// mean(ba_i·ab_j − a·b)/V − S_i − S_j (Saltelli 2002). V is the variance over A and B. Intervals: rows resampled.
/// All indices are NaN where the output does not vary, and where rows are missing and are to be refused.
SobolIndices sobol_indices(const SaltelliDesign& design, std::span<const double> outputs, MissingRows missing,
                           const BootstrapOptions& options);

}  // namespace innochain
