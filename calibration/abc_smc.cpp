#include "calibration/abc_smc.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>

#include "calibration/abc_checkpoint.hpp"
#include "calibration/abc_moves.hpp"
#include "calibration/checked_bytes.hpp"
#include "calibration/luck_numbers.hpp"
#include "sim/core/maths.hpp"
#include "sim/core/parallel.hpp"
#include "sim/core/random.hpp"

namespace innochain {

namespace {

/// Raised with every change of the sampler's draws: checkpoints of another do not go on.
constexpr int sampler_revision = 11;

constexpr std::size_t most_last_rounds = 8;

std::size_t moves_of_last_round(const AbcConfig& config) {
  return (config.last_moves + most_last_rounds - 1) / most_last_rounds;
}

/// Of a round of so many moves. Those that keep what happened simulate before and after.
std::uint64_t most_simulations(const AbcConfig& config, bool has_histories, std::uint64_t n_moves) {
  const std::uint64_t n_twice = has_histories ? (n_moves + config.history_every - 1) / config.history_every : 0;
  return std::uint64_t{config.n_particles} * config.n_replicates * (n_moves + n_twice);
}

std::uint64_t most_simulations_of_last_moves(const AbcConfig& config, bool has_histories) {
  std::uint64_t most = 0;
  for (std::size_t left = config.last_moves; left > 0;) {
    const std::size_t n_moves = std::min(left, moves_of_last_round(config));
    most += most_simulations(config, has_histories, n_moves);
    left -= n_moves;
  }
  return most;
}

bool has_histories(const Simulator& simulator) {
  return !simulator.history_parameters().empty();
}

void check(const Simulator& simulator, const AbcConfig& config) {
  const auto demand = [](bool condition, const char* what) {
    if (!condition) throw std::invalid_argument(what);
  };
  demand(simulator.prior().size() > 0, "ABC-SMC: a prior without parameters");
  std::vector<std::size_t> owned;
  for (const std::vector<std::size_t>& own : simulator.own_parameters())
    owned.insert(owned.end(), own.begin(), own.end());
  std::ranges::sort(owned);
  demand(simulator.own_parameters().size() == simulator.blocks().size() &&
             std::ranges::adjacent_find(owned) == owned.end() &&
             (owned.empty() || owned.back() < simulator.prior().size()),
         "ABC-SMC: own parameters must be given for each block, and none twice");
  for (const TradeOff& trade : simulator.trade_offs()) {
    demand(trade.direction.size() == simulator.prior().size() &&
               std::ranges::all_of(trade.blocks, [&](std::size_t k) { return k < simulator.blocks().size(); }),
           "ABC-SMC: a trade-off must have one entry a parameter, and name blocks that are there");
  }
  demand(config.n_particles >= 2, "ABC-SMC: fewer than two particles");
  demand(config.n_replicates >= 1, "ABC-SMC: no replicates");
  demand(config.ess_share > 0.0 && config.ess_share < 1.0, "ABC-SMC: ess_share must be between 0 and 1");
  const ProposalShares& shares = config.shares;
  demand(shares.local >= 0.0 && shares.wide >= 0.0 && shares.difference >= 0.0 &&
             shares.local + shares.wide + shares.difference <= 1.0 && shares.slow >= 0.0 && shares.slow <= 1.0,
         "ABC-SMC: shares of proposals must be in [0, 1], and those of local, wide and difference steps add up to at "
         "most 1");
  demand(config.renewal_share >= 0.0 && config.renewal_share < 1.0, "ABC-SMC: renewal_share must be in [0, 1)");
  demand(config.own_share >= 0.0 && config.own_share <= 1.0, "ABC-SMC: own_share must be in [0, 1]");
  demand(config.number_share >= 0.0 && config.number_share <= 1.0, "ABC-SMC: number_share must be in [0, 1]");
  demand(config.trade_share >= 0.0 && config.trade_share <= 1.0, "ABC-SMC: trade_share must be in [0, 1]");
  demand(config.whole_share >= 0.0 && config.whole_share <= 1.0, "ABC-SMC: whole_share must be in [0, 1]");
  demand(config.history_every >= 2, "ABC-SMC: history_every must be at least 2");
  demand(config.target_tolerance > 0.0, "ABC-SMC: target_tolerance must be positive");
  demand(config.max_moves >= 1 && config.max_moves <= 0xffff, "ABC-SMC: max_moves must be in [1, 65535]");
  demand(moves_of_last_round(config) <= 0xffff, "ABC-SMC: more than 65535 moves in each of the last rounds");
  demand(config.threads >= 1, "ABC-SMC: no threads");
  demand(config.log_weight_bounds.empty() || config.log_weight_bounds.size() == simulator.blocks().size(),
         "ABC-SMC: log_weight_bounds needs one number a block");
  const std::uint64_t n_first = std::uint64_t{config.n_particles} * config.n_replicates;
  demand(least_budget(config, has_histories(simulator)) <= config.max_simulations &&
             n_first * (1 + config.last_moves) <= LuckNumbers::n_available,
         "ABC-SMC: max_simulations is not enough for the prior and the last moves");
}

/// Tells whether two shards are about to do the same.
std::uint32_t checksum_of(const AbcState& state, std::size_t n_moves) {
  return checksum(abc_checkpoint(state, fmt::format("{} moves", n_moves)));
}

class Sampler {
 public:
  Sampler(const Simulator& simulator, const AbcConfig& config, ParticleEvaluator& evaluator, AbcState start)
      : simulator_(simulator),
        config_(config),
        evaluator_(evaluator),
        streams_(config.seed),
        state_(std::move(start)) {}

  AbcResult run(const AbcCallback& after_generation) {
    if (state_.population.empty()) {
      draw_prior();
      if (after_generation) after_generation(state_);
    }
    const AbcStop stop = state_.ended ? *state_.ended : lower_tolerance(after_generation);
    while (n_last_moves() < config_.last_moves) {
      const std::size_t left = config_.last_moves - n_last_moves();
      move_on_the_spot(std::min(left, moves_of_last_round(config_)));
      state_.ended = stop;
      ++state_.n_last_rounds;
      if (after_generation) after_generation(state_);
    }
    return {std::move(state_), stop};
  }

 private:
  /// Until a rule stops it: which.
  AbcStop lower_tolerance(const AbcCallback& after_generation) {
    while (true) {
      if (const std::optional<AbcStop> stop = reason_to_stop()) return *stop;
      if (!advance()) return AbcStop::no_smaller_region;
      if (after_generation) after_generation(state_);
    }
  }

  std::size_t n_last_moves() const {
    std::size_t n = 0;
    for (std::size_t g = state_.history.size() - state_.n_last_rounds; g < state_.history.size(); ++g)
      n += state_.history[g].n_moves;
    return n;
  }

  std::optional<AbcStop> reason_to_stop() const {
    const std::uint64_t n_moves = config_.max_moves + config_.last_moves;
    const std::uint64_t most_luck = std::uint64_t{config_.n_particles} * config_.n_replicates * n_moves;
    if (state_.target.tolerance <= config_.target_tolerance) return AbcStop::target_reached;
    if (state_.history.size() > config_.max_generations) return AbcStop::generations;
    if (state_.history.back().counts.acceptance() < config_.min_acceptance) return AbcStop::acceptance;
    if (state_.history.back().counts.renewal_acceptance() < config_.min_renewal_acceptance)
      return AbcStop::renewal_acceptance;
    const bool histories = has_histories(simulator_);
    if (most_simulations(config_, histories, config_.max_moves) + most_simulations_of_last_moves(config_, histories) >
        config_.max_simulations - std::min(config_.max_simulations, state_.n_simulations))
      return AbcStop::simulations;
    if (most_luck > LuckNumbers::n_available - state_.next_luck) return AbcStop::luck_numbers;
    return std::nullopt;
  }

  ParticleMoves moves() const {
    return {simulator_, config_, state_.target, state_.history.size(), {state_.next_luck, state_.next_origin}};
  }

  void pass_rounds(std::size_t n) {
    state_.next_luck += n * ParticleMoves::taken_by_round(config_).luck;
    state_.next_origin += n * ParticleMoves::taken_by_round(config_).origin;
  }

  void draw_prior() {
    state_.target.inverse_radii.assign(simulator_.n_statistics(), 0.0);
    state_.population.resize(config_.n_particles);
    AbcGeneration generation;
    const ParticleMoves prior = moves();
    work(generation, [&](std::size_t place) { return prior.drawn(place); });
    pass_rounds(1);
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
    resample(state_.population, streams_.resampling(state_.history.size()).uniform());
    move(kernel, wanted_moves(), generation);
    record(std::move(generation));
    return true;
  }

  /// A generation of the last moves: nothing else.
  void move_on_the_spot(std::size_t n_moves) {
    AbcGeneration generation;
    generation.ess = effective_sample_size(weights_of(state_.population));
    std::span<const double> earlier;
    if (state_.n_last_rounds > 0) earlier = state_.history[state_.history.size() - 2].scores;
    const ProposalKernel kernel(state_.population, config_.n_neighbours, config_.shares, earlier);
    move(kernel, n_moves, generation);
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

  /// As many as would be accepted `acceptances` times at the rate of the generation before.
  std::size_t wanted_moves() const {
    const auto most = static_cast<double>(config_.max_moves);
    const double acceptance = state_.history.back().counts.acceptance() * (1.0 - config_.renewal_share);
    const double wanted = acceptance * most > config_.acceptances ? config_.acceptances / acceptance : most;
    return std::max(std::size_t{1}, static_cast<std::size_t>(std::ceil(wanted)));
  }

  void move(const ProposalKernel& kernel, std::size_t n_moves, AbcGeneration& generation) {
    generation.n_moves = n_moves;
    const ParticleMoves own = moves();
    work(generation, [&](std::size_t place) { return own.moved(state_.population[place], place, n_moves, kernel); });
    pass_rounds(n_moves);
  }

  template <class Work>
  void work(AbcGeneration& generation, Work&& of_place) {
    ParticleBatch batch{state_.history.size(), checksum_of(state_, generation.n_moves), {}, of_place};
    for (std::size_t i = 0; i < config_.n_particles; ++i) batch.places.push_back(i);
    std::vector<MovedParticle> results = evaluator_.evaluate(batch);
    for (std::size_t m = 0; m < results.size(); ++m) {
      state_.population[m] = std::move(results[m].particle);
      generation.n_simulations += results[m].n_simulations;
      generation.counts += results[m].counts;
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
  AbcState state_;
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
    case AbcStop::renewal_acceptance:
      return "too little new luck was accepted";
    case AbcStop::simulations:
      return "the next generation might exceed the budget of simulations";
    case AbcStop::luck_numbers:
      return "the next generation might use up the luck numbers";
    case AbcStop::no_smaller_region:
      return "no smaller tolerance leaves enough particles";
  }
  return "";
}

std::uint64_t least_budget(const AbcConfig& config, bool has_histories) {
  return std::uint64_t{config.n_particles} * config.n_replicates +
         most_simulations_of_last_moves(config, has_histories);
}

std::string abc_fingerprint(const Simulator& simulator, const AbcConfig& config) {
  std::string text = fmt::format(
      "{}\nsampler {} seed {} particles {} replicates {} ess_share {} adaptive_scales {} neighbours {} local {} "
      "wide {} difference {} slow {} acceptances {} max_moves {} last_moves {} renewal_share {} own_share {} "
      "number_share {} trade_share {} whole_share {} luck_parts {} history_every {} history_steps {} along {} "
      "early_rejection {} log_weight_bounds {}\n",
      config.label, sampler_revision, config.seed, config.n_particles, config.n_replicates, config.ess_share,
      config.adaptive_scales, config.n_neighbours, config.shares.local, config.shares.wide, config.shares.difference,
      config.shares.slow, config.acceptances, config.max_moves, config.last_moves, config.renewal_share,
      config.own_share, config.number_share, config.trade_share, config.whole_share, simulator.n_luck_parts(),
      config.history_every, config.history_steps, fmt::join(simulator.history_parameters(), ","),
      config.early_rejection, fmt::join(log_weight_bounds_of(simulator, config), " "));
  for (const PriorParameter& parameter : simulator.prior().parameters()) {
    const Distribution& d = parameter.distribution;
    text += fmt::format("{} {} {} {} {} {}\n", parameter.path, static_cast<int>(d.kind), d.a, d.b, d.low, d.high);
  }
  for (const TradeOff& trade : simulator.trade_offs())
    text += fmt::format("along {} but for {}\n", fmt::join(trade.direction, " "), fmt::join(trade.blocks, " "));
  const std::vector<std::vector<std::size_t>> own = simulator.own_parameters();
  for (std::size_t k = 0; k < own.size(); ++k) {
    const StatisticsBlock& block = simulator.blocks()[k];
    text += fmt::format("{} {} {} {}\n", block.name, block.first, block.size, fmt::join(own[k], " "));
  }
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
  ThreadedEvaluator evaluator;
  return run_abc_smc(simulator, config, evaluator, std::move(start), after_generation);
}

}  // namespace innochain
