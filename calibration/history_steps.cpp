#include "calibration/history_steps.hpp"

#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>

#include "calibration/abc_kernel.hpp"
#include "sim/core/maths.hpp"

namespace innochain {

struct HistorySteps::Step {
  Proposal proposal;
  std::vector<std::size_t> blocks;  ///< on which it acts
};

namespace {

/// What happened in all replicates of a particle, and how likely it is under parameters of the moment.
class Histories {
 public:
  Histories(const Simulator& simulator, const AbcTarget& target, const AbcParticle& particle)
      : simulator_(simulator), target_(target), replicates_(particle.replicates), values_(simulator.prior().size()) {
    simulator_.prior().values(particle.scores, values_);
    for (std::size_t r = 0; r < particle.luck.numbers.size(); ++r)
      runs_.push_back(simulator_.history(values_, particle.luck.of(r)));
    for (std::size_t k = 0; k < simulator_.blocks().size(); ++k) log_densities_.push_back(log_density(k));
  }

  /// Whether a particle could go back to where it is.
  bool possible() const {
    return std::ranges::all_of(log_densities_, [](double x) { return x > -maths::infinity; });
  }

  /// Takes other parameters if the densities of some blocks rise by more than so much in all.
  bool take(const std::vector<double>& scores, const std::vector<std::size_t>& blocks, double needed) {
    simulator_.prior().values(scores, values_);
    const Replicates before = replicates_;
    std::vector<double> densities = log_densities_;
    for (const std::size_t k : blocks) {
      densities[k] = log_density(k);
      needed -= densities[k] - log_densities_[k];
      if (densities[k] == -maths::infinity) break;
    }
    if (!(needed < 0.0)) {
      replicates_ = before;
      return false;
    }
    log_densities_ = std::move(densities);
    return true;
  }

  /// New luck for all blocks.
  void draw_luck(const std::vector<double>& scores, Stream& stream, ParticleLuck& luck) {
    simulator_.prior().values(scores, values_);
    for (std::size_t r = 0; r < runs_.size(); ++r)
      for (std::size_t k = 0; k < simulator_.blocks().size(); ++k)
        runs_[r]->draw_luck(k, values_, stream, luck.parts_of(r, k));
  }

 private:
  /// Of what happened in a block and of its data, under the values.
  double log_density(std::size_t k) {
    const std::size_t n_blocks = simulator_.blocks().size();
    double sum = 0.0;
    for (std::size_t r = 0; r < runs_.size(); ++r) {
      const History::Judgement judgement = runs_[r]->judge(k, values_);
      sum += judgement.log_probability;
      replicates_.log_weights[r * n_blocks + k] = judgement.log_weight;
    }
    return sum + block_log_likelihood(target_, simulator_.blocks(), k, replicates_);
  }

  const Simulator& simulator_;
  const AbcTarget& target_;
  Replicates replicates_;
  std::vector<double> values_;
  std::vector<std::unique_ptr<History>> runs_;
  std::vector<double> log_densities_;  ///< by block
};

}  // namespace

HistorySteps::HistorySteps(const Simulator& simulator)
    : simulator_(simulator), parameters_(simulator.history_parameters()) {
  std::vector<std::size_t> all(simulator.blocks().size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  blocks_of_.assign(simulator.prior().size(), all);
  const std::vector<std::vector<std::size_t>> own = simulator.own_parameters();
  for (std::size_t k = 0; k < own.size(); ++k)
    for (const std::size_t j : own[k]) blocks_of_[j] = {k};
  for (TradeOff& trade : simulator.trade_offs()) {
    bool whole = true;
    for (std::size_t j = 0; j < trade.direction.size(); ++j)
      whole = whole && (trade.direction[j] == 0.0 || std::ranges::count(parameters_, j) > 0);
    if (whole) trade_offs_.push_back(std::move(trade));
  }
}

/// One in four is along a trade-off, if there is one; half of the others move one parameter, the rest one to six.
HistorySteps::Step HistorySteps::proposed(const std::vector<double>& scores, Stream& stream) const {
  Step step{{scores, 0.0}, {}};
  if (!trade_offs_.empty() && stream.bernoulli(0.25)) {
    step.proposal = step_along(trade_offs_[stream.choice(trade_offs_.size())].direction, scores, stream);
    step.blocks.resize(simulator_.blocks().size());
    std::iota(step.blocks.begin(), step.blocks.end(), std::size_t{0});
    return step;
  }
  std::size_t n = 1;
  if (stream.bernoulli(0.5))
    while (n < std::min<std::size_t>(6, parameters_.size()) && stream.bernoulli(0.5)) ++n;
  std::vector<std::size_t> left = parameters_, moved;
  for (; n > 0; --n) {
    const std::size_t chosen = stream.choice(left.size());
    moved.push_back(left[chosen]);
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(chosen));
  }
  step_within_prior(moved, stream, step.proposal.scores);
  for (const std::size_t j : moved) step.blocks.insert(step.blocks.end(), blocks_of_[j].begin(), blocks_of_[j].end());
  std::ranges::sort(step.blocks);
  step.blocks.erase(std::unique(step.blocks.begin(), step.blocks.end()), step.blocks.end());
  return step;
}

std::optional<ParticleJob> HistorySteps::moved(const AbcParticle& particle, const AbcTarget& target,
                                               std::size_t n_steps, Stream& stream) const {
  Histories histories(simulator_, target, particle);
  if (!histories.possible()) return std::nullopt;
  ParticleJob job;
  job.scores = particle.scores;
  bool elsewhere = false;
  for (std::size_t i = 0; i < n_steps; ++i) {
    auto [proposal, blocks] = proposed(job.scores, stream);
    if (!histories.take(proposal.scores, blocks, maths::log(stream.uniform()) - proposal.log_ratio)) continue;
    job.scores = std::move(proposal.scores);
    elsewhere = true;
  }
  if (!elsewhere) return std::nullopt;
  job.luck = particle.luck;
  histories.draw_luck(job.scores, stream, job.luck);
  return job;
}

}  // namespace innochain
