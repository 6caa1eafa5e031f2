#include "calibration/abc_evaluator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "sim/core/maths.hpp"
#include "sim/core/parallel.hpp"

namespace innochain {

namespace {

/// What the replicates so far allow the likelihood estimate to become.
class LikelihoodBound {
 public:
  LikelihoodBound(const std::vector<StatisticsBlock>& blocks, const ParticleTask& task, std::size_t n_replicates)
      : blocks_(blocks), task_(task), n_replicates_(n_replicates), sums_(blocks.size(), 0.0), sums_with_(sums_) {}

  void add(std::span<const double> deviations, std::span<const double> log_weights) {
    ++n_seen_;
    for (std::size_t k = 0; k < blocks_.size(); ++k) sums_[k] += weight(k, deviations, log_weights);
  }

  double log_bound() const { return log_bound(n_seen_, sums_); }
  /// The bound if the next replicate is as far as this (see IsHopeless).
  double log_bound_with(std::span<const double> deviations, std::span<const double> log_weights) {
    for (std::size_t k = 0; k < blocks_.size(); ++k) sums_with_[k] = sums_[k] + weight(k, deviations, log_weights);
    return log_bound(n_seen_ + 1, sums_with_);
  }

 private:
  /// Of one replicate in one block's sum, or more where that is hardly anything: a bound must not become 0 by rounding.
  double weight(std::size_t k, std::span<const double> deviations, std::span<const double> log_weights) const {
    if (!is_inside(task_.target, blocks_[k], deviations)) return 0.0;
    constexpr double least = -600.0;
    const double log_weight = tempered(task_.target, log_weights[k] - task_.log_weight_bounds[k]);
    return maths::exp(std::clamp(log_weight, least, 0.0));
  }

  double log_bound(std::size_t n_seen, const std::vector<double>& sums) const {
    const auto n = static_cast<double>(n_replicates_), left = n - static_cast<double>(n_seen);
    double log_product = 0.0;
    for (std::size_t k = 0; k < blocks_.size(); ++k)
      log_product += maths::log((sums[k] + left) / n) + tempered(task_.target, task_.log_weight_bounds[k]);
    return log_product;
  }

  const std::vector<StatisticsBlock>& blocks_;
  const ParticleTask& task_;
  std::size_t n_replicates_;
  std::vector<double> sums_;       ///< of weights inside, in units of the largest
  std::vector<double> sums_with_;  ///< and with what is known of the next replicate
  std::size_t n_seen_ = 0;
};

void check_log_weights(std::span<const double> log_weights, const ParticleTask& task,
                       const std::vector<StatisticsBlock>& blocks) {
  for (std::size_t k = 0; k < blocks.size(); ++k) {
    if (!(log_weights[k] <= task.log_weight_bounds[k]))
      throw std::logic_error(fmt::format("block {}: a log weight of {} (at most {} was promised)", blocks[k].name,
                                         log_weights[k], task.log_weight_bounds[k]));
  }
}

}  // namespace

ParticleResult evaluate_particle(const Simulator& simulator, const ParticleTask& task, const ParticleJob& job) {
  const std::vector<StatisticsBlock>& blocks = simulator.blocks();
  const std::size_t n_statistics = simulator.n_statistics(), n_replicates = job.luck.numbers.size();
  std::vector<double> values(job.scores.size());
  simulator.prior().values(job.scores, values);
  ParticleResult result;
  Replicates& replicates = result.replicates;
  replicates.deviations.resize(n_replicates * n_statistics);
  replicates.log_weights.resize(n_replicates * blocks.size());
  LikelihoodBound bound(blocks, task, n_replicates);
  constexpr double rounding = 1e-9;  // bound and estimate add up in different orders: the bound keeps a distance
  const double needed = job.needed_log_likelihood - rounding;
  IsHopeless is_hopeless;
  if (needed > -maths::infinity)
    is_hopeless = [&](std::span<const double> deviations, std::span<const double> log_weights) {
      return bound.log_bound_with(deviations, log_weights) < needed;
    };
  for (std::size_t i = 0; i < n_replicates; ++i) {
    if (bound.log_bound() < needed) return {false, i, result.log_likelihood, {}};
    const std::size_t r = (job.first + i) % n_replicates;
    const std::span deviations(replicates.deviations.data() + r * n_statistics, n_statistics);
    const std::span log_weights(replicates.log_weights.data() + r * blocks.size(), blocks.size());
    if (!simulator.simulate_unless(is_hopeless, values, job.luck.of(r), deviations, log_weights))
      return {false, i + 1, result.log_likelihood, {}};
    check_log_weights(log_weights, task, blocks);
    bound.add(deviations, log_weights);
  }
  result.complete = true;
  result.n_simulated = n_replicates;
  result.log_likelihood = log_likelihood(task.target, blocks, replicates);
  return result;
}

std::vector<MovedParticle> ThreadedEvaluator::evaluate(const ParticleBatch& batch) {
  std::vector<MovedParticle> results(batch.places.size());
  for_each_index(results.size(), [&](std::size_t i) { results[i] = batch.work(batch.places[i]); });
  return results;
}

}  // namespace innochain
