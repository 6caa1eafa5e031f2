#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <thread>

#include "app/collect.hpp"
#include "app/commands.hpp"
#include "app/interrupt.hpp"
#include "app/own_input.hpp"
#include "app/parameter_source.hpp"
#include "app/progress.hpp"
#include "app/shard_option.hpp"
#include "app/sweep_job.hpp"
#include "app/whole_number.hpp"
#include "output/errors.hpp"
#include "output/run_record.hpp"
#include "sim/schedule.hpp"

namespace innochain {

namespace {

enum class OnError { keep, stop };

struct SweepOptions {
  SweepRequest sweep;
  std::string output;
  std::optional<std::string> shard;
  OnError on_error = OnError::keep;
  int threads = 0;
  bool force = false;
  ProgressStyle progress = ProgressStyle::automatic;
};

/// Writes finished runs to the shard's journal as they come.
class Recorder {
 public:
  Recorder(const SweepJob& job, const std::filesystem::path& journal, const std::string& ensemble, OnError on_error)
      : job_(job), journal_(journal, ensemble), on_error_(on_error) {}

  void operator()(std::size_t run, const RunOutcome& outcome, PrecisionPlan* plan) {
    if (outcome.indicators == nullptr) {
      ++n_failed_;
      if (first_failure_.empty()) first_failure_ = fmt::format("run {}: {}", run, outcome.failure);
      if (on_error_ == OnError::stop) {  // not recorded: the next attempt will try it again
        stopped_ = true;
        return;
      }
    }
    journal_.append(run, RunRecord::packed(outcome.indicators, outcome.failure, job_.kept(), job_.traces()));
    if (plan != nullptr) plan->set(run, outcome.indicators);
    if (std::chrono::steady_clock::now() - synced_ > std::chrono::seconds(2)) sync();
  }
  void sync() {
    journal_.sync();
    synced_ = std::chrono::steady_clock::now();
  }
  /// Asks the ensemble to stop after an error or when the program is interrupted.
  const std::atomic<bool>& stopped() const { return stopped_; }
  std::size_t n_failed() const { return n_failed_; }
  const std::string& first_failure() const { return first_failure_; }

 private:
  const SweepJob& job_;
  JournalWriter journal_;
  OnError on_error_;
  std::atomic<bool> stopped_ = false;
  std::size_t n_failed_ = 0;
  std::string first_failure_;
  std::chrono::steady_clock::time_point synced_ = std::chrono::steady_clock::now();
};

void say_size(const SweepJob& job, std::size_t n_runs, bool quiet) {
  const double gigabytes = static_cast<double>(job.bytes_per_run()) * static_cast<double>(n_runs) * 1e-9;
  if (quiet || gigabytes < 1.0) return;
  fmt::print(stderr,
             "{} runs of {:.0f} kB: {:.1f} GB beside the result file until it is written. `keep:` in the sweep "
             "file thins them.\n",
             n_runs, static_cast<double>(job.bytes_per_run()) * 1e-3, gigabytes);
}

class SweepSession {
 public:
  SweepSession(const SweepOptions& options, const Context& context)
      : options_(options),
        context_(context),
        shard_(options.shard ? read_shard(*options.shard) : Shard{}),
        job_(options.sweep),
        store_(options.output),
        threads_(options.threads > 0 ? static_cast<std::size_t>(options.threads)
                                     : std::max(1u, std::thread::hardware_concurrency())) {}

  int run() {
    refuse_own_input(options_.output, {options_.sweep.file, options_.sweep.parameters});
    if (std::filesystem::exists(options_.output) && !options_.force)
      return finished(job_, options_.output, context_.quiet);
    const nlohmann::json manifest = job_.manifest();
    store_.open(manifest);
    const int code = simulate_missing(RunStore::identity(manifest));
    if (code != exit_ok) return code;
    if (shard_.of == 1)
      return collect_runs(job_, store_, options_.output, options_.force, context_.quiet, context_.command_line,
                          static_cast<int>(threads_));
    if (!context_.quiet)
      fmt::print(stderr, "{}: shard {} of {} is done; `innochain collect {}` gathers them all.\n", options_.output,
                 shard_.index, shard_.of, options_.output);
    return n_failed_ > 0 ? exit_difference : exit_ok;
  }

 private:
  int simulate_missing(const std::string& ensemble) {
    const StoredRuns stored(store_, ensemble, job_.n_runs());
    n_failed_ = stored.n_failed();
    std::optional<PrecisionPlan> plan;
    if (job_.has_precision()) feed(job_, stored, plan.emplace(job_.precision_plan()));
    std::vector<std::size_t> runs = plan ? plan->next(shard_) : stored.missing(shard_);
    if (stored.n_done() > 0 && !context_.quiet)
      fmt::print(stderr, "{} of {} runs were done before.\n", stored.n_done(), job_.n_runs());
    if (runs.empty()) return exit_ok;
    say_size(job_, job_.n_runs(), context_.quiet);

    Recorder recorder(job_, store_.journal_of(shard_), ensemble, options_.on_error);
    while (!runs.empty()) {
      if (!simulate(runs, recorder, plan ? &*plan : nullptr)) return stopped(recorder);
      runs = plan ? plan->next(shard_) : std::vector<std::size_t>();
    }
    if (plan && !context_.quiet)
      fmt::print(stderr, "{} of {} arms are as precise as asked{}.\n", plan->n_precise(), job_.n_arms(),
                 shard_.of > 1 ? " so far" : fmt::format("; at most {} replicates were allowed", job_.n_replicates()));
    n_failed_ += recorder.n_failed();
    return exit_ok;
  }

  /// False if not all runs were done.
  bool simulate(const std::vector<std::size_t>& runs, Recorder& recorder, PrecisionPlan* plan) {
    Progress progress(context_.quiet ? ProgressStyle::none : options_.progress, runs.size());
    EnsembleOptions options;
    options.threads = threads_;
    options.branch_from = job_.branch_from();
    options.in_order = false;
    std::atomic<bool> stop = false;
    options.stop = &stop;
    std::size_t n_done = 0;
    const EnsembleReport report = run_ensemble(job_, runs, options, [&](std::size_t place, const RunOutcome& outcome) {
      recorder(runs[place], outcome, plan);
      progress.done(++n_done);
      stop = Interrupt::requested() || recorder.stopped();
    });
    recorder.sync();
    return report.n_done == runs.size() && !recorder.stopped();
  }

  int stopped(const Recorder& recorder) const {
    if (recorder.stopped()) {
      fmt::print(stderr,
                 "Stopped at a failure (--on-error stop): {}. What was done is kept; the same command goes on.\n",
                 recorder.first_failure());
      return exit_difference;
    }
    fmt::print(stderr, "Interrupted. What was done is kept in {}; the same command goes on.\n",
               store_.folder().string());
    return 75;
  }

  const SweepOptions& options_;
  const Context& context_;
  Shard shard_;
  SweepJob job_;
  RunStore store_;
  std::size_t threads_;
  std::size_t n_failed_ = 0;
  Interrupt interrupt_;
};

}  // namespace

void add_sweep(CLI::App& app, Context& context) {
  static const std::map<std::string, OnError> on_errors{{"keep", OnError::keep}, {"stop", OnError::stop}};
  const auto options = std::make_shared<SweepOptions>();
  CLI::App* command = app.add_subcommand(
      "sweep",
      "Examples:\n"
      "  innochain sweep scenarios/sweeps/centralization.yaml -o out/centralization.h5\n"
      "  innochain sweep scenarios/sweeps/policies.yaml -o out/policies.h5 --shard 2/8   # then: innochain collect\n"
      "  innochain sweep scenarios/sweeps/policies.yaml -o out/p.h5 --precision self_reliance@2035=0.01\n\n"
      "Simulates the arms of a sweep (scenarios × points of a design) by replicates. Finished runs are kept in\n"
      "OUT.parts; after any interruption the same command does only what is missing.");
  command->add_option("SWEEP", options->sweep.file, "Sweep file")->required();
  command->add_option("-o,--output", options->output, "Result file (HDF5, netCDF-4 layout)")->required();
  command->add_option("--shard", options->shard, "I/N: only every N-th run, from the I-th; `collect` gathers them");
  command->add_option("--on-error", options->on_error, "keep (record failed runs and go on) or stop")
      ->transform(CLI::CheckedTransformer(on_errors).description(""));
  command->add_option("--replicates", options->sweep.replicates, "Replicates of each arm, instead of the file's")
      ->check(whole_number())
      ->check(CLI::Range(1, 10000000));
  command
      ->add_option("--precision", options->sweep.precision,
                   "INDICATOR@YEAR=0.01 (or =2abs): replicates of an arm end when half the 95 % interval of its mean "
                   "is that narrow, judged every 16, at the latest at --replicates (repeatable)")
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--seed", options->sweep.seed, "Master seed, instead of the file's")->check(whole_number());
  command->add_option("--threads", options->threads, "Threads (default: all processors)")
      ->check(whole_number())
      ->check(CLI::Range(1, 4096));
  command->add_option("--set", options->sweep.settings, "path=value in all scenarios, before the axes (repeatable)")
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--parameters", options->sweep.parameters,
                      std::string(parameter_source_help) + "; instead of the file's");
  command->add_option("--progress", options->progress, "auto, plain, json or none")
      ->transform(CLI::CheckedTransformer(progress_styles()).description(""));
  command->add_flag("--traces", options->sweep.traces, "Keep named agents by year");
  command->add_flag("--force", options->force, "Overwrite the result file");
  command->callback([options, &context] {
    options->sweep.quiet = context.quiet;
    context.exit_code = SweepSession(*options, context).run();
  });
}

}  // namespace innochain
