#pragma once

#include <optional>
#include <span>
#include <vector>

#include "calibration/abc_population.hpp"

namespace innochain {

/// Scales of the statistics in their block's distance: 1/max(1, MAD_j / median MAD of the block), where MAD is the
/// median absolute deviation over all replicates of the particles of positive weight. A statistic that varies more than
/// is usual in its block, under the parameters that are still possible, would decide the distance alone; the others
/// keep the unit of their observation error. Source: Prangle (2017), Bayesian Analysis 12, 289–309, who divides by the
/// MAD of the present population instead of that of the prior.
std::vector<double> spread_scales(const AbcPopulation& population, const std::vector<StatisticsBlock>& blocks,
                                  std::size_t n_statistics);

struct ToleranceRule {
  double ess_share = 0.6;         ///< of the present effective sample size that the next target is to keep, in (0, 1)
  double target_tolerance = 1.0;  ///< where the sequence ends, positive
};

struct NextTarget {
  AbcTarget target;
  std::vector<double> log_likelihoods;  ///< of the particles under it
  std::vector<double> weights;          ///< not normalized
  double ess = 0.0;
};

/// The next target: first the data in closed form come in, then the tolerance falls, each by bisection so that the
/// effective sample size becomes `ess_share` of the present one (Del Moral, Doucet & Jasra 2012, Stat. Comput. 22,
/// 1009–1020). Regions are nested, radius by radius, also where scales change: a radius never grows. Only so does
/// reweighting reach all of the new target (Prangle 2017, section 4). Where distances are discrete, the nearest size
/// that can be had is taken. Nothing if every smaller region leaves fewer than two particles' worth.
std::optional<NextTarget> next_target(const AbcPopulation& population, const std::vector<StatisticsBlock>& blocks,
                                      const AbcTarget& present, std::span<const double> scales,
                                      const ToleranceRule& rule);

}  // namespace innochain
