#include "calibration/sharded_evaluator.hpp"

#include <optional>
#include <utility>

#include "calibration/growing_pause.hpp"

namespace innochain {

namespace {

/// The jobs of a shard: interleaved, because neighbours in a population may be alike in cost.
std::vector<ParticleJob> share_of(std::span<const ParticleJob> jobs, Shard shard) {
  std::vector<ParticleJob> share;
  for (std::size_t i = shard.index - 1; i < jobs.size(); i += shard.of) share.push_back(jobs[i]);
  return share;
}

void put(std::vector<ParticleResult> share, Shard shard, std::vector<ParticleResult>& results) {
  for (std::size_t k = 0; k < share.size(); ++k) results[shard.index - 1 + k * shard.of] = std::move(share[k]);
}

}  // namespace

ShardedEvaluator::ShardedEvaluator(ParticleEvaluator& own, ShardResults results, Shard shard,
                                   WhileWaiting while_waiting)
    : own_(own), results_(std::move(results)), shard_(shard), while_waiting_(std::move(while_waiting)) {}

std::vector<ParticleResult> ShardedEvaluator::evaluate_own(const ParticleTask& task,
                                                           std::span<const ParticleJob> jobs) {
  if (auto known = results_.read(task, jobs, shard_)) return *std::move(known);
  std::vector<ParticleResult> results = own_.evaluate(task, jobs);
  results_.write(task, jobs, shard_, results);
  return results;
}

std::vector<ParticleResult> ShardedEvaluator::evaluate(const ParticleTask& task, std::span<const ParticleJob> jobs) {
  std::vector<ParticleResult> results(jobs.size());
  put(evaluate_own(task, share_of(jobs, shard_)), shard_, results);
  std::vector<std::size_t> missing;
  for (std::size_t index = 1; index <= shard_.of; ++index)
    if (index != shard_.index) missing.push_back(index);
  GrowingPause pause;
  while (true) {
    std::erase_if(missing, [&](std::size_t index) {
      const Shard other{index, shard_.of};
      auto known = results_.read(task, share_of(jobs, other), other);
      if (known) put(*std::move(known), other, results);
      return known.has_value();
    });
    if (missing.empty()) return results;
    while_waiting_(missing, pause.is_long());
    pause.sleep();
    results_.look(task);
  }
}

}  // namespace innochain
