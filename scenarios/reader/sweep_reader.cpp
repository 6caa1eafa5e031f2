#include "scenarios/reader/sweep_reader.hpp"

#include <algorithm>

#include "scenarios/reader/resolver.hpp"
#include "scenarios/reader/settings.hpp"

namespace innochain {
namespace {

constexpr std::string_view settings_prefix = "--set ";

/// A setting of the file as --set would say it, and nothing if it is neither text nor `path: value`.
std::optional<std::string> setting_text(Scope& scope, const Node& item, const std::string& path) {
  const auto text = as_text(item);
  if (!text) expect_kind(scope, item, path, "a setting such as scale.firms_per_agent=100");
  return text;
}

auto place_of(const Problem& problem) {
  return std::tie(problem.file, problem.line, problem.column, problem.path, problem.message);
}

}  // namespace

void sort_and_join(std::vector<Problem>& problems) {
  std::ranges::stable_sort(problems, {}, place_of);
  const auto [first, last] = std::ranges::unique(problems, {}, place_of);
  problems.erase(first, last);
}

std::vector<std::pair<std::string, const Node*>> settings_in(Scope& scope, const Node& set) {
  std::vector<std::pair<std::string, const Node*>> settings;
  if (set.is_mapping()) {
    for (const Entry& entry : set.entries)
      settings.emplace_back(entry.key.text + "=" + flow_text(entry.value), &entry.key);
  } else if (set.is_sequence()) {
    for (std::size_t i = 0; i < set.items.size(); ++i)
      if (auto setting = setting_text(scope, set.items[i], join("set", i)))
        settings.emplace_back(std::move(*setting), &set.items[i]);
  } else {
    expect_kind(scope, set, "set", "a mapping {path: value, …} or a list of path=value");
  }
  return settings;
}

void place_in_set(Problem& problem, const std::map<std::string, const Node*>& places) {
  if (!problem.file.starts_with(settings_prefix)) return;
  const auto own = places.find(problem.file.substr(settings_prefix.size()));
  if (own == places.end()) return;
  const Problem here = problem_at(*own->second, "set", "");
  problem.file = here.file, problem.line = here.line, problem.column = here.column;
  problem.path = problem.path.empty() ? "set" : "set: " + problem.path;
}

SweepReader::SweepReader(std::filesystem::path file, ReadOptions options)
    : file_(std::move(file)), options_(std::move(options)) {}

void SweepReader::stop() {
  sort_and_join(problems_);
  throw InputError(problems_);
}

void SweepReader::read_parameter_source(const std::string& source) {
  sweep_.parameter_source = source;
  if (source == "default" || source == "prior" || source == "posterior") return;
  const std::filesystem::path path = (file_.parent_path() / source).lexically_normal();
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error))
    problems_.push_back(problem_at(
        *document_.find("parameters")->find("source"), "parameters.source",
        fmt::format("is neither default, prior nor posterior, and there is no file {}", path.generic_string()),
        Problem::Kind::missing));
  sweep_.parameter_source = path.string();
}

void SweepReader::read_settings() {
  if (!fields_.set) return;
  std::vector<std::string> own;
  for (auto& [setting, at] : settings_in(scope_, *fields_.set)) {
    setting_places_[setting] = at;
    own.push_back(std::move(setting));
  }
  options_.settings.insert(options_.settings.begin(), own.begin(), own.end());
}

void SweepReader::add_problem_of_scenario(Problem problem) {
  place_in_set(problem, setting_places_);
  (problem.kind == Problem::Kind::note ? sweep_.notes : problems_).push_back(std::move(problem));
}

/// The scenario with the settings; where those are wrong, without them, so that the rest of the sweep can be checked.
Resolved SweepReader::read_scenario_or_own(const std::filesystem::path& file) {
  try {
    return read_scenario(file, options_);
  } catch (const InputError& broken) {
    const bool by_settings = std::ranges::all_of(
        broken.problems(), [](const Problem& problem) { return problem.file.starts_with(settings_prefix); });
    if (!by_settings) throw;
    for (const Problem& problem : broken.problems()) add_problem_of_scenario(problem);
    return read_scenario(file);
  }
}

void SweepReader::read_scenario_at(std::string name, const Node& at, const std::string& path) {
  std::string file_text;
  if (!innochain::read(scope_, at, path, TextKind{}, file_text)) return;
  const std::filesystem::path file = (file_.parent_path() / file_text).lexically_normal();
  if (name.empty()) {
    name = file.stem().string();
    std::ranges::replace_if(name, [](unsigned char c) { return !std::isalnum(c); }, '_');
  }
  if (std::ranges::find(sweep_.scenario_names, name) != sweep_.scenario_names.end()) {
    scope_.error(at, path, fmt::format("is the second scenario named `{}` (write {{name: file}} to name them)", name));
    return;
  }
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) {
    problems_.push_back(
        problem_at(at, path, fmt::format("there is no file {}", file.generic_string()), Problem::Kind::missing));
    return;
  }
  try {
    Resolved resolved = read_scenario_or_own(file);
    for (Problem& note : resolved.notes) add_problem_of_scenario(std::move(note));
    sweep_.scenarios.push_back(std::move(resolved));
    sweep_.scenario_names.push_back(std::move(name));
    scenario_files_.push_back(file);
    scenario_file_texts_.push_back(file_text);
    scenario_places_.emplace_back(&at, path);
    sweepables_.emplace_back(sweep_.scenarios.back().params);
  } catch (const InputError& broken) {
    for (const Problem& problem : broken.problems()) add_problem_of_scenario(problem);
  }
}

void SweepReader::read_scenarios() {
  if (!fields_.scenarios) return;
  const Node& scenarios = *fields_.scenarios;
  if (scenarios.is_mapping()) {
    for (const Entry& entry : scenarios.entries) {
      const std::string path = join("scenarios", entry.key.text);
      std::string name;
      if (innochain::read(scope_, entry.key, path, NameKind{}, name)) read_scenario_at(name, entry.value, path);
    }
  } else if (scenarios.is_sequence()) {
    for (std::size_t i = 0; i < scenarios.items.size(); ++i)
      read_scenario_at("", scenarios.items[i], join("scenarios", i));
  } else {
    expect_kind(scope_, scenarios, "scenarios", "a mapping {name: file} or a list of files");
  }
  if ((scenarios.is_mapping() && scenarios.entries.empty()) || (scenarios.is_sequence() && scenarios.items.empty()))
    scope_.error(scenarios, "scenarios", "is empty (at least one scenario is needed)");
}

void SweepReader::apply_settings_last() {
  plan_.settings.resize(sweep_.scenarios.size());
  plan_.announces = std::ranges::any_of(plan_.axes, [](const PlannedAxis& axis) {
    return std::ranges::any_of(axis.in, [](const AxisInScenario& in) { return in.announces(); });
  });
  ReadOptions only_scale;  // the simulated years say how far announcements go
  std::ranges::copy_if(options_.settings, std::back_inserter(only_scale.settings),
                       [](const std::string& setting) { return setting.starts_with("scale."); });
  for (std::size_t s = 0; s < sweep_.scenarios.size(); ++s) {
    SweepPlan::Settings& settings = plan_.settings[s];
    if (plan_.announces) settings.targets = read_scenario(scenario_files_[s], only_scale).params.targets;
    const std::vector<Place> set = places_of_settings(s, settings.announcements);
    if (set.empty()) continue;
    for (std::size_t i = 0; i < plan_.axes.size(); ++i) {
      const std::vector<Place>& places = plan_.axes[i].in[s].places();
      const auto is_set = [&](const Place& place) { return std::ranges::find(set, place) != set.end(); };
      std::ranges::copy_if(places, std::back_inserter(settings.places), is_set);
      const auto beaten = static_cast<std::size_t>(std::ranges::count_if(places, is_set));
      if (beaten == 0) continue;
      sweep_.notes.push_back(
          problem_at(*drafts_[i].at, drafts_[i].where,
                     fmt::format("{} in scenario `{}`: --set or `set` beats the axis {}",
                                 beaten == places.size() ? "has no effect" : "has less effect",
                                 sweep_.scenario_names[s], beaten == places.size() ? "everywhere" : "in part"),
                     Problem::Kind::note));
    }
  }
}

std::vector<Place> SweepReader::places_of_settings(std::size_t scenario, std::vector<Announcement>& announcements) {
  std::vector<Problem> reported_already;
  Scope quiet{reported_already};
  const Node document = settings_document(options_.settings, reported_already).document;
  const Sweepables& known = sweepables_[scenario];
  std::vector<Place> places;
  for (const std::string section : {"parameters", "scale"}) {
    const Node* values = document.find(section);
    if (!values) continue;
    std::vector<std::string> paths;
    for (const std::string& path : known.paths()) {
      if (path.starts_with(section + ".")) paths.push_back(path.substr(section.size() + 1));
    }
    flatten(quiet, *values, section, paths, [&](const std::string& path, const Node&, const Node&) {
      places.push_back(known.find(join(section, path))->place);
    });
  }
  const Node* overrides = document.find("overrides");
  for (std::size_t i = 0; overrides && i < overrides->items.size(); ++i) {
    const Node& item = overrides->items[i];
    const auto lever = known.levers().find(item.find("lever")->text);
    if (!lever) continue;
    YearSpan years = sweep_.scenarios[scenario].params.scale.years;
    if (const Node* span = item.find("years")) innochain::read(quiet, *span, "", YearsKind{}, years);
    std::ranges::copy(known.places(*lever, years), std::back_inserter(places));
    const Lever& what = known.levers().levers()[*lever];
    const Node& value = *item.find("value");
    if (what.kind != Lever::Kind::target || !value.is_mapping()) continue;
    const auto targets = read_target_path(quiet, value, "", what.designation, years);
    if (targets) announcements.push_back({*targets, years});
  }
  return places;
}

void SweepReader::check_arms() {
  for (std::size_t group = 0; group < shares_of_one.size(); ++group) {
    const auto concerned =
        std::ranges::find_if(drafts_, [&](const Draft& draft) { return is_share_of_one(group, draft.path); });
    if (concerned == drafts_.end()) continue;
    std::vector<Params> states;
    for (const Resolved& scenario : sweep_.scenarios) states.push_back(scenario.params);
    for (std::size_t arm = 0; arm < sweep_.n_arms(); ++arm) {
      Params& params = states[sweep_.scenario_of(arm)];
      sweep_.apply(arm, params);
      const std::string excess = excess_of_shares(group, params);
      if (excess.empty()) continue;
      scope_.error(*concerned->at, concerned->where,
                   fmt::format("{}, in arm `{}` (at most 1)", excess, sweep_.arm(arm).name));
      break;
    }
  }
}

void SweepReader::add_notes() {
  const std::size_t n_arms = sweep_.n_arms(), n_points = sweep_.n_points();
  const auto plural = [](std::size_t n, std::string_view word) {
    return fmt::format("{} {}{}", n, word, n == 1 ? "" : "s");
  };
  sweep_.notes.push_back({file_.generic_string(), 1, 1, "",
                          fmt::format("makes {} ({} × {}) and {} ({} of each)", plural(n_arms, "arm"),
                                      plural(sweep_.scenarios.size(), "scenario"), plural(n_points, "point"),
                                      plural(n_arms * static_cast<std::size_t>(sweep_.replicates), "run"),
                                      plural(static_cast<std::size_t>(sweep_.replicates), "replicate")),
                          Problem::Kind::note});
  if (sweep_.plan_->design == DesignKind::sobol && (n_points & (n_points - 1)) != 0) {
    sweep_.notes.push_back(problem_at(
        *document_.find("design"), "design.points",
        fmt::format("{} is not a power of two: the points are not quite balanced", n_points), Problem::Kind::note));
  }
  sort_and_join(sweep_.notes);
}

Sweep SweepReader::read() {
  document_ = read_document(file_, problems_);
  if (!document_.is_mapping()) {
    expect_kind(scope_, document_, "", "a mapping of the keys of a sweep");
    stop();
  }
  if (file_kind(document_) != FileKind::sweep) {
    scope_.error(document_, "", "is not a sweep file (a sweep has scenarios, and axes or a design)");
    stop();
  }
  innochain::read(scope_, document_, "", NestedKind{}, fields_);
  sweep_.title = fields_.title.value_or("");
  sweep_.replicates = fields_.replicates.value_or(1);
  if (fields_.seed) sweep_.seed = static_cast<std::uint64_t>(*fields_.seed);
  if (fields_.parameters.source) read_parameter_source(*fields_.parameters.source);
  read_settings();
  read_scenarios();
  if (sweep_.scenarios.empty()) stop();
  if (fields_.baseline) {
    sweep_.baseline = *fields_.baseline;
    if (std::ranges::find(sweep_.scenario_names, sweep_.baseline) == sweep_.scenario_names.end())
      scope_.error(
          *document_.find("baseline"), "baseline",
          fmt::format("`{}` is not one of the scenarios ({}).{}", sweep_.baseline,
                      fmt::join(sweep_.scenario_names, ", "), did_you_mean(sweep_.baseline, sweep_.scenario_names)));
  }
  if (fields_.keep) sweep_.keep = read_keep(scope_, *fields_.keep, sweep_.scenarios.front().params.system);
  plan_.design = fields_.design ? fields_.design->kind : DesignKind::grid;
  read_axes();
  read_design();
  check_branch();
  if (!problems_.empty()) stop();
  name_axes();
  apply_settings_last();
  sweep_.yaml = text();
  sweep_.plan_ = std::make_shared<const SweepPlan>(std::move(plan_));
  add_notes();
  check_point_names();
  check_arms();
  if (!problems_.empty()) stop();
  return std::move(sweep_);
}

Sweep read_sweep(const std::filesystem::path& file, const ReadOptions& options) {
  return SweepReader(file, options).read();
}

}  // namespace innochain
