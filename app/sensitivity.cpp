#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <thread>

#include "app/commands.hpp"
#include "app/interrupt.hpp"
#include "app/own_input.hpp"
#include "app/print_sensitivity.hpp"
#include "app/progress.hpp"
#include "app/sensitivity_job.hpp"
#include "app/shard_option.hpp"
#include "app/whole_number.hpp"
#include "output/errors.hpp"
#include "output/part_file.hpp"
#include "output/result_reader.hpp"
#include "sim/core/parallel.hpp"

namespace innochain {

namespace {

struct SensitivityOptions {
  SensitivityRequest study;
  std::string output, csv, json;
  std::optional<std::string> shard;
  int threads = 0;
  bool force = false;
  ProgressStyle progress = ProgressStyle::automatic;
};

class SensitivitySession {
 public:
  SensitivitySession(const SensitivityOptions& options, const Context& context)
      : options_(options),
        context_(context),
        shard_(options.shard ? read_shard(*options.shard) : Shard{}),
        job_(options.study),
        manifest_(job_.manifest()),
        ensemble_(RunStore::identity(manifest_)),
        store_(options.output),
        threads_(options.threads > 0 ? static_cast<std::size_t>(options.threads)
                                     : std::max(1u, std::thread::hardware_concurrency())) {}

  int run() {
    refuse_shared_outputs({{"--output", options_.output}, {"--csv", options_.csv}, {"--json", options_.json}});
    for (const std::string& output : {options_.output, options_.csv, options_.json})
      refuse_own_input(output, {options_.study.file});
    refuse_unwritable(options_.output, true);
    for (const std::string& copy : {options_.csv, options_.json})
      if (!copy.empty()) refuse_unwritable(copy, options_.force);
    if (std::filesystem::exists(options_.output) && !options_.force) return finished();
    store_.open(manifest_);
    if (!simulate_missing()) {
      fmt::print(stderr, "Interrupted. What was done is kept in {}; the same command goes on.\n",
                 store_.folder().string());
      return 75;
    }
    if (shard_.of == 1) return complete();
    if (!context_.quiet)
      fmt::print(stderr, "{}: shard {} of {} is done; the same command without --shard gathers them all.\n",
                 options_.output, shard_.index, shard_.of);
    return exit_ok;
  }

 private:
  /// False if interrupted.
  bool simulate_missing() {
    const StoredRuns stored(store_, ensemble_, job_.n_runs());
    if (stored.n_done() > 0 && !context_.quiet)
      fmt::print(stderr, "{} of {} runs were done before.\n", stored.n_done(), job_.n_runs());
    const std::vector<std::size_t> runs = stored.missing(shard_);
    return runs.empty() || simulate(runs);
  }

  bool simulate(const std::vector<std::size_t>& runs) {
    JournalWriter journal(store_.journal_of(shard_), ensemble_);
    Progress progress(context_.quiet ? ProgressStyle::none : options_.progress, runs.size());
    EnsembleOptions options;
    options.threads = threads_;
    options.in_order = false;
    std::atomic<bool> stop = false;
    options.stop = &stop;
    std::size_t n_done = 0;
    auto synced = std::chrono::steady_clock::now();
    const EnsembleReport report = run_ensemble(job_, runs, options, [&](std::size_t place, const RunOutcome& outcome) {
      journal.append(runs[place], job_.record(outcome));
      progress.done(++n_done);
      stop = Interrupt::requested().load();
      if (std::chrono::steady_clock::now() - synced < std::chrono::seconds(2)) return;
      journal.sync();
      synced = std::chrono::steady_clock::now();
    });
    journal.sync();
    return report.n_done == runs.size();
  }

  /// Analyses the runs of all shards and writes the result file.
  int complete() {
    const StoredRuns stored(store_, ensemble_, job_.n_runs());
    const StudyRuns runs = job_.gather(stored);
    const std::vector<OutputAnalysis> analyses = analyse_with_threads(runs);
    ResultHeader header = job_.header();
    header.command_line = context_.command_line;
    header.threads = static_cast<int>(threads_);
    header.ensemble = ensemble_;
    write_study_result(options_.output, options_.force, header, job_.study(), runs, analyses);
    store_.remove();
    return report(runs, analyses);
  }

  /// A finished file: shows again what it holds.
  int finished() {
    std::string ensemble;
    {
      const hdf5::Handle file = open_result(options_.output);
      ensemble = hdf5::read_text_attribute(file.id(), "ensemble").value_or("");
    }
    if (ensemble != ensemble_)
      throw CannotCreate(fmt::format("{}: exists already and is not what this study makes (--force overwrites it{})",
                                     options_.output,
                                     store_.exists() ? "; runs of an unfinished study are beside it" : ""));
    // What a kill after the last step left behind.
    if (!store_.exists() || RunStore::identity(store_.manifest()) == ensemble_) store_.remove();
    if (!context_.quiet) fmt::print(stderr, "{}: complete. Nothing to simulate.\n", options_.output);
    const StudyRuns runs = read_study_runs(options_.output);
    return report(runs, analyse_with_threads(runs));
  }

  std::vector<OutputAnalysis> analyse_with_threads(const StudyRuns& runs) const {
    const ThreadCount threads(threads_);
    return analyse(job_.study(), runs.values);
  }

  int report(const StudyRuns& runs, const std::vector<OutputAnalysis>& analyses) const {
    if (!options_.csv.empty()) write_indices_csv(job_.study(), analyses, options_.csv, options_.force);
    if (!options_.json.empty()) write_indices_json(job_.study(), analyses, options_.json, options_.force);
    print_sensitivity(job_.study(), analyses);
    if (runs.n_failed() == 0) return exit_ok;
    fmt::print(stderr, "{} of {} runs failed; see the variable `status`.\n", runs.n_failed(), job_.n_runs());
    return exit_difference;
  }

  const SensitivityOptions& options_;
  const Context& context_;
  Shard shard_;
  SensitivityJob job_;
  nlohmann::json manifest_;
  std::string ensemble_;
  RunStore store_;
  std::size_t threads_;
  Interrupt interrupt_;
};

}  // namespace

void add_sensitivity(CLI::App& app, Context& context) {
  const auto options = std::make_shared<SensitivityOptions>();
  CLI::App* command = app.add_subcommand(
      "sensitivity",
      "Examples:\n"
      "  innochain sensitivity scenarios/sensitivity/approvals.yaml -o out/screening.h5\n"
      "  innochain sensitivity scenarios/sensitivity/stocks.yaml -o out/stocks.h5 --csv out/indices.csv\n"
      "  innochain sensitivity scenarios/sensitivity/stocks.yaml -o out/stocks.h5 --shard 2/8   # then without "
      "--shard\n\n"
      "Which factors move which outputs: Morris's elementary effects or Sobol indices, with bootstrap intervals.\n"
      "Finished runs are kept in OUT.parts; after any interruption the same command does only what is missing.");
  command->add_option("STUDY", options->study.file, "Sensitivity file")->required();
  command->add_option("-o,--output", options->output, "Result file (HDF5, netCDF-4 layout)")->required();
  command->add_option("--csv", options->csv, "Write all indices as CSV, one a row");
  command->add_option("--json", options->json, "Write everything as JSON");
  command->add_option("--shard", options->shard, "I/N: only every N-th run, from the I-th; without it, gathers them");
  command->add_option("--seed", options->study.seed, "Master seed of the runs, instead of the file's")
      ->check(whole_number());
  command->add_option("--threads", options->threads, "Threads (default: all processors)")
      ->check(whole_number())
      ->check(CLI::Range(1, 4096));
  command->add_option("--set", options->study.settings, "path=value in the scenario, before the factors (repeatable)")
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--progress", options->progress, "auto, plain, json or none")
      ->transform(CLI::CheckedTransformer(progress_styles()).description(""));
  command->add_flag("--force", options->force, "Overwrite files that exist");
  command->callback([options, &context] { context.exit_code = SensitivitySession(*options, context).run(); });
}

}  // namespace innochain
