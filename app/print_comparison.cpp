#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "app/compare.hpp"
#include "app/short_number.hpp"
#include "app/table.hpp"

namespace innochain {

namespace {

constexpr std::size_t screen = 118;
/// Policies that a reader of tables can take in.
constexpr std::size_t most_printed = 50;

/// Adds words to a line that begins with `start`, and goes on in new lines where it gets too long.
std::string wrapped(const std::string& start, const std::vector<std::string>& words, std::size_t indent) {
  std::string text = start;
  std::size_t column = start.size();
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string word = words[i] + (i + 1 < words.size() ? "," : "");
    if (column + 1 + word.size() > screen && column > indent) {
      text += fmt::format("\n{:{}}", "", indent);
      column = indent;
    } else if (column > 0 && i > 0) {
      text += ' ';
      ++column;
    }
    text += word;
    column += word.size();
  }
  return text;
}

/// A sentence in lines that fit the screen.
std::string folded(const std::string& sentence, std::size_t indent) {
  std::string text;
  std::size_t start = 0, column = 0;
  while (start < sentence.size()) {
    std::size_t end = sentence.find(' ', start + 1);  // the space before a word belongs to it
    if (end == std::string::npos) end = sentence.size();
    std::string_view word = std::string_view(sentence).substr(start, end - start);
    if (column + word.size() > screen) {
      text += fmt::format("\n{:{}}", "", indent);
      column = indent;
      word.remove_prefix(1);
    }
    text += word;
    column += word.size();
    start = end;
  }
  return text;
}

std::string percent(double share) {
  return std::isnan(share) ? "-" : fmt::format("{:.0f} %", 100.0 * share);
}

const char* star(const Contrast& contrast) {
  return contrast.clear() ? "*" : "";
}

std::string interval_text(const ConfidenceInterval& interval) {
  if (std::isnan(interval.lower)) return "-";
  return fmt::format("[{}, {}]", short_number(interval.lower), short_number(interval.upper));
}

std::string change(const Contrast& contrast) {
  if (contrast.moments.n == 0) return "-";
  if (contrast.moments.difference == 0.0) return "0";
  return std::isnan(contrast.relative) ? signed_number(contrast.moments.difference)
                                       : percentage_change(contrast.relative);
}

/// "policies" or the words for what is compared.
std::string head_line(const Comparison& comparison) {
  std::string text = fmt::format("{} {} against {}, {} {}", comparison.chosen.size(),
                                 comparison.chosen.size() == 1 ? "policy" : "policies", comparison.baseline,
                                 comparison.n_replicates, comparison.n_replicates == 1 ? "replicate" : "replicates");
  if (comparison.n_futures > 1) text += fmt::format(" of {} combinations of swept values", comparison.n_futures);
  return text + fmt::format("; {:.6g} % intervals: {}.", 100.0 * comparison.options.confidence,
                            method_name(comparison.options));
}

class Selection {
 public:
  Selection(const Comparison& comparison, bool all_years, bool all_indicators)
      : comparison_(comparison), all_years_(all_years), all_indicators_(all_indicators) {}

  bool shows(std::size_t t) const {
    const Term& term = comparison_.terms[t];
    if (!all_years_ && term.years != comparison_.windows.back()) return false;
    return all_indicators_ || std::ranges::find(headline_indicators(), term.label()) != headline_indicators().end();
  }
  bool hides_years() const { return !all_years_ && comparison_.windows.size() > 1; }
  bool hides_indicators() const { return !all_indicators_; }

  /// Places of the terms that are shown, headlines in their own order.
  std::vector<std::size_t> terms() const {
    std::vector<std::size_t> shown;
    for (std::size_t t = 0; t < comparison_.terms.size(); ++t)
      if (shows(t)) shown.push_back(t);
    if (all_indicators_) return shown;
    std::ranges::stable_sort(shown, {}, [&](std::size_t t) {
      return std::ranges::find(headline_indicators(), comparison_.terms[t].label()) - headline_indicators().begin();
    });
    return shown;
  }

 private:
  const Comparison& comparison_;
  bool all_years_, all_indicators_;
};

const Contrast& contrast_at(const Comparison& comparison, std::size_t chosen, std::size_t term) {
  return comparison.contrasts[chosen * comparison.terms.size() + term];
}

/// Policies down, indicators across, as many as the screen is wide.
void print_overview(const Comparison& comparison, const std::vector<std::size_t>& terms) {
  std::size_t names = 6;
  for (const std::size_t policy : comparison.chosen) names = std::max(names, comparison.names[policy].size());
  fmt::print("\nRelative change against {} in {} (* the interval leaves out 0)\n", comparison.baseline,
             comparison.terms[terms.front()].years.text());
  for (std::size_t first = 0; first < terms.size();) {
    PrintedTable table{{"policy"}, {}, 0};
    for (const std::size_t policy : comparison.chosen) table.rows.push_back({comparison.names[policy]});
    std::size_t width = names;
    constexpr std::size_t least_cell = 11;
    std::size_t t = first;
    for (; t < terms.size(); ++t) {
      const std::string label = comparison.terms[terms[t]].label();
      width += 2 + std::max(least_cell, label.size());
      if (t > first && width > screen) break;
      table.headers.push_back(label);
      for (std::size_t p = 0; p < comparison.chosen.size(); ++p) {
        const Contrast& contrast = contrast_at(comparison, p, terms[t]);
        table.rows[p].push_back(change(contrast) + star(contrast));
      }
    }
    first = t;
    table.aligned = table.headers.size();
    print_table(table, TableFormat::text);
  }
}

std::vector<std::string> contrast_row(const Term& term, const Contrast& contrast, bool with_years) {
  std::vector<std::string> row{term.label()};
  if (with_years) row.push_back(term.years.text());
  row.insert(row.end(), {short_number(contrast.moments.baseline_mean, 4), short_number(contrast.moments.policy_mean, 4),
                         signed_number(contrast.moments.difference), interval_text(contrast.interval) + star(contrast),
                         change(contrast), percent(contrast.p_better), short_number(contrast.moments.variance_ratio()),
                         fmt::format("{}{}", contrast.n_pairs,
                                     contrast.n_without > 0 ? fmt::format(" -{}", contrast.n_without) : ""),
                         term.unit});
  return row;
}

void print_contrasts(const Comparison& comparison, const std::vector<std::size_t>& terms) {
  const YearWindow& years = comparison.terms[terms.front()].years;
  const bool with_years = std::ranges::any_of(terms, [&](std::size_t t) { return comparison.terms[t].years != years; });
  std::vector<std::string> headers{"indicator", "baseline", "policy", "difference", "interval",
                                   "relative",  "better",   "ratio",  "pairs",      "unit"};
  if (with_years) headers.insert(headers.begin() + 1, "years");
  for (std::size_t p = 0; p < comparison.chosen.size(); ++p) {
    PrintedTable table{headers, {}, headers.size()};
    for (const std::size_t t : terms)
      table.rows.push_back(contrast_row(comparison.terms[t], contrast_at(comparison, p, t), with_years));
    const std::string& policy = comparison.names[comparison.chosen[p]];
    fmt::print("\n{}\n", with_years ? policy : fmt::format("{}, {}", policy, years.text()));
    print_table(table, TableFormat::text);
  }
  fmt::print(
      "\n* the interval of the difference leaves out 0. better: share of pairs in which the policy is better. ratio: "
      "variance of\nthe paired difference over that of independent runs; 1 means that common random numbers save "
      "nothing.\n");
  if (std::ranges::any_of(comparison.contrasts, [](const Contrast& c) { return c.n_without > 0; }))
    fmt::print("-N after pairs: N more pairs lack the value in one run.\n");
}

void print_prices(const Comparison& comparison) {
  const std::size_t n_goals = comparison.pareto.goals.size();
  fmt::print("\nWhat each policy gains and what it costs\n");
  for (std::size_t p = 0; p < comparison.chosen.size(); ++p) {
    std::vector<std::string> gains, costs, unclear;
    for (std::size_t g = 0; g < n_goals; ++g) {
      const Contrast& contrast = comparison.prices[p * n_goals + g];
      const Term& goal = comparison.pareto.goals[g];
      if (contrast.gain())
        gains.push_back(fmt::format("{} {}", goal.name(), change(contrast)));
      else if (contrast.cost())
        costs.push_back(fmt::format("{} {}", goal.name(), change(contrast)));
      else
        unclear.push_back(goal.name());
    }
    fmt::print("{}\n", comparison.names[comparison.chosen[p]]);
    const auto print = [](const char* what, const std::vector<std::string>& words) {
      if (!words.empty()) fmt::print("{}\n", wrapped(fmt::format("    {:<8} ", what), words, 13));
    };
    print("gains", gains);
    print("costs", costs);
    print("unclear", unclear);
  }
}

void print_money(const Comparison& comparison) {
  std::vector<std::string> unequal;
  for (const CommittedMoney& money : comparison.money) {
    if (!money.equal)
      unequal.push_back(fmt::format("{} {}", comparison.names[money.policy], percentage_change(money.relative)));
  }
  if (comparison.money.empty()) return;
  if (unequal.empty()) {
    fmt::print("\nAll policies commit the same money as {} in {} (within 0.1 %).\n", comparison.baseline,
               comparison.money_years.text());
    return;
  }
  fmt::print(
      "\nPolicies that do not commit the same money as {} in {}, so that their effects are not of policy alone:\n",
      comparison.baseline, comparison.money_years.text());
  if (unequal.size() > most_printed) {
    const std::size_t others = unequal.size() - most_printed;
    unequal.resize(most_printed);
    unequal.push_back(fmt::format("{} others", others));
  }
  fmt::print("{}\n", wrapped("  ", unequal, 2));
}

void print_pareto(const Comparison& comparison) {
  const Pareto& pareto = comparison.pareto;
  if (pareto.members.empty()) return;
  const char* unit = comparison.units_are_replicates ? "replicate" : "future";
  fmt::print("\nPolicies that no other beats in one goal without losing in another (means over {} {}{})\n",
             pareto.n_units, unit, pareto.n_units == 1 ? "" : "s");
  std::size_t n_set = 0;
  PrintedTable table{{"policy", "in the set", "in resamples"}, {}, 0};
  for (const Term& goal : pareto.goals)
    table.headers.push_back(fmt::format("{} {}", goal.name(), goal_name(goal.goal)));
  for (const Pareto::Member& member : pareto.members) {
    if (pareto.members.size() > most_printed && !member.in_set) continue;
    if (++n_set > most_printed) continue;
    std::vector<std::string> row{comparison.names[member.policy], member.in_set ? "yes" : "no",
                                 percent(member.share_of_resamples)};
    for (const double mean : member.means) row.push_back(short_number(mean, 4));
    table.rows.push_back(std::move(row));
  }
  // Goals that do not fit beside one another go below.
  std::size_t width = 0;
  for (const Pareto::Member& member : pareto.members)
    width = std::max(width, comparison.names[member.policy].size() + 2);
  for (std::size_t column = 1; column < table.headers.size(); ++column) width += table.headers[column].size() + 2;
  if (width > screen) {
    for (std::size_t g = 0; g < pareto.goals.size(); ++g) {
      fmt::print("  ({}) {}\n", g + 1, table.headers[3 + g]);
      table.headers[3 + g] = fmt::format("({})", g + 1);
    }
  }
  table.aligned = table.headers.size();
  print_table(table, TableFormat::text);
  if (n_set > most_printed) fmt::print("… and {} more of the set\n", n_set - most_printed);
}

void print_regret(const Regret& regret) {
  const bool compared =
      std::ranges::any_of(regret.summaries, [](const auto& summary) { return summary.n_futures > 1; });
  if (!compared) {
    fmt::print(
        "\nRegret: no policy was run in more than one of these futures. Parameters that are not named in --futures "
        "count as parts of the policy: name all that were swept.\n");
    return;
  }
  fmt::print("\nRegret: how far a policy falls short of the best one of the same future, over {} futures of {}\n",
             regret.futures.size(), fmt::join(regret.axes, ", "));
  PrintedTable table{{"goal", "policy", "largest", "mean", "futures", ""}, {}, 6};
  for (const Regret::Summary& summary : regret.summaries) {
    if (regret.policies.size() > most_printed && !summary.minimax) continue;
    table.rows.push_back({regret.goals[summary.goal].name(), regret.policies[summary.policy],
                          short_number(summary.maximum), short_number(summary.mean),
                          fmt::format("{}", summary.n_futures), summary.minimax ? "minimax" : ""});
  }
  print_table(table, TableFormat::text);
}

std::string limit_text(const BoxInput& input, const BoxLimit& limit) {
  if (input.text) {
    std::vector<std::string> kept;
    for (std::size_t i = 0; i < input.labels.size(); ++i)
      if (limit.kept[i]) kept.push_back(input.labels[i]);
    return fmt::format("{} is {}", input.name, fmt::join(kept, " or "));
  }
  const bool below = std::isinf(limit.upper), above = std::isinf(limit.lower);
  if (below) return fmt::format("{} >= {}", input.name, short_number(limit.lower));
  if (above) return fmt::format("{} <= {}", input.name, short_number(limit.upper));
  return fmt::format("{} in [{}, {}]", input.name, short_number(limit.lower), short_number(limit.upper));
}

void print_boxes(const Comparison& comparison) {
  const BoxCases& cases = comparison.cases;
  const auto n_success = std::ranges::count(cases.success, true);
  std::vector<std::string> conditions;
  for (const Condition& condition : comparison.success)
    conditions.push_back(
        fmt::format("{} {} {}", condition.term.name(), condition.relation, short_number(condition.limit)));
  fmt::print(
      "\nSuccess, {}: {} of {} cases\n(a case is a scenario and combination of swept values, the mean over its "
      "replicates; quasi-p does not count the search)\n",
      fmt::join(conditions, " and "), n_success, cases.success.size());
  if (comparison.boxes->empty())
    fmt::print("  No box: none holds successes so densely that it is worth those it leaves out.\n");
  std::size_t number = 0;
  for (const SuccessBox& found : *comparison.boxes) {
    const BoxStep& box = found.box;
    fmt::print("  Box {}: {} of {} cases succeed (density {}), {} of all successes (coverage), {} of all cases\n",
               ++number, box.inside.n_success, box.inside.n, percent(box.inside.density()), percent(box.coverage),
               percent(box.mass));
    for (std::size_t i = 0; i < cases.inputs.size(); ++i) {
      if (!box.limits[i].limited()) continue;
      fmt::print("    {}  (quasi-p {:.2g})\n", limit_text(cases.inputs[i], box.limits[i]), box.limits[i].quasi_p);
    }
  }
}

}  // namespace

void print_comparison(const Comparison& comparison, bool all_years, bool all_indicators) {
  const Selection selection(comparison, all_years, all_indicators);
  const std::vector<std::size_t> terms = selection.terms();
  fmt::print("{}\n", head_line(comparison));
  const bool few = comparison.chosen.size() <= most_printed;
  if (!few) fmt::print("\nToo many to print one by one: choose some with --policies, or see --csv and --json.\n");
  if (few && !terms.empty()) {
    std::vector<std::size_t> last;
    for (const std::size_t t : terms)
      if (comparison.terms[t].years == comparison.windows.back()) last.push_back(t);
    constexpr std::size_t most_across = 24;
    if (comparison.chosen.size() > 1 && last.size() <= most_across) print_overview(comparison, last);
    print_contrasts(comparison, terms);
  }
  if (!comparison.pareto.goals.empty()) {
    if (few) print_prices(comparison);
    print_money(comparison);
    print_pareto(comparison);
  }
  if (comparison.regret) print_regret(*comparison.regret);
  if (comparison.boxes) print_boxes(comparison);
  if (!comparison.notes.empty()) fmt::print("\nNotes\n");
  for (const std::string& note : comparison.notes) fmt::print("{}\n", folded("  - " + note, 4));
  if (selection.hides_years() || selection.hides_indicators()) {
    fmt::print(
        "\nShown: {}{}.\n--years, --indicators, --by-category and --all show more; --csv and --json hold "
        "all.\n",
        selection.hides_indicators() ? "headline indicators" : "the chosen indicators",
        selection.hides_years() ? ", the last of the compared years" : "");
  }
}

}  // namespace innochain
