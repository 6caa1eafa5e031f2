#include "app/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <map>
#include <memory>
#include <thread>

#include "app/commands.hpp"
#include "app/interrupt.hpp"
#include "app/version.hpp"
#include "calibration/observed.hpp"
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

ResultHeader header_for(const RunRequest& request, const std::vector<Resolved>& scenarios, std::size_t threads) {
  ResultHeader header;
  for (const Resolved& scenario : scenarios)
    header.scenarios.push_back({scenario.params.name, &scenario.params, scenario.yaml});
  header.title = scenarios.front().params.title;
  header.summary =
      fmt::format("{} replicates of {} scenario(s), simulated with innochain", request.replicates, scenarios.size());
  header.seed = request.seed;
  header.planned_runs = static_cast<std::size_t>(request.replicates) * scenarios.size();
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

/// The observed series: those of the source tree, unless INNOCHAIN_OBSERVED names another folder.
std::string observed_folder() {
  const char* folder = std::getenv("INNOCHAIN_OBSERVED");
  return folder ? folder : observed_series;
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

}  // namespace

int run_scenarios(const RunRequest& request) {
  const std::vector<Resolved> scenarios = read_all(request);
  const std::size_t threads = request.threads > 0 ? static_cast<std::size_t>(request.threads)
                                                  : std::max(1u, std::thread::hardware_concurrency());
  const ResultHeader header = header_for(request, scenarios, threads);
  check_compatible(request, header);
  const std::vector<Table> observed = read_observed(observed_folder());

  std::vector<Run> runs;
  for (int replicate = 0; replicate < request.replicates; ++replicate)
    for (const Resolved& scenario : scenarios)
      runs.push_back({&scenario.params, request.seed, static_cast<std::uint32_t>(replicate)});

  const Interrupt interrupt;
  ResultWriter writer(request.output, request.force, header);
  for (const Table& series : observed) writer.add_observed(series);
  Progress progress(request.quiet ? ProgressStyle::none : request.progress, runs.size());
  std::size_t n_failed = 0;
  EnsembleOptions options;
  options.threads = threads;
  options.stop = &Interrupt::requested();
  options.measure_time = request.profile;
  const EnsembleReport report = run_ensemble(runs, options, [&](std::size_t index, const RunOutcome& outcome) {
    static const Indicators nothing;
    RunInfo info;
    info.scenario = runs[index].params->name;
    info.replicate = static_cast<int>(runs[index].replicate);
    info.seed = runs[index].seed;
    info.failed = !outcome.indicators;
    info.failure = outcome.failure;
    n_failed += info.failed ? 1 : 0;
    writer.append(info, outcome.indicators ? *outcome.indicators : nothing);
    progress.done(index + 1);
  });
  if (report.n_done < runs.size()) {
    fmt::print(stderr, "Interrupted after {} of {} runs; {} was not written.\n", report.n_done, runs.size(),
               request.output);
    return 75;
  }
  writer.finish();
  if (request.profile) print_profile(report);
  if (!request.quiet)
    fmt::print(stderr, "{}: {} runs of {} scenario(s), seed {}.\n", request.output, runs.size(), scenarios.size(),
               request.seed);
  if (n_failed > 0) {
    fmt::print(stderr, "{} runs failed; see the variables `status` and `failure`.\n", n_failed);
    return 1;
  }
  return 0;
}

void add_run(CLI::App& app, Context& context) {
  static const std::map<std::string, ProgressStyle> styles{{"auto", ProgressStyle::automatic},
                                                           {"plain", ProgressStyle::plain},
                                                           {"json", ProgressStyle::json},
                                                           {"none", ProgressStyle::none}};
  // CLI11 would read 010 as octal, wrap -1 around and take 2^64 for its predecessor.
  const CLI::Validator decimal(
      [](const std::string& text) {
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        const bool whole =
            error == std::errc() && end == text.data() + text.size() && (text.size() == 1 || text[0] != '0');
        return whole ? "" : fmt::format("`{}` is not a whole number from 0 to 18446744073709551615", text);
      },
      "");
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
  command->add_option("--replicates", request->replicates, "Replicates of each scenario")
      ->check(decimal)
      ->check(CLI::Range(1, 10000000))
      ->capture_default_str();
  command->add_option("--seed", request->seed, "Master seed")->check(decimal)->capture_default_str();
  command->add_option("--threads", request->threads, "Threads (default: all processors)")
      ->check(decimal)
      ->check(CLI::Range(1, 4096));
  command->add_option("--set", request->settings, "path=value, as if the file said so (repeatable)")
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--progress", request->progress, "auto, plain, json or none")
      ->transform(CLI::CheckedTransformer(styles).description(""));
  command->add_flag("--force", request->force, "Overwrite the result file");
  command->add_flag("--profile", request->profile, "Print the time of each step of the year");
  command->callback([request, &context] {
    request->quiet = context.quiet;
    request->command_line = context.command_line;
    context.exit_code = run_scenarios(*request);
  });
}

}  // namespace innochain
