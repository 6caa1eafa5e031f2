#include <algorithm>

#include "scenarios/reader/resolver.hpp"

/// The resolved scenario as text: one self-contained YAML document, and the list of origins.
namespace innochain {
namespace {

bool is_plain_word(std::string_view text) {
  const auto safe = [](char c) {
    return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '_' || c == '.' ||
           c == '-';
  };
  return !text.empty() && std::ranges::all_of(text, safe);
}

std::string scalar_text(const Node& node) {
  return !node.quoted && is_plain_word(node.text) ? node.text : quoted(node.text);
}

}  // namespace

std::string flow_text(const Node& node) {
  std::vector<std::string> parts;
  switch (node.kind) {
    case Node::Kind::null:
      return "null";
    case Node::Kind::scalar:
      return scalar_text(node);
    case Node::Kind::sequence:
      for (const Node& item : node.items) parts.push_back(flow_text(item));
      return fmt::format("[{}]", fmt::join(parts, ", "));
    case Node::Kind::mapping:
      break;
  }
  for (const Entry& entry : node.entries) parts.push_back(scalar_text(entry.key) + ": " + flow_text(entry.value));
  return fmt::format("{{{}}}", fmt::join(parts, ", "));
}

namespace {

std::string span_text(YearSpan years) {
  return fmt::format("[{}, {}]", years.first.value(), years.last.value());
}

std::string from_text(const Node* at) {
  if (!at) return "default";
  return at->file->starts_with("--set") ? *at->file : fmt::format("{}:{}", *at->file, at->line);
}

/// Calls `use(span)` for every run of years in which `same(a, b)` holds between neighbours.
template <class Same, class Use>
void for_each_run(YearSpan years, Same&& same, Use&& use) {
  Year first = years.first;
  for (Year year = years.first; year <= years.last; ++year) {
    if (year < years.last && same(year, year + 1)) continue;
    use(YearSpan{first, year});
    first = year + 1;
  }
}

std::string category_list(const System& system, const std::vector<CategoryId>& categories) {
  std::vector<std::string> names;
  for (const CategoryId category : categories) names.push_back(system.categories[category].name);
  return fmt::format("[{}]", fmt::join(names, ", "));
}

/// One share, or the years between which severity is linear: both ends of every run of equal years.
std::string severity_text(const Shock& shock) {
  const auto severity = [&](Year year) { return shock.severity[shock.years.index(year)]; };
  std::vector<std::string> steps;
  for_each_run(
      shock.years, [&](Year a, Year b) { return severity(a) == severity(b); },
      [&](YearSpan span) {
        const auto add = [&](Year year) {
          steps.push_back(fmt::format("{}: {}", year.value(), number_text(severity(year))));
        };
        if (span.first > shock.years.first) add(span.first);
        if (span.last < shock.years.last && (span.last > span.first || span.first == shock.years.first)) add(span.last);
      });
  return steps.empty() ? number_text(shock.severity.front()) : fmt::format("{{{}}}", fmt::join(steps, ", "));
}

}  // namespace

std::string system_text(const Node& system_document) {
  std::string text = "system:\n";
  for (const Entry& entry : system_document.entries) {
    if (!entry.value.is_sequence()) {
      text += fmt::format("  {}: {}\n", entry.key.text, flow_text(entry.value));
      continue;
    }
    text += fmt::format("  {}:{}\n", entry.key.text, entry.value.items.empty() ? " []" : "");
    for (const Node& item : entry.value.items) text += fmt::format("    - {}\n", flow_text(item));
  }
  return text;
}

std::string Resolver::yaml() const {
  const Params& p = params_;
  const YearSpan years = p.scale.years;
  std::string text = fmt::format("schema_version: 1\nname: {}\ntitle: {}\n", p.name, quoted(p.title));
  text += fmt::format("scale: {{years: {}, firms_per_agent: {}, proposals_per_agent: {}}}\n", span_text(years),
                      p.scale.firms_per_agent, p.scale.proposals_per_agent);
  text += "regimes:\n";
  for (const Regime& regime : p.regimes)
    text += fmt::format("  {}: {{years: {}, label: {}}}\n", regime.name, span_text(regime.years), quoted(regime.label));

  text += fmt::format("targets:{}\n", p.targets.empty() ? " []" : "");
  for (const TargetFields& target : targets_) {
    text += fmt::format("  - {{designation: {}, announced: {}, by: {}, stock: {}, plan: {}",
                        p.system.institution(target.designation).name, target.announced.value(), target.by.value(),
                        target.stock, target.plan);
    text += target.until ? fmt::format(", until: {}}}\n", target.until->value()) : "}\n";
  }
  text += "overrides:\n";
  for (const Lever& lever : table_->levers()) {
    const auto value = [&](Year year) { return table_->text(lever, p.levers_in(year)); };
    const bool announced = lever.kind == Lever::Kind::target &&
                           std::ranges::find(targets_, lever.designation, &TargetFields::designation) != targets_.end();
    for_each_run(
        years, [&](Year a, Year b) { return value(a) == value(b); },
        [&](YearSpan span) {
          const std::string shown = value(span.first);
          const bool unset =
              lever.kind == Lever::Kind::calls ? span == years && shown == "drawn" : shown.empty() && !announced;
          if (!unset)
            text += fmt::format("  - {{years: {}, lever: {}, value: {}}}\n", span_text(span), lever.path,
                                shown.empty() ? "none" : shown);
        });
  }
  text += shock_text() + "trace: {categories: " + trace_text() + "}\nparameters:\n";
  for (const ParameterSource& parameter : parameters_)
    text += fmt::format("  {}: {}\n", parameter.path, number_text(*parameter.value));
  return text + budget_text() + system_text(system_document_);
}

std::string Resolver::shock_text() const {
  std::string text = fmt::format("shocks:{}\n", params_.shocks.empty() ? " []" : "");
  for (const Shock& shock : params_.shocks) {
    text += fmt::format("  - {{name: {}, kind: {}, categories: {}, years: {}, severity_share: {}}}\n", shock.name,
                        shock.kind, category_list(params_.system, shock.categories), span_text(shock.years),
                        severity_text(shock));
  }
  return text;
}

std::string Resolver::trace_text() const {
  return category_list(params_.system, params_.traced_categories);
}

std::string Resolver::budget_text() const {
  std::string changes;
  for (const BudgetChange& change : budget_changes_) {
    if (!change.programme.exists()) continue;
    changes += fmt::format("    - {{years: {}, programme: {}, factor: {}}}\n", span_text(change.years),
                           params_.system.programmes[change.programme].name, number_text(change.factor));
  }
  const YearSpan years = params_.scale.years;
  const auto scale = [&](Year year) { return params_.budget_scale[years.index(year)]; };
  for_each_run(
      years, [&](Year a, Year b) { return scale(a) == scale(b); },
      [&](YearSpan span) {
        if (scale(span.first) != 1.0)
          changes += fmt::format("    - {{years: {}, factor: {}}}\n", span_text(span), number_text(scale(span.first)));
      });
  return changes.empty() ? "" : "budget:\n  changes:\n" + changes;
}

void Resolver::add_shock_origins(std::vector<Origin>& list) const {
  for (const Shock& shock : params_.shocks) {
    const std::string path = "shocks." + shock.name, from = from_text(shock_sources_.at(shock.name));
    list.push_back({path + ".kind", shock.kind, from});
    list.push_back({path + ".categories", category_list(params_.system, shock.categories), from});
    const auto severity = [&](Year year) { return shock.severity[shock.years.index(year)]; };
    for_each_run(
        shock.years, [&](Year a, Year b) { return severity(a) == severity(b); },
        [&](YearSpan span) {
          list.push_back(
              {fmt::format("{}.severity_share@{}", path, years_text(span)), number_text(severity(span.first)), from});
        });
  }
}

std::vector<Origin> Resolver::origins() const {
  const Params& p = params_;
  std::vector<Origin> list;
  const auto scale = [&](const std::string& key, std::string value) {
    const auto at = scale_sources_.find(key);
    list.push_back({"scale." + key, std::move(value), from_text(at == scale_sources_.end() ? nullptr : at->second)});
  };
  scale("years", span_text(p.scale.years));
  scale("firms_per_agent", std::to_string(p.scale.firms_per_agent));
  scale("proposals_per_agent", std::to_string(p.scale.proposals_per_agent));
  for (const MergedRegime& regime : regimes_) {
    list.push_back({"regimes." + regime.name, span_text(*regime.fields.years), from_text(regime.at)});
  }
  for (std::size_t i = 0; i < table_->levers().size(); ++i) {
    const Lever& lever = table_->levers()[i];
    const auto value = [&](Year year) { return table_->text(lever, p.levers_in(year)); };
    for_each_run(
        p.scale.years,
        [&](Year a, Year b) { return value(a) == value(b) && history_->source(i, a) == history_->source(i, b); },
        [&](YearSpan span) {
          const auto& source = history_->source(i, span.first);
          const bool designation = lever.designation.exists();
          if (designation && !source.at) return;
          const std::string shown = value(span.first);
          list.push_back({fmt::format("levers.{}@{}", lever.path, years_text(span)), shown.empty() ? "none" : shown,
                          from_text(source.at) + (source.composite ? " (centralization)" : "")});
        });
  }
  for (const TargetFields& target : targets_) {
    list.push_back(
        {fmt::format("targets.{}@{}", p.system.institution(target.designation).name, target.announced.value()),
         fmt::format("{} by {}", target.stock, target.by.value()), from_text(target.at)});
  }
  add_shock_origins(list);
  list.push_back({"trace.categories", trace_text(), from_text(trace_source_)});
  for (const ParameterSource& parameter : parameters_) {
    const bool of_designation =
        parameter.path.starts_with("approvals.kappa.") || parameter.path.starts_with("approvals.saturation_share.");
    list.push_back({"parameters." + parameter.path, number_text(*parameter.value),
                    !parameter.at && of_designation ? "system" : from_text(parameter.at)});
  }
  for_each_run(
      p.scale.years,
      [&](Year a, Year b) { return p.budget_scale[p.scale.years.index(a)] == p.budget_scale[p.scale.years.index(b)]; },
      [&](YearSpan span) {
        const double factor = p.budget_scale[p.scale.years.index(span.first)];
        const Node* at = nullptr;
        for (const ScenarioDocument& document : chain_) {
          if (const Node* budget = document.document.find("budget")) at = budget;
        }
        list.push_back(
            {"budget.scale@" + years_text(span), number_text(factor), factor == 1.0 ? "default" : from_text(at)});
      });
  return list;
}

}  // namespace innochain
