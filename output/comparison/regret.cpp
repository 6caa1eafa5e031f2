#include "output/comparison/regret.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "output/comparison/contrasts.hpp"
#include "sim/core/maths.hpp"

namespace innochain {

namespace {

/// Policy and future of every run.
struct Split {
  std::vector<std::string> axes, policies, futures;
  std::vector<std::uint32_t> policy_of_run, future_of_run;
};

/// "param.levers.centralization" → "centralization".
std::string short_name(const SweptColumn& column) {
  return column.name.substr(column.name.rfind('.') + 1);
}

std::string value_text(const SweptColumn& column, std::size_t run) {
  return fmt::format("{}={}", short_name(column), column.text_of(run));
}

Split split_by_parameters(const ComparedFile& file, std::string_view names) {
  Split split;
  NumberedNames policy(split.policies), future(split.futures);
  std::vector<const SweptColumn*> columns;
  for (const std::string& name : split_list(names)) {
    columns.push_back(&file.swept(name));
    split.axes.push_back(columns.back()->name);
  }
  const auto makes_future = [&](const SweptColumn& column) {
    return std::ranges::find(columns, &column) != columns.end();
  };
  for (std::size_t run = 0; run < file.n_runs(); ++run) {
    std::string policy_name = file.scenarios()[file.runs()[run].scenario];
    std::vector<std::string> future_names;
    for (const SweptColumn& column : file.swept()) {
      if (!makes_future(column) && !std::isnan(column.values[run])) policy_name += ", " + value_text(column, run);
    }
    for (const SweptColumn* column : columns) future_names.push_back(value_text(*column, run));
    split.policy_of_run.push_back(policy(policy_name));
    split.future_of_run.push_back(future(fmt::format("{}", fmt::join(future_names, ", "))));
  }
  return split;
}

/// What the `*` of a pattern stands for in a name, if the name fits.
std::optional<std::string> starred(const std::string& pattern, const std::string& name) {
  const std::size_t star = pattern.find('*');
  const std::string before = pattern.substr(0, star), after = pattern.substr(star + 1);
  if (name.size() <= before.size() + after.size() || !name.starts_with(before) || !name.ends_with(after))
    return std::nullopt;
  return name.substr(before.size(), name.size() - before.size() - after.size());
}

Split split_by_scenario(const ComparedFile& file, const std::string& pattern) {
  if (std::ranges::count(pattern, '*') != 1)
    throw CannotCompare(fmt::format("`scenario={}`: one * is due, which stands for the policy", pattern));
  Split split{{"scenario=" + pattern}, {}, {"*", pattern}, {}, {}};
  NumberedNames policy(split.policies);
  bool any = false;
  for (const ComparedRun& run : file.runs()) {
    const std::string& scenario = file.scenarios()[run.scenario];
    const auto star = starred(pattern, scenario);
    any = any || star;
    std::string arm = file.arms()[run.arm];  // "SCENARIO, axis=value": the rest belongs to the policy
    const std::string rest = arm.starts_with(scenario) ? arm.substr(scenario.size()) : ", " + arm;
    split.policy_of_run.push_back(policy(star.value_or(scenario) + rest));
    split.future_of_run.push_back(star ? 1 : 0);
  }
  if (!any) throw NotInFile(fmt::format("no scenario fits `{}`", pattern), pattern, file.scenarios());
  return split;
}

Split split_runs(const ComparedFile& file, std::string_view futures) {
  constexpr std::string_view by_scenario = "scenario=";
  return futures.starts_with(by_scenario) ? split_by_scenario(file, std::string(futures.substr(by_scenario.size())))
                                          : split_by_parameters(file, futures);
}

/// Mean of a goal by future and policy; NaN where there is no run.
std::vector<double> means_by_cell(const ComparedFile& file, const Split& split, const std::vector<double>& values) {
  const std::size_t n_policies = split.policies.size();
  std::vector<double> sums(n_policies * split.futures.size(), 0.0), n(sums.size(), 0.0);
  for (std::size_t run = 0; run < values.size(); ++run) {
    if (file.runs()[run].failed || std::isnan(values[run])) continue;
    const std::size_t cell = split.future_of_run[run] * n_policies + split.policy_of_run[run];
    sums[cell] += values[run];
    n[cell] += 1.0;
  }
  for (std::size_t cell = 0; cell < sums.size(); ++cell) sums[cell] = n[cell] > 0.0 ? sums[cell] / n[cell] : maths::nan;
  return sums;
}

void add_goal(const Split& split, const std::vector<double>& means, std::uint32_t goal, Regret& regret) {
  const std::size_t n_policies = split.policies.size();
  std::vector<Regret::Summary> summaries;
  for (std::uint32_t p = 0; p < n_policies; ++p) summaries.push_back({p, goal, 0.0, 0.0, 0});
  for (std::uint32_t f = 0; f < split.futures.size(); ++f) {
    double best = maths::nan;
    for (std::size_t p = 0; p < n_policies; ++p) {
      const double value = towards(regret.goals[goal].goal, means[f * n_policies + p]);
      if (!std::isnan(value) && !(best >= value)) best = value;
    }
    for (std::uint32_t p = 0; p < n_policies; ++p) {
      const double value = towards(regret.goals[goal].goal, means[f * n_policies + p]);
      if (std::isnan(value)) continue;
      regret.table.push_back({p, f, goal, best - value});
      summaries[p].maximum = std::max(summaries[p].maximum, best - value);
      summaries[p].mean += best - value;
      ++summaries[p].n_futures;
    }
  }
  double smallest = std::numeric_limits<double>::infinity();
  for (Regret::Summary& summary : summaries) {
    summary.mean = summary.n_futures > 0 ? summary.mean / static_cast<double>(summary.n_futures) : maths::nan;
    if (summary.n_futures == 0) summary.maximum = maths::nan;
    if (summary.n_futures == split.futures.size()) smallest = std::min(smallest, summary.maximum);
  }
  for (Regret::Summary& summary : summaries) {
    summary.minimax = summary.n_futures == split.futures.size() && summary.maximum == smallest;
    regret.summaries.push_back(summary);
  }
}

}  // namespace

Regret regret_across(const ComparedFile& file, std::string_view futures, const std::vector<Term>& goals) {
  const Split split = split_runs(file, futures);
  if (split.policies.size() < 2)
    throw CannotCompare(fmt::format("`{}` leaves one policy, {}: regret needs two", futures, split.policies.front()));
  Regret regret{split.axes, split.policies, split.futures, goals, {}, {}};
  const auto values = read_all_terms(file, goals);
  for (std::uint32_t goal = 0; goal < goals.size(); ++goal)
    add_goal(split, means_by_cell(file, split, values[goal]), goal, regret);
  return regret;
}

}  // namespace innochain
