#pragma once

#include <string>
#include <vector>

#include "calibration/abc_smc.hpp"
#include "calibration/calibrated_draws.hpp"
#include "calibration/synthetic.hpp"

/// Whether the sequential sampler finds parameters again with which it was given simulated data.
namespace innochain {

/// One parameter of one synthetic set: the true value and the posterior's 5 %, 50 % and 95 % quantiles, in its unit.
struct RecoveredParameter {
  double truth = 0.0, low = 0.0, median = 0.0, high = 0.0;
  double rank = 0.0;       ///< share of the posterior below the truth, that of equals counted half
  double shrinkage = 0.0;  ///< see shrinkages()
  bool inside() const { return truth >= low && truth <= high; }
};

struct RecoveredSet {
  std::vector<RecoveredParameter> parameters;  ///< in the order of the prior
  AbcStop stop = AbcStop::target_reached;
  double tolerance = 0.0;              ///< of the last generation
  double effective_sample_size = 0.0;  ///< of the same, after reweighting and before resampling
  std::size_t n_generations = 0, n_unique = 0;
  std::uint64_t n_simulations = 0;
};

/// Makes a synthetic set and fits it as the calibration fits the data, with the sampler's settings of its file.
/// \param number of the set, from 0. The result depends on the calibration and the number alone. Throws Stopped.
RecoveredSet recover(const InstitutionalModel& model, std::size_t number, const WorkOptions& options);

/// Text that a set is kept in until all are there, and back without loss. Throws nlohmann::json::exception for another.
std::string to_text(const RecoveredSet& set);
RecoveredSet recovered_set(const std::string& text);

/// One parameter over all sets.
struct ParameterRecovery {
  std::string path;
  double inside = 0.0;  ///< share of the sets
  double mean_rank = 0.0, mean_shrinkage = 0.0;
};

/// Share of the pairs of set and parameter whose truth lies in the 90 % interval, without the neutral parameter.
struct RecoveryShare {
  std::size_t n = 0, n_inside = 0;
  double share() const { return n == 0 ? 0.0 : static_cast<double>(n_inside) / static_cast<double>(n); }
};

struct RecoverySummary {
  std::vector<ParameterRecovery> parameters;
  RecoveryShare all;
  /// Of the parameters whose mean shrinkage exceeds the neutral one's (0 where there is none) by least_information. The
  /// interval of a parameter of which data say nothing is that of the prior, which holds nine in ten truths whatever
  /// the sampler does.
  RecoveryShare identified;
  double neutral_shrinkage = 0.0;  ///< mean; what the sampler adds by itself
  std::size_t n_sets = 0;
  /// Sets whose sampler did not come down to the tolerance that their data's errors stand for: their intervals are too
  /// wide.
  std::size_t n_too_wide = 0;

  /// As many sets as a verdict needs: parameters of one set are found again together, or not.
  bool enough_sets() const { return n_sets >= 20; }
  /// Whether most_lost at the utmost are outside, and the neutral parameter shrinks by less than least_information.
  bool recovers() const;
};
inline constexpr double least_information = 0.1;
/// Nine in ten truths are inside with a sampler that is exact; for twenty sets half as many again may be lost.
inline constexpr double most_lost = 0.15;
RecoverySummary summarize_recovery(const InstitutionalModel& model, const std::vector<RecoveredSet>& sets);

}  // namespace innochain
