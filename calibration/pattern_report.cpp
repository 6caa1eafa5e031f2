#include "calibration/pattern_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "calibration/result_slices.hpp"

namespace innochain {

namespace {

constexpr double lowest_quantile = 0.05, highest_quantile = 0.95;  ///< of the 90 % interval

/// One number a run, or what is missing.
struct ByRun {
  std::string missing;
  std::vector<double> values;
};

/// Computes one quantity for the years of one row.
class PatternEvaluation {
 public:
  PatternEvaluation(ResultSlices& slices, const Pattern& pattern) : slices_(slices), pattern_(pattern) {}

  ByRun quantity(YearSpan years) const {
    const SimulatedQuantity& q = pattern_.quantity;
    ByRun result = ratio(q.value, years);
    if (q.relative_to) combine(result, ratio(*q.relative_to, years), divide);
    if (q.growth_since) {
      combine(result, ratio(q.value, {*q.growth_since, *q.growth_since}), divide);
      const double n_years = years.last - *q.growth_since;
      for (double& value : result.values) value = std::pow(value, 1.0 / n_years) - 1.0;
    }
    for (double& value : result.values) value *= q.scale;
    return result;
  }

 private:
  static double divide(double a, double b) { return a / b; }
  static double add(double a, double b) { return a + b; }

  template <class Combine>
  static void combine(ByRun& a, const ByRun& b, Combine with) {
    if (a.missing.empty()) a.missing = b.missing;
    if (!a.missing.empty()) return a.values.clear();
    for (std::size_t run = 0; run < a.values.size(); ++run) a.values[run] = with(a.values[run], b.values[run]);
  }

  ByRun sum(const std::vector<SimulatedTerm>& terms, YearSpan years) const {
    ByRun result = reduced(terms.front(), years);
    for (std::size_t i = 1; i < terms.size(); ++i) combine(result, reduced(terms[i], years), add);
    return result;
  }
  ByRun ratio(const SimulatedRatio& r, YearSpan years) const {
    ByRun result = sum(r.terms, years);
    if (!r.per.empty()) combine(result, sum(r.per, years), divide);
    return result;
  }

  ByRun reduced(const SimulatedTerm& term, YearSpan row_years) const {
    const Slice& slice = slices_.of(term, pattern_.place);
    if (!slice.missing.empty()) return {slice.missing, {}};
    const YearSpan years = term.years.value_or(row_years);
    const auto place = [&](Year year) { return std::ranges::find(slice.years, year.value()) - slice.years.begin(); };
    const auto n_known = static_cast<std::ptrdiff_t>(slice.years.size());
    const auto first = place(years.first), last = place(years.last);
    if (first == n_known || last == n_known)
      return {fmt::format("the year {}", (first == n_known ? years.first : years.last).value()), {}};
    ByRun result;
    for (std::size_t run = 0; run < slices_.n_runs(); ++run)
      result.values.push_back(reduce(slice, run, static_cast<std::size_t>(first), static_cast<std::size_t>(last)));
    return result;
  }

  double reduce(const Slice& slice, std::size_t run, std::size_t first, std::size_t last) const {
    if (pattern_.quantity.reduce == Reduce::last) return slice.at(run, last);
    double total = 0.0;
    for (std::size_t year = first; year <= last; ++year) total += slice.at(run, year);
    return pattern_.quantity.reduce == Reduce::mean ? total / static_cast<double>(last - first + 1) : total;
  }

  ResultSlices& slices_;
  const Pattern& pattern_;
};

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
  ByRun by_run = PatternEvaluation(slices, pattern).quantity(known.years);
  result.missing = by_run.missing;
  if (result.missing.empty()) result.simulated = range_of(std::move(by_run.values));
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
