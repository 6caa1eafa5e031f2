#include "calibration/abc_moves.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "calibration/abc_smc.hpp"
#include "sim/core/maths.hpp"

namespace innochain {

namespace {

/// Puts one block's luck and statistics of other runs in place of a particle's.
void take_over(const std::vector<StatisticsBlock>& blocks, std::size_t k, const ParticleLuck& luck,
               const Replicates& replicates, AbcParticle& particle) {
  const std::size_t n_replicates = luck.numbers.size(), n_blocks = blocks.size();
  const std::size_t n_statistics = replicates.deviations.size() / n_replicates;
  for (std::size_t r = 0; r < n_replicates; ++r) {
    std::ranges::copy(luck.parts_of(r, k), particle.luck.parts_of(r, k).begin());
    particle.replicates.log_weights[r * n_blocks + k] = replicates.log_weights[r * n_blocks + k];
    for (std::size_t j = blocks[k].first; j < blocks[k].first + blocks[k].size; ++j)
      particle.replicates.deviations[r * n_statistics + j] = replicates.deviations[r * n_statistics + j];
  }
}

}  // namespace

std::vector<double> log_weight_bounds_of(const Simulator& simulator, const AbcConfig& config) {
  return config.log_weight_bounds.empty() ? std::vector<double>(simulator.blocks().size(), 0.0)
                                          : config.log_weight_bounds;
}

ParticleMoves::ParticleMoves(const Simulator& simulator, const AbcConfig& config, const AbcTarget& target,
                             std::size_t generation, UnusedNumbers unused)
    : simulator_(simulator),
      config_(config),
      task_{target, log_weight_bounds_of(simulator, config)},
      generation_(generation),
      streams_(config.seed),
      luck_numbers_(config.seed),
      own_parameters_(simulator.own_parameters()),
      trade_offs_(simulator.trade_offs()),
      history_steps_(simulator),
      unused_(unused) {}

UnusedNumbers ParticleMoves::taken_by_round(const AbcConfig& config) {
  return {std::uint64_t{config.n_particles} * config.n_replicates, config.n_particles};
}

std::uint32_t ParticleMoves::new_luck(std::size_t place, std::size_t replicate, std::size_t move) const {
  return luck_numbers_(unused_.luck + move * taken_by_round(config_).luck + place * config_.n_replicates + replicate);
}

std::uint64_t ParticleMoves::new_origin(std::size_t place, std::size_t move) const {
  return unused_.origin + move * taken_by_round(config_).origin + place;
}

MovedParticle ParticleMoves::drawn(std::size_t place) const {
  Stream stream = streams_.prior(place);
  ParticleJob job;
  job.luck.n_parts = simulator_.n_luck_parts();
  for (std::size_t r = 0; r < config_.n_replicates; ++r) {
    job.luck.numbers.push_back(new_luck(place, r, 0));
    job.luck.blocks.insert(job.luck.blocks.end(), simulator_.blocks().size() * job.luck.n_parts,
                           job.luck.numbers.back());
  }
  for (std::size_t j = 0; j < simulator_.prior().size(); ++j) job.scores.push_back(stream.normal());
  ParticleResult result = evaluate_particle(simulator_, task_, job);
  MovedParticle drawn;
  drawn.n_simulations = result.n_simulated;
  drawn.particle = {
      std::move(job.scores), new_origin(place, 0),        1.0 / static_cast<double>(config_.n_particles), 0.0,
      std::move(job.luck),   std::move(result.replicates)};
  return drawn;
}

MovedParticle ParticleMoves::moved(AbcParticle particle, std::size_t place, std::size_t n_moves,
                                   const ProposalKernel& kernel) const {
  MovedParticle moved;
  moved.particle = std::move(particle);
  const ProposalKernel::Others others = kernel.without(moved.particle.origin);
  LocalShape here = others.shape_at(moved.particle.scores);
  for (std::size_t move = 0; move < n_moves; ++move) {
    Stream stream = streams_.move(generation_, move, place);
    bool elsewhere = false;
    if (history_steps_.possible() && (move + place) % config_.history_every == 0)
      elsewhere = step_given_history(place, move, stream, moved);
    else if (stream.bernoulli(config_.renewal_share))
      elsewhere = renew(place, move, stream, moved);
    else
      elsewhere = propose(place, move, others, here, stream, moved);
    if (elsewhere && move + 1 < n_moves) here = others.shape_at(moved.particle.scores);
  }
  return moved;
}

/// New luck for a block: for all of its parts, or for some that follow each other, from one to all of them. How many is
/// log-uniform.
void ParticleMoves::renew_block(std::size_t k, std::size_t place, std::size_t move, Stream& stream,
                                ParticleJob& job) const {
  std::size_t n = job.luck.n_parts, first = 0;
  if (n > 1 && !stream.bernoulli(config_.whole_share)) {
    const double most = maths::log(static_cast<double>(n) + 1.0);
    const std::size_t some = std::min(n, static_cast<std::size_t>(maths::exp(stream.uniform() * most)));
    first = stream.choice(n - some + 1);
    n = some;
  }
  for (std::size_t r = 0; r < config_.n_replicates; ++r)
    std::ranges::fill(job.luck.parts_of(r, k).subspan(first, n), new_luck(place, r, move));
}

/// A step along a trade-off; half of them renew the luck of the blocks that change.
Proposal ParticleMoves::trade(const TradeOff& off, std::size_t place, std::size_t move, Stream& stream,
                              ParticleJob& job) const {
  if (stream.bernoulli(0.5))
    for (const std::size_t k : off.blocks) renew_block(k, place, move, stream, job);
  return step_along(off.direction, job.scores, stream);
}

/// Whether it was accepted.
bool ParticleMoves::propose(std::size_t place, std::size_t move, const ProposalKernel::Others& kernel,
                            const LocalShape& here, Stream& stream, MovedParticle& moved) const {
  AbcParticle& particle = moved.particle;
  ParticleJob job;
  job.luck = particle.luck;
  job.scores = particle.scores;
  const bool trades = !trade_offs_.empty() && stream.bernoulli(config_.trade_share);
  const bool renews_number = !trades && stream.bernoulli(config_.number_share);
  if (renews_number) {
    const std::size_t r = stream.choice(config_.n_replicates);
    job.luck.numbers[r] = new_luck(place, r, move);
    job.first = (r + 1) % config_.n_replicates;  // the one whose world is not known yet comes last
  }
  Proposal proposal = trades ? trade(trade_offs_[stream.choice(trade_offs_.size())], place, move, stream, job)
                             : kernel.propose(particle.scores, here, stream);
  job.scores = std::move(proposal.scores);
  // Metropolis–Hastings accepts where log u < log ratio + new − old log-likelihood: u is drawn first.
  const double needed = maths::log(stream.uniform()) - proposal.log_ratio + particle.log_likelihood;
  if (config_.early_rejection) job.needed_log_likelihood = needed;
  ParticleResult result = evaluate_particle(simulator_, task_, job);
  moved.n_simulations += result.n_simulated;
  ++moved.counts.n_proposed;
  moved.counts.n_numbers += renews_number ? 1 : 0;
  if (!result.complete || !(result.log_likelihood > needed)) return false;
  ++moved.counts.n_accepted;
  moved.counts.n_numbers_accepted += renews_number ? 1 : 0;
  particle = {std::move(job.scores), new_origin(place, move), particle.weight,
              result.log_likelihood, std::move(job.luck),     std::move(result.replicates)};
  return true;
}

/// Whether parameters changed. See HistorySteps.
bool ParticleMoves::step_given_history(std::size_t place, std::size_t move, Stream& stream,
                                       MovedParticle& moved) const {
  AbcParticle& particle = moved.particle;
  std::optional<ParticleJob> job = history_steps_.moved(particle, task_.target, config_.history_steps, stream);
  moved.n_simulations += config_.n_replicates;
  ++moved.counts.n_history_moves;
  if (!job) return false;
  ++moved.counts.n_history_moved;
  ParticleResult result = evaluate_particle(simulator_, task_, *job);
  moved.n_simulations += result.n_simulated;
  if (result.replicates.deviations != particle.replicates.deviations)
    throw std::logic_error("ABC-SMC: new luck did not repeat what happened");
  particle = {std::move(job->scores), new_origin(place, move), particle.weight,
              result.log_likelihood,  std::move(job->luck),    std::move(result.replicates)};
  return true;
}

/// Whether parameters changed.
bool ParticleMoves::renew(std::size_t place, std::size_t move, Stream& stream, MovedParticle& moved) const {
  const std::vector<StatisticsBlock>& blocks = simulator_.blocks();
  AbcParticle& particle = moved.particle;
  ParticleJob job;
  job.scores = particle.scores;
  job.luck = particle.luck;
  for (std::size_t k = 0; k < blocks.size(); ++k) renew_block(k, place, move, stream, job);
  const bool draws_own = stream.bernoulli(config_.own_share);
  if (draws_own)
    for (const std::vector<std::size_t>& own : own_parameters_) step_within_prior(own, stream, job.scores);
  bool elsewhere = false;
  const ParticleResult result = evaluate_particle(simulator_, task_, job);
  moved.n_simulations += result.n_simulated;
  for (std::size_t k = 0; k < blocks.size(); ++k) {
    ++moved.counts.n_renewals;
    if (!(block_log_likelihood(task_.target, blocks, k, result.replicates) >
          block_log_likelihood(task_.target, blocks, k, particle.replicates) + maths::log(stream.uniform())))
      continue;
    ++moved.counts.n_renewed;
    take_over(blocks, k, job.luck, result.replicates, particle);
    for (const std::size_t j : own_parameters_[k]) particle.scores[j] = job.scores[j];
    elsewhere = elsewhere || (draws_own && !own_parameters_[k].empty());
  }
  particle.log_likelihood = log_likelihood(task_.target, blocks, particle.replicates);
  if (elsewhere) particle.origin = new_origin(place, move);
  return elsewhere;
}

}  // namespace innochain
