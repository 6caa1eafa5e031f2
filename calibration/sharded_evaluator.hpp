#pragma once

#include <functional>
#include <span>
#include <vector>

#include "calibration/abc_evaluator.hpp"
#include "calibration/shard_results.hpp"

namespace innochain {

/// One of several processes that run the same sampler and share its simulations: of each batch it does every N-th
/// place, leaves the results for the others, and waits for theirs. A batch that was done before a restart is read.
///
/// No shard is more than one batch ahead of another, since it needs the results of all. Once a shard has the first
/// results of a generation, no running shard needs those of the generation before.
class ShardedEvaluator : public ParticleEvaluator {
 public:
  /// Called after each look that did not find everything. May throw to give up.
  /// \param missing shards whose results are not there \param is_long true once a batch, when a word is due
  using WhileWaiting = std::function<void(std::span<const std::size_t> missing, bool is_long)>;

  /// \param own does the places of this shard
  ShardedEvaluator(ParticleEvaluator& own, ShardResults results, Shard shard, WhileWaiting while_waiting);
  /// Throws what ShardResults throws, and what `own` and `while_waiting` do.
  std::vector<MovedParticle> evaluate(const ParticleBatch& batch) override;

 private:
  std::vector<MovedParticle> evaluate_own(const ParticleBatch& share);

  ParticleEvaluator& own_;
  ShardResults results_;
  Shard shard_;
  WhileWaiting while_waiting_;
};

}  // namespace innochain
