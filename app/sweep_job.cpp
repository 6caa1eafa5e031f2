#include "app/sweep_job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "app/parameter_source.hpp"
#include "app/version.hpp"
#include "output/errors.hpp"
#include "output/result_layout.hpp"
#include "output/run_record.hpp"
#include "output/sha256.hpp"
#include "sim/model_revision.hpp"

namespace innochain {

namespace {

/// Place of a member along the axis of an indicator.
std::vector<std::size_t> places(const Kept& kept, const System& system) {
  std::vector<std::size_t> found;
  const Indicators declared;
  visit_indicators(declared, [&](const auto&, const IndicatorDeclaration& declaration) {
    if (declaration.name != kept.variable) return;
    const std::vector<std::string> dimensions = dimensions_of(declaration.axis);
    for (const CategoryAxis& axis : category_axes(system)) {
      if (dimensions.size() != 1 || axis.name != dimensions.front()) continue;
      for (const std::string& member : kept.members)
        found.push_back(static_cast<std::size_t>(std::ranges::find(axis.values, member) - axis.values.begin()));
    }
  });
  return found;
}

/// The `keep:` list of the file, with years that hold for all written out.
std::vector<KeptIndicator> kept_indicators(const std::vector<Kept>& keep, const System& system) {
  std::optional<YearSpan> usual;
  for (const Kept& kept : keep)
    if (kept.variable.empty()) usual = kept.years;
  std::vector<KeptIndicator> list;
  const auto add = [&](std::string name, const Kept& kept, std::vector<std::size_t> members) {
    list.push_back({std::move(name), std::move(members), static_cast<KeptIndicator::Reducer>(kept.reducer),
                    kept.years ? kept.years : usual});
  };
  for (const Kept& kept : keep)
    if (!kept.variable.empty()) add(kept.variable, kept, places(kept, system));
  if (!list.empty() || !usual) return list;
  const Indicators declared;  // only years were said: every indicator, in these years
  visit_indicators(declared, [&](const auto&, const IndicatorDeclaration& declaration) {
    add(std::string(declaration.name), Kept{}, {});
  });
  return list;
}

}  // namespace

SweepJob::SweepJob(SweepRequest request)
    : request_(std::move(request)), sweep_(read_sweep(request_.file, {request_.settings})) {
  seed_ = request_.seed.value_or(sweep_.seed.value_or(1984));
  n_replicates_ = static_cast<std::size_t>(request_.replicates.value_or(sweep_.replicates));
  kept_list_ = kept_indicators(sweep_.keep, sweep_.scenarios.front().params.system);
  kept_ = KeptIndicators(kept_list_);
  std::vector<Problem> problems;
  constexpr std::size_t most_runs = 20'000'000;  // numbers and places of runs are kept in memory
  if (n_runs() > most_runs)
    problems.push_back({request_.file, 0, 0, "replicates",
                        fmt::format("{} arms × {} replicates are more than {} runs; divide the sweep", n_arms(),
                                    n_replicates_, most_runs),
                        Problem::Kind::invalid});
  check_scenarios(problems);
  read_rules(problems);
  if (!problems.empty()) throw InputError(std::move(problems));
  read_draws();
}

void SweepJob::read_draws() {
  std::string asked = request_.parameters;
  if (asked.empty()) asked = sweep_.parameter_source;
  draws_ = parameter_source(asked, sweep_.scenarios, sweep_.scenario_names, seed_, request_.quiet);
  std::vector<std::string> taken;
  for (const SweepAxis& axis : sweep_.axes) taken.push_back(axis.path);
  for (const Resolved& scenario : sweep_.scenarios) drawn_.push_back(draws_.in(scenario, taken));
}

void SweepJob::check_scenarios(std::vector<Problem>& problems) const {
  const std::vector<ScenarioRecord> scenarios = records();
  for (const std::string& message : incompatibilities(scenarios))
    problems.push_back({request_.file, 0, 0, "scenarios", message, Problem::Kind::invalid});
}

void SweepJob::read_rules(std::vector<Problem>& problems) {
  const Params& first = sweep_.scenarios.front().params;
  for (const std::string& text : request_.precision) {
    auto rule = read_precision(text, first.system, first.scale.years);
    if (auto* wrong = std::get_if<std::string>(&rule))
      problems.push_back({request_.file, 0, 0, "", *wrong, Problem::Kind::invalid});
    else
      rules_.push_back(std::get<PrecisionRule>(rule));
  }
  for (const PrecisionRule& rule : rules_)
    if (!kept_.wants(rule.indicator))
      problems.push_back({request_.file, 0, 0, "keep",
                          fmt::format("does not hold {}, which --precision needs", rule.indicator),
                          Problem::Kind::invalid});
}

std::vector<ScenarioRecord> SweepJob::records() const {
  std::vector<ScenarioRecord> scenarios;
  for (std::size_t s = 0; s < sweep_.scenarios.size(); ++s)
    scenarios.push_back({sweep_.scenario_names[s], &sweep_.scenarios[s].params, sweep_.scenarios[s].yaml});
  return scenarios;
}

std::size_t SweepJob::bytes_per_run() const {
  Indicators indicators;
  indicators.prepare(sweep_.scenarios.front().params);
  return RunRecord::packed(&indicators, "", kept_, traces()).size();
}

const Params& SweepJob::params(std::size_t run, ParamsRoom& room) const {
  const std::size_t arm = run % n_arms(), scenario = sweep_.scenario_of(arm);
  room.resize(std::max(room.size(), sweep_.scenarios.size()));
  if (!room[scenario]) room[scenario] = std::make_unique<Params>(sweep_.scenarios[scenario].params);
  drawn_[scenario].apply(seed(run).replicate, *room[scenario]);
  sweep_.apply(arm, *room[scenario]);
  return *room[scenario];
}

ResultHeader SweepJob::header(std::size_t planned_runs) const {
  ResultHeader header;
  header.scenarios = records();
  header.title = sweep_.title.empty() ? "Sweep" : sweep_.title;
  header.summary = fmt::format("{} arms ({} scenarios, {} points of the design), {} runs, simulated with innochain",
                               n_arms(), sweep_.scenarios.size(), sweep_.n_points(), planned_runs);
  header.seed = seed_;
  header.parameters = draws_.label();
  header.last_year_fitted = draws_.last_year_fitted();
  for (const SweepAxis& axis : sweep_.axes) header.swept.push_back({axis.path, axis.unit, axis.text});
  header.traces = traces();
  header.kept = kept_list_;
  header.planned_runs = planned_runs;
  header.program = fmt::format("innochain {} ({})", program_version, program_commit);
  header.build = fmt::format("{}, {}", program_compiler, program_build_type);
  return header;
}

RunInfo SweepJob::info(std::size_t run) const {
  const SweepArm arm = sweep_.arm(run % n_arms());
  RunInfo info;
  info.scenario = sweep_.scenario_names[arm.scenario];
  info.arm = arm.name;
  info.replicate = static_cast<int>(run / n_arms());
  info.draw = draws_.draw_of(seed(run).replicate);
  info.seed = seed_;
  info.swept = arm.values;
  return info;
}

nlohmann::json SweepJob::manifest() const {
  nlohmann::json scenarios = nlohmann::json::object();
  for (const ScenarioRecord& scenario : records()) scenarios[scenario.name] = sha256(scenario.yaml);
  nlohmann::json ensemble = {{"model_revision", model_revision},
                             {"record_layout", RunRecord::layout_version},
                             {"sweep", sweep_.yaml},
                             {"scenarios", scenarios},
                             {"seed", seed_},
                             {"replicates", n_replicates_},
                             {"runs", n_runs()},
                             {"traces", traces()},
                             {"parameters", draws_.label()}};
  if (has_precision()) ensemble["precision"] = request_.precision;
  nlohmann::json collect = {{"file", std::filesystem::absolute(request_.file).lexically_normal().string()},
                            {"settings", request_.settings},
                            {"precision", request_.precision},
                            {"traces", traces()},
                            {"parameters", request_.parameters}};
  if (request_.seed) collect["seed"] = *request_.seed;
  if (request_.replicates) collect["replicates"] = *request_.replicates;
  return {{"ensemble", ensemble},
          {"collect", collect},
          {"program", fmt::format("innochain {} ({})", program_version, program_commit)}};
}

SweepRequest SweepJob::request_of(const nlohmann::json& manifest) {
  try {
    const nlohmann::json& collect = manifest.at("collect");
    SweepRequest request;
    request.file = collect.at("file");
    request.settings = collect.at("settings");
    request.precision = collect.at("precision");
    request.traces = collect.at("traces");
    request.parameters = collect.at("parameters");
    if (collect.contains("seed")) request.seed = collect["seed"].get<std::uint64_t>();
    if (collect.contains("replicates")) request.replicates = collect["replicates"].get<int>();
    return request;
  } catch (const nlohmann::json::exception& error) {
    throw NotAResultFile(fmt::format("the manifest of the sweep is damaged: {}", error.what()));
  }
}

}  // namespace innochain
