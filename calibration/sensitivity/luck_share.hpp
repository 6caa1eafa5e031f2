#pragma once

#include <cstddef>
#include <span>

namespace innochain {

/// How much of an output's variance is not due to its factors but to luck. NaN for a single replicate or point, and
/// where nothing varies.
struct LuckShare {
  /// Of the variance of single runs over factors and luck: what luck does, alone or together with factors.
  double of_runs;
  /// Of the variance of the means over replicates: what is left of the luck that differs between points. Sobol's
  /// total-order indices take it for interactions, all factors alike; more replicates lessen it.
  double of_means;
};

/// Splits the variance of outputs by two-way analysis of variance, point × replicate, in which the replicates share
/// their luck (common random numbers): σ² of points from their means less the residual's part, σ² of replicates
/// likewise, and the residual. Source: Searle, Casella and McCulloch (1992), Variance Components, ch. 4.
/// \param values of point p in replicate r at r·n_points + p; points with a value that is not finite are left out
LuckShare luck_share(std::span<const double> values, std::size_t n_points);

}  // namespace innochain
