#include <gtest/gtest.h>

#include <cmath>

#include "calibration/abc_smc.hpp"
#include "calibration/abc_tolerance.hpp"
#include "tests/calibration/abc_models.hpp"

namespace innochain {
namespace {

using testing::FunctionSimulator;

/// Particles with one statistic of deviations 0, 1, …, n − 1 and one replicate each.
AbcPopulation ladder(std::size_t n) {
  AbcPopulation population;
  for (std::size_t i = 0; i < n; ++i)
    population.push_back({{0.0}, i, 1.0 / static_cast<double>(n), 0.0, {}, {{static_cast<double>(i)}, {0.0}}});
  return population;
}

TEST(AbcTolerance, KeepsTheWantedShareOfTheEffectiveSampleSize) {
  const std::vector<StatisticsBlock> blocks{{"a", 0, 1}};
  const AbcTarget prior{HUGE_VAL, 0.0, {0.0}};
  const auto next = next_target(ladder(1000), blocks, prior, std::vector{1.0}, {0.6, 1.0});
  ASSERT_TRUE(next.has_value());
  EXPECT_EQ(next->ess, 600.0);
  EXPECT_NEAR(next->target.tolerance, 599.5, 0.6);
  EXPECT_EQ(next->target.data_power, 1.0);
}

TEST(AbcTolerance, EndsAtTheTargetItself) {
  const std::vector<StatisticsBlock> blocks{{"a", 0, 1}};
  const AbcTarget present{800.0, 1.0, {1.0 / 800.0}};
  const auto next = next_target(ladder(1000), blocks, present, std::vector{1.0}, {0.6, 700.0});
  ASSERT_TRUE(next.has_value());
  EXPECT_EQ(next->target.tolerance, 700.0);
}

/// Nine in ten particles are at distance 5: the sample halves at once or not at all.
TEST(AbcTolerance, TakesWhatIsNearestWhereDistancesAreDiscrete) {
  AbcPopulation population = ladder(10);
  for (AbcParticle& particle : population) particle.replicates.deviations[0] = particle.origin < 3 ? 1.0 : 5.0;
  const std::vector<StatisticsBlock> blocks{{"a", 0, 1}};
  const AbcTarget prior{HUGE_VAL, 0.0, {0.0}};
  const auto next = next_target(population, blocks, prior, std::vector{1.0}, {0.6, 0.5});
  ASSERT_TRUE(next.has_value());
  EXPECT_EQ(next->ess, 3.0);
}

/// Statistics whose spread is that of their block keep their unit, a wild one loses weight, a constant one does not
/// gain any.
TEST(AbcTolerance, ScalesFollowTheSpreadWithinTheBlock) {
  AbcPopulation population;
  for (std::size_t i = 0; i < 101; ++i) {
    const double x = static_cast<double>(i) - 50.0;
    population.push_back({{0.0}, i, 0.01, 0.0, {}, {{x, 4.0 * x + 7.0, -x, 3.0, 100.0 * x}, {0.0, 0.0}}});
  }
  const std::vector<StatisticsBlock> blocks{{"a", 0, 4}, {"b", 4, 1}};
  EXPECT_EQ(spread_scales(population, blocks, 5), (std::vector{1.0, 0.25, 1.0, 1.0, 1.0}));
}

/// A radius never grows although the scales change from generation to generation.
TEST(AbcTolerance, RegionsAreNested) {
  const FunctionSimulator simulator(
      Prior({{"scale", "1", {Distribution::Kind::log_uniform, 0.1, 10.0}},
             {"mean", "1", {Distribution::Kind::normal, 0.0, 3.0}}}),
      {{"b", 0, 3}}, [](std::span<const double> values, Stream& stream, std::span<double> deviations, auto) {
        deviations[0] = values[1] + stream.normal();
        deviations[1] = values[1] + values[0] * stream.normal();
        deviations[2] = values[0] * values[0] * stream.normal();
      });
  AbcConfig config;
  config.n_particles = 200;
  config.n_replicates = 3;
  config.target_tolerance = 0.4;
  const AbcResult result = run_abc_smc(simulator, config);
  ASSERT_EQ(result.stop, AbcStop::target_reached);
  bool scales_changed = false;
  for (std::size_t g = 2; g < result.state.history.size(); ++g) {
    const AbcGeneration &before = result.state.history[g - 1], &after = result.state.history[g];
    scales_changed = scales_changed || before.scales != after.scales;
    for (std::size_t j = 0; j < 3; ++j)
      EXPECT_LE(after.tolerance / after.scales[j], before.tolerance / before.scales[j] * (1.0 + 1e-12));
  }
  EXPECT_TRUE(scales_changed);
}

}  // namespace
}  // namespace innochain
