#include "calibration/pattern_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "calibration/result_slices.hpp"
#include "calibration/simulated_quantity.hpp"

namespace innochain {

namespace {

constexpr double lowest_quantile = 0.05, highest_quantile = 0.95;  ///< of the 90 % interval

/// One number a run, or what is missing.
struct ByRun {
  std::string missing;
  std::vector<double> values;
};

/// Where a year stands in a slice; nothing if it is not there.
std::optional<std::size_t> place_of(const Slice& slice, Year year) {
  const auto found = std::ranges::find(slice.years, year.value());
  if (found == slice.years.end()) return std::nullopt;
  return static_cast<std::size_t>(found - slice.years.begin());
}

/// What a quantity needs for these years and the file does not have; empty if it has all.
std::string missing_for(ResultSlices& slices, const Pattern& pattern, YearSpan years) {
  std::string missing;
  visit_terms(pattern.quantity, years, [&](const SimulatedTerm& term, YearSpan wanted) {
    if (!missing.empty()) return;
    const Slice& slice = slices.of(term, pattern.place);
    missing = slice.missing;
    for (const Year year : {wanted.first, wanted.last})
      if (missing.empty() && !place_of(slice, year)) missing = fmt::format("the year {}", year.value());
  });
  return missing;
}

/// Computes one quantity for the years of one row.
ByRun by_run(ResultSlices& slices, const Pattern& pattern, YearSpan years) {
  ByRun result{missing_for(slices, pattern, years), {}};
  if (!result.missing.empty()) return result;
  for (std::size_t run = 0; run < slices.n_runs(); ++run)
    result.values.push_back(value_of(pattern.quantity, years, [&](const SimulatedTerm& term, Year year) {
      const Slice& slice = slices.of(term, pattern.place);
      return slice.at(run, *place_of(slice, year));
    }));
  return result;
}

std::optional<SimulatedRange> range_of(std::vector<double> values) {
  const std::size_t n_runs = values.size();
  std::erase_if(values, [](double value) { return !std::isfinite(value); });
  if (values.empty()) return std::nullopt;
  std::ranges::sort(values);
  return SimulatedRange{quantile(values, 0.5), quantile(values, lowest_quantile), quantile(values, highest_quantile),
                        values.size(), n_runs - values.size()};
}

std::optional<double> ratio_to_observed(double median, const KnownValue& known) {
  const double observed = known.value.value_or((known.low + known.high) / 2.0);
  if (!std::isfinite(observed) || observed == 0.0) return std::nullopt;
  return median / observed;
}

/// An end of an interval, moved by a share of itself. Open ends stay open.
double moved(double end, double share) {
  return std::isfinite(end) ? end + share * std::abs(end) : end;
}

std::string must_failure(const PatternResult& result) {
  const KnownValue& known = *result.known;
  if (!known.must) return "";
  if (result.standing == Standing::not_in_file) return "not in this file: " + result.missing;
  if (result.standing == Standing::outside) return "outside";
  if (!known.must->median_within) return "";
  const double share = *known.must->median_within, median = result.simulated->median;
  if (median >= moved(known.low, -share) && median <= moved(known.high, share)) return "";
  return fmt::format("the median is beyond {:g} % of the observed interval", 100.0 * share);
}

PatternResult result_for(ResultSlices& slices, const Pattern& pattern, const KnownValue& known) {
  PatternResult result{&pattern, &known, {}, {}, {}, Standing::not_in_file, {}};
  ByRun simulated = by_run(slices, pattern, known.years);
  result.missing = simulated.missing;
  if (result.missing.empty()) result.simulated = range_of(std::move(simulated.values));
  if (result.simulated) {
    const bool overlap = known.low <= result.simulated->high && result.simulated->low <= known.high;
    result.standing = overlap ? Standing::inside : Standing::outside;
    result.ratio = ratio_to_observed(result.simulated->median, known);
  } else if (result.missing.empty()) {
    result.missing = "a value in any replicate";
  }
  result.must_failure = must_failure(result);
  return result;
}

}  // namespace

double quantile(const std::vector<double>& sorted, double q) {
  const double at = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

std::vector<std::string> scenarios_of(const std::filesystem::path& result) {
  return ResultSlices(result).scenarios();
}

PatternReport evaluate_patterns(const PatternFile& file, const std::filesystem::path& result,
                                const std::string& scenario, const std::string& group) {
  ResultSlices slices(result);
  slices.choose(scenario);
  PatternReport report{scenario, slices.n_runs(), {}};
  std::vector<Problem> problems;
  for (const std::string& name : pattern_groups()) {
    if (!group.empty() && name != group) continue;
    for (const Pattern& pattern : file.patterns) {
      if (pattern.group != name) continue;
      slices.forget();
      try {
        for (const KnownValue& known : pattern.rows) report.results.push_back(result_for(slices, pattern, known));
      } catch (const InputError& error) {
        problems.insert(problems.end(), error.problems().begin(), error.problems().end());
      }
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  return report;
}

PatternCounts count_patterns(const PatternReport& report, const std::string& group) {
  PatternCounts counts;
  for (const PatternResult& result : report.results) {
    if (!group.empty() && result.pattern->group != group) continue;
    counts.must += result.known->must ? 1 : 0;
    counts.must_failed += result.must_failure.empty() ? 0 : 1;
    if (result.standing == Standing::not_in_file)
      ++counts.not_in_file;
    else if (result.standing == Standing::inside)
      ++counts.inside;
    else
      ++(result.simulated->high < result.known->low ? counts.too_low : counts.too_high);
  }
  return counts;
}

}  // namespace innochain
