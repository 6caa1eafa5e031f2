#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "calibration/abc_population.hpp"

namespace innochain {

/// What a parameter vector is judged by.
struct ParticleTask {
  AbcTarget target;
  std::vector<double> log_weight_bounds;  ///< no log weight of a block is larger, one a block
};

/// One parameter vector to simulate.
struct ParticleJob {
  std::vector<double> scores;
  ParticleLuck luck;  ///< of all its replicates
  /// Replicate to begin with; the others follow in a circle. Changes what early rejection saves and nothing else.
  std::size_t first = 0;
  /// A log-likelihood at or below this serves for nothing. A job may end as soon as it is sure to stay there.
  double needed_log_likelihood = -std::numeric_limits<double>::infinity();
};

struct ParticleResult {
  bool complete = false;        ///< all replicates were simulated; otherwise only `n_simulated` is meant
  std::size_t n_simulated = 0;  ///< a function of the job, not of who does it
  double log_likelihood = -std::numeric_limits<double>::infinity();
  Replicates replicates;
};

/// Simulates one job, on the calling thread.
///
/// Early rejection: after some replicates, the likelihood estimate can at most be what it becomes if all the others
/// fall inside every block with the largest weight. Where that is not above what is needed, the others are not
/// simulated; nor is one to its end whose simulator tells enough of it before (Simulator::simulate_unless), which
/// counts as simulated. The outcome is the same as without (cf. Picchini 2014, J. Comput. Graph. Stat. 23, 1080–1100).
///
/// Throws std::logic_error if a replicate that was not ended has a log weight that is NaN or above its bound.
ParticleResult evaluate_particle(const Simulator& simulator, const ParticleTask& task, const ParticleJob& job);

/// A particle after its part of a generation, and what that took.
struct MovedParticle {
  AbcParticle particle;
  std::uint64_t n_simulations = 0;
  MoveCounts counts;
};

/// A generation's work: each place of a population by itself.
struct ParticleBatch {
  std::size_t generation = 0;  ///< names the batch within a run; no result depends on it
  std::uint32_t checksum = 0;  ///< of all that results depend on beside the run's fingerprint and the place
  std::vector<std::size_t> places;
  std::function<MovedParticle(std::size_t place)> work;  ///< depends on the place alone; several threads call at once
};

/// Who does it: the threads of one process, or many processes.
class ParticleEvaluator {
 public:
  virtual ~ParticleEvaluator() = default;
  /// The results, in the order of the places.
  virtual std::vector<MovedParticle> evaluate(const ParticleBatch& batch) = 0;
};

/// Uses the threads that TBB has.
class ThreadedEvaluator : public ParticleEvaluator {
 public:
  std::vector<MovedParticle> evaluate(const ParticleBatch& batch) override;
};

}  // namespace innochain
