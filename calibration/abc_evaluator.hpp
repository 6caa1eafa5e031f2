#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "calibration/abc_population.hpp"

namespace innochain {

/// What is the same for all jobs of a batch.
struct ParticleTask {
  AbcTarget target;
  std::vector<double> log_weight_bounds;  ///< no log weight of a block is larger, one a block
  std::size_t generation = 0, move = 0;   ///< name the batch within a run; no result depends on them
};

/// One parameter vector to simulate.
struct ParticleJob {
  std::vector<double> scores;
  ParticleLuck luck;  ///< of all its replicates
  /// A log-likelihood at or below this serves for nothing. A job may end as soon as it is sure to stay there.
  double needed_log_likelihood = -std::numeric_limits<double>::infinity();
};

struct ParticleResult {
  bool complete = false;        ///< all replicates were simulated; otherwise only `n_simulated` is meant
  std::size_t n_simulated = 0;  ///< a function of the job, not of who does it
  double log_likelihood = -std::numeric_limits<double>::infinity();
  Replicates replicates;
};

/// Who simulates: the threads of one process, or many processes.
class ParticleEvaluator {
 public:
  virtual ~ParticleEvaluator() = default;
  /// The results, in the order of the jobs. Each depends on the task and its job alone.
  virtual std::vector<ParticleResult> evaluate(const ParticleTask& task, std::span<const ParticleJob> jobs) = 0;
};

/// Simulates one job, on the calling thread.
///
/// Early rejection: after some replicates, the likelihood estimate can at most be what it becomes if all the others
/// fall inside every block with the largest weight. Where that is not above what is needed, the others are not
/// simulated. The outcome is the same as without (cf. Picchini 2014, J. Comput. Graph. Stat. 23, 1080–1100).
///
/// Throws std::logic_error if the simulator gives a log weight that is NaN or above its bound.
ParticleResult evaluate_particle(const Simulator& simulator, const ParticleTask& task, const ParticleJob& job);

/// Uses the threads that TBB has.
class ThreadedEvaluator : public ParticleEvaluator {
 public:
  explicit ThreadedEvaluator(const Simulator& simulator) : simulator_(simulator) {}
  std::vector<ParticleResult> evaluate(const ParticleTask& task, std::span<const ParticleJob> jobs) override;

 private:
  const Simulator& simulator_;
};

}  // namespace innochain
