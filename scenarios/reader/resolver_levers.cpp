#include <algorithm>
#include <limits>

#include "scenarios/reader/resolver.hpp"

/// The lever settings of one file, in the order in which they apply: regimes, targets, calls, overrides.
namespace innochain {

void Resolver::apply_layer(std::size_t layer) {
  const ScenarioFields& fields = files_[layer];
  const Node& document = chain_[layer].document;
  std::vector<LeverSetting> settings;
  if (fields.regimes && fields.regimes->is_mapping()) add_regime_settings(*fields.regimes, settings);
  add_target_settings(fields, settings);
  if (fields.calls) add_call_settings(*fields.calls, settings);
  add_override_settings(fields, document, settings);
  history_->apply_layer(settings, notes_);
  merge_shocks(fields, document);
  merge_trace(fields.trace, document);
  if (fields.parameters) apply_parameters(*fields.parameters);
  budget_changes_.insert(budget_changes_.end(), fields.budget.changes.begin(), fields.budget.changes.end());
}

void Resolver::add_setting(const std::string& lever, const Node& key, const Node& value, const std::string& path,
                           YearSpan years, std::vector<LeverSetting>& settings) {
  const auto place = table_->find(lever);
  if (!place) {
    scope_.error(key, path,
                 fmt::format("lever `{}` is not known (`innochain describe levers` lists them).{}", lever,
                             did_you_mean(lever, table_->paths())));
    return;
  }
  LeverEffect effect = table_->read_value(scope_, table_->levers()[*place], value, path, years);
  if (effect) settings.push_back({*place, std::move(effect), years, &value});
}

void Resolver::add_regime_settings(const Node& regimes, std::vector<LeverSetting>& settings) {
  for (const Entry& entry : regimes.entries) {
    const auto merged = std::ranges::find(regimes_, entry.key.text, &MergedRegime::name);
    if (merged == regimes_.end() || !merged->fields.years) continue;
    const YearSpan years = *merged->fields.years;
    const std::string path = join("regimes", entry.key.text);
    if (const Node* era = entry.value.find("era")) add_setting("era", *era, *era, path + ".era", years, settings);
    const Node* levers = entry.value.find("levers");
    if (!levers) continue;
    flatten(scope_, *levers, path + ".levers", table_->paths(),
            [&](const std::string& lever, const Node& key, const Node& value) {
              add_setting(lever, key, value, join(path + ".levers", lever), years, settings);
            });
  }
}

void Resolver::add_target_settings(const ScenarioFields& fields, std::vector<LeverSetting>& settings) {
  for (const TargetFields& target : fields.targets) {
    const auto same = std::ranges::find_if(targets_, [&](const TargetFields& other) {
      return other.designation == target.designation && other.announced == target.announced && other.by == target.by;
    });
    if (same == targets_.end())
      targets_.push_back(target);
    else
      *same = target;
  }
  const Year last = params_.scale.years.last;
  for (const TargetFields& target : fields.targets) {
    const DesignationId k = target.designation;
    if (!k.exists()) continue;
    const auto place = table_->find(join("targets", params_.system.institution(k).name));
    if (!place) {
      scope_.error(*target.at, "targets",
                   fmt::format("`{}` has no calls, so that a target has no effect (its members are admitted otherwise)",
                               params_.system.institution(k).name));
      continue;
    }
    for (Year year = target.announced; year <= last; ++year) {
      const TargetFields* valid = target_in_force(targets_, k, year);
      const double stock = valid ? valid->stock : std::numeric_limits<double>::quiet_NaN();
      settings.push_back({*place,
                          [=](Levers& levers, Year) { levers.target[k] = stock; },
                          {year, year},
                          valid ? valid->at : target.at});
    }
  }
}

void Resolver::add_call_settings(const Node& calls, std::vector<LeverSetting>& settings) {
  if (!calls.is_mapping()) return expect_kind(scope_, calls, "calls", "a mapping of designations to their calls");
  if (const Node* end = calls.find("window_end")) read(scope_, *end, "calls.window_end", YearKind{}, window_end_);
  std::vector<std::string> names{"window_end"};
  for (const Lever& lever : table_->levers()) {
    if (lever.kind == Lever::Kind::calls) names.push_back(params_.system.institution(lever.designation).name);
  }
  for (const Entry& entry : calls.entries) {
    if (entry.key.text == "window_end") continue;
    const std::string path = join("calls", entry.key.text);
    const auto place = table_->find(path);
    if (!place) {
      scope_.error(entry.key, path,
                   fmt::format("is not a designation with calls.{}", did_you_mean(entry.key.text, names)));
      continue;
    }
    CallFields fields;
    if (!read(scope_, entry.value, path, NestedKind{}, fields)) continue;
    LeverEffect effect = call_effect(fields, table_->levers()[*place].designation, window_end_);
    settings.push_back({*place, std::move(effect), params_.scale.years, &entry.value});
  }
}

void Resolver::add_override_settings(const ScenarioFields& fields, const Node& document,
                                     std::vector<LeverSetting>& settings) {
  for (std::size_t i = 0; i < fields.overrides.size(); ++i) {
    const OverrideFields& setting = fields.overrides[i];
    const Node& item = document.find("overrides")->items[i];
    const std::string path = join("overrides", i);
    const Node* lever = item.find("lever");
    if (!lever || !as_text(*lever) || !setting.value) continue;
    const YearSpan years = setting.years.value_or(params_.scale.years);
    add_setting(setting.lever, *lever, *setting.value, path, years, settings);
    note_outside(years, item, path);
    const auto place = table_->find(setting.lever);
    if (!place || table_->levers()[*place].kind != Lever::Kind::target || !setting.value->is_mapping()) continue;
    std::vector<Problem> reported_already;
    Scope quiet{reported_already};
    const auto targets = read_target_path(quiet, *setting.value, path, table_->levers()[*place].designation, years);
    if (targets) announce(*targets, years, *setting.value);
  }
}

void Resolver::note_outside(YearSpan years, const Node& at, const std::string& path) {
  const YearSpan simulated = params_.scale.years;
  if (simulated.first <= years.last && years.first <= simulated.last) return;
  notes_.push_back(problem_at(
      at, path,
      fmt::format("has no effect: {} is outside the simulated years {}", years_text(years), years_text(simulated)),
      Problem::Kind::note));
}

void Resolver::announce(const std::vector<Target>& path, YearSpan years, const Node& at) {
  std::erase_if(targets_, [&](const TargetFields& target) {
    return target.designation == path.front().designation && years.contains(target.announced);
  });
  for (const Target& target : path) {
    TargetFields fields;
    static_cast<Target&>(fields) = target;
    fields.until = years.last;
    fields.at = &at;
    targets_.push_back(fields);
  }
}

}  // namespace innochain
