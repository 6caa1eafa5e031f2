#include "calibration/sampling.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "calibration/abc_checkpoint.hpp"
#include "calibration/growing_pause.hpp"
#include "calibration/sharded_evaluator.hpp"
#include "output/sha256.hpp"
#include "sim/core/random.hpp"
#include "sim/model_revision.hpp"

namespace innochain {

namespace {

constexpr const char* checkpoint_part = "generation";

void check_stop(const WorkOptions& options) {
  if (options.stop && options.stop->load()) throw Stopped();
}

/// Simulates on the threads of this process, until told to stop.
class StoppableEvaluator : public ParticleEvaluator {
 public:
  explicit StoppableEvaluator(const WorkOptions& options) : options_(options) {}
  std::vector<MovedParticle> evaluate(const ParticleBatch& batch) override {
    ParticleBatch stoppable = batch;
    stoppable.work = [&](std::size_t place) {
      check_stop(options_);
      return batch.work(place);
    };
    return threaded_.evaluate(stoppable);
  }

 private:
  ThreadedEvaluator threaded_;
  const WorkOptions& options_;
};

/// Thrown where the first shard went on without this one, as it does where one process takes over for a while.
class Overtaken {};

class Sampling {
 public:
  Sampling(const Simulator& model, const Calibration& calibration, const CalibrationStore& store, Shard shard,
           const WorkOptions& options, const CalibrationNews& news)
      : model_(model), store_(store), shard_(shard), options_(options), news_(news) {
    config_ = sampler_config(calibration, options.threads);
    config_.label = sha256(identity_of(calibration));
    fingerprint_ = abc_fingerprint(model, config_);
  }

  AbcResult run() {
    StoppableEvaluator own(options_);
    if (shard_.of == 1) return run_with(own);
    ShardedEvaluator shared(own, results(), shard_,
                            [this](std::span<const std::size_t> missing, bool is_long) { wait(missing, is_long); });
    while (true) {
      try {
        return run_with(shared);
      } catch (const Overtaken&) {
        news_.say("goes on from a later generation of the first shard");
      }
    }
  }

 private:
  ShardResults results() const { return {store_.folder(), fingerprint_}; }

  AbcResult run_with(ParticleEvaluator& evaluator) {
    AbcState start = last_state();
    n_generations_ = start.history.size();
    return run_abc_smc(model_, config_, evaluator, std::move(start), [this](const AbcState& state) { keep(state); });
  }

  AbcState last_state() {
    read_at_ = store_.written_at(checkpoint_part);
    const auto known = store_.read(checkpoint_part);
    if (!known) return {};
    return read_abc_checkpoint(*known, fingerprint_, (store_.folder() / checkpoint_part).string());
  }

  void keep(const AbcState& state) {
    n_generations_ = state.history.size();
    if (shard_.index == 1) {
      store_.write(checkpoint_part, abc_checkpoint(state, fingerprint_));
      // A shard that starts again now begins after this generation, but one that runs may still read its last results.
      if (shard_.of > 1 && n_generations_ >= 2) results().remove(n_generations_ - 2);
    }
    const AbcGeneration& generation = state.history.back();
    news_.say(fmt::format(
        "generation {}: tolerance {:.3g}, {:.0f} % accepted ({:.0f} % of new numbers, {:.0f} % of new luck, {:.0f} % "
        "of moves given the history), effective sample size {:.0f}, {} simulations in all",
        n_generations_ - 1, generation.tolerance, 100.0 * generation.counts.acceptance(),
        100.0 * generation.counts.number_acceptance(), 100.0 * generation.counts.renewal_acceptance(),
        100.0 * generation.counts.history_acceptance(), generation.ess, state.n_simulations));
    if (state.n_last_rounds == 1)
      news_.say(
          fmt::format("the tolerance stays: {}; this was the first round of the last moves", to_string(*state.ended)));
  }

  void wait(std::span<const std::size_t> missing, bool is_long) {
    check_stop(options_);
    store_.check_joined(shard_);
    if (shard_.index != 1 && store_.written_at(checkpoint_part) != read_at_ &&
        last_state().history.size() > n_generations_)
      throw Overtaken();
    if (is_long)
      news_.say(fmt::format("waiting for the results of shards {} of {}", fmt::join(missing, ", "), shard_.of));
  }

  const Simulator& model_;
  const CalibrationStore& store_;
  Shard shard_;
  const WorkOptions& options_;
  const CalibrationNews& news_;
  AbcConfig config_;
  std::string fingerprint_;
  std::size_t n_generations_ = 0;                           ///< that this process has finished or read
  std::optional<std::filesystem::file_time_type> read_at_;  ///< time of the checkpoint that was read last
};

}  // namespace

AbcResult sample_posterior(const Simulator& model, const Calibration& calibration, const CalibrationStore& store,
                           Shard shard, const WorkOptions& options, const CalibrationNews& news) {
  news.begin("ABC-SMC", 0);
  return Sampling(model, calibration, store, shard, options, news).run();
}

std::string wait_for_part(const CalibrationStore& store, const std::string& part, Shard shard,
                          const WorkOptions& options, const CalibrationNews& news) {
  GrowingPause pause;
  while (true) {
    if (auto known = store.read(part)) return *std::move(known);
    check_stop(options);
    store.check_joined(shard);
    if (pause.is_long()) news.say(fmt::format("waiting for the {} of the first shard", part));
    pause.sleep();
  }
}

double target_tolerance(const SmcSettings& smc) {
  // Where none is named: below one error of observation data would be taken for more exact than they are, and the
  // population would live on the few lucks that fit so well. Adaptive scales have no such unit.
  const double least_tolerance = smc.adaptive_scales ? 1e-6 : 1.0;
  return smc.stop.tolerance > 0.0 ? smc.stop.tolerance : least_tolerance;
}

AbcConfig sampler_config(const Calibration& calibration, std::size_t threads) {
  const SmcSettings& smc = calibration.smc;
  AbcConfig config;
  config.seed = calibration.seed;
  config.n_particles = static_cast<std::size_t>(smc.particles);
  config.n_replicates = static_cast<std::size_t>(smc.replicates);
  config.ess_share = smc.ess_kept;
  config.adaptive_scales = smc.adaptive_scales;
  config.acceptances = smc.acceptances;
  config.max_moves = static_cast<std::size_t>(smc.most_moves);
  config.last_moves = static_cast<std::size_t>(smc.last_moves);
  config.target_tolerance = target_tolerance(smc);
  config.max_generations = static_cast<std::size_t>(smc.stop.generations);
  config.min_acceptance = smc.stop.acceptance_share;
  config.min_renewal_acceptance = smc.stop.luck_acceptance_share;
  if (smc.stop.simulations > 0) config.max_simulations = smc.stop.simulations;
  config.threads = threads;
  return config;
}

std::vector<std::size_t> choose_particles(std::span<const double> weights, std::size_t n, std::uint64_t seed) {
  Stream stream = Streams(seed, design_replicate).at(Purpose::abc_smc, Year(0), 0);
  std::vector<std::size_t> chosen = systematic_choice(weights, n, stream.uniform());
  for (std::size_t i = n; i > 1; --i) std::swap(chosen[i - 1], chosen[stream.index(i)]);
  return chosen;
}

std::string identity_of(const Calibration& calibration) {
  return fmt::format("innochain calibration 3\nmodel_revision: {}\nscenario: {}\n{}", model_revision,
                     sha256(calibration.scenario.yaml), calibration.yaml);
}

}  // namespace innochain
