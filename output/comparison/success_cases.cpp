#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include "output/comparison/contrasts.hpp"
#include "output/comparison/success_boxes.hpp"

namespace innochain {

namespace {

Condition parse_condition(std::span<const IndicatorInFile> indicators, const std::string& text,
                          const std::vector<int>& years) {
  const std::size_t at = text.find_first_of("<>");
  if (at == std::string::npos) throw CannotCompare(fmt::format("`{}`: no limit (self_reliance@2035>0.7)", text));
  const std::size_t length = text.substr(at).starts_with(">=") || text.substr(at).starts_with("<=") ? 2 : 1;
  Condition condition{parse_term(indicators, text.substr(0, at), years), text.substr(at, length), 0.0};
  const std::string_view number = std::string_view(text).substr(at + length);
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), condition.limit);
  if (error != std::errc() || end != number.data() + number.size() || !std::isfinite(condition.limit))
    throw CannotCompare(fmt::format("`{}`: `{}` is not a number", text, number));
  return condition;
}

/// Where a case has its first run, and its sums.
struct Case {
  std::size_t run = 0;
  std::vector<double> sums;
  double n = 0;
};

std::vector<Case> collect_cases(const ComparedFile& file, const std::vector<Condition>& conditions) {
  std::vector<Term> terms;
  for (const Condition& condition : conditions) terms.push_back(condition.term);
  const auto values = read_all_terms(file, terms);
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> places;
  std::vector<Case> cases;
  for (std::size_t r = 0; r < file.n_runs(); ++r) {
    const ComparedRun& run = file.runs()[r];
    if (run.failed) continue;
    const auto [place, added] = places.try_emplace({run.scenario, run.point}, cases.size());
    if (added) cases.push_back({r, std::vector<double>(terms.size(), 0.0), 0.0});
    Case& here = cases[place->second];
    here.n += 1.0;
    for (std::size_t t = 0; t < terms.size(); ++t) here.sums[t] += values[t][r];
  }
  std::erase_if(cases,
                [](const Case& c) { return std::ranges::any_of(c.sums, [](double s) { return std::isnan(s); }); });
  return cases;
}

BoxInput scenario_input(const ComparedFile& file, const std::vector<Case>& cases) {
  BoxInput input{"scenario", true, file.scenarios(), {}};
  for (const Case& c : cases) input.values.push_back(file.runs()[c.run].scenario);
  return input;
}

BoxInput swept_input(const SweptColumn& column, const std::vector<Case>& cases) {
  BoxInput input{column.name, column.text, column.labels, {}};
  for (const Case& c : cases) {
    double value = column.values[c.run];
    if (column.text && std::isnan(value)) {  // an arm without this axis is a kind of its own
      if (input.labels.size() == column.labels.size()) input.labels.emplace_back("none");
      value = static_cast<double>(column.labels.size());
    }
    input.values.push_back(value);
  }
  return input;
}

bool varies(const BoxInput& input) {
  const auto differs = [&](double value) {
    return value != input.values.front() && !(std::isnan(value) && std::isnan(input.values.front()));
  };
  return std::ranges::any_of(input.values, differs);
}

}  // namespace

bool Condition::holds(double value) const {
  if (relation == ">") return value > limit;
  if (relation == ">=") return value >= limit;
  if (relation == "<") return value < limit;
  return value <= limit;
}

std::vector<Condition> parse_success(std::span<const IndicatorInFile> indicators, std::string_view text,
                                     const std::vector<int>& years) {
  std::vector<Condition> conditions;
  for (const std::string& part : split_list(text)) conditions.push_back(parse_condition(indicators, part, years));
  return conditions;
}

BoxCases cases_of(const ComparedFile& file, const std::vector<Condition>& conditions,
                  const std::vector<std::string>& inputs) {
  std::vector<const SweptColumn*> columns;
  bool with_scenario = inputs.empty();
  for (const std::string& name : inputs) {
    if (name == "scenario")
      with_scenario = true;
    else
      columns.push_back(&file.swept(name));
  }
  if (inputs.empty()) {
    for (const SweptColumn& column : file.swept()) columns.push_back(&column);
  }
  const std::vector<Case> cases = collect_cases(file, conditions);
  if (cases.empty()) throw CannotCompare("no finished run has the indicators of --success");
  BoxCases result;
  if (with_scenario) result.inputs.push_back(scenario_input(file, cases));
  for (const SweptColumn* column : columns) result.inputs.push_back(swept_input(*column, cases));
  std::erase_if(result.inputs, [](const BoxInput& input) { return !varies(input); });
  if (result.inputs.empty())
    throw CannotCompare(
        "nothing differs between the runs that could separate success from failure (a sweep with axes "
        "or several scenarios is needed)");
  for (const Case& c : cases) {
    bool success = true;
    for (std::size_t i = 0; i < conditions.size(); ++i) success = success && conditions[i].holds(c.sums[i] / c.n);
    result.success.push_back(success);
  }
  return result;
}

}  // namespace innochain
