#pragma once

#include <cstdint>
#include <vector>

#include "calibration/posterior_sample.hpp"

namespace innochain {

struct PosteriorInterval {
  double median = 0.0, low = 0.0, high = 0.0;  ///< quantiles 0.5, 0.05, 0.95
};

/// Two marginal posteriors of one parameter, in normal scores: prior standard deviations.
struct MarginalComparison {
  PosteriorInterval a, b;
  double distance = 0.0;  ///< Wasserstein-1: mean distance that mass has to move
  double noise = 0.0;     ///< distance that two samples of one posterior stay below with the chosen confidence
  bool disagree = false;  ///< distance > noise
};

/// Compares two samples, parameter by parameter. The noise is that of pairs of samples, of the effective sizes of `a`
/// and `b`, drawn from both taken together, each counted half; by Bonferroni, a share of at most 0.05 of comparisons of
/// equal posteriors shows any disagreement. A disagreement beyond the noise need not matter: distances are in prior
/// standard deviations. Throws std::invalid_argument where numbers of parameters differ or a sample has no weight.
std::vector<MarginalComparison> compare_posteriors(const PosteriorSample& a, const PosteriorSample& b,
                                                   std::uint64_t seed);

/// Wasserstein-1 distance of two weighted samples of numbers: the area between their distribution functions.
double wasserstein_distance(const VectorXd& a, const VectorXd& a_weights, const VectorXd& b, const VectorXd& b_weights);

}  // namespace innochain
