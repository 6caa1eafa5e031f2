/// Moves of one kind at a time, against the distribution that each must leave as it is.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "calibration/abc_moves.hpp"
#include "calibration/abc_smc.hpp"
#include "tests/calibration/abc_models.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

using testing::FunctionSimulator;

constexpr std::size_t n_runs_each = 4, n_particles = 4000, usual_moves = 30;
constexpr std::array<double, 2> chances{0.3, 0.6};  ///< of a replicate to be inside each block

/// Two blocks of pure luck, and two parameters that do nothing. The trade-offs along them are as good as any.
FunctionSimulator luck_alone() {
  using Kind = Distribution::Kind;
  return {Prior({{"one", "1", {Kind::uniform, 0.0, 1.0}}, {"two", "1", {Kind::uniform, 0.0, 1.0}}}),
          {{"rare", 0, 1}, {"usual", 1, 1}},
          [](std::span<const double>, Stream& stream, std::span<double> deviations, std::span<double>) {
            for (double& deviation : deviations) deviation = stream.uniform();
          },
          {},
          {{{0.6, 0.8}, {0}}, {{0.8, -0.6}, {1}}}};
}

/// Of particles of the prior.
ProposalKernel kernel_of_three(const ParticleMoves& first, const AbcConfig& config) {
  return {{first.drawn(0).particle, first.drawn(1).particle, first.drawn(2).particle}, 0, config.shares};
}

struct MovedPopulation {
  std::array<std::vector<double>, 2> inside;  ///< replicates inside each block, by particle
  std::vector<double> scores;
};

MovedPopulation moved(const AbcConfig& config, std::size_t n_moves = usual_moves) {
  const FunctionSimulator simulator = luck_alone();
  const AbcTarget target{1.0, 1.0, {1.0 / chances[0], 1.0 / chances[1]}};
  const ParticleMoves first(simulator, config, target, 0, {0, 0});
  AbcPopulation population;
  for (std::size_t place = 0; place < n_particles; ++place) {
    population.push_back(first.drawn(place).particle);
    population.back().log_likelihood = log_likelihood(target, simulator.blocks(), population.back().replicates);
  }
  const UnusedNumbers taken = ParticleMoves::taken_by_round(config);
  const ParticleMoves moves(simulator, config, target, 1, taken);
  const ProposalKernel kernel({population.begin(), population.begin() + 200}, 20, config.shares);
  MovedPopulation result;
  for (std::size_t place = 0; place < n_particles; ++place) {
    const AbcParticle particle = moves.moved(population[place], place, n_moves, kernel).particle;
    for (std::size_t k = 0; k < 2; ++k) {
      int inside = 0;
      for (std::size_t r = 0; r < n_runs_each; ++r)
        inside += particle.replicates.deviations[2 * r + k] <= chances[k] ? 1 : 0;
      result.inside[k].push_back(inside);
    }
    result.scores.insert(result.scores.end(), particle.scores.begin(), particle.scores.end());
  }
  return result;
}

AbcConfig config_of(double renewal_share, double number_share, double trade_share = 0.0) {
  AbcConfig config;
  config.n_particles = n_particles;
  config.n_replicates = n_runs_each;
  config.renewal_share = renewal_share;
  config.number_share = number_share;
  config.trade_share = trade_share;
  return config;
}

/// The number of replicates inside a block is binomial before anything is known, and its posterior, in proportion to
/// that and to the estimate k/R, is 1 + Binomial(R − 1, p); blocks are independent.
void expect_tilted(const MovedPopulation& population) {
  constexpr double n_others = n_runs_each - 1;
  std::array<double, 2> means{};
  for (std::size_t k = 0; k < 2; ++k) {
    const testing::Moments moments = testing::moments_of(population.inside[k]);
    const double p = chances[k], variance = n_others * p * (1.0 - p);
    means[k] = 1.0 + n_others * p;
    EXPECT_NEAR(moments.mean, means[k], testing::mean_bound(variance, n_particles)) << k;
    // Of a binomial, the fourth central moment is variance (1 + 3 (n − 2) p (1 − p)).
    const double fourth = variance * (1.0 + 3.0 * (n_others - 2.0) * p * (1.0 - p));
    EXPECT_NEAR(moments.variance, variance, testing::mean_bound(fourth - variance * variance, n_particles)) << k;
  }
  double product = 0.0;
  for (std::size_t i = 0; i < n_particles; ++i)
    product += (population.inside[0][i] - means[0]) * (population.inside[1][i] - means[1]);
  const double variance_of_product =
      n_others * n_others * chances[0] * (1.0 - chances[0]) * chances[1] * (1.0 - chances[1]);
  EXPECT_NEAR(product / n_particles, 0.0, testing::mean_bound(variance_of_product, n_particles));
}

/// Parameters that do nothing stay normal in their scores.
void expect_prior(const MovedPopulation& population) {
  const testing::Moments moments = testing::moments_of(population.scores);
  EXPECT_NEAR(moments.mean, 0.0, testing::mean_bound(1.0, population.scores.size()));
  EXPECT_NEAR(moments.variance, 1.0, testing::mean_bound(2.0, population.scores.size()));
}

TEST(ParticleMoves, RenewalsAloneLeadToThePosteriorOfLuck) {
  expect_tilted(moved(config_of(1.0, 0.0)));
}

/// Each of two blocks has a uniform parameter of its own, which is the chance of a run to be inside: the posterior's
/// density is 2θ, whatever the number of replicates. From the prior, by renewals alone.
TEST(ParticleMoves, RenewalsMoveTheParametersThatABlockAloneDependsOn) {
  using Kind = Distribution::Kind;
  const FunctionSimulator simulator(
      Prior({{"one", "1", {Kind::uniform, 0.0, 1.0}}, {"two", "1", {Kind::uniform, 0.0, 1.0}}}),
      {{"first", 0, 1}, {"second", 1, 1}},
      [](std::span<const double> values, Stream& stream, std::span<double> deviations, std::span<double>) {
        for (std::size_t j = 0; j < 2; ++j) deviations[j] = stream.uniform() / values[j];
      },
      {{0}, {1}});
  const AbcConfig config = config_of(1.0, 0.0);
  const AbcTarget target{1.0, 1.0, {1.0, 1.0}};
  const ParticleMoves first(simulator, config, target, 0, {0, 0});
  const ParticleMoves moves(simulator, config, target, 1, ParticleMoves::taken_by_round(config));
  const ProposalKernel kernel = kernel_of_three(first, config);
  std::vector<double> values;
  std::size_t n_elsewhere = 0;
  for (std::size_t place = 0; place < n_particles; ++place) {
    AbcParticle before = first.drawn(place).particle;
    before.log_likelihood = log_likelihood(target, simulator.blocks(), before.replicates);
    const AbcParticle after = moves.moved(before, place, usual_moves, kernel).particle;
    const ParticleResult again = evaluate_particle(simulator, {target, {0.0, 0.0}}, {after.scores, after.luck});
    EXPECT_EQ(again.log_likelihood, after.log_likelihood) << "of its parameters and luck";
    n_elsewhere += after.origin != before.origin ? 1 : 0;
    std::vector<double> both(2);
    simulator.prior().values(after.scores, both);
    values.insert(values.end(), both.begin(), both.end());
  }
  EXPECT_GT(n_elsewhere, n_particles * 9 / 10);
  const testing::Moments moments = testing::moments_of(values);
  constexpr double mean = 2.0 / 3.0, variance = 1.0 / 18.0, fourth = 1.0 / 135.0;
  EXPECT_NEAR(moments.mean, mean, testing::mean_bound(variance, values.size()));
  EXPECT_NEAR(moments.variance, variance, testing::mean_bound(fourth - variance * variance, values.size()));
}

TEST(ParticleMoves, NumbersRenewedWithParametersLeadThereToo) {
  const MovedPopulation population = moved(config_of(0.0, 1.0));
  expect_tilted(population);
  expect_prior(population);
}

/// Of the moves only a quarter renew the luck of each block, and the prior refuses long steps.
TEST(ParticleMoves, TradeOffsLeadThereToo) {
  const MovedPopulation population = moved(config_of(0.0, 0.0, 1.0), 5 * usual_moves);
  expect_tilted(population);
  expect_prior(population);
}

/// Every proposal goes along one of the two directions, and half of them renew the luck of its block, in all
/// replicates.
TEST(ParticleMoves, TradeOffsRenewTheLuckOfTheBlocksThatTheyChange) {
  const FunctionSimulator simulator = luck_alone();
  const AbcConfig config = config_of(0.0, 0.0, 1.0);
  const AbcTarget everywhere{1.0, 1.0, {0.0, 0.0}};
  const ParticleMoves first(simulator, config, everywhere, 0, {0, 0});
  const ParticleMoves moves(simulator, config, everywhere, 1, ParticleMoves::taken_by_round(config));
  const ProposalKernel kernel = kernel_of_three(first, config);
  const std::vector<TradeOff> trades = simulator.trade_offs();
  std::array<std::size_t, 2> n_along{};
  std::size_t n_accepted = 0, n_renewed = 0;
  for (std::size_t place = 0; place < n_particles; ++place) {
    const AbcParticle before = first.drawn(place).particle;
    const MovedParticle after = moves.moved(before, place, 1, kernel);
    if (after.counts.n_accepted == 0) continue;
    ++n_accepted;
    const std::array<double, 2> step{after.particle.scores[0] - before.scores[0],
                                     after.particle.scores[1] - before.scores[1]};
    const std::size_t along = std::abs(step[0] * 0.8 - step[1] * 0.6) < 1e-12 ? 0 : 1;
    const std::vector<double>& direction = trades[along].direction;
    ASSERT_NEAR(step[0] * direction[1] - step[1] * direction[0], 0.0, 1e-12);
    ++n_along[along];
    const bool renewed = after.particle.luck.blocks[along] != before.luck.blocks[along];
    n_renewed += renewed ? 1 : 0;
    for (std::size_t r = 0; r < n_runs_each; ++r) {
      EXPECT_EQ(after.particle.luck.blocks[2 * r + along] != before.luck.blocks[2 * r + along], renewed);
      EXPECT_EQ(after.particle.luck.blocks[2 * r + 1 - along], before.luck.blocks[2 * r + 1 - along]);
    }
  }
  const auto n = static_cast<double>(n_accepted);
  EXPECT_NEAR(static_cast<double>(n_along[0]) / n, 0.5, testing::mean_bound(0.25, n_accepted));
  EXPECT_NEAR(static_cast<double>(n_renewed) / n, 0.5, testing::mean_bound(0.25, n_accepted));
}

/// What is new follows each other. Of three in four renewals, so many parts as ⌊7^U⌋ of six are new, U being uniform;
/// of the others all.
TEST(ParticleMoves, RenewalsKeepSomePartsOfTheLuck) {
  using Kind = Distribution::Kind;
  constexpr std::size_t n_parts = 6;
  const FunctionSimulator simulator(
      Prior({{"one", "1", {Kind::uniform, 0.0, 1.0}}}), {{"rare", 0, 1}, {"usual", 1, 1}},
      [](std::span<const double>, Stream& stream, std::span<double> deviations, std::span<double>) {
        for (double& deviation : deviations) deviation = stream.uniform();
      },
      {}, {}, n_parts);
  const AbcConfig config = config_of(0.9, 0.0);
  const AbcTarget everywhere{1.0, 1.0, {0.0, 0.0}};
  const ParticleMoves first(simulator, config, everywhere, 0, {0, 0});
  const ParticleMoves moves(simulator, config, everywhere, 1, ParticleMoves::taken_by_round(config));
  const ProposalKernel kernel = kernel_of_three(first, config);
  std::vector<double> singles, wholes, with_first, with_last;
  for (std::size_t place = 0; place < n_particles; ++place) {
    const AbcParticle before = first.drawn(place).particle;
    const MovedParticle after = moves.moved(before, place, 1, kernel);
    if (after.counts.n_renewals == 0) continue;
    for (std::size_t k = 0; k < 2; ++k) {
      std::vector<std::size_t> changed;
      for (std::size_t part = 0; part < n_parts; ++part)
        if (after.particle.luck.parts_of(0, k)[part] != before.luck.parts_of(0, k)[part]) changed.push_back(part);
      ASSERT_FALSE(changed.empty());
      ASSERT_EQ(changed.back() - changed.front() + 1, changed.size());
      singles.push_back(changed.size() == 1 ? 1.0 : 0.0);
      wholes.push_back(changed.size() == n_parts ? 1.0 : 0.0);
      with_first.push_back(changed.front() == 0 ? 1.0 : 0.0);
      with_last.push_back(changed.back() == n_parts - 1 ? 1.0 : 0.0);
      for (std::size_t r = 1; r < n_runs_each; ++r) {
        for (std::size_t part = 0; part < n_parts; ++part) {
          const bool is_new = after.particle.luck.parts_of(r, k)[part] != before.luck.parts_of(r, k)[part];
          EXPECT_EQ(is_new, std::ranges::count(changed, part) > 0);
        }
      }
    }
  }
  const auto expect_share = [](const std::vector<double>& seen, double share) {
    EXPECT_NEAR(testing::moments_of(seen).mean, share, testing::mean_bound(share * (1.0 - share), seen.size()));
  };
  const auto chance = [](std::size_t n) {
    return 0.75 * (std::log(static_cast<double>(n + 1)) - std::log(static_cast<double>(n))) / std::log(7.0);
  };
  double touching = 0.25;  // an end of the run
  for (std::size_t n = 1; n <= n_parts; ++n) touching += chance(n) / static_cast<double>(n_parts - n + 1);
  expect_share(singles, chance(1));
  expect_share(wholes, 0.25 + chance(n_parts));
  expect_share(with_first, touching);
  expect_share(with_last, touching);
}

/// Otherwise all luck of a replicate would have to be good at once.
TEST(ParticleMoves, NewNumbersLeaveTheLuckOfBlocks) {
  const FunctionSimulator simulator = luck_alone();
  const AbcConfig config = config_of(0.0, 1.0);
  const AbcTarget target{1.0, 1.0, {0.0, 0.0}};
  const ParticleMoves first(simulator, config, target, 0, {0, 0});
  const AbcParticle particle = first.drawn(0).particle;
  const ParticleMoves moves(simulator, config, target, 1, ParticleMoves::taken_by_round(config));
  const ProposalKernel kernel({particle, first.drawn(1).particle, first.drawn(2).particle}, 0, config.shares);
  const AbcParticle after = moves.moved(particle, 0, usual_moves, kernel).particle;
  EXPECT_NE(after.luck.numbers, particle.luck.numbers);
  EXPECT_EQ(after.luck.blocks, particle.luck.blocks);
  for (std::size_t r = 0; r < n_runs_each; ++r) EXPECT_EQ(particle.luck.blocks[2 * r], particle.luck.numbers[r]);
}

TEST(ParticleMoves, ParametersAloneKeepTheirPriorWhateverTheLuck) {
  expect_prior(moved(config_of(0.0, 0.0)));
}

}  // namespace
}  // namespace innochain
