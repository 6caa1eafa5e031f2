#pragma once

#include <span>
#include <string>
#include <variant>
#include <vector>

#include "calibration/sensitivity/luck_share.hpp"
#include "calibration/sensitivity/morris_effects.hpp"
#include "calibration/sensitivity/study.hpp"

namespace innochain {

/// What a study says of one output.
struct OutputAnalysis {
  std::variant<MorrisEffects, SobolIndices> result;
  LuckShare luck;
  std::size_t n_rows = 0, n_whole = 0;  ///< trajectories or rows of the design, and those that lack no value
  std::string remark;                   ///< why there are no indices, or what they leave out; else empty

  double mean() const;
  double variance() const;
};

/// Analyses every output of a study: means over the replicates of each point, then the study's method.
/// \param values of all runs, NaN where a run failed or has no value: output o of run r·n_points + p at
/// (r·n_points + p)·n_outputs + o
std::vector<OutputAnalysis> analyse(const SensitivityStudy& study, std::span<const double> values);

/// One index of one output.
struct IndexRow {
  std::string output;
  std::string index;                 ///< "first_order", "total_order", "second_order", "mu", "mu_star", "sigma"
  std::string factor, other_factor;  ///< the latter of second order only
  BootstrapEstimate estimate;
};

/// All indices of a study in one list.
std::vector<IndexRow> index_rows(const SensitivityStudy& study, std::span<const OutputAnalysis> analyses);

}  // namespace innochain
