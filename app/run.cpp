#include "app/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <optional>
#include <thread>

#include "app/commands.hpp"
#include "app/interrupt.hpp"
#include "app/observed_folder.hpp"
#include "app/own_input.hpp"
#include "app/parameter_source.hpp"
#include "app/version.hpp"
#include "app/whole_number.hpp"
#include "calibration/observed.hpp"
#include "output/precision.hpp"
#include "output/result_file.hpp"
#include "scenarios/reader/scenario.hpp"
#include "sim/ensemble.hpp"
#include "sim/schedule.hpp"

namespace innochain {

namespace {

std::vector<Resolved> read_all(const RunRequest& request) {
  std::vector<Resolved> scenarios;
  std::vector<Problem> problems;
  for (const std::string& path : request.scenarios) {
    try {
      scenarios.push_back(read_scenario(path, {request.settings}));
    } catch (const InputError& error) {
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  return scenarios;
}

ResultHeader header_for(const RunRequest& request, const std::vector<Resolved>& scenarios, const ParameterDraws& draws,
                        std::size_t threads) {
  ResultHeader header;
  for (const Resolved& scenario : scenarios)
    header.scenarios.push_back({scenario.params.name, &scenario.params, scenario.yaml});
  header.title = scenarios.front().params.title;
  header.summary = fmt::format("Replicates of {} scenario(s), simulated with innochain", scenarios.size());
  header.seed = request.seed;
  header.parameters = draws.label();
  header.last_year_fitted = draws.last_year_fitted();
  header.command_line = request.command_line;
  header.program = fmt::format("innochain {} ({})", program_version, program_commit);
  header.build = fmt::format("{}, {}", program_compiler, program_build_type);
  header.threads = static_cast<int>(threads);
  return header;
}

void check_compatible(const RunRequest& request, const ResultHeader& header) {
  std::vector<Problem> problems;
  for (const std::string& message : incompatibilities(header.scenarios))
    problems.push_back({request.scenarios.front(), 0, 0, "", message, Problem::Kind::invalid});
  if (!problems.empty()) throw InputError(std::move(problems));
}

void add(const EnsembleReport& report, EnsembleReport& sum) {
  sum.n_done += report.n_done;
  sum.time_by_step.resize(report.time_by_step.size());
  for (std::size_t i = 0; i < report.time_by_step.size(); ++i) sum.time_by_step[i] += report.time_by_step[i];
}

void print_profile(const EnsembleReport& report) {
  double total = 0.0;
  for (const auto& time : report.time_by_step) total += std::chrono::duration<double, std::milli>(time).count();
  fmt::print(stderr, "{:<22} {:>10} {:>6}\n", "step", "ms a run", "share");
  for (std::size_t i = 0; i < schedule().size(); ++i) {
    const double ms = std::chrono::duration<double, std::milli>(report.time_by_step[i]).count();
    fmt::print(stderr, "{:<22} {:>10.3f} {:>5.1f}%\n", schedule()[i].name, ms / static_cast<double>(report.n_done),
               100.0 * ms / total);
  }
  fmt::print(stderr, "{:<22} {:>10.3f}\n", "all steps", total / static_cast<double>(report.n_done));
}

/// Run number replicate × scenarios + scenario, with the parameters drawn for the replicate.
class ScenarioRuns : public RunSource {
 public:
  ScenarioRuns(const std::vector<Resolved>& scenarios, const ParameterDraws& draws, std::uint64_t seed)
      : scenarios_(scenarios), seed_(seed) {
    for (const Resolved& scenario : scenarios) drawn_.push_back(draws.in(scenario));
  }
  const Resolved& scenario(std::size_t run) const { return scenarios_[run % scenarios_.size()]; }
  std::uint32_t replicate(std::size_t run) const { return static_cast<std::uint32_t>(run / scenarios_.size()); }
  RunSeed seed(std::size_t run) const override { return {seed_, replicate(run)}; }
  const Params& params(std::size_t run, ParamsRoom& room) const override {
    const std::size_t i = run % scenarios_.size();
    room.resize(scenarios_.size());
    if (!room[i]) room[i] = std::make_unique<Params>(scenarios_[i].params);
    drawn_[i].apply(replicate(run), *room[i]);
    return *room[i];
  }

 private:
  const std::vector<Resolved>& scenarios_;
  std::vector<ParameterDraws::InScenario> drawn_;
  std::uint64_t seed_;
};

/// What is simulated: replicates of all scenarios, all at once, or batch by batch until they are precise enough.
class ReplicatePlan {
 public:
  ReplicatePlan(const RunRequest& request, const std::vector<Resolved>& scenarios)
      : request_(request), scenarios_(scenarios) {
    if (request.precision.empty()) return;
    std::vector<PrecisionRule> rules;
    std::vector<Problem> problems;
    for (const std::string& text : request.precision) {
      const Params& first = scenarios.front().params;
      auto rule = read_precision(text, first.system, first.scale.years);
      if (auto* wrong = std::get_if<std::string>(&rule))
        problems.push_back({request.scenarios.front(), 0, 0, "", *wrong, Problem::Kind::invalid});
      else
        rules.push_back(std::get<PrecisionRule>(rule));
    }
    if (!problems.empty()) throw InputError(std::move(problems));
    constexpr int most = 1024;
    plan_.emplace(std::move(rules), scenarios.size(), static_cast<std::size_t>(request.replicates.value_or(most)));
  }

  /// Numbers of the runs that are needed next; empty when all are done.
  const std::vector<std::size_t>& next() {
    numbers_.clear();
    if (plan_) {
      numbers_ = plan_->next();
    } else if (!started_) {
      constexpr int usual = 16;
      numbers_.resize(scenarios_.size() * static_cast<std::size_t>(request_.replicates.value_or(usual)));
      std::iota(numbers_.begin(), numbers_.end(), std::size_t{0});
    }
    started_ = true;
    return numbers_;
  }
  void done(std::size_t place, const Indicators* indicators) {
    if (plan_) plan_->set(numbers_[place], indicators);
  }
  void say_precision() const {
    if (plan_ && !request_.quiet)
      fmt::print(stderr, "{} of {} scenarios are as precise as asked.\n", plan_->n_precise(), scenarios_.size());
  }

 private:
  const RunRequest& request_;
  const std::vector<Resolved>& scenarios_;
  std::optional<PrecisionPlan> plan_;
  std::vector<std::size_t> numbers_;
  bool started_ = false;
};

}  // namespace

int run_scenarios(const RunRequest& request) {
  const std::vector<Resolved> scenarios = read_all(request);
  const std::size_t threads = request.threads > 0 ? static_cast<std::size_t>(request.threads)
                                                  : std::max(1u, std::thread::hardware_concurrency());
  const ParameterDraws draws =
      parameter_source(request.parameters, scenarios, request.scenarios, request.seed, request.quiet);
  const ScenarioRuns source(scenarios, draws, request.seed);
  ReplicatePlan replicates(request, scenarios);
  std::vector<std::size_t> runs = replicates.next();
  ResultHeader header = header_for(request, scenarios, draws, threads);
  if (request.precision.empty()) header.planned_runs = runs.size();
  check_compatible(request, header);
  std::vector<std::string> inputs = request.scenarios;
  inputs.push_back(request.parameters);
  refuse_own_input(request.output, inputs);
  const std::vector<ObservedSeries> observed = read_observed(observed_folder());

  const Interrupt interrupt;
  ResultWriter writer(request.output, request.force, header);
  for (const Table& series : observed) writer.add_observed(series);
  std::size_t n_replicates = 0;
  std::size_t n_done = 0, n_failed = 0;
  EnsembleOptions options;
  options.threads = threads;
  options.stop = &Interrupt::requested();
  options.measure_time = request.profile;
  EnsembleReport profile;
  for (; !runs.empty(); runs = replicates.next()) {
    Progress progress(request.quiet ? ProgressStyle::none : request.progress, runs.size());
    const EnsembleReport report =
        run_ensemble(source, runs, options, [&](std::size_t index, const RunOutcome& outcome) {
          static const Indicators nothing;
          const std::uint32_t replicate = source.replicate(runs[index]);
          n_replicates = std::max<std::size_t>(n_replicates, replicate + 1);
          RunInfo info;
          info.scenario = source.scenario(runs[index]).params.name;
          info.replicate = static_cast<int>(replicate);
          info.draw = draws.draw_of(replicate);
          info.seed = request.seed;
          info.failed = !outcome.indicators;
          info.failure = outcome.failure;
          n_failed += info.failed ? 1 : 0;
          replicates.done(index, outcome.indicators);
          writer.append(info, outcome.indicators ? *outcome.indicators : nothing);
          progress.done(index + 1);
        });
    n_done += report.n_done;
    add(report, profile);
    if (report.n_done < runs.size()) {
      fmt::print(stderr, "Interrupted after {} runs; {} was not written.\n", n_done, request.output);
      return 75;
    }
  }
  if (draws.any()) writer.add_table(draws.table(n_replicates), "draw");
  writer.finish();
  replicates.say_precision();
  if (request.profile) print_profile(profile);
  if (!request.quiet) {
    fmt::print(stderr, "{}: {} runs of {} scenario(s), seed {}.\n", request.output, n_done, scenarios.size(),
               request.seed);
    say_source(draws, n_replicates);
  }
  if (n_failed > 0) {
    fmt::print(stderr, "{} runs failed; see the variables `status` and `failure`.\n", n_failed);
    return 1;
  }
  return 0;
}

void add_run(CLI::App& app, Context& context) {
  const auto request = std::make_shared<RunRequest>();
  CLI::App* command = app.add_subcommand(
      "run",
      "Examples:\n"
      "  innochain run scenarios/baseline.yaml --replicates 50 -o baseline.h5\n"
      "  innochain run scenarios/baseline.yaml scenarios/policies/every_prefecture_a_hidz.yaml -o two.h5\n"
      "  innochain run scenarios/baseline.yaml --set approvals.bar_raise=0 --set scale.proposals_per_agent=20 -o "
      "nobar.h5\n\n"
      "Simulates replicates of one or several scenarios and writes the result file.");
  command->add_option("SCENARIO", request->scenarios, "Scenario files")->required();
  command->add_option("-o,--output", request->output, "Result file (HDF5, netCDF-4 layout)")->required();
  command->add_option("--replicates", request->replicates, "Replicates of each scenario (default: 16)")
      ->check(whole_number())
      ->check(CLI::Range(1, 10000000));
  command
      ->add_option("--precision", request->precision,
                   "INDICATOR@YEAR=0.01 (or =2abs): replicates end when half the 95 % interval of the scenario's mean "
                   "is that narrow, judged every 16, at the latest at --replicates (then 1024 by default; repeatable)")
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--seed", request->seed, "Master seed")->check(whole_number())->capture_default_str();
  command->add_option("--threads", request->threads, "Threads (default: all processors)")
      ->check(whole_number())
      ->check(CLI::Range(1, 4096));
  command->add_option("--set", request->settings, "path=value, as if the file said so (repeatable)")
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--parameters", request->parameters, parameter_source_help);
  command->add_option("--progress", request->progress, "auto, plain, json or none")
      ->transform(CLI::CheckedTransformer(progress_styles()).description(""));
  command->add_flag("--force", request->force, "Overwrite the result file");
  command->add_flag("--profile", request->profile, "Print the time of each step of the year");
  command->callback([request, &context] {
    request->quiet = context.quiet;
    request->command_line = context.command_line;
    context.exit_code = run_scenarios(*request);
  });
}

}  // namespace innochain
