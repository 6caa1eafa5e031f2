#include "calibration/sharded_evaluator.hpp"

#include <optional>
#include <utility>

#include "calibration/growing_pause.hpp"

namespace innochain {

namespace {

/// The places of a shard: interleaved, because neighbours in a population may be alike in cost.
ParticleBatch share_of(const ParticleBatch& batch, Shard shard) {
  ParticleBatch share{batch.generation, batch.checksum, {}, batch.work};
  for (std::size_t i = shard.index - 1; i < batch.places.size(); i += shard.of) share.places.push_back(batch.places[i]);
  return share;
}

void put(std::vector<MovedParticle> share, Shard shard, std::vector<MovedParticle>& results) {
  for (std::size_t k = 0; k < share.size(); ++k) results[shard.index - 1 + k * shard.of] = std::move(share[k]);
}

}  // namespace

ShardedEvaluator::ShardedEvaluator(ParticleEvaluator& own, ShardResults results, Shard shard,
                                   WhileWaiting while_waiting)
    : own_(own), results_(std::move(results)), shard_(shard), while_waiting_(std::move(while_waiting)) {}

std::vector<MovedParticle> ShardedEvaluator::evaluate_own(const ParticleBatch& share) {
  if (auto known = results_.read(share, shard_)) return *std::move(known);
  std::vector<MovedParticle> results = own_.evaluate(share);
  results_.write(share, shard_, results);
  return results;
}

std::vector<MovedParticle> ShardedEvaluator::evaluate(const ParticleBatch& batch) {
  std::vector<MovedParticle> results(batch.places.size());
  put(evaluate_own(share_of(batch, shard_)), shard_, results);
  std::vector<std::size_t> missing;
  for (std::size_t index = 1; index <= shard_.of; ++index)
    if (index != shard_.index) missing.push_back(index);
  GrowingPause pause;
  while (true) {
    std::erase_if(missing, [&](std::size_t index) {
      const Shard other{index, shard_.of};
      auto known = results_.read(share_of(batch, other), other);
      if (!known) return false;
      put(*std::move(known), other, results);
      return true;
    });
    if (missing.empty()) return results;
    while_waiting_(missing, pause.is_long());
    pause.sleep();
    results_.look(batch.generation);
  }
}

}  // namespace innochain
