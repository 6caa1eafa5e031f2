#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "calibration/emulation/implausibility.hpp"
#include "calibration/emulation/non_implausible_space.hpp"
#include "calibration/simulator.hpp"

namespace innochain {

struct HistoryMatchingOptions {
  std::uint64_t seed = 1;
  std::size_t points_per_wave = 300;
  std::size_t n_replicates = 20;  ///< runs at each point
  std::uint32_t first_luck = 0;   ///< runs take first_luck, first_luck + 1, …
  std::size_t most_waves = 6;
  /// In as many waves a point may be implausible for one statistic; later it may not.
  std::size_t forgiving_waves = 2;
  double cutoff = 3.0;
  /// Discrepancy between the model at its best and the system, in units of the error of observation: standard
  /// deviation by statistic. None stands for 0.
  std::vector<double> discrepancy;
  /// Emulators whose share of left-out values beyond 3 standard deviations is larger rule nothing out in their wave
  /// (Pukelsheim's bound for unimodal errors).
  double most_beyond_3_sd = 0.05;
  /// Waves end when the emulators' share of the variance falls below this for every statistic …
  double enough_emulation = 0.1;
  /// … or when a wave keeps more than this share of the space of the last.
  double least_shrinkage_keeps = 0.9;
  EmulatorOptions emulator;
  SpaceOptions space;
};

/// What a wave knows and does about one statistic.
struct StatisticReport {
  bool used = false;            ///< rules points out
  double beyond_3_sd = 0.0;     ///< share of left-out values
  double residual_sd = 0.0;     ///< root mean square of standardized left-out residuals; near 1
  double ruled_out = 0.0;       ///< share of the space before the wave that this statistic alone finds implausible
  double emulator_share = 0.0;  ///< of the variance in the implausibility, median over the space after the wave
  std::vector<double> total_effects;  ///< by input: see Emulator::total_effects
};

struct Wave {
  DesignRuns runs;  ///< of this wave, then those of earlier waves in the space it began with
  std::size_t n_new_points = 0;
  std::vector<StatisticEmulator> emulators;
  std::size_t rank = 1;  ///< n-th largest implausibility that counts
  ShareEstimate share;   ///< of the prior, after the wave
  std::vector<StatisticReport> statistics;
};

enum class MatchingEnd {
  emulators_suffice,  ///< more runs would not make the emulators' variance matter less
  no_longer_shrinks,
  empty,             ///< no parameters match: the model, its discrepancy or the observations are wrong
  nothing_emulated,  ///< no emulator passed its diagnostics
  most_waves
};

struct HistoryMatch {
  /// Waves do not move in memory: the space refers to their emulators.
  std::vector<std::unique_ptr<Wave>> waves;
  NonImplausibleSpace space;
  MatchingEnd end = MatchingEnd::most_waves;
};

/// History matching in waves: simulate a design that fills the non-implausible space, emulate every statistic, rule out
/// what is implausible. Runs, emulators and populations are worked on in parallel; the result depends on the arguments
/// alone. `after_wave` is told of each wave, in the calling thread.
/// Throws as run_design and Emulator; std::invalid_argument where the discrepancy has another size than the statistics.
HistoryMatch match_history(const Simulator& simulator, const HistoryMatchingOptions& options,
                           const std::function<void(const Wave&)>& after_wave = {});

/// Latin hypercube in normal scores: of ten, that whose nearest two points are farthest apart in the unit cube.
MatrixXd latin_hypercube_scores(std::size_t points, std::size_t dimensions, std::uint64_t seed);

}  // namespace innochain
