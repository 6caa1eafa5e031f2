#include "calibration/calibrate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "app/calibrate_checks.hpp"
#include "app/commands.hpp"
#include "app/interrupt.hpp"
#include "app/observed_folder.hpp"
#include "app/own_input.hpp"
#include "app/print_calibration.hpp"
#include "app/progress.hpp"
#include "app/shard_option.hpp"
#include "app/version.hpp"
#include "app/whole_number.hpp"
#include "calibration/calibration_tables.hpp"
#include "calibration/posterior_file.hpp"
#include "calibration/second_stage.hpp"
#include "output/errors.hpp"
#include "output/part_file.hpp"

namespace innochain {
namespace {

struct CalibrateOptions {
  std::string file, output;
  CalibrationOptions read;
  std::optional<std::string> shard;
  int threads = 0;
  bool force = false, predict = false;
  CalibrationExtras extras;
  std::optional<std::size_t> recovery, sbc;
  ProgressStyle progress = ProgressStyle::automatic;
};

/// Tells the stages and their progress.
class News {
 public:
  News(ProgressStyle style, bool quiet) : style_(quiet ? ProgressStyle::none : style), quiet_(quiet) {}
  CalibrationNews callbacks() {
    return {[this](const std::string& stage, std::size_t n) { begin(stage, n); },
            [this](std::size_t done) { advance(done); }, [this](const std::string& line) { say(line); }};
  }

 private:
  void begin(const std::string& stage, std::size_t n) {
    progress_.reset();
    say(stage);
    if (n > 0) progress_.emplace(style_, n);
    most_ = 0;
  }
  /// From several threads, not in order.
  void advance(std::size_t done) {
    const std::lock_guard lock(mutex_);
    most_ = std::max(most_, done);
    if (progress_) progress_->done(most_);
  }
  void say(const std::string& line) {
    if (quiet_ || style_ == ProgressStyle::none || style_ == ProgressStyle::json) return;
    fmt::print(stderr, "{}\n", line);
  }

  ProgressStyle style_;
  bool quiet_;
  std::mutex mutex_;
  std::size_t most_ = 0;
  std::optional<Progress> progress_;
};

PosteriorProvenance provenance_of(const Context& context, std::size_t threads) {
  PosteriorProvenance provenance;
  provenance.command_line = context.command_line;
  provenance.program = fmt::format("innochain {} ({})", program_version, program_commit);
  provenance.build = fmt::format("{}, {}", program_compiler, program_build_type);
  provenance.threads = static_cast<int>(threads);
  return provenance;
}

/// Whether parameters that are known are found.
int check_calibration(const CalibrateOptions& options, const Context& context, const Calibration& calibration,
                      WorkOptions work) {
  const Interrupt interrupt;
  News news(options.progress, context.quiet);
  const CalibrationNews callbacks = news.callbacks();
  work.progress = callbacks.progress;
  if (options.recovery)
    callbacks.begin("synthetic sets", *options.recovery);
  else
    callbacks.begin("runs", rank_check_runs(*options.sbc));
  const CheckOutput output{options.output, options.force, provenance_of(context, work.threads)};
  try {
    return options.recovery ? recover_synthetic(calibration, *options.recovery, work, output)
                            : check_ranks(calibration, *options.sbc, work, output);
  } catch (const Stopped&) {
    fmt::print(stderr, "Interrupted; {} was not written{}.\n", options.output,
               options.recovery ? ", finished sets are kept: the same command goes on" : "");
    return 75;
  }
}

/// What the processes of a calibration do, by stage: of approvals, or of outputs after it.
class CalibrationStage {
 public:
  CalibrationStage(const CalibrateOptions& options, const Context& context, const WorkOptions& work)
      : options_(options), context_(context), work_(work) {}
  virtual ~CalibrationStage() = default;
  /// All of it, or what the first of several shards does; writes the file.
  virtual void whole(const CalibrationStore& store, std::size_t n_shards, const CalibrationNews& news) = 0;
  /// What a shard beside the first does.
  virtual void help(const CalibrationStore& store, Shard shard, const CalibrationNews& news) = 0;
  /// What was found.
  virtual void print() const = 0;

 protected:
  const CalibrateOptions& options_;
  const Context& context_;
  const WorkOptions& work_;
};

class ApprovalStage : public CalibrationStage {
 public:
  ApprovalStage(const CalibrateOptions& options, const Context& context, const Calibration& calibration,
                const WorkOptions& work)
      : CalibrationStage(options, context, work), model_(calibration) {}

  void whole(const CalibrationStore& store, std::size_t n_shards, const CalibrationNews& news) override {
    result_ = calibrate(model_, store, work_, news, options_.extras, n_shards);
    PosteriorWriter writer(options_.output, options_.force, subject_of(model_), provenance_of(context_, work_.threads));
    write_calibration(writer, model_, result_);
    writer.finish();
  }
  void help(const CalibrationStore& store, Shard shard, const CalibrationNews& news) override {
    help_calibration(model_, store, shard, work_, news);
  }
  void print() const override { print_calibration(model_, result_, options_.predict); }

 private:
  InstitutionalModel model_;
  CalibrationResult result_;
};

class OutputStage : public CalibrationStage {
 public:
  OutputStage(const CalibrateOptions& options, const Context& context, const Calibration& calibration,
              const WorkOptions& work)
      : CalibrationStage(options, context, work), model_(calibration), first_(first_stage_of(model_)) {}

  void whole(const CalibrationStore& store, std::size_t n_shards, const CalibrationNews& news) override {
    result_ = fit_outputs(model_, store, n_shards, work_, news);
    PosteriorWriter writer(options_.output, options_.force, subject_of(model_, first_),
                           provenance_of(context_, work_.threads));
    write_second_stage(writer, model_, first_, result_);
    writer.finish();
  }
  void help(const CalibrationStore& store, Shard shard, const CalibrationNews& news) override {
    help_fit_outputs(model_, store, shard, work_, news);
  }
  void print() const override { print_second_stage(model_, result_, options_.predict); }

 private:
  OutputModel model_;
  Posterior first_;  ///< as it was when the model took its draws
  SecondStage result_;
};

std::unique_ptr<CalibrationStage> stage_of(const CalibrateOptions& options, const Context& context,
                                           const Calibration& calibration, const WorkOptions& work) {
  if (calibration.after) return std::make_unique<OutputStage>(options, context, calibration, work);
  return std::make_unique<ApprovalStage>(options, context, calibration, work);
}

/// A shard beside the first. It may be late: the first needs it for nothing once the sampler has ended.
void help(const CalibrateOptions& options, const Context& context, const Calibration& calibration,
          CalibrationStage& stage, const CalibrationStore& store, Shard shard, const CalibrationNews& news) {
  try {
    stage.help(store, shard, news);
  } catch (const FileError&) {
    if (!std::filesystem::exists(options.output) || !is_posterior_of(options.output, calibration)) throw;
    if (!context.quiet) fmt::print(stderr, "{}: was completed without this shard.\n", options.output);
    return;
  }
  if (!context.quiet)
    fmt::print(stderr, "{}: shard {} of {} is done; the first does the rest and writes the file.\n", options.output,
               shard.index, shard.of);
}

/// Whether there is nothing left to do for a process that is started again: a shard, or one that was killed after it
/// had given the file its name. Throws CannotCreate where there is a file of something else, or one that was finished.
bool is_complete(const CalibrateOptions& options, const Context& context, const Calibration& calibration, Shard shard,
                 const CalibrationStore& store) {
  if (!std::filesystem::exists(options.output) || options.force) return false;
  const bool goes_on = shard.of > 1 || std::filesystem::exists(store.folder());
  if (!goes_on || !is_posterior_of(options.output, calibration))
    throw CannotCreate(fmt::format("{}: exists already (--force overwrites it)", options.output));
  if (!context.quiet) fmt::print(stderr, "{}: complete. Nothing to do.\n", options.output);
  return true;
}

/// Options that a second stage has no use for.
void refuse_options_of_first_stage(const CalibrateOptions& options) {
  if (options.extras.profiles || options.extras.second_method || options.recovery || options.sbc)
    throw CLI::ValidationError("--profiles, --second-method, --recovery and --sbc are of a first stage");
}

std::vector<std::string> texts_of(const std::vector<std::filesystem::path>& paths) {
  std::vector<std::string> texts;
  for (const std::filesystem::path& path : paths) texts.push_back(path.string());
  return texts;
}

int calibrate_file(const CalibrateOptions& options, const Context& context) {
  if (options.read.tolerance && std::isnan(*options.read.tolerance))  // lies in every range of CLI11
    throw CLI::ValidationError("--tolerance", "must be a number from 0.01 to 1000000");
  const Shard shard = options.shard ? read_shard(*options.shard) : Shard{};
  const Calibration calibration = read_calibration(options.file, observed_folder(), options.read);
  refuse_own_input(options.output, texts_of(calibration.inputs));
  refuse_unwritable(options.output, true);
  print_problems(context, calibration.notes);
  WorkOptions work;
  work.threads = options.threads > 0 ? static_cast<std::size_t>(options.threads)
                                     : std::max(1u, std::thread::hardware_concurrency());
  work.stop = &Interrupt::requested();
  if (calibration.after) refuse_options_of_first_stage(options);
  if (options.recovery || options.sbc) return check_calibration(options, context, calibration, work);
  CalibrationStore store(options.output);
  if (is_complete(options, context, calibration, shard, store)) {
    if (shard.of == 1) {
      store.open(identity_of(calibration));
      store.join(shard);
      store.remove();
    }
    return exit_ok;
  }
  const std::unique_ptr<CalibrationStage> stage = stage_of(options, context, calibration, work);
  store.open(identity_of(calibration));
  store.join(shard);
  // Since the last look: nobody will fill a store begun anew.
  if (shard.of > 1 && is_complete(options, context, calibration, shard, store)) {
    store.remove();
    return exit_ok;
  }

  const Interrupt interrupt;
  News news(options.progress, context.quiet);
  try {
    if (shard.index != 1) {
      help(options, context, calibration, *stage, store, shard, news.callbacks());
      return exit_ok;
    }
    stage->whole(store, shard.of, news.callbacks());
  } catch (const Stopped&) {
    fmt::print(stderr, "Interrupted. What was done is kept in {}; the same command goes on.\n",
               store.folder().string());
    return 75;
  }
  store.remove();
  stage->print();
  if (!context.quiet) fmt::print(stderr, "{}: {} draws.\n", options.output, calibration.paths.draws);
  return exit_ok;
}

}  // namespace

void add_calibrate(CLI::App& app, Context& context) {
  const auto options = std::make_shared<CalibrateOptions>();
  CLI::App* command = app.add_subcommand(
      "calibrate",
      "Examples:\n"
      "  innochain calibrate calibration/china.yaml -o out/posterior.h5 --predict\n"
      "  innochain calibrate calibration/china.yaml --origin 2012 -o out/posterior_2012.h5   # predicts 2013-2017\n"
      "  innochain calibrate calibration/china.yaml -o out/posterior.h5 --shard 2/3   # 1/3 and 3/3 elsewhere\n"
      "  innochain calibrate calibration/china_outputs.yaml -o out/outputs.h5 --predict   # papers and patents, after "
      "it\n"
      "  innochain run scenarios/baseline.yaml --parameters out/posterior.h5 -o out/calibrated.h5\n\n"
      "Fits the parameters of a calibration file to the observed approvals by ABC-SMC, finds a past that fits for "
      "each\n"
      "draw, and predicts the years that were held out. All up to the predictions is kept in OUT.parts as it is made:\n"
      "after any interruption the same command goes on. Shards share the sampler's simulations and wait for each "
      "other; they need a common\n"
      "folder and the same build. The first writes the file, which does not depend on their number.");
  command->add_option("CALIBRATION", options->file, "Calibration file")->required();
  command->add_option("-o,--output", options->output, "Posterior file (HDF5, netCDF-4 layout)")->required();
  CLI::Option* predict =
      command->add_flag("--predict", options->predict, "Print the forecasts of the years held out, and how they score");
  CLI::Option* profiles = command->add_flag(
      "--profiles", options->extras.profiles,
      "Also hold each parameter at five values and fit the others (some minutes): what is identified?");
  CLI::Option* second_method =
      command->add_flag("--second-method", options->extras.second_method,
                        "Also match history with emulators (some minutes), and compare both posteriors");
  CLI::Option* shard = command->add_option("--shard", options->shard,
                                           "I/N: one of N processes that share the simulations; all must run");
  CLI::Option* recovery =
      command
          ->add_option("--recovery", options->recovery,
                       "Instead: fit N synthetic sets whose parameters are known, and tell how many are found")
          ->check(whole_number())
          ->check(CLI::Range(1, 100000))
          ->excludes(shard);
  CLI::Option* ranks = command
                           ->add_option("--sbc", options->sbc,
                                        "Instead: simulation-based calibration over N synthetic sets (100 or more "
                                        "tell) from one table of 50,000 runs")
                           ->check(whole_number())
                           ->check(CLI::Range(1, 1000000))
                           ->excludes(recovery)
                           ->excludes(shard);
  for (CLI::Option* of_a_posterior : {predict, profiles, second_method})
    of_a_posterior->excludes(recovery)->excludes(ranks);
  command
      ->add_option("--origin", options->read.origin,
                   "Last year that is fitted, in place of the file's; the five years after it are predicted")
      ->check(whole_number());
  command->add_option("--after", options->read.after,
                      "Posterior of the first stage, in place of the file's: the outputs are fitted with its draws");
  command->add_option("--seed", options->read.seed, "Master seed, in place of the file's")->check(whole_number());
  command->add_option("--particles", options->read.particles, "Of the sampler, in place of the file's")
      ->check(whole_number())
      ->check(CLI::Range(2, 1000000));
  command->add_option("--replicates", options->read.replicates, "Runs of a particle, in place of the file's")
      ->check(whole_number())
      ->check(CLI::Range(1, 10000));
  command
      ->add_option("--last-moves", options->read.last_moves,
                   "Of each particle at the last tolerance, in place of the file's: more make draws more independent")
      ->check(whole_number())
      ->check(CLI::Range(0, most_last_moves));
  command
      ->add_option("--simulations", options->read.simulations,
                   "After which the sampler stops, in place of the file's: a first look needs few")
      ->check(whole_number())
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 31));
  command
      ->add_option("--tolerance", options->read.tolerance,
                   "Where the sampler ends, in errors of observation, in place of the file's")
      ->check(CLI::Range(0.01, 1e6));
  command->add_option("--threads", options->threads, "Threads (default: all processors)")
      ->check(whole_number())
      ->check(CLI::Range(1, 4096));
  command->add_option("--set", options->read.scenario.settings, "path=value of the scenario (repeatable)")
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--progress", options->progress, "auto, plain, json or none")
      ->transform(CLI::CheckedTransformer(progress_styles()).description(""));
  command->add_flag("--force", options->force, "Overwrite the posterior file (not with --shard: remove it)")
      ->excludes(shard);
  command->callback([options, &context] { context.exit_code = calibrate_file(*options, context); });
}

}  // namespace innochain
