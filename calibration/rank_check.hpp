#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "calibration/calibrated_draws.hpp"

/// Simulation-based calibration: over many data sets whose parameters came from the prior, the rank of the true value
/// among draws of the posterior is uniform if and only if the posteriors are right on average. Source: Talts et al.
/// (2018), arXiv:1804.06788.
namespace innochain {

/// Runs with parameters from the prior, stored compactly.
struct PriorRuns {
  std::size_t n_parameters = 0, n_statistics = 0;
  std::vector<float> scores;      ///< [run][parameter], normal scores
  std::vector<float> statistics;  ///< [run][statistic], in any unit

  std::size_t n_runs() const { return n_parameters == 0 ? 0 : scores.size() / n_parameters; }
  std::span<const float> scores_of(std::size_t run) const {
    return std::span(scores).subspan(run * n_parameters, n_parameters);
  }
  std::span<const float> statistics_of(std::size_t run) const {
    return std::span(statistics).subspan(run * n_statistics, n_statistics);
  }
};

struct RankSettings {
  std::uint64_t seed = 1;
  std::size_t n_sets = 200;
  std::size_t n_draws = 99;  ///< of a posterior, so that ranks are 0 … n_draws; n_draws + 1 is a multiple of rank_bins
  std::size_t n_kept = 200;  ///< runs that half of the pilots accept at least
  std::size_t n_pilots = 100;  ///< sets by which the tolerance is chosen, which serve for nothing else
};

inline constexpr std::size_t rank_bins = 20;
inline constexpr double rank_significance = 0.05;  ///< of the whole family of tests

/// Pearson's test of ranks that should be uniform.
struct RankUniformity {
  double chi_square = 0.0;  ///< over rank_bins bins
  double p_value = 1.0;
};
/// \param ranks in 0 … n_draws, where n_draws + 1 must be a multiple of rank_bins (else std::invalid_argument)
RankUniformity test_ranks(std::span<const std::uint32_t> ranks, std::size_t n_draws);
/// The value of χ² that uniform ranks exceed with a probability.
double critical_chi_square(double probability);

struct RankCheck {
  double tolerance = 0.0;             ///< in the scaled distance
  std::vector<std::size_t> truths;    ///< the runs that served, in order; at most n_sets
  std::size_t n_passed_over = 0;      ///< runs before the last that served which find fewer than n_draws
  std::vector<std::size_t> accepted;  ///< by set
  std::vector<std::uint32_t> ranks;   ///< [set][parameter]
  std::vector<double> shrinkages;     ///< by parameter: 1 − variance of the accepted scores, mean over the sets
  std::vector<RankUniformity> by_parameter;
  /// Of all ranks as if parameters were independent of each other, which their posteriors are not: for orientation.
  RankUniformity pooled;

  /// What Bonferroni allows each of the parameters.
  double critical() const { return critical_chi_square(rank_significance / static_cast<double>(by_parameter.size())); }
  /// Whether there are enough sets for χ²: five expected a bin (Cochran 1954, Biometrics 10, 417–451).
  bool enough_sets() const { return truths.size() >= 5 * rank_bins; }
  /// Whether there are enough sets and no parameter exceeds the critical value.
  bool uniform() const;
};

/// Ranks of truths among the runs of a table that noisy ABC accepts. The distance of two runs is Euclidean over all
/// statistics, each divided by its standard deviation in the table. A truth's statistics, moved by a draw from the
/// acceptance kernel (uniform on the ball whose radius is the tolerance), are what is observed, and the runs within
/// the tolerance of them are exact draws from the posterior of a model that has that noise as its observation error
/// (Wilkinson 2013, Stat. Appl. Genet. Mol. Biol. 12, 129–141; Fearnhead & Prangle 2012, JRSS B 74, 419–474): ranks are
/// uniform at any tolerance. The tolerance is the same for all sets; it is chosen by pilots, the first runs of `table`,
/// as the median of what accepts n_kept runs each. Truths that find fewer than n_draws are passed over: how many runs
/// are accepted depends on what is observed, not on the truth behind it, so that the ranks of the others stay uniform.
/// Sets share the table, whose own chance adds to χ² about the share n_sets/table.n_runs(): 0.4 % of it for 200 in
/// 50,000. The result depends on no number of threads. Throws Stopped.
///
/// Truths and table come from the same simulator: what is proved is that posteriors by rejection, this code included,
/// are right on it, and how much it tells of each parameter at this tolerance. Of the sequential sampler it says
/// nothing; see recover().
RankCheck check_ranks(const PriorRuns& truths, const PriorRuns& table, const RankSettings& settings,
                      const WorkOptions& options);

}  // namespace innochain
