#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "calibration/calibrate.hpp"
#include "calibration/posterior_file.hpp"
#include "sim/core/maths.hpp"

namespace innochain {

/// What is known of a parameter before and after.
struct ParameterSummary {
  std::string path, unit;
  std::array<double, 3> prior, posterior;  ///< 5 %, 50 % and 95 % quantiles
  double shrinkage = 0.0;                  ///< see shrinkages()
  double memory = maths::nan;              ///< of where particles were before the last moves, if any; see memories()
  double point_fit = maths::nan;           ///< NaN where there was none
};
/// Of the last generation.
std::vector<ParameterSummary> summarize_parameters(const Prior& prior, const AbcState& state);
std::vector<ParameterSummary> summarize_parameters(const InstitutionalModel& model, const CalibrationResult& result);

/// What the parameter that does nothing seems to shrink by: in the last generation, and over all of them but the prior.
/// These are excursions of lineages that any parameter may make. Nothing where there is no such parameter, or no
/// generation.
struct NeutralShrinkage {
  double least = 0.0, most = 0.0, last = 0.0;
};
std::optional<NeutralShrinkage> neutral_shrinkage(const Prior& prior, const AbcState& state);

/// By how much the mean of a parameter moved between the two last rounds of moves and the two before, in its standard
/// deviations at the end: the parameter of which it is the most. Nothing where fewer than four rounds were made.
struct Drift {
  std::string path;
  double shift = 0.0;
};
std::optional<Drift> drift_of_last_rounds(const Prior& prior, const AbcState& state);

/// The same as a table of the posterior file.
Table parameter_table(const std::vector<ParameterSummary>& summaries);

/// In how many draws the pasts of all series fit at once.
struct PastsThatFit {
  std::size_t alone = 0, whole = 0;  ///< where the institutions run alone, and the whole model
  double farthest = 0.0;             ///< largest distance of a series, institutions alone
};
PastsThatFit count_pasts_that_fit(const Calibration& calibration, const CalibrationResult& result);

/// Writes all of a result into a posterior file.
void write_calibration(PosteriorWriter& writer, const InstitutionalModel& model, const CalibrationResult& result);

}  // namespace innochain
