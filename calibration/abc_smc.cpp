#include "calibration/abc_smc.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include "calibration/luck_numbers.hpp"
#include "sim/core/maths.hpp"
#include "sim/core/parallel.hpp"
#include "sim/core/random.hpp"

namespace innochain {

namespace {

/// Raised with every change of the sampler's draws: checkpoints of another do not go on.
constexpr int sampler_revision = 3;

/// Random draws of a sampler, addressed by generation (as the replicate), move (as the year) and particle.
class AbcStreams {
 public:
  explicit AbcStreams(std::uint64_t seed) : seed_(seed) {}
  Stream prior(std::size_t particle) const { return at(0, 0, particle, proposal); }
  Stream move(std::size_t generation, std::size_t move, std::size_t particle) const {
    return at(generation, move, particle, proposal);
  }
  Stream resampling(std::size_t generation) const { return at(generation, 0, 0, choice); }

 private:
  enum Draw : std::uint32_t { proposal, choice };
  Stream at(std::size_t generation, std::size_t move, std::size_t particle, Draw draw) const {
    return Streams(seed_, static_cast<std::uint32_t>(generation))
        .at(Purpose::abc_smc, Year(static_cast<int>(move)), particle, draw);
  }

  std::uint64_t seed_;
};

void check(const Simulator& simulator, const AbcConfig& config) {
  const auto demand = [](bool condition, const char* what) {
    if (!condition) throw std::invalid_argument(what);
  };
  demand(simulator.prior().size() > 0, "ABC-SMC: a prior without parameters");
  demand(config.n_particles >= 2, "ABC-SMC: fewer than two particles");
  demand(config.n_replicates >= 1, "ABC-SMC: no replicates");
  demand(config.ess_share > 0.0 && config.ess_share < 1.0, "ABC-SMC: ess_share must be between 0 and 1");
  demand(config.shares.local >= 0.0 && config.shares.wide >= 0.0 && config.shares.local + config.shares.wide <= 1.0,
         "ABC-SMC: shares of proposals must be in [0, 1] and add up to at most 1");
  demand(config.renewal_share >= 0.0 && config.renewal_share < 1.0, "ABC-SMC: renewal_share must be in [0, 1)");
  demand(config.target_tolerance > 0.0, "ABC-SMC: target_tolerance must be positive");
  demand(config.max_moves >= 1 && config.max_moves <= 0xffff, "ABC-SMC: max_moves must be in [1, 65535]");
  demand(config.last_moves <= 0xffff, "ABC-SMC: more than 65535 last_moves");
  demand(config.threads >= 1, "ABC-SMC: no threads");
  demand(config.log_weight_bounds.empty() || config.log_weight_bounds.size() == simulator.blocks().size(),
         "ABC-SMC: log_weight_bounds needs one number a block");
  const std::uint64_t n_first = std::uint64_t{config.n_particles} * config.n_replicates * (1 + config.last_moves);
  demand(n_first <= config.max_simulations && n_first <= LuckNumbers::n_available,
         "ABC-SMC: max_simulations is not enough for the prior and the last moves");
}

std::vector<double> log_weight_bounds_of(const Simulator& simulator, const AbcConfig& config) {
  return config.log_weight_bounds.empty() ? std::vector<double>(simulator.blocks().size(), 0.0)
                                          : config.log_weight_bounds;
}

class Sampler {
 public:
  Sampler(const Simulator& simulator, const AbcConfig& config, ParticleEvaluator& evaluator, AbcState start)
      : simulator_(simulator),
        config_(config),
        evaluator_(evaluator),
        streams_(config.seed),
        luck_numbers_(config.seed),
        state_(std::move(start)),
        shapes_(config.n_particles) {}

  AbcResult run(const AbcCallback& after_generation) {
    if (state_.population.empty()) {
      draw_prior();
      if (after_generation) after_generation(state_);
    }
    if (const std::optional<AbcStop> ended = state_.ended) return {std::move(state_), *ended};
    std::optional<AbcStop> stop;
    while (!(stop = reason_to_stop())) {
      if (!advance()) {
        stop = AbcStop::no_smaller_region;
        break;
      }
      if (after_generation) after_generation(state_);
    }
    if (config_.last_moves > 0) {
      move_on_the_spot();
      state_.ended = stop;
      if (after_generation) after_generation(state_);
    }
    return {std::move(state_), *stop};
  }

 private:
  std::optional<AbcStop> reason_to_stop() const {
    const std::uint64_t most_of_generation =
        std::uint64_t{config_.n_particles} * config_.n_replicates * (config_.max_moves + config_.last_moves);
    if (state_.target.tolerance <= config_.target_tolerance) return AbcStop::target_reached;
    if (state_.history.size() > config_.max_generations) return AbcStop::generations;
    if (state_.history.back().acceptance() < config_.min_acceptance) return AbcStop::acceptance;
    if (most_of_generation > config_.max_simulations - std::min(config_.max_simulations, state_.n_simulations))
      return AbcStop::simulations;
    if (most_of_generation > LuckNumbers::n_available - state_.next_luck) return AbcStop::luck_numbers;
    return std::nullopt;
  }

  ParticleTask task(std::size_t move) const {
    return {state_.target, log_weight_bounds_of(simulator_, config_), state_.history.size(), move};
  }

  /// Luck numbers go by particle and move, whether or not the particle takes part.
  std::uint32_t new_luck(std::size_t particle, std::size_t replicate) const {
    return luck_numbers_(state_.next_luck + particle * config_.n_replicates + replicate);
  }
  void pass_luck() {
    state_.next_luck += std::uint64_t{config_.n_particles} * config_.n_replicates;
    state_.next_origin += config_.n_particles;
  }

  void draw_prior() {
    state_.target.inverse_radii.assign(simulator_.n_statistics(), 0.0);
    std::vector<ParticleJob> jobs(config_.n_particles);
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      Stream stream = streams_.prior(i);
      jobs[i].luck.blocks.assign(config_.n_replicates * simulator_.blocks().size(), 0);
      for (std::size_t r = 0; r < config_.n_replicates; ++r) jobs[i].luck.numbers.push_back(new_luck(i, r));
      for (std::size_t j = 0; j < simulator_.prior().size(); ++j) jobs[i].scores.push_back(stream.normal());
    }
    std::vector<ParticleResult> results = evaluator_.evaluate(task(0), jobs);
    AbcGeneration generation;
    const double weight = 1.0 / static_cast<double>(jobs.size());
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      generation.n_simulations += results[i].n_simulated;
      state_.population.push_back({std::move(jobs[i].scores), state_.next_origin + i, weight, 0.0,
                                   std::move(jobs[i].luck), std::move(results[i].replicates)});
    }
    pass_luck();
    generation.ess = static_cast<double>(config_.n_particles);
    record(std::move(generation));
  }

  /// One generation; false if there is no target to go to.
  bool advance() {
    const std::vector<StatisticsBlock>& blocks = simulator_.blocks();
    const std::size_t n_statistics = simulator_.n_statistics();
    const std::vector<double> scales = config_.adaptive_scales ? spread_scales(state_.population, blocks, n_statistics)
                                                               : std::vector<double>(n_statistics, 1.0);
    std::optional<NextTarget> next =
        next_target(state_.population, blocks, state_.target, scales, {config_.ess_share, config_.target_tolerance});
    if (!next) return false;
    AbcGeneration generation;
    generation.ess = next->ess;
    reweight(std::move(*next));
    const ProposalKernel kernel(state_.population, config_.n_neighbours, config_.shares);
    if (generation.ess < 0.5 * static_cast<double>(config_.n_particles)) {
      resample(state_.population, streams_.resampling(state_.history.size()).uniform());
      generation.resampled = true;
    }
    move(kernel, generation, [&](std::size_t n_moving) {
      return generation.n_moves == config_.max_moves ||
             static_cast<double>(generation.n_accepted) >= config_.acceptances * static_cast<double>(n_moving);
    });
    record(std::move(generation));
    return true;
  }

  /// The last generation: moves alone.
  void move_on_the_spot() {
    AbcGeneration generation;
    generation.resampled = true;
    generation.ess = effective_sample_size(weights_of(state_.population));
    const ProposalKernel kernel(state_.population, config_.n_neighbours, config_.shares);
    resample(state_.population, streams_.resampling(state_.history.size()).uniform());
    move(kernel, generation, [&](std::size_t) { return generation.n_moves == config_.last_moves; });
    record(std::move(generation));
  }

  void reweight(NextTarget next) {
    state_.target = std::move(next.target);
    double sum = 0.0;
    for (const double weight : next.weights) sum += weight;
    for (std::size_t i = 0; i < state_.population.size(); ++i) {
      state_.population[i].weight = next.weights[i] / sum;
      state_.population[i].log_likelihood = next.log_likelihoods[i];
    }
  }

  /// Particles of weight 0 have no say in anything until resampling replaces them; they rest.
  template <class IsEnough>
  void move(const ProposalKernel& kernel, AbcGeneration& generation, IsEnough is_enough) {
    std::vector<std::size_t> moving;
    for (std::size_t i = 0; i < state_.population.size(); ++i) {
      if (state_.population[i].weight > 0.0) moving.push_back(i);
    }
    tbb::parallel_for(std::size_t{0}, moving.size(), [&](std::size_t m) {
      shapes_[moving[m]] = kernel.shape_at(state_.population[moving[m]].scores);
    });
    for (; !is_enough(moving.size()); ++generation.n_moves) move_once(kernel, moving, generation);
  }

  /// A particle's part in one round of moves.
  struct Move {
    bool renewal = false;
    double needed_log_likelihood = 0.0;          ///< of a proposal of parameters
    std::vector<double> log_uniforms_of_blocks;  ///< of a renewal
  };

  void move_once(const ProposalKernel& kernel, const std::vector<std::size_t>& moving, AbcGeneration& generation) {
    std::vector<ParticleJob> jobs(moving.size());
    std::vector<Move> moves(moving.size());
    tbb::parallel_for(std::size_t{0}, moving.size(), [&](std::size_t m) {
      Stream stream = streams_.move(state_.history.size(), generation.n_moves, moving[m]);
      moves[m].renewal = stream.bernoulli(config_.renewal_share);
      if (moves[m].renewal)
        renew(moving[m], stream, moves[m], jobs[m]);
      else
        propose(kernel, moving[m], stream, moves[m], jobs[m]);
    });
    std::vector<ParticleResult> results = evaluator_.evaluate(task(generation.n_moves), jobs);
    std::vector<std::size_t> accepted;
    for (std::size_t m = 0; m < moving.size(); ++m) {
      generation.n_simulations += results[m].n_simulated;
      if (moves[m].renewal)
        accept_renewal(moves[m], jobs[m], results[m], state_.population[moving[m]], generation);
      else if (accept_proposal(moving[m], moves[m], jobs[m], results[m], generation))
        accepted.push_back(moving[m]);
    }
    pass_luck();
    tbb::parallel_for(std::size_t{0}, accepted.size(), [&](std::size_t a) {
      shapes_[accepted[a]] = kernel.shape_at(state_.population[accepted[a]].scores);
    });
  }

  void propose(const ProposalKernel& kernel, std::size_t i, Stream& stream, Move& move, ParticleJob& job) const {
    const AbcParticle& particle = state_.population[i];
    job.luck = particle.luck;
    if (stream.bernoulli(0.5)) {
      const std::size_t r = stream.choice(config_.n_replicates);
      job.luck.numbers[r] = new_luck(i, r);
      std::ranges::fill(job.luck.blocks_of(r), 0u);
    }
    Proposal proposal = kernel.propose(particle.scores, shapes_[i], stream);
    job.scores = std::move(proposal.scores);
    // Metropolis–Hastings accepts where log u < log ratio + new − old log-likelihood: u is drawn first.
    move.needed_log_likelihood = maths::log(stream.uniform()) - proposal.log_ratio + particle.log_likelihood;
    if (config_.early_rejection) job.needed_log_likelihood = move.needed_log_likelihood;
  }

  bool accept_proposal(std::size_t i, const Move& move, ParticleJob& job, ParticleResult& result,
                       AbcGeneration& generation) {
    ++generation.n_proposed;
    if (!result.complete || !(result.log_likelihood > move.needed_log_likelihood)) return false;
    ++generation.n_accepted;
    AbcParticle& particle = state_.population[i];
    particle = {std::move(job.scores), state_.next_origin + i, particle.weight,
                result.log_likelihood, std::move(job.luck),    std::move(result.replicates)};
    return true;
  }

  void renew(std::size_t i, Stream& stream, Move& move, ParticleJob& job) const {
    const AbcParticle& particle = state_.population[i];
    job.scores = particle.scores;
    job.luck = particle.luck;
    for (std::size_t r = 0; r < config_.n_replicates; ++r) std::ranges::fill(job.luck.blocks_of(r), new_luck(i, r));
    for (std::size_t k = 0; k < simulator_.blocks().size(); ++k)
      move.log_uniforms_of_blocks.push_back(maths::log(stream.uniform()));
  }

  void accept_renewal(const Move& move, const ParticleJob& job, const ParticleResult& result, AbcParticle& particle,
                      AbcGeneration& generation) const {
    const std::vector<StatisticsBlock>& blocks = simulator_.blocks();
    for (std::size_t k = 0; k < blocks.size(); ++k) {
      ++generation.n_renewals;
      if (!(block_log_likelihood(state_.target, blocks, k, result.replicates) >
            block_log_likelihood(state_.target, blocks, k, particle.replicates) + move.log_uniforms_of_blocks[k]))
        continue;
      ++generation.n_renewed;
      take_over(blocks, k, job.luck, result.replicates, particle);
    }
    particle.log_likelihood = log_likelihood(state_.target, blocks, particle.replicates);
  }

  static void take_over(const std::vector<StatisticsBlock>& blocks, std::size_t k, const ParticleLuck& luck,
                        const Replicates& replicates, AbcParticle& particle) {
    const std::size_t n_replicates = luck.numbers.size(), n_blocks = blocks.size();
    const std::size_t n_statistics = replicates.deviations.size() / n_replicates;
    for (std::size_t r = 0; r < n_replicates; ++r) {
      particle.luck.blocks[r * n_blocks + k] = luck.blocks[r * n_blocks + k];
      particle.replicates.log_weights[r * n_blocks + k] = replicates.log_weights[r * n_blocks + k];
      for (std::size_t j = blocks[k].first; j < blocks[k].first + blocks[k].size; ++j)
        particle.replicates.deviations[r * n_statistics + j] = replicates.deviations[r * n_statistics + j];
    }
  }

  void record(AbcGeneration generation) {
    generation.tolerance = state_.target.tolerance;
    generation.data_power = state_.target.data_power;
    if (generation.tolerance < maths::infinity) {
      for (const double inverse : state_.target.inverse_radii)
        generation.scales.push_back(inverse * generation.tolerance);
    }
    generation.n_unique = n_unique(state_.population);
    generation.weights = weights_of(state_.population);
    for (const AbcParticle& particle : state_.population)
      generation.scores.insert(generation.scores.end(), particle.scores.begin(), particle.scores.end());
    state_.n_simulations += generation.n_simulations;
    state_.history.push_back(std::move(generation));
  }

  const Simulator& simulator_;
  const AbcConfig& config_;
  ParticleEvaluator& evaluator_;
  AbcStreams streams_;
  LuckNumbers luck_numbers_;
  AbcState state_;
  std::vector<LocalShape> shapes_;  ///< at the particles; recomputed by each generation
};

}  // namespace

const char* to_string(AbcStop stop) {
  switch (stop) {
    case AbcStop::target_reached:
      return "the target tolerance was reached";
    case AbcStop::generations:
      return "the largest number of generations was reached";
    case AbcStop::acceptance:
      return "too few proposals were accepted";
    case AbcStop::simulations:
      return "the next generation might exceed the budget of simulations";
    case AbcStop::luck_numbers:
      return "the next generation might use up the luck numbers";
    case AbcStop::no_smaller_region:
      return "no smaller tolerance leaves enough particles";
  }
  return "";
}

std::string abc_fingerprint(const Simulator& simulator, const AbcConfig& config) {
  std::string text = fmt::format(
      "{}\nsampler {} seed {} particles {} replicates {} ess_share {} adaptive_scales {} neighbours {} local {} "
      "wide {} acceptances {} max_moves {} last_moves {} renewal_share {} early_rejection {} log_weight_bounds {}\n",
      config.label, sampler_revision, config.seed, config.n_particles, config.n_replicates, config.ess_share,
      config.adaptive_scales, config.n_neighbours, config.shares.local, config.shares.wide, config.acceptances,
      config.max_moves, config.last_moves, config.renewal_share, config.early_rejection,
      fmt::join(log_weight_bounds_of(simulator, config), " "));
  for (const PriorParameter& parameter : simulator.prior().parameters()) {
    const Distribution& d = parameter.distribution;
    text += fmt::format("{} {} {} {} {} {}\n", parameter.path, static_cast<int>(d.kind), d.a, d.b, d.low, d.high);
  }
  for (const StatisticsBlock& block : simulator.blocks())
    text += fmt::format("{} {} {}\n", block.name, block.first, block.size);
  return text;
}

AbcResult run_abc_smc(const Simulator& simulator, const AbcConfig& config, ParticleEvaluator& evaluator, AbcState start,
                      const AbcCallback& after_generation) {
  check(simulator, config);
  if (!start.population.empty() && start.population.size() != config.n_particles)
    throw std::invalid_argument("ABC-SMC: the state to start from has another number of particles");
  const ThreadCount threads(config.threads);
  return Sampler(simulator, config, evaluator, std::move(start)).run(after_generation);
}

AbcResult run_abc_smc(const Simulator& simulator, const AbcConfig& config, AbcState start,
                      const AbcCallback& after_generation) {
  ThreadedEvaluator evaluator(simulator);
  return run_abc_smc(simulator, config, evaluator, std::move(start), after_generation);
}

}  // namespace innochain
