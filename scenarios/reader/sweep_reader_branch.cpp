#include <algorithm>
#include <cmath>

#include "scenarios/reader/resolver.hpp"
#include "scenarios/reader/sweep_reader.hpp"

/// `branch_from`: whether all arms share the years before it.
namespace innochain {
namespace {

/// The system of a resolved scenario, as text.
std::string_view system_of(const std::string& yaml) {
  const std::size_t at = yaml.find("\nsystem:\n");
  return at == std::string::npos ? std::string_view() : std::string_view(yaml).substr(at + 1);
}

/// Where two values first differ, as a path; empty where they do not.
std::string first_difference(const Node& a, const Node& b, const std::string& path) {
  if (a.kind != b.kind || a.text != b.text || a.items.size() != b.items.size() || a.entries.size() != b.entries.size())
    return path;
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    const std::string found = first_difference(a.items[i], b.items[i], join(path, i));
    if (!found.empty()) return found;
  }
  for (std::size_t i = 0; i < a.entries.size(); ++i) {
    if (a.entries[i].key.text != b.entries[i].key.text) return path;
    const std::string found =
        first_difference(a.entries[i].value, b.entries[i].value, join(path, a.entries[i].key.text));
    if (!found.empty()) return found;
  }
  return "";
}

std::string system_difference(const Resolved& a, const Resolved& b) {
  const std::string_view one = system_of(a.yaml), other = system_of(b.yaml);
  if (one == other) return "";
  std::vector<Problem> none;
  return first_difference(parse_document(one, "system", none), parse_document(other, "system", none), "");
}

std::string parameter_difference(const Params& a, const Params& b) {
  std::vector<double> values;
  visit_parameters(a.parameters, [&](double value, const Declaration&) { values.push_back(value); });
  std::string found;
  std::size_t i = 0;
  visit_parameters(b.parameters, [&](double value, const Declaration& declaration) {
    if (value != values[i++] && found.empty())
      found =
          fmt::format("parameters.{} ({} and {})", declaration.path, number_text(values[i - 1]), number_text(value));
  });
  for (const DesignationId k : all<DesignationId>(a.system.n_designations())) {
    const std::string& name = a.system.institution(k).name;
    if (found.empty() && a.kappa[k] != b.kappa[k]) found = "parameters.approvals.kappa." + name;
    if (found.empty() && a.saturation_share[k] != b.saturation_share[k])
      found = "parameters.approvals.saturation_share." + name;
  }
  return found;
}

std::string lever_difference(const LeverTable& table, const Params& a, const Params& b, Year branch) {
  for (Year year = a.scale.years.first; year < branch; ++year) {
    for (const Lever& lever : table.levers()) {
      const std::string one = table.text(lever, a.levers_in(year)), other = table.text(lever, b.levers_in(year));
      if (one == other) continue;
      return fmt::format("levers.{} in {} ({} and {})", lever.path, year.value(), one.empty() ? "none" : one,
                         other.empty() ? "none" : other);
    }
  }
  return "";
}

std::string money_difference(const Params& a, const Params& b, Year branch) {
  for (Year year = a.scale.years.first; year < branch; ++year) {
    const std::size_t i = a.scale.years.index(year), k = a.inputs.years.index(year);
    if (a.budget_scale[i] != b.budget_scale[i]) return fmt::format("budget in {}", year.value());
    for (const ProgrammeId programme : all<ProgrammeId>(a.system.programmes.size())) {
      if (a.inputs.budget_mcny[programme][k] != b.inputs.budget_mcny[programme][k])
        return fmt::format("budget of {} in {}", a.system.programmes[programme].name, year.value());
    }
  }
  return "";
}

/// What happens before the branch.
std::vector<Shock> shocks_before(const Params& params, Year branch) {
  std::vector<Shock> shocks;
  for (Shock shock : params.shocks) {
    if (branch <= shock.years.first) continue;
    shock.years.last = std::min(shock.years.last, branch - 1);
    shock.severity.resize(shock.years.size());
    shocks.push_back(std::move(shock));
  }
  return shocks;
}

std::string shock_difference(const Params& a, const Params& b, Year branch) {
  const std::vector<Shock> one = shocks_before(a, branch), other = shocks_before(b, branch);
  const auto same = [](const Shock& x, const Shock& y) {
    return x.name == y.name && x.kind == y.kind && x.categories == y.categories && x.years == y.years &&
           x.severity == y.severity;
  };
  const auto [x, y] = std::ranges::mismatch(one, other, same);
  if (x == one.end() && y == other.end()) return "";
  return "shocks." + (x == one.end() ? y->name : x->name);
}

std::string target_difference(const Params& a, const Params& b, Year branch) {
  const auto before = [&](const Params& params) {
    std::vector<Target> targets = params.targets;
    std::erase_if(targets, [&](const Target& target) { return branch <= target.announced; });
    return targets;
  };
  const auto same = [](const Target& x, const Target& y) {
    return x.designation == y.designation && x.announced == y.announced && x.by == y.by && x.stock == y.stock &&
           x.plan == y.plan;
  };
  const std::vector<Target> one = before(a), other = before(b);
  const auto [x, y] = std::ranges::mismatch(one, other, same);
  if (x == one.end() && y == other.end()) return "";
  const Target& first = x == one.end() ? *y : *x;
  return fmt::format("targets.{}, announced in {}", a.system.institution(first.designation).name,
                     first.announced.value());
}

std::string scale_difference(const Scale& a, const Scale& b) {
  if (a.years != b.years) return "scale.years";
  if (a.firms_per_agent != b.firms_per_agent) return "scale.firms_per_agent";
  return a.proposals_per_agent != b.proposals_per_agent ? "scale.proposals_per_agent" : "";
}

/// The first thing of the years before the branch in which two scenarios differ; empty if they share them.
std::string difference_before(const LeverTable& table, const Resolved& a, const Resolved& b, Year branch) {
  std::string found = scale_difference(a.params.scale, b.params.scale);
  if (found.empty()) found = system_difference(a, b);
  if (!found.empty()) return found;  // the rest is not comparable
  found = parameter_difference(a.params, b.params);
  if (found.empty()) found = lever_difference(table, a.params, b.params, branch);
  if (found.empty()) found = target_difference(a.params, b.params, branch);
  if (found.empty()) found = shock_difference(a.params, b.params, branch);
  if (found.empty()) found = money_difference(a.params, b.params, branch);
  if (found.empty() && a.params.traced_categories != b.params.traced_categories) found = "trace.categories";
  return found;
}

}  // namespace

void SweepReader::check_branch() {
  if (!fields_.branch_from) return;
  const Year branch = *fields_.branch_from;
  const Node& at = *document_.find("branch_from");
  const YearSpan years = sweep_.scenarios[0].params.scale.years;
  if (branch <= years.first || years.last < branch) {
    scope_.error(at, "branch_from",
                 fmt::format("{} leaves no history to share (from {} to {})", branch.value(), years.first.value() + 1,
                             years.last.value()));
    return;
  }
  sweep_.branch_from = branch;
  for (const Draft& draft : drafts_) {
    if (!draft.in[0]->lever) {
      scope_.error(*draft.at, draft.where,
                   fmt::format("`{}` acts from the first year, before branch_from {} (only levers can be varied then)",
                               draft.path, branch.value()));
    } else if (!draft.years || draft.years->first < branch) {
      scope_.error(
          *draft.at, draft.where,
          fmt::format("`{}` acts from {}, before branch_from {} (add years: [{}, {}])", draft.path,
                      draft.years ? draft.years->first.value() : years.first.value(), branch.value(), branch.value(),
                      draft.years ? std::max(draft.years->last, branch).value() : years.last.value()));
    }
  }
  for (std::size_t s = 1; s < sweep_.scenarios.size(); ++s) {
    const std::string found =
        difference_before(sweepables_[0].levers(), sweep_.scenarios[0], sweep_.scenarios[s], branch);
    if (found.empty()) continue;
    scope_.error(*scenario_places_[s].first, scenario_places_[s].second,
                 fmt::format("differs from `{}` before branch_from {}: {} (all arms share those years)",
                             sweep_.scenario_names[0], branch.value(), found));
  }
}

}  // namespace innochain
