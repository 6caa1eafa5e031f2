#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calibration/observed.hpp"
#include "output/table.hpp"
#include "scenarios/reader/problem.hpp"
#include "sim/core/year.hpp"

/// What is known of the system beside its approval curves, as rows that a result file can be held against. The file
/// `calibration/patterns.yaml` says which; the numbers of the observed series are read from the series.
namespace innochain {

/// How a quantity is read over several years.
enum class Reduce { none, sum, mean, last };

/// A variable of the result file, summed over what is selected.
struct SimulatedTerm {
  std::string variable;
  bool trace = false;  ///< of group /traces, where the dimension is `agent`
  /// By dimension: the names that are summed; none stands for all.
  std::map<std::string, std::vector<std::string>> select;
  std::optional<YearSpan> years;  ///< its own, or those of the row
};

/// The sum of some terms, divided by the sum of others where there are any.
struct SimulatedRatio {
  std::vector<SimulatedTerm> terms, per;
};

/// What is computed in every replicate.
struct SimulatedQuantity {
  SimulatedRatio value;
  std::optional<SimulatedRatio> relative_to;  ///< divides the value
  std::optional<Year> growth_since;           ///< growth a year since then, in place of the value
  Reduce reduce = Reduce::none;               ///< of each term over the years of the row
  double scale = 1.0;                         ///< to the unit of the observed value
};

/// Why a row has to hold.
struct MustHold {
  std::string reason;
  std::optional<double> median_within;  ///< the observed interval, widened by this share, contains the median too
};

/// A known value, in the unit of its pattern. Infinite ends are open.
struct KnownValue {
  YearSpan years;
  std::optional<double> value;
  double low = 0.0, high = 0.0;
  std::string confidence, level, source;
  std::optional<MustHold> must;
};

/// One thing that is known, in one or several years.
struct Pattern {
  std::string name, group, title, unit;
  SimulatedQuantity quantity;
  std::vector<KnownValue> rows;
  std::string series, metric;  ///< of the observed series that the rows come from, if they do
  Problem place;               ///< in its file, without a message
};

/// Observed values that no row uses.
struct NotCompared {
  std::string series;
  std::vector<std::string> metrics;  ///< none: the whole series; a `*` at either end stands for anything
  std::string reason;

  bool names(std::string_view metric) const;
};

struct PatternFile {
  std::vector<Pattern> patterns;
  std::vector<NotCompared> not_compared;
};

/// The groups of patterns, in the order of the report.
const std::vector<std::string>& pattern_groups();

/// The metrics (or keys) of a series, in alphabetical order; none where it has no such column.
std::vector<std::string> metrics_of(const ObservedSeries& series);

/// Relative error (half-width) of an observed value, by `calibration/observed/README.md`: the upper end where it gives
/// a range, 0.3 for everything low; seed as sourced, derived/medium as sourced/medium, which it leaves open.
/// `confidence` is sourced, seed, derived or recalled, `level` high, medium or low. Throws std::invalid_argument.
double relative_error(std::string_view confidence, std::string_view level);

/// Reads a file of patterns and takes the values of the observed series from `series`.
/// Throws InputError with every problem of the file.
PatternFile read_patterns(const std::filesystem::path& file, const std::vector<ObservedSeries>& series);

}  // namespace innochain
