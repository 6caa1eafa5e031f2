/// The sampler's moves on the innovation model itself. No posterior of it is known, but the parameters with which the
/// model made data are a draw of the posterior that these data give. Moves that are right keep it one, however little
/// they move, so that over many sets of data parameters stay what they were: a sample of the prior (Geweke 2004, JASA
/// 99, 799–804, "Getting it right").
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "calibration/abc_moves.hpp"
#include "calibration/sampling.hpp"
#include "calibration/synthetic.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

constexpr std::size_t n_sets = 600, n_moves = 30;

struct MovedTruth {
  std::vector<double> before, after;  ///< scores
  MoveCounts counts;
};

/// Proposals for particles half as far apart as the prior has them, whatever the data.
ProposalKernel kernel_of_a_cloud(std::size_t n_parameters) {
  AbcPopulation cloud(100);
  for (std::size_t i = 0; i < cloud.size(); ++i) {
    Stream stream = Streams(3, 0).at(Purpose::abc_smc, Year(0), i);
    for (std::size_t j = 0; j < n_parameters; ++j) cloud[i].scores.push_back(0.5 * stream.normal());
    cloud[i].origin = i;
    cloud[i].weight = 1.0 / static_cast<double>(cloud.size());
  }
  return {cloud, 0, {}};
}

MovedTruth moved_truth(const InstitutionalModel& model, const ProposalKernel& kernel, std::size_t number) {
  const SyntheticSet set = make_synthetic(model, number);
  const InstitutionalModel own(set.calibration);
  const AbcConfig config = sampler_config(set.calibration, 1);
  const ParticleTask task{
      {config.target_tolerance, 1.0, std::vector<double>(own.n_statistics(), 1.0 / config.target_tolerance)},
      log_weight_bounds_of(own, config)};
  ParticleJob job;
  job.scores = set.scores;
  job.luck.numbers = {set.luck};
  job.luck.n_parts = own.n_luck_parts();
  job.luck.blocks.assign(own.blocks().size() * job.luck.n_parts, set.luck);
  ParticleResult made = evaluate_particle(own, task, job);
  EXPECT_GT(made.log_likelihood, -1e6) << "set " << number << ": its own run is not inside";
  const ParticleMoves moves(own, config, task.target, 1, ParticleMoves::taken_by_round(config));
  const std::uint64_t origin_of_none = 1'000'000;
  const MovedParticle moved = moves.moved(
      {set.scores, origin_of_none, 1.0, made.log_likelihood, std::move(job.luck), std::move(made.replicates)},
      number % 10, n_moves, kernel);
  return {set.scores, moved.particle.scores, moved.counts};
}

TEST(JointDistribution, StaysWhatItIsUnderAllMovesOfTheSampler) {
  const std::filesystem::path folder(INNOCHAIN_SOURCE_DIR);
  Calibration calibration = read_calibration(folder / "calibration/china.yaml", folder / "calibration/observed");
  calibration.smc.stop.tolerance = 1.75;
  const InstitutionalModel model(calibration);
  const ProposalKernel kernel = kernel_of_a_cloud(model.prior().size());
  std::vector<MovedTruth> sets(n_sets);
  WorkOptions work;
  work.threads = 2;
  for_each_parallel(sets.size(), work, [&](std::size_t i) { sets[i] = moved_truth(model, kernel, i); });

  MoveCounts counts;
  for (const MovedTruth& set : sets) counts += set.counts;
  EXPECT_GT(counts.n_accepted, n_sets);
  EXPECT_GT(counts.n_numbers_accepted, n_sets / 10);
  EXPECT_GT(counts.n_renewed, n_sets);
  EXPECT_GT(counts.n_history_moved, n_sets);
  for (std::size_t j = 0; j < model.prior().size(); ++j) {
    std::vector<double> shifts, widenings;
    for (const MovedTruth& set : sets) {
      shifts.push_back(set.after[j] - set.before[j]);
      widenings.push_back(set.after[j] * set.after[j] - set.before[j] * set.before[j]);
    }
    for (const std::vector<double>* changes : {&shifts, &widenings}) {
      const testing::Moments moments = testing::moments_of(*changes);
      EXPECT_NEAR(moments.mean, 0.0, testing::mean_bound(moments.variance, n_sets)) << model.prior()[j].path;
    }
  }
}

}  // namespace
}  // namespace innochain
