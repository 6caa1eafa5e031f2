#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "calibration/abc_population.hpp"
#include "calibration/posterior.hpp"
#include "sim/core/random.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

TEST(Posterior, WeightedMomentsOfAFewNumbers) {
  const std::vector<double> values{3.0, 1.0, 2.0, 9.0}, weights{0.25, 0.5, 0.25, 0.0};
  EXPECT_DOUBLE_EQ(weighted_mean(values, weights), 1.75);
  EXPECT_DOUBLE_EQ(weighted_variance(values, weights), 0.6875);
}

TEST(Posterior, EffectiveSampleSizeOfEqualAndUnequalWeights) {
  EXPECT_DOUBLE_EQ(effective_sample_size(std::vector{2.0, 2.0, 2.0}), 3.0);
  EXPECT_DOUBLE_EQ(effective_sample_size(std::vector{0.0, 5.0, 0.0}), 1.0);
  EXPECT_EQ(effective_sample_size(std::vector{0.0, 0.0}), 0.0);
}

/// Standard deviations 0.5 and 1, correlated: shrinkage is of each alone.
TEST(Posterior, ShrinkageOfANormalPair) {
  constexpr std::size_t n = 20'000;
  Stream stream = Streams(1, 0).at(Purpose::abc_smc, Year(0), 0);
  std::vector<double> scores;
  for (std::size_t i = 0; i < n; ++i) {
    const double x = stream.normal(), y = 0.6 * x + 0.8 * stream.normal();
    scores.push_back(0.5 * x);
    scores.push_back(y);
  }
  const std::vector<double> weights(n, 1.0 / n);
  const WeightedScores sample{2, scores, weights};
  const std::vector<double> shrinkage = shrinkages(sample);
  EXPECT_NEAR(shrinkage[0], 0.75, testing::mean_bound(2.0 * 0.25 * 0.25, n));
  EXPECT_NEAR(shrinkage[1], 0.0, testing::mean_bound(2.0, n));
}

/// By hand: deviations −1, 0, 1 and −1, 1, 0 of the first parameter, opposite ones of the second, none of the third.
TEST(Posterior, MemoryIsTheCorrelationOfEarlierAndLater) {
  const std::vector<double> weights(3, 1.0 / 3.0);
  const std::vector<double> before{1.0, 4.0, 5.0, 2.0, 5.0, 5.0, 3.0, 6.0, 5.0};
  const std::vector<double> after{0.0, 3.0, 1.0, 4.0, 2.0, 2.0, 2.0, 1.0, 3.0};
  const std::vector<double> memory = memories({3, before, weights}, {3, after, weights});
  EXPECT_DOUBLE_EQ(memory[0], 0.5);
  EXPECT_DOUBLE_EQ(memory[1], -1.0);
  EXPECT_TRUE(std::isnan(memory[2]));
}

/// Systematic resampling gives each particle its expected number of copies, rounded up or down.
TEST(AbcPopulation, ResamplingKeepsProportions) {
  AbcPopulation population(5);
  const std::vector<double> weights{0.1, 0.0, 0.55, 0.05, 0.3};
  for (const double uniform : {0.001, 0.3, 0.5, 0.999}) {
    for (std::size_t i = 0; i < 5; ++i) population[i] = {{}, i, weights[i], 0.0, {}, {}};
    resample(population, uniform);
    std::vector<double> copies(5, 0.0);
    for (const AbcParticle& particle : population) {
      copies[particle.origin] += 1.0;
      EXPECT_DOUBLE_EQ(particle.weight, 0.2);
    }
    for (std::size_t i = 0; i < 5; ++i) EXPECT_LT(std::abs(copies[i] - 5.0 * weights[i]), 1.0) << i;
  }
}

/// Two blocks of one statistic, three replicates; by hand.
TEST(AbcPopulation, TheLikelihoodIsAProductOfMeans) {
  const std::vector<StatisticsBlock> blocks{{"a", 0, 1}, {"b", 1, 2}};
  const Replicates replicates{{0.5, 9.0, 9.0, -1.0, 1.0, -1.0, 3.0, 0.0, 2.0}, {-1.0, 0.0, -2.0, -0.5, 0.0, -4.0}};
  AbcTarget target{1.0, 1.0, {1.0, 1.0, 1.0}};
  EXPECT_DOUBLE_EQ(log_likelihood(target, blocks, replicates),
                   std::log((std::exp(-1.0) + std::exp(-2.0)) / 3.0) + std::log(std::exp(-0.5) / 3.0));
  target.data_power = 0.5;
  target.inverse_radii = {0.0, 0.5, 0.5};
  EXPECT_DOUBLE_EQ(log_likelihood(target, blocks, replicates), std::log((std::exp(-0.5) + std::exp(-1.0) + 1.0) / 3.0) +
                                                                   std::log((std::exp(-0.25) + std::exp(-2.0)) / 3.0));
  target.inverse_radii = {2.1, 0.5, 0.5};
  EXPECT_EQ(log_likelihood(target, blocks, replicates), -HUGE_VAL);
}

/// The weight that a particle has is multiplied by how much likelier it is under the new target; by hand.
TEST(AbcPopulation, ReweightingKeepsTheWeightsOfBefore) {
  AbcPopulation population(4);
  const std::vector<double> weights{0.1, 0.4, 0.5, 0.0}, before{-1.0, -2.0, -3.0, -1.0};
  const std::vector<double> now{-1.0, -2.0 + std::log(0.5), -HUGE_VAL, 0.0};
  for (std::size_t i = 0; i < 4; ++i) population[i] = {{}, i, weights[i], before[i], {}, {}};
  const std::vector<double> result = reweighted(population, now);
  EXPECT_DOUBLE_EQ(result[0] / result[1], 0.1 / (0.4 * 0.5));
  EXPECT_EQ(result[2], 0.0);
  EXPECT_EQ(result[3], 0.0);
}

}  // namespace
}  // namespace innochain
