#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "calibration/prior.hpp"
#include "calibration/targets.hpp"
#include "scenarios/reader/scenario.hpp"
#include "scenarios/reader/sweep_plan.hpp"

namespace innochain {

/// When a sampler stops: at the first that holds.
struct StopRules {
  std::uint64_t simulations = 0;   ///< budget
  double tolerance = 0.0;          ///< distance reached; 0: one error of observation, or none with adaptive scales
  double acceptance_share = 0.02;  ///< of proposals of parameters, in the last generation
  /// Of renewals of luck, of all designations together. Where fewer are accepted, particles live on few lucks that fit.
  double luck_acceptance_share = 0.1;
  int generations = 100;
};

inline constexpr int most_last_moves = 100'000;

/// Settings of ABC-SMC.
struct SmcSettings {
  int particles = 2000;
  int replicates = 1;        ///< of a particle
  double ess_kept = 0.6;     ///< share of the effective sample size that the next tolerance keeps
  double acceptances = 1.0;  ///< wanted of a generation, a particle
  int most_moves = 4;        ///< of a generation
  int last_moves = 8;        ///< at the last tolerance
  bool adaptive_scales = true;
  StopRules stop;
};

/// Lucks that the search for pasts can number.
inline constexpr std::uint64_t most_pasts = (std::uint64_t{1} << 31) - 1;

/// How a past that fits is chosen for each draw of the posterior.
struct PathSettings {
  int draws = 400;         ///< of the posterior that is kept
  int attempts = 150;      ///< lucks tried for a draw
  double distance = 1.25;  ///< of every series, that ends the search
};

/// Settings of history matching and of the point fit.
struct HistoryMatchingSettings {
  int points = 400, replicates = 24, waves = 4;
};
struct PointFitSettings {
  int evaluations = 400, replicates = 24;
};

/// A parameter that is not fitted but differs from the scenario's.
struct FixedParameter {
  std::string path;
  Place place;
  double value = 0.0;
};

/// The posterior of a first stage, whose draws the runs of a second have.
struct FirstStage {
  std::filesystem::path file;
  std::string digest;
};

/// A calibration as read.
struct Calibration {
  std::string file, title;
  std::vector<std::filesystem::path> inputs;  ///< the file, and those that it names
  Resolved scenario;
  std::optional<FirstStage> after;  ///< of a second stage, which fits outputs
  TargetFile targets;
  YearSpan fit, predict;
  Prior prior;                ///< with the neutral parameter last, if there is one
  std::vector<Place> places;  ///< of the parameters of the prior; none for the neutral one
  bool neutral = false;       ///< whether a parameter that does nothing is kept in the population
  std::vector<FixedParameter> fixed;
  SmcSettings smc;
  PathSettings paths;
  HistoryMatchingSettings history_matching;
  PointFitSettings point_fit;
  std::uint64_t seed = 1984;
  std::string yaml;       ///< canonical text of all that draws depend on: equal texts make equal draws
  std::string judged_by;  ///< the same of what fit and forecasts are held against; empty for a second stage, whose
                          ///< outputs `yaml` holds
  std::vector<Problem> notes;
};

inline constexpr const char* neutral_path = "neutral";

/// What the command line says in place of the file.
struct CalibrationOptions {
  ReadOptions scenario;       ///< settings of the scenario
  std::optional<int> origin;  ///< last year that is fitted; the five years after it are predicted
  std::optional<std::uint64_t> seed;
  std::optional<int> particles, replicates;  ///< of the sampler …
  std::optional<int> last_moves;
  std::optional<std::uint64_t> simulations;  ///< … and where it stops
  std::optional<double> tolerance;
  std::optional<std::filesystem::path> after;  ///< first stage, in place of the file's
};

/// Reads a calibration file, its scenario and its targets, whose numbers come from the folder `observed`. Throws
/// InputError with all problems of all files.
Calibration read_calibration(const std::filesystem::path& file, const std::filesystem::path& observed,
                             const CalibrationOptions& options = {});

}  // namespace innochain
