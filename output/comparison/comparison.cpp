#include "output/comparison/comparison.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <ranges>

namespace innochain {

namespace {

template <class Items>
bool contains(const Items& items, const auto& item) {
  return std::ranges::find(items, item) != items.end();
}

std::vector<std::string> with(std::vector<std::string> names, const std::vector<std::string>& more) {
  for (const std::string& name : more)
    if (!contains(names, name)) names.push_back(name);
  return names;
}

PoliciesBy grouping(const ComparedFile& file, const ComparisonRequest& request) {
  const bool is_arm = contains(file.arms(), request.baseline),
             is_scenario = contains(file.scenarios(), request.baseline);
  const PoliciesBy by = request.by.value_or(is_arm ? PoliciesBy::arm : PoliciesBy::scenario);
  if (by == PoliciesBy::arm ? is_arm : is_scenario) return by;
  const char* kind = request.by ? by == PoliciesBy::arm ? "an arm" : "a scenario" : "a policy";
  const std::vector<std::string> known = !request.by             ? with(file.scenarios(), file.arms())
                                         : by == PoliciesBy::arm ? file.arms()
                                                                 : file.scenarios();
  throw NotInFile(fmt::format("`{}` is not {} of the file", request.baseline, kind), request.baseline, known);
}

std::vector<std::size_t> chosen_policies(const std::vector<std::string>& names, std::size_t baseline,
                                         const std::vector<std::string>& patterns) {
  std::vector<std::size_t> chosen;
  for (std::size_t p = 0; p < names.size(); ++p) {
    const auto fits = [&](const std::string& pattern) { return fnmatch(pattern.c_str(), names[p].c_str(), 0) == 0; };
    if (p != baseline && (patterns.empty() || contains(patterns, names[p]) || std::ranges::any_of(patterns, fits)))
      chosen.push_back(p);
  }
  for (const std::string& pattern : patterns) {
    const auto fits = [&](const std::string& name) { return fnmatch(pattern.c_str(), name.c_str(), 0) == 0; };
    if (!contains(names, pattern) && std::ranges::none_of(names, fits))
      throw NotInFile(fmt::format("`{}` is not a policy of the file", pattern), pattern, names);
  }
  if (chosen.empty()) throw CannotCompare(fmt::format("nothing to compare with {}", names[baseline]));
  return chosen;
}

std::vector<YearWindow> compared_windows(const std::string& text, const std::vector<int>& years) {
  if (years.empty()) throw CannotCompare("the file has no years");
  if (!text.empty()) return parse_windows(text, years);
  std::vector<YearWindow> windows;
  for (const int year : {2025, 2030, 2035})
    if (contains(years, year)) windows.push_back({year, year, YearWindow::Reduce::none});
  if (windows.empty()) windows.push_back({years.back(), years.back(), YearWindow::Reduce::none});
  return windows;
}

/// What a policy is for, and what it costs others, in the last of the compared years.
std::vector<Term> default_goals(std::span<const IndicatorInFile> indicators, const std::vector<YearWindow>& windows) {
  const int last = windows.back().last;
  const std::vector<YearWindow> year{{last, last, YearWindow::Reduce::none}};
  std::vector<Term> goals;
  for (const char* name : {"self_reliance", "papers_top", "revenue", "duplicate_share", "applicant_time"}) {
    if (!contains(indicators | std::views::transform(&IndicatorInFile::name), name)) continue;
    const std::vector<std::string> pattern{name};
    goals.push_back(select_terms(indicators, pattern, year, false).front());
  }
  return goals;
}

std::vector<Term> goals_of(std::span<const IndicatorInFile> indicators, const std::string& text,
                           const std::vector<YearWindow>& windows, const std::vector<int>& years) {
  if (text.empty()) return default_goals(indicators, windows);
  std::vector<Term> goals;
  for (const std::string& part : split_list(text)) {
    goals.push_back(parse_term(indicators, part, years));
    if (goals.back().goal == Goal::none)
      throw CannotCompare(
          fmt::format("`{}`: say whether more or less is better ({}:more or {}:less)", part, part, part));
  }
  return goals;
}

YearWindow span_of(const std::vector<YearWindow>& windows, const std::vector<int>& years) {
  YearWindow span = windows.front();
  for (const YearWindow& window : windows) {
    span.first = std::min(span.first, window.first);
    span.last = std::max(span.last, window.last);
  }
  const auto there = [&](int year) { return contains(years, year); };
  bool whole = span.first < span.last;
  for (int year = span.first; year <= span.last; ++year) whole = whole && there(year);
  if (!whole) return {span.last, span.last, YearWindow::Reduce::none};
  span.reduce = YearWindow::Reduce::sum;
  return span;
}

void compare_money(std::span<const IndicatorInFile> indicators, const std::vector<int>& years, Contrasts& contrasts,
                   Comparison& comparison) {
  const auto awarded = std::ranges::find(indicators, "programme_awarded", &IndicatorInFile::name);
  if (awarded == indicators.end() || awarded->meaning.whole != OverCategories::sum) {
    comparison.notes.emplace_back(
        "the file does not keep programme_awarded: whether policies cost the same is not known");
    return;
  }
  comparison.money_years = span_of(comparison.windows, years);
  const std::vector<std::string> pattern{"programme_awarded"};
  const std::vector<Term> terms = select_terms(indicators, pattern, std::span(&comparison.money_years, 1), false);
  constexpr double same = 0.001;
  for (const Contrast& contrast : contrasts.of(terms, comparison.chosen)) {
    if (contrast.moments.n == 0) continue;
    const bool equal = std::abs(contrast.relative) <= same || contrast.moments.difference == 0.0;
    comparison.money.push_back({contrast.policy, contrast.moments, contrast.relative, equal});
  }
}

/// Whether two lists in ascending order of their keys have one in common.
bool share_a_key(const std::vector<Policies::Member>& a, const std::vector<Policies::Member>& b) {
  auto other = b.begin();
  for (const Policies::Member& member : a) {
    while (other != b.end() && other->key < member.key) ++other;
    if (other != b.end() && other->key == member.key) return true;
  }
  return false;
}

void note_policies_without_pairs(const Policies& policies, std::size_t baseline, Comparison& comparison) {
  std::vector<std::string> alone;
  for (const std::size_t p : comparison.chosen)
    if (!share_a_key(policies.members[p], policies.members[baseline])) alone.push_back(policies.names[p]);
  if (alone.empty()) return;
  constexpr std::size_t most_named = 10;
  const std::size_t n = alone.size();
  if (n > most_named) alone.resize(most_named);
  const char* remedy = comparison.by == PoliciesBy::scenario
                           ? "no replicate and combination of swept values (arms may have: --by arm)"
                           : "no finished replicate";
  comparison.notes.push_back(fmt::format("{} of {} policies have {} in common with {}: {}{}", n,
                                         comparison.chosen.size(), remedy, comparison.baseline, fmt::join(alone, "; "),
                                         n > most_named ? "; …" : ""));
}

void note_what_is_unusual(const Policies& policies, const Comparison& comparison, std::vector<std::string>& notes) {
  if (policies.n_failed > 0)
    notes.push_back(
        fmt::format("{} failed {} left out", policies.n_failed, policies.n_failed == 1 ? "run is" : "runs are"));
  std::vector<std::string> fewer;
  const std::size_t n_keys = policies.unit_of_key.size();
  for (std::size_t p = 0; p < policies.names.size(); ++p) {
    const bool compared = contains(comparison.chosen, p) || policies.names[p] == comparison.baseline;
    if (compared && policies.members[p].size() < n_keys)
      fewer.push_back(fmt::format("{} ({} of {})", policies.names[p], policies.members[p].size(), n_keys));
  }
  constexpr std::size_t most_named = 10;
  if (fewer.size() > most_named) {
    const std::size_t others = fewer.size() - most_named;
    fewer.resize(most_named);
    fewer.push_back(fmt::format("{} others", others));
  }
  if (!fewer.empty())
    notes.push_back(fmt::format("only complete pairs count; fewer finished runs: {}", fmt::join(fewer, ", ")));
  if (!policies.same_seeds)
    notes.emplace_back("paired runs have different seeds: they do not share their luck (no common random numbers)");
  if (policies.n_futures > 1 && policies.units_are_replicates)
    notes.push_back(
        fmt::format("each of the {} replicates is averaged over {} combinations of swept values before intervals are "
                    "computed",
                    policies.n_replicates, policies.n_futures));
  if (policies.n_futures > 1 && !policies.units_are_replicates)
    notes.push_back(
        fmt::format("one replicate: intervals are over {} combinations of swept values, as if these were "
                    "drawn at random; they do not hold the luck of the replicate",
                    policies.n_futures));
  if (policies.n_units < 2) notes.emplace_back("one replicate: no intervals");
}

}  // namespace

const std::vector<std::string>& headline_indicators() {
  static const std::vector<std::string> names{"self_reliance",   "technology_gap", "papers",          "papers_top",
                                              "patents",         "transfers",      "revenue",         "topic_diversity",
                                              "duplicate_share", "applicant_time", "zone_stock[hidz]"};
  return names;
}

Comparison compare_policies(const std::string& name, const ComparisonRequest& request) {
  const ComparedFile file(name);
  const std::vector<IndicatorInFile> indicators = indicators_in(file);
  Comparison comparison;
  comparison.file = name;
  comparison.baseline = request.baseline;
  comparison.options = request.contrasts;
  comparison.by = grouping(file, request);
  const Policies policies = group_policies(file, comparison.by);
  const auto baseline =
      static_cast<std::size_t>(std::ranges::find(policies.names, request.baseline) - policies.names.begin());
  comparison.names = policies.names;
  comparison.units_are_replicates = policies.units_are_replicates;
  comparison.n_replicates = policies.n_replicates;
  comparison.n_futures = policies.n_futures;
  comparison.n_failed = policies.n_failed;

  // All that is asked is understood before the first value is read.
  comparison.chosen = chosen_policies(policies.names, baseline, request.policies);
  comparison.windows = compared_windows(request.years, file.years());
  comparison.terms = select_terms(indicators, request.indicators, comparison.windows, request.by_category);
  const std::vector<Term> goals = goals_of(indicators, request.goals, comparison.windows, file.years());
  if (!request.success.empty()) comparison.success = parse_success(indicators, request.success, file.years());
  note_what_is_unusual(policies, comparison, comparison.notes);
  note_policies_without_pairs(policies, baseline, comparison);
  if (!request.futures.empty()) comparison.regret = regret_across(file, request.futures, goals);

  Contrasts contrasts(file, policies, baseline, request.contrasts);
  comparison.contrasts = contrasts.of(comparison.terms, comparison.chosen);
  comparison.prices = contrasts.of(goals, comparison.chosen);
  compare_money(indicators, file.years(), contrasts, comparison);
  std::vector<std::size_t> candidates = comparison.chosen;
  candidates.insert(candidates.begin(), baseline);
  comparison.pareto =
      pareto_set(file, policies, candidates, goals, request.contrasts.n_resamples, request.contrasts.seed);
  if (!comparison.success.empty()) {
    comparison.cases = cases_of(file, comparison.success, request.inputs);
    comparison.boxes = find_boxes(comparison.cases.inputs, comparison.cases.success, request.boxes);
  }
  return comparison;
}

}  // namespace innochain
