#include "app/collect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "app/commands.hpp"
#include "app/observed_folder.hpp"
#include "app/parameter_source.hpp"
#include "calibration/observed.hpp"
#include "output/errors.hpp"
#include "output/result_reader.hpp"
#include "output/run_record.hpp"

namespace innochain {

namespace {

constexpr int exit_incomplete = 75;

/// The numbers of the runs that the result file holds; empty (and said) if some are missing.
std::vector<std::size_t> runs_to_collect(const SweepJob& job, const StoredRuns& stored, const std::string& output) {
  std::vector<std::size_t> missing, runs;
  if (job.has_precision()) {
    PrecisionPlan plan = job.precision_plan();
    feed(job, stored, plan);
    missing = plan.next();
    runs = plan.chosen();
  } else {
    missing = stored.missing({});
    runs.resize(job.n_runs());
    for (std::size_t run = 0; run < runs.size(); ++run) runs[run] = run;
  }
  if (missing.empty()) return runs;
  fmt::print(
      stderr, "{}: {} runs are missing, the first is {} (arm `{}`, replicate {}). `innochain status` tells more.\n",
      output, missing.size(), missing.front(), job.info(missing.front()).arm, job.info(missing.front()).replicate);
  return {};
}

void write_runs(const SweepJob& job, const StoredRuns& stored, const std::vector<std::size_t>& runs,
                ResultWriter& writer) {
  static const Indicators nothing;
  ParamsRoom room;
  Indicators indicators;
  std::size_t prepared = job.sweep().scenarios.size();  // the scenario that the indicators have the shape of
  std::string record;
  for (const std::size_t run : runs) {
    stored.read(run, record);
    RunInfo info = job.info(run);
    info.failed = RunRecord::failed(record);
    info.failure = RunRecord::failure(record);
    if (!info.failed) {
      const std::size_t scenario = job.sweep().scenario_of(run % job.n_arms());
      if (scenario != prepared) indicators.prepare(job.params(run, room));
      prepared = scenario;
      RunRecord::unpack(record, job.kept(), job.traces(), indicators);
    }
    writer.append(info, info.failed ? nothing : indicators);
  }
}

/// Runs of a finished file, and those that failed.
std::pair<std::size_t, std::size_t> counts_of_file(const std::string& name, hid_t file) {
  if (!hdf5::has_child(file, "status"))
    throw NotAResultFile(fmt::format("{}: has no runs (is it a posterior, or a sensitivity study?)", name));
  std::size_t n = 0, n_failed = 0;
  std::visit(
      [&](const auto& statuses) {
        n = statuses.size();
        for (const auto& status : statuses) n_failed += status != std::decay_t<decltype(status)>{} ? 1 : 0;
      },
      Variable(file, "status").all());
  return {n, n_failed};
}

}  // namespace

void feed(const SweepJob& job, const StoredRuns& stored, PrecisionPlan& plan) {
  ParamsRoom room;
  Indicators indicators;
  std::string record;
  for (std::size_t run = 0; run < job.n_runs(); ++run) {
    if (!stored.has(run)) continue;
    stored.read(run, record);
    if (RunRecord::failed(record)) {
      plan.set(run, nullptr);
      continue;
    }
    indicators.prepare(job.params(run, room));
    RunRecord::unpack(record, job.kept(), job.traces(), indicators);
    plan.set(run, &indicators);
  }
}

int collect_runs(const SweepJob& job, const RunStore& store, const std::string& output, bool force, bool quiet,
                 const std::string& command_line, int threads) {
  const StoredRuns stored(store, RunStore::identity(job.manifest()), job.n_runs());
  const std::vector<std::size_t> runs = runs_to_collect(job, stored, output);
  if (runs.empty()) return exit_incomplete;
  ResultHeader header = job.header(runs.size());
  header.command_line = command_line;
  header.threads = threads;
  header.ensemble = RunStore::identity(job.manifest());
  ResultWriter writer(output, force, header);
  for (const Table& series : read_observed(observed_folder())) writer.add_observed(series);
  if (job.draws().any()) writer.add_table(job.draws().table(job.n_replicates()), "draw");
  write_runs(job, stored, runs, writer);
  writer.finish();
  store.remove();
  if (!quiet) {
    fmt::print(stderr, "{}: {} runs of {} arms.\n", output, runs.size(), job.n_arms());
    say_source(job.draws(), job.seed(std::ranges::max(runs)).replicate + std::size_t{1});
  }
  if (stored.n_failed() == 0) return exit_ok;
  fmt::print(stderr, "{} runs failed; see the variables `status` and `failure`.\n", stored.n_failed());
  return exit_difference;
}

int finished(const SweepJob& job, const std::string& output, bool quiet) {
  const hdf5::Handle file = open_result(output);
  if (hdf5::read_text_attribute(file.id(), "ensemble") != RunStore::identity(job.manifest()))
    throw CannotCreate(fmt::format("{}: exists already and is not what this sweep makes (--force overwrites it{})",
                                   output,
                                   RunStore(output).exists() ? "; runs of an unfinished sweep are beside it" : ""));
  const RunStore left(output);  // what a kill after the last step left behind
  if (!left.exists() || RunStore::identity(left.manifest()) == RunStore::identity(job.manifest())) left.remove();
  const auto [n, n_failed] = counts_of_file(output, file.id());
  if (!quiet) fmt::print(stderr, "{}: complete, {} runs, {} failed. Nothing to do.\n", output, n, n_failed);
  return n_failed == 0 ? exit_ok : exit_difference;
}

namespace {

struct CollectRequest {
  std::string output, sweep;
  bool force = false;
};

/// What a finished file holds.
int status_of_file(const std::string& output, bool as_json) {
  const hdf5::Handle file = open_result(output);
  const auto [n, n_failed] = counts_of_file(output, file.id());
  if (as_json)
    fmt::print(
        "{}\n",
        nlohmann::json{{"complete", true}, {"runs", n}, {"done", n}, {"failed", n_failed}, {"missing", 0}}.dump());
  else
    fmt::print("{}: complete, {} runs, {} failed\n", output, n, n_failed);
  return n_failed == 0 ? exit_ok : exit_difference;
}

int collect(const CollectRequest& request, const Context& context) {
  const RunStore store(request.output);
  if (!store.exists() && std::filesystem::is_regular_file(request.output)) return status_of_file(request.output, false);
  const nlohmann::json manifest = store.manifest();
  if (manifest["ensemble"].contains("sensitivity"))
    throw AnotherEnsemble(
        fmt::format("{}: are the runs of a sensitivity study; `innochain sensitivity` without --shard gathers them",
                    store.folder().string()));
  SweepRequest asked = SweepJob::request_of(manifest);
  if (!request.sweep.empty()) asked.file = request.sweep;
  const SweepJob job(asked);
  const std::string now = RunStore::identity(job.manifest()), begun = RunStore::identity(manifest);
  if (now != begun) {
    RunStore copy(request.output);
    copy.open(job.manifest());  // says what differs
  }
  return collect_runs(job, store, request.output, request.force, context.quiet, context.command_line, 1);
}

int status(const std::string& output, bool as_json) {
  const RunStore store(output);
  if (!store.exists()) return status_of_file(output, as_json);
  const nlohmann::json manifest = store.manifest();
  const std::size_t n_runs = manifest["ensemble"].value("runs", std::size_t{0});
  const StoredRuns stored(store, RunStore::identity(manifest), n_runs);
  const std::size_t missing = n_runs - stored.n_done();
  const bool adaptive = manifest["ensemble"].contains("precision");
  if (as_json) {
    nlohmann::json shards = nlohmann::json::array();
    for (const auto& file : stored.files())
      shards.push_back({{"file", file.file}, {"done", file.n_done}, {"failed", file.n_failed}});
    fmt::print("{}\n", nlohmann::json{{"complete", false},
                                      {"runs", n_runs},
                                      {"done", stored.n_done()},
                                      {"failed", stored.n_failed()},
                                      {"missing", missing},
                                      {"shards", shards}}
                           .dump());
  } else {
    fmt::print("{}: {} of {}{} runs done, {} failed, {} missing\n", output, stored.n_done(), adaptive ? "at most " : "",
               n_runs, stored.n_failed(), missing);
    for (const auto& file : stored.files())
      fmt::print("  {:<28} {:>8} done {:>6} failed\n", file.file, file.n_done, file.n_failed);
    std::string record;
    for (std::size_t run = 0, shown = 0; run < n_runs && shown < 10; ++run) {
      if (!stored.failed(run)) continue;
      stored.read(run, record);
      fmt::print("  run {} failed: {}\n", run, RunRecord::failure(record));
      ++shown;
    }
  }
  return missing > 0 ? exit_incomplete : exit_ok;
}

}  // namespace

void add_collect(CLI::App& app, Context& context) {
  const auto request = std::make_shared<CollectRequest>();
  CLI::App* command =
      app.add_subcommand("collect",
                         "Examples:\n"
                         "  innochain sweep scenarios/sweeps/centralization.yaml -o out/c.h5 --shard 1/4\n"
                         "  innochain collect out/c.h5\n\n"
                         "Gathers the runs of a sweep's shards (the folder FILE.parts) into its result "
                         "file. Exit 75 if runs are missing.");
  command->add_option("FILE", request->output, "Result file of the sweep")->required();
  command->add_option("--sweep", request->sweep, "The sweep file, if it is not where it was");
  command->add_flag("--force", request->force, "Overwrite the result file");
  command->callback([request, &context] { context.exit_code = collect(*request, context); });
}

void add_status(CLI::App& app, Context& context) {
  struct Request {
    std::string output;
    bool json = false;
  };
  const auto request = std::make_shared<Request>();
  CLI::App* command = app.add_subcommand("status",
                                         "Examples:\n"
                                         "  innochain status out/c.h5\n\n"
                                         "Says which runs of a sweep are done, failed and missing. Exit 0 if none is "
                                         "missing, else 75.");
  command->add_option("FILE", request->output, "Result file of the sweep, whether it exists yet or not")->required();
  command->add_flag("--json", request->json, "As one JSON object");
  command->callback([request, &context] { context.exit_code = status(request->output, request->json); });
}

}  // namespace innochain
