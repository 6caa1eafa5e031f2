#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "output/comparison/comparison.hpp"

namespace innochain {

namespace {

using Json = nlohmann::ordered_json;

/// Infinite and missing numbers are null.
Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json contrast_row(const Comparison& comparison, const Contrast& contrast, const Term& term) {
  const PairedMoments& moments = contrast.moments;
  return {{"policy", comparison.names[contrast.policy]},
          {"indicator", term.indicator},
          {"category", text_or_null(term.category)},
          {"label", term.label()},
          {"years", term.years.text()},
          {"unit", term.unit},
          {"baseline_mean", number(moments.baseline_mean)},
          {"mean", number(moments.policy_mean)},
          {"difference", number(moments.difference)},
          {"relative", number(contrast.relative)},
          {"lower", number(contrast.interval.lower)},
          {"upper", number(contrast.interval.upper)},
          {"p_value", number(contrast.p_value)},
          {"p_better", number(contrast.p_better)},
          {"p_better_lower", number(contrast.p_better_interval.lower)},
          {"p_better_upper", number(contrast.p_better_interval.upper)},
          {"p_higher", number(contrast.p_higher)},
          {"goal", text_or_null(goal_name(contrast.goal))},
          {"variance_ratio", number(moments.variance_ratio())},
          {"n_pairs", contrast.n_pairs},
          {"n_units", moments.n},
          {"n_without", contrast.n_without}};
}

Json price_row(const Comparison& comparison, const Contrast& contrast) {
  Json row = contrast_row(comparison, contrast, comparison.pareto.goals[contrast.term]);
  row["verdict"] = contrast.gain() ? "gain" : contrast.cost() ? "cost" : "unclear";
  return row;
}

Json money_json(const Comparison& comparison) {
  Json rows = Json::array();
  for (const CommittedMoney& money : comparison.money) {
    rows.push_back({{"policy", comparison.names[money.policy]},
                    {"years", comparison.money_years.text()},
                    {"baseline_mean", number(money.moments.baseline_mean)},
                    {"mean", number(money.moments.policy_mean)},
                    {"relative", number(money.relative)},
                    {"equal", money.equal}});
  }
  return rows;
}

Json pareto_json(const Comparison& comparison) {
  const Pareto& pareto = comparison.pareto;
  Json goals = Json::array(), set = Json::array(), values = Json::array();
  for (const Term& goal : pareto.goals)
    goals.push_back({{"label", goal.name()}, {"goal", goal_name(goal.goal)}, {"unit", goal.unit}});
  for (const Pareto::Member& member : pareto.members) {
    Json means = Json::array();
    for (const double mean : member.means) means.push_back(number(mean));
    if (member.in_set) set.push_back(comparison.names[member.policy]);
    values.push_back({{"policy", comparison.names[member.policy]},
                      {"means", means},
                      {"share_of_resamples", number(member.share_of_resamples)}});
  }
  return {{"goals", goals}, {"set", set}, {"values", values}, {"n_units", pareto.n_units}};
}

Json cell_json(const Regret& regret, const Regret::Cell& cell) {
  return {{"policy", regret.policies[cell.policy]},
          {"future", regret.futures[cell.future]},
          {"goal", regret.goals[cell.goal].name()},
          {"regret", number(cell.regret)}};
}

Json largest_regret_json(const Regret& regret) {
  Json rows = Json::array();
  for (const Regret::Summary& summary : regret.summaries) {
    rows.push_back({{"policy", regret.policies[summary.policy]},
                    {"goal", regret.goals[summary.goal].name()},
                    {"regret", number(summary.maximum)},
                    {"mean", number(summary.mean)},
                    {"n_futures", summary.n_futures},
                    {"minimax", summary.minimax}});
  }
  return rows;
}

Json limit_json(const BoxInput& input, const BoxLimit& limit) {
  Json row{{"input", input.name}};
  if (input.text) {
    Json labels = Json::array();
    for (std::size_t i = 0; i < input.labels.size(); ++i)
      if (limit.kept[i]) labels.push_back(input.labels[i]);
    row["values"] = labels;
  } else {
    row["lower"] = number(limit.lower);
    row["upper"] = number(limit.upper);
  }
  row["quasi_p"] = number(limit.quasi_p);
  return row;
}

Json step_json(const std::vector<BoxInput>& inputs, const BoxStep& step) {
  Json limits = Json::array();
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (step.limits[i].limited()) limits.push_back(limit_json(inputs[i], step.limits[i]));
  return {{"density", step.inside.density()},   {"coverage", step.coverage}, {"mass", step.mass}, {"n", step.inside.n},
          {"n_success", step.inside.n_success}, {"limits", limits}};
}

Json boxes_json(const Comparison& comparison) {
  Json boxes = Json::array();
  for (const SuccessBox& box : *comparison.boxes) {
    Json row = step_json(comparison.cases.inputs, box.box);
    row["chosen"] = box.chosen;
    row["trajectory"] = Json::array();
    for (const BoxStep& step : box.trajectory) {
      Json limits = step_json(comparison.cases.inputs, step);
      for (Json& limit : limits["limits"]) limit.erase("quasi_p");  // computed for the chosen box alone
      row["trajectory"].push_back(std::move(limits));
    }
    boxes.push_back(std::move(row));
  }
  return boxes;
}

Json head_json(const Comparison& comparison) {
  Json policies = Json::array();
  for (const std::size_t policy : comparison.chosen) policies.push_back(comparison.names[policy]);
  return {{"file", comparison.file},
          {"baseline", comparison.baseline},
          {"confidence", comparison.options.confidence},
          {"method", method_name(comparison.options)},
          {"simultaneous", comparison.options.simultaneous},
          {"by", comparison.by == PoliciesBy::arm ? "arm" : "scenario"},
          {"units", comparison.units_are_replicates ? "replicates" : "futures"},
          {"replicates", comparison.n_replicates},
          {"futures", comparison.n_futures},
          {"failed_runs", comparison.n_failed},
          {"notes", comparison.notes},
          {"policies", policies}};
}

std::string csv_value(const Json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? csv_field(value.get_ref<const std::string&>()) : value.dump();
}

/// `"key": value` for each item, without the braces around.
void write_members(const Json& object, TextFile& file) {
  for (const auto& [key, value] : object.items()) file.write(fmt::format("{}: {},\n", Json(key).dump(), value.dump()));
}

/// Rows go to the file one by one: as one document they would need several times their memory.
template <class Rows, class ToJson>
void write_rows(const char* name, const Rows& rows, ToJson to_json, TextFile& file) {
  file.write(fmt::format("\"{}\": [", name));
  const char* separator = "\n";
  for (const auto& row : rows) {
    file.write(separator);
    file.write(to_json(row).dump());
    separator = ",\n";
  }
  file.write("\n],\n");
}

void write_regret(const Regret& regret, TextFile& file) {
  file.write("\"regret\": {\n");
  write_members({{"future_axis", regret.axes}}, file);
  write_rows("table", regret.table, [&](const Regret::Cell& cell) { return cell_json(regret, cell); }, file);
  file.write(fmt::format("\"maximum\": {}\n}},\n", largest_regret_json(regret).dump()));
}

}  // namespace

void write_csv(const Comparison& comparison, TextFile& file) {
  Comparison nothing;
  nothing.names = {""};
  const Json empty = contrast_row(nothing, {}, {});
  std::vector<std::string> fields;
  for (const auto& [name, value] : empty.items()) fields.push_back(name);
  file.write(fmt::format("{}\n", fmt::join(fields, ",")));
  for (const Contrast& contrast : comparison.contrasts) {
    fields.clear();
    const Json row = contrast_row(comparison, contrast, comparison.terms[contrast.term]);
    for (const auto& [name, value] : row.items()) fields.push_back(csv_value(value));
    file.write(fmt::format("{}\n", fmt::join(fields, ",")));
  }
}

void write_json(const Comparison& comparison, TextFile& file) {
  file.write("{\n");
  write_members(head_json(comparison), file);
  const auto row = [&](const Contrast& contrast) {
    return contrast_row(comparison, contrast, comparison.terms[contrast.term]);
  };
  write_rows("contrasts", comparison.contrasts, row, file);
  const auto price = [&](const Contrast& contrast) { return price_row(comparison, contrast); };
  write_rows("price", comparison.prices, price, file);
  write_members({{"money", money_json(comparison)}, {"pareto", pareto_json(comparison)}}, file);
  if (comparison.regret)
    write_regret(*comparison.regret, file);
  else
    write_members({{"regret", nullptr}}, file);
  file.write(fmt::format("\"boxes\": {}\n}}\n", comparison.boxes ? boxes_json(comparison).dump() : "null"));
}

}  // namespace innochain
