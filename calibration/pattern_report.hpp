#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "calibration/patterns.hpp"

namespace innochain {

/// What the replicates of a scenario do: median and the interval between the quantiles 0.05 and 0.95.
struct SimulatedRange {
  double median = 0.0, low = 0.0, high = 0.0;
  std::size_t n_replicates = 0;
  std::size_t n_left_out = 0;  ///< replicates in which a value that is needed is missing (fill)
};

/// Inside: the observed interval and the simulated one have a point in common.
enum class Standing { inside, outside, not_in_file };

struct PatternResult {
  const Pattern* pattern = nullptr;
  const KnownValue* known = nullptr;
  std::optional<SimulatedRange> simulated;
  std::string missing;          ///< what is not in the file
  std::optional<double> ratio;  ///< simulated median to observed value, or to the middle of a closed interval
  Standing standing = Standing::not_in_file;
  std::string must_failure;  ///< why a row that must hold does not
};

struct PatternReport {
  std::string scenario;
  std::size_t n_runs = 0;  ///< of the scenario
  std::vector<PatternResult> results;
};

/// How many rows stand where. Rows that are not in the file count neither as inside nor as misses.
struct PatternCounts {
  std::size_t inside = 0, too_low = 0, too_high = 0, not_in_file = 0, must = 0, must_failed = 0;
  std::size_t compared() const { return inside + too_low + too_high; }
};

/// The q-quantile of values in rising order, interpolated between order statistics: at q (n − 1), counted from 0
/// (type 7 of Hyndman and Fan 1996).
double quantile(const std::vector<double>& sorted, double q);

/// Names of the scenarios of a result file, in the order of their runs. Throws as evaluate_patterns.
std::vector<std::string> scenarios_of(const std::filesystem::path& result);

/// Holds the rows of all patterns (or of one group) against the runs of a scenario, which all count alike: replicates,
/// and the arms of a sweep. The result points into `file`.
/// Throws InputMissing, NotAResultFile, ReadFailed; InputError where a pattern does not say what it selects along a
/// dimension of a variable, or names a dimension that the variable does not have; std::invalid_argument if there is no
/// such scenario.
PatternReport evaluate_patterns(const PatternFile& file, const std::filesystem::path& result,
                                const std::string& scenario, const std::string& group = "");

/// Counts the rows of a group, or all of them.
PatternCounts count_patterns(const PatternReport& report, const std::string& group = "");

}  // namespace innochain
