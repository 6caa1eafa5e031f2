#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "calibration/point_fit.hpp"
#include "output/table.hpp"

namespace innochain {

/// Normal scores of a parameter under its prior at which it is held: its 2, 16, 50, 84 and 98 % quantiles.
inline constexpr std::array<double, 5> profile_scores{-2.0, -1.0, 0.0, 1.0, 2.0};

/// How well the model still fits where one parameter is held and all others adapt. Where this hardly rises, others make
/// up for the parameter: means of the targets do not identify it. The idea is that of the profile likelihood (Raue et
/// al. 2009, Bioinformatics 25, 1923–1929), but what is profiled is a penalized misfit: their thresholds do not apply.
struct Profile {
  std::array<double, profile_scores.size()> values{};  ///< of the parameter, in its unit
  /// Of the objective of fit_point() over the smallest that any fit reached, in squared errors of observation. The
  /// penalty alone lets a parameter without any effect rise by score²/number of statistics.
  std::array<double, profile_scores.size()> rises{};
};

/// Profiles of all parameters of the prior. Searches begin at the point fit and go outward, each from the one before.
/// \param evaluations of the objective, for each held value
/// Throws Stopped.
std::vector<Profile> profiles(const Simulator& simulator, const PointFit& fit, int evaluations, int replicates,
                              const WorkOptions& options);

Table profile_table(const Simulator& simulator, const std::vector<Profile>& profiles);

}  // namespace innochain
