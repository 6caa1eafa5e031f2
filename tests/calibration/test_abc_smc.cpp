#include <gtest/gtest.h>

#include <cmath>
#include <iterator>
#include <limits>
#include <set>
#include <stdexcept>

#include "calibration/abc_checkpoint.hpp"
#include "calibration/abc_smc.hpp"
#include "calibration/luck_numbers.hpp"
#include "calibration/posterior.hpp"
#include "output/errors.hpp"
#include "tests/calibration/abc_models.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

using testing::FunctionSimulator;
using testing::NormalMean;

AbcConfig small_config() {
  AbcConfig config;
  config.n_particles = 60;
  config.n_replicates = 4;
  config.target_tolerance = 0.7;
  return config;
}

/// All bits of a state.
std::string bits(const AbcState& state) {
  return abc_checkpoint(state, "");
}

TEST(AbcSmc, ResultsDoNotDependOnThreads) {
  const FunctionSimulator simulator = NormalMean::simulator(2);
  AbcConfig config = small_config();
  const std::string expected = bits(run_abc_smc(simulator, config).state);
  for (const std::size_t threads : {2, 8}) {
    config.threads = threads;
    EXPECT_EQ(bits(run_abc_smc(simulator, config).state), expected) << threads;
  }
  config.seed = 2;
  EXPECT_NE(bits(run_abc_smc(simulator, config).state), expected);
}

TEST(AbcSmc, GoesOnFromAnyGenerationAsIfItHadNotStopped) {
  const FunctionSimulator simulator = NormalMean::simulator(1);
  AbcConfig config = small_config();
  config.last_moves = 3;
  const std::string fingerprint = abc_fingerprint(simulator, config);
  std::vector<std::string> checkpoints;
  const AbcResult whole = run_abc_smc(simulator, config, AbcState{}, [&](const AbcState& state) {
    checkpoints.push_back(abc_checkpoint(state, fingerprint));
  });
  ASSERT_EQ(checkpoints.size(), whole.state.history.size());
  ASSERT_GT(checkpoints.size(), 3U);
  for (const std::string& checkpoint : checkpoints) {
    const AbcResult rest = run_abc_smc(simulator, config, read_abc_checkpoint(checkpoint, fingerprint, "file"));
    EXPECT_EQ(bits(rest.state), bits(whole.state));
    EXPECT_EQ(rest.stop, whole.stop);
  }
}

TEST(AbcSmc, ACheckpointIsReadOnlyIfWholeAndOfTheSameRun) {
  const FunctionSimulator simulator = NormalMean::simulator();
  AbcConfig config = small_config();
  config.max_generations = 1;
  const std::string fingerprint = abc_fingerprint(simulator, config);
  const std::string good = abc_checkpoint(run_abc_smc(simulator, config).state, fingerprint);
  EXPECT_EQ(abc_checkpoint(read_abc_checkpoint(good, fingerprint, "file"), fingerprint), good);
  EXPECT_THROW(read_abc_checkpoint(good.substr(0, good.size() / 2), fingerprint, "file"), ReadFailed);
  EXPECT_THROW(read_abc_checkpoint("", fingerprint, "file"), ReadFailed);
  std::string damaged = good;
  damaged[good.size() / 2] ^= 1;
  EXPECT_THROW(read_abc_checkpoint(damaged, fingerprint, "file"), ReadFailed);
  config.threads = 7;
  config.max_generations = 50;
  EXPECT_EQ(abc_fingerprint(simulator, config), fingerprint);
  config.n_replicates = 5;
  EXPECT_THROW(read_abc_checkpoint(good, abc_fingerprint(simulator, config), "file"), AnotherEnsemble);
  EXPECT_NE(abc_fingerprint(NormalMean::simulator(1), small_config()), fingerprint);
}

TEST(AbcSmc, EarlyRejectionSavesSimulationsAndChangesNothingElse) {
  const FunctionSimulator simulator = NormalMean::simulator(1);
  for (const std::size_t n_replicates : {1, 6}) {
    AbcConfig config = small_config();
    config.n_replicates = n_replicates;
    const AbcState early = run_abc_smc(simulator, config).state;
    config.early_rejection = false;
    AbcState full = run_abc_smc(simulator, config).state;
    EXPECT_LT(early.n_simulations, full.n_simulations);
    ASSERT_EQ(early.history.size(), full.history.size());
    full.n_simulations = early.n_simulations;
    for (std::size_t g = 0; g < full.history.size(); ++g)
      full.history[g].n_simulations = early.history[g].n_simulations;
    EXPECT_EQ(bits(early), bits(full));
  }
}

/// A run that tells its log weight before its end, where exp() of it is 0: bounds are not taken for impossible.
class UnlikelyData : public Simulator {
 public:
  const Prior& prior() const override { return prior_; }
  const std::vector<StatisticsBlock>& blocks() const override { return blocks_; }
  void simulate(std::span<const double> values, Luck /*luck*/, std::span<double> deviations,
                std::span<double> log_weights) const override {
    deviations[0] = 0.0;
    log_weights[0] = -2000.0 - values[0] * values[0];
  }
  bool simulate_unless(const IsHopeless& is_hopeless, std::span<const double> values, Luck luck,
                       std::span<double> deviations, std::span<double> log_weights) const override {
    simulate(values, luck, deviations, log_weights);
    return !(is_hopeless && is_hopeless(deviations, log_weights));
  }

 private:
  Prior prior_ = NormalMean::simulator(1).prior();
  std::vector<StatisticsBlock> blocks_{{"data", 0, 1}};
};

TEST(AbcSmc, DataMayBeHoweverUnlikely) {
  const UnlikelyData simulator;
  AbcConfig config = small_config();
  config.n_replicates = 1;
  AbcState early = run_abc_smc(simulator, config).state;
  config.early_rejection = false;
  AbcState full = run_abc_smc(simulator, config).state;
  ASSERT_EQ(early.history.size(), full.history.size());
  EXPECT_GT(early.history.back().counts.n_accepted, 0U);
  early.n_simulations = full.n_simulations;
  for (std::size_t g = 0; g < full.history.size(); ++g) early.history[g].n_simulations = full.history[g].n_simulations;
  EXPECT_EQ(bits(early), bits(full));
}

/// Notes the luck of its runs.
class NotingSimulator : public Simulator {
 public:
  explicit NotingSimulator(const Simulator& simulator) : simulator_(simulator) {}
  const Prior& prior() const override { return simulator_.prior(); }
  const std::vector<StatisticsBlock>& blocks() const override { return simulator_.blocks(); }
  void simulate(std::span<const double> values, Luck luck, std::span<double> deviations,
                std::span<double> log_weights) const override {
    noted.insert(luck.number);
    noted.insert(luck.blocks.begin(), luck.blocks.end());
    simulator_.simulate(values, luck, deviations, log_weights);
  }
  mutable std::set<std::uint32_t> noted;

 private:
  const Simulator& simulator_;
};

/// Works on one place after the other, the last first, and tells the luck that nobody had before the batch.
class NotingEvaluator : public ParticleEvaluator {
 public:
  explicit NotingEvaluator(const NotingSimulator& simulator) : simulator_(simulator) {}
  std::vector<MovedParticle> evaluate(const ParticleBatch& batch) override {
    std::vector<MovedParticle> results(batch.places.size());
    std::vector<std::uint32_t> of_batch;
    for (std::size_t i = results.size(); i-- > 0;) {
      simulator_.noted.clear();
      results[i] = batch.work(batch.places[i]);
      std::ranges::set_difference(simulator_.noted, seen_, std::back_inserter(of_batch));
    }
    seen_.insert(of_batch.begin(), of_batch.end());
    fresh.insert(fresh.end(), of_batch.begin(), of_batch.end());
    return results;
  }
  std::vector<std::uint32_t> fresh;

 private:
  const NotingSimulator& simulator_;
  std::set<std::uint32_t> seen_{0};
};

TEST(AbcSmc, NewLuckIsNobodyElsesAndAnyEvaluatorServes) {
  const FunctionSimulator simulator = NormalMean::simulator();
  const NotingSimulator noting(simulator);
  NotingEvaluator evaluator(noting);
  const AbcResult result = run_abc_smc(noting, small_config(), evaluator);
  EXPECT_GT(evaluator.fresh.size(), 2 * small_config().n_particles * small_config().n_replicates);
  EXPECT_EQ(std::set(evaluator.fresh.begin(), evaluator.fresh.end()).size(), evaluator.fresh.size());
  EXPECT_EQ(bits(result.state), bits(run_abc_smc(simulator, small_config()).state));
}

/// The number of moves is known before they are made: from the acceptance of the generation before.
TEST(AbcSmc, AGenerationMakesTheMovesThatTheOneBeforeAsksFor) {
  AbcConfig config = small_config();
  config.acceptances = 1.5;
  config.max_moves = 6;
  const AbcState state = run_abc_smc(NormalMean::simulator(1), config).state;
  std::set<std::size_t> seen;
  for (std::size_t g = 1; g < state.history.size(); ++g) {
    const double acceptance =
        state.history[g - 1].counts.acceptance() * (1.0 - config.renewal_share);  // renewals are no proposals
    const std::size_t wanted =
        acceptance > 0.0 ? std::min<std::size_t>(6, static_cast<std::size_t>(std::ceil(1.5 / acceptance))) : 6;
    EXPECT_EQ(state.history[g].n_moves, wanted) << g;
    seen.insert(wanted);
  }
  EXPECT_GT(seen.size(), 1U);
}

TEST(AbcSmc, LuckNumbersOfSeedsAreOneToOneAndDiffer) {
  const LuckNumbers one(1), other(2);
  std::set<std::uint32_t> seen;
  std::size_t n_equal = 0;
  for (std::uint64_t place = 0; place < 100'000; ++place) {
    seen.insert(one(place));
    n_equal += one(place) == other(place) ? 1 : 0;
  }
  EXPECT_EQ(seen.size(), 100'000U);
  EXPECT_LE(n_equal, 3U);  // expected 100,000/2³²
}

/// The last generation alone has a share below the limit.
void expect_ends_below(const std::vector<AbcGeneration>& history, double (MoveCounts::*share)() const, double limit) {
  for (std::size_t g = 0; g + 1 < history.size(); ++g) EXPECT_GE((history[g].counts.*share)(), limit) << g;
  EXPECT_LT((history.back().counts.*share)(), limit);
}

TEST(AbcSmc, StopsByTheRuleThatHoldsFirst) {
  const FunctionSimulator simulator = NormalMean::simulator();
  const AbcConfig config = small_config();
  const AbcResult reached = run_abc_smc(simulator, config);
  EXPECT_EQ(reached.stop, AbcStop::target_reached);
  EXPECT_EQ(reached.state.target.tolerance, config.target_tolerance);

  AbcConfig few = config;
  few.max_generations = 2;
  const AbcResult short_run = run_abc_smc(simulator, few);
  EXPECT_EQ(short_run.stop, AbcStop::generations);
  EXPECT_EQ(short_run.state.history.size(), 3U);
  EXPECT_EQ(bits(run_abc_smc(simulator, config, short_run.state).state), bits(reached.state));

  AbcConfig picky = config;
  picky.target_tolerance = 0.01;
  picky.min_acceptance = 0.2;
  const AbcResult stuck = run_abc_smc(simulator, picky);
  EXPECT_EQ(stuck.stop, AbcStop::acceptance);
  expect_ends_below(stuck.state.history, &MoveCounts::acceptance, picky.min_acceptance);

  AbcConfig unlucky = config;
  unlucky.target_tolerance = 0.01;
  unlucky.min_renewal_acceptance = 0.4;
  const AbcResult lucky_few = run_abc_smc(simulator, unlucky);
  EXPECT_EQ(lucky_few.stop, AbcStop::renewal_acceptance);
  expect_ends_below(lucky_few.state.history, &MoveCounts::renewal_acceptance, unlucky.min_renewal_acceptance);

  AbcConfig poor = config;
  poor.target_tolerance = 0.01;
  poor.max_simulations = 12'000;
  const AbcResult spent = run_abc_smc(simulator, poor);
  EXPECT_EQ(spent.stop, AbcStop::simulations);
  EXPECT_LE(spent.state.n_simulations, poor.max_simulations);
  EXPECT_GT(spent.state.n_simulations + poor.n_particles * poor.n_replicates * poor.max_moves, poor.max_simulations);
}

/// The moves after the sequence has ended, in eight rounds, leave its target and part copies.
TEST(AbcSmc, LastMovesStayAtTheLastTarget) {
  const FunctionSimulator simulator = NormalMean::simulator(2);
  AbcConfig config = small_config();
  config.n_particles = 400;
  config.max_moves = 1;  // copies are left
  const AbcState before = run_abc_smc(simulator, config).state;
  config.last_moves = 8;
  const AbcResult moved = run_abc_smc(simulator, config);
  EXPECT_EQ(moved.stop, AbcStop::target_reached);
  ASSERT_EQ(moved.state.history.size(), before.history.size() + 8);
  EXPECT_EQ(moved.state.n_last_rounds, 8U);
  const AbcGeneration &last = moved.state.history.back(), &end = before.history.back();
  EXPECT_EQ(last.tolerance, end.tolerance);
  EXPECT_EQ(last.scales, end.scales);
  EXPECT_EQ(last.n_moves, 1U);
  EXPECT_GT(last.n_unique, end.n_unique);
  EXPECT_EQ(last.weights, std::vector(400, 1.0 / 400.0));
  EXPECT_EQ(moved.state.ended, AbcStop::target_reached);
}

/// Whatever moves a particle went through, its luck is that of its runs.
TEST(AbcSmc, ParticlesAreReproducedByTheirLuck) {
  const FunctionSimulator simulator = NormalMean::simulator(1);
  for (const std::size_t n_replicates : {1, 4}) {
    AbcConfig config = small_config();
    config.n_particles = 200;
    config.n_replicates = n_replicates;
    config.renewal_share = 0.5;
    config.last_moves = 3;
    config.max_generations = 4;
    const AbcState state = run_abc_smc(simulator, config).state;
    std::size_t n_renewed = 0;
    for (const AbcGeneration& generation : state.history) n_renewed += generation.counts.n_renewed;
    EXPECT_GT(n_renewed, config.n_particles);
    for (const AbcParticle& particle : state.population) {
      if (!(particle.weight > 0.0)) continue;
      const ParticleResult again =
          evaluate_particle(simulator, {state.target, {0.0, 0.0}}, {particle.scores, particle.luck});
      EXPECT_EQ(again.replicates.deviations, particle.replicates.deviations);
      EXPECT_EQ(again.replicates.log_weights, particle.replicates.log_weights);
      EXPECT_EQ(again.log_likelihood, particle.log_likelihood);
    }
  }
}

TEST(AbcSmc, StopsWhereEverySmallerRegionIsEmpty) {
  const FunctionSimulator never(Prior({{"p", "1", {Distribution::Kind::uniform, 0.0, 1.0}}}), {{"b", 0, 1}},
                                [](auto, Stream&, std::span<double> deviations, auto) { deviations[0] = 3.0; });
  const AbcResult result = run_abc_smc(never, small_config());
  EXPECT_EQ(result.stop, AbcStop::no_smaller_region);
}

TEST(AbcSmc, ReplicatesWithoutADeviationAreOutside) {
  const FunctionSimulator simulator(
      Prior({{"p", "1", {Distribution::Kind::uniform, 0.0, 1.0}}}), {{"b", 0, 1}},
      [](std::span<const double> values, Stream&, std::span<double> deviations, auto) {
        deviations[0] = values[0] < 0.5 ? std::nan("") : values[0] < 0.6 ? HUGE_VAL : 10.0 * (1.0 - values[0]);
      });
  const AbcResult result = run_abc_smc(simulator, small_config());
  ASSERT_EQ(result.stop, AbcStop::target_reached);
  for (const AbcParticle& particle : result.state.population) {
    double value = 0.0;
    simulator.prior().values(particle.scores, {&value, 1});
    if (particle.weight > 0.0) {
      EXPECT_GE(value, 0.93);
    }
  }
}

/// Log weights far apart come in by degrees instead of leaving one particle.
TEST(AbcSmc, SharpLikelihoodsInClosedFormComeInByDegrees) {
  constexpr double observed = 0.9, sd = 0.001;
  const FunctionSimulator simulator(
      Prior({{"p", "1", {Distribution::Kind::uniform, 0.0, 1.0}}}), {{"b", 0, 1}},
      [](std::span<const double> values, Stream&, std::span<double> deviations, std::span<double> log_weights) {
        deviations[0] = 0.0;
        const double z = (values[0] - observed) / sd;
        log_weights[0] = -0.5 * z * z;
      });
  AbcConfig config = small_config();
  config.n_particles = 1000;
  config.n_replicates = 1;
  const AbcResult result = run_abc_smc(simulator, config);
  ASSERT_EQ(result.stop, AbcStop::target_reached);
  for (const AbcGeneration& generation : result.state.history) EXPECT_GT(generation.ess, 300.0);
  std::vector<double> values(config.n_particles);
  for (std::size_t i = 0; i < values.size(); ++i)
    simulator.prior().values(result.state.population[i].scores, {&values[i], 1});
  // Deviations below carry the error of an independent sample of the unique particles.
  const std::vector<double> weights = weights_of(result.state.population);
  const auto n = std::min<std::size_t>(result.state.history.back().n_unique,
                                       static_cast<std::size_t>(effective_sample_size(weights)));
  EXPECT_NEAR(weighted_mean(values, weights), observed, testing::mean_bound(sd * sd, n));
  EXPECT_NEAR(weighted_variance(values, weights), sd * sd,
              testing::sigmas * sd * sd * std::sqrt(2.0 / static_cast<double>(n)));
}

TEST(AbcSmc, RefusesWhatCannotWork) {
  const FunctionSimulator simulator = NormalMean::simulator();
  const auto refuses = [&](auto change) {
    AbcConfig config = small_config();
    change(config);
    EXPECT_THROW(run_abc_smc(simulator, config), std::invalid_argument);
  };
  refuses([](AbcConfig& c) { c.n_particles = 1; });
  refuses([](AbcConfig& c) { c.n_replicates = 0; });
  refuses([](AbcConfig& c) { c.ess_share = 1.0; });
  refuses([](AbcConfig& c) { c.shares.local = 0.95; });
  refuses([](AbcConfig& c) { c.shares.slow = 1.1; });
  refuses([](AbcConfig& c) { c.trade_share = -0.1; });
  refuses([](AbcConfig& c) { c.history_every = 1; });
  refuses([](AbcConfig& c) { c.renewal_share = 1.0; });
  refuses([](AbcConfig& c) { c.number_share = 1.5; });
  refuses([](AbcConfig& c) { c.own_share = 1.5; });
  refuses([](AbcConfig& c) { c.last_moves = 8 * 65535 + 1; });
  refuses([](AbcConfig& c) { c.target_tolerance = 0.0; });
  refuses([](AbcConfig& c) { c.max_moves = 0; });
  refuses([](AbcConfig& c) { c.threads = 0; });
  refuses([](AbcConfig& c) { c.log_weight_bounds = {0.0}; });
  const auto nothing = [](auto, Stream&, std::span<double>, auto) {};
  for (const std::vector<std::vector<std::size_t>>& own :
       {std::vector<std::vector<std::size_t>>{{0}, {0}}, {{}, {1}}}) {
    const FunctionSimulator wrong(Prior({{"p", "1", {Distribution::Kind::uniform, 0.0, 1.0}}}),
                                  {{"one", 0, 1}, {"two", 1, 1}}, nothing, own);
    EXPECT_THROW(run_abc_smc(wrong, small_config()), std::invalid_argument) << "twice, or not in the prior";
  }
  for (const TradeOff& trade : {TradeOff{{1.0, 0.0}, {0}}, TradeOff{{1.0}, {1}}}) {
    const FunctionSimulator wrong(Prior({{"p", "1", {Distribution::Kind::uniform, 0.0, 1.0}}}), {{"one", 0, 1}},
                                  nothing, {}, {trade});
    EXPECT_THROW(run_abc_smc(wrong, small_config()), std::invalid_argument) << "not in the prior, or no block";
  }
  refuses([](AbcConfig& c) { c.max_simulations = 239; });
  AbcConfig config = small_config();
  config.log_weight_bounds = {-100.0, 0.0};
  EXPECT_THROW(run_abc_smc(simulator, config), std::logic_error);
}

}  // namespace
}  // namespace innochain
