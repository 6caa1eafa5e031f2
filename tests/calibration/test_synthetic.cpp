#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <stdexcept>
#include <string>

#include "calibration/abc_population.hpp"
#include "calibration/check_file.hpp"
#include "calibration/prior_runs.hpp"
#include "calibration/rank_check.hpp"
#include "calibration/recovery.hpp"
#include "calibration/synthetic.hpp"
#include "output/digest.hpp"
#include "tests/support/statistics.hpp"

/// Synthetic sets are what they say, and the checks that use them find what is wrong.
namespace innochain {
namespace {

Calibration china() {
  const std::filesystem::path folder(INNOCHAIN_SOURCE_DIR);
  return read_calibration(folder / "calibration/china.yaml", folder / "calibration/observed");
}

class Synthetic : public ::testing::Test {
 protected:
  Calibration calibration_ = china();
  InstitutionalModel model_{calibration_};
};

/// The generating run is as far from its set as its errors say: from a point just so, from an interval less by half its
/// width. No designation is farther than the tolerance.
TEST_F(Synthetic, GeneratingRunFitsItsSetButForErrorsOfTheTolerance) {
  calibration_.smc.stop.tolerance = 1.75;
  const InstitutionalModel model(calibration_);
  std::size_t n_points = 0, n_beside = 0;
  for (std::size_t number = 0; number < 4; ++number) {
    const SyntheticSet set = make_synthetic(model, number);
    const InstitutionalModel own(set.calibration);
    std::vector<double> deviations(own.n_statistics(), 1.0), log_weights(own.blocks().size());
    own.simulate(set.values, set.luck, deviations, log_weights);
    ASSERT_EQ(set.errors.size(), deviations.size());
    const AbcTarget target{1.75, 1.0, std::vector<double>(own.n_statistics(), 1.0 / 1.75)};
    for (std::size_t k = 0; k < own.series().size(); ++k) {
      const FittedSeries& fitted = own.series()[k];
      EXPECT_TRUE(is_inside(target, own.blocks()[k], deviations)) << "set " << number << ", " << own.blocks()[k].name;
      for (std::size_t i = 0; i < own.blocks()[k].size; ++i) {
        const std::size_t j = own.blocks()[k].first + i;
        const TargetItem& item = i < fitted.items.size() ? *fitted.items[i] : *fitted.end;
        const double half = (item.high - item.low) / (2.0 * item.sigma);
        const double excess = std::copysign(std::max(0.0, std::abs(set.errors[j]) - half), -set.errors[j]);
        EXPECT_NEAR(deviations[j], excess, 1e-9) << "set " << number << ", " << item.name;
        n_points += item.exact() ? 1 : 0;
        n_beside += std::abs(excess) > 1.0 ? 1 : 0;
      }
    }
    for (const double log_weight : log_weights) {
      EXPECT_TRUE(std::isfinite(log_weight));
      EXPECT_LE(log_weight, 0.0);
    }
  }
  EXPECT_GT(n_points, 0u);
  EXPECT_GT(n_beside, 0u);
}

TEST_F(Synthetic, IntervalsKeepTheirWidthAndTheirPoint) {
  const SyntheticSet set = make_synthetic(model_, 0);
  const InstitutionalModel own(set.calibration);
  for (std::size_t k = 0; k < model_.series().size(); ++k) {
    for (std::size_t j = 0; j < model_.series()[k].items.size(); ++j) {
      const TargetItem& before = *model_.series()[k].items[j];
      const TargetItem& after = *own.series()[k].items[j];
      EXPECT_EQ(after.sigma, before.sigma);
      EXPECT_EQ(after.exact(), before.exact());
      EXPECT_NEAR(after.high - after.low, before.high - before.low, 1e-12 * (1.0 + std::abs(after.high)));
      if (before.point) {
        EXPECT_NEAR(*after.point - after.low, *before.point - before.low, 1e-12 * (1.0 + std::abs(after.high)));
      }
    }
  }
}

TEST_F(Synthetic, CallsOfTheRunAreDataAndInput) {
  const SyntheticSet set = make_synthetic(model_, 1);
  const InstitutionalModel own(set.calibration);
  std::size_t n_changed = 0;
  for (std::size_t k = 0; k < own.series().size(); ++k) {
    const FittedSeries &before = model_.series()[k], &after = own.series()[k];
    ASSERT_EQ(before.calls.size(), after.calls.size());
    for (std::size_t i = 0; i < after.calls.size(); ++i) {
      const CallLever& lever = set.calibration.scenario.params.levers_in(after.calls[i].year).calls[after.designation];
      EXPECT_EQ(lever.kind, after.calls[i].call ? CallLever::Kind::open : CallLever::Kind::closed);
      n_changed += before.calls[i].call != after.calls[i].call ? 1 : 0;
    }
  }
  EXPECT_GT(n_changed, 0u);  // 45 calls drawn with other parameters are not the observed ones
}

TEST_F(Synthetic, SetsShareNeitherTruthNorSeed) {
  const SyntheticSet a = make_synthetic(model_, 0), b = make_synthetic(model_, 1), again = make_synthetic(model_, 0);
  EXPECT_NE(a.calibration.seed, b.calibration.seed);
  EXPECT_NE(a.calibration.yaml, b.calibration.yaml);
  EXPECT_NE(a.scores, b.scores);
  EXPECT_EQ(a.scores, again.scores);
  EXPECT_EQ(a.calibration.seed, again.calibration.seed);
}

/// Probability of a call in a run, from the likelihood of either outcome: the other is bounded away from 0.
double probability_of_call(const FittedSeries& fitted, Year year, const Params& params,
                           std::span<const ApprovalOccasion> run) {
  FittedSeries single = fitted;
  single.calls = {{year, true}};
  const double call = std::exp(log_probability_of_calls(single, params, run));
  single.calls = {{year, false}};
  return call < 0.5 ? 1.0 - std::exp(log_probability_of_calls(single, params, run)) : call;
}

/// The likelihood of calls assumes what the model does: call − P(call) is a martingale difference, whatever the
/// parameters are.
TEST_F(Synthetic, CallsAreDrawnAsTheirLikelihoodSays) {
  Params params = institutions_with_drawn_calls(model_);
  Workspace workspace;
  const std::size_t n_series = model_.series().size();
  std::vector<double> excess(n_series, 0.0), variance(n_series, 0.0), values(model_.prior().size());
  for (std::uint32_t r = 0; r < 300; ++r) {
    Stream stream = Streams(5, r).at(Purpose::abc_smc, Year(0), 0);
    std::vector<double> scores(values.size());
    for (double& score : scores) score = stream.normal();
    model_.prior().values(scores, values);
    model_.apply(values, params);
    const Indicators& run = simulate(params, 5, r, workspace);
    for (std::size_t k = 0; k < n_series; ++k) {
      const FittedSeries& fitted = model_.series()[k];
      for (const CallDatum& datum : fitted.calls) {
        const double p = probability_of_call(fitted, datum.year, params, workspace.state().occasions);
        excess[k] += (call_in(params, run, fitted.designation, datum.year) ? 1.0 : 0.0) - p;
        variance[k] += p * (1.0 - p);
      }
    }
  }
  for (std::size_t k = 0; k < n_series; ++k)
    EXPECT_LT(std::abs(excess[k]), testing::sigmas * std::sqrt(variance[k])) << model_.blocks()[k].name;
}

TEST_F(Synthetic, PriorRunsDoNotDependOnThreads) {
  WorkOptions one, three;
  three.threads = 3;
  const PriorRuns a = simulate_prior_runs(model_, SyntheticDraw::table_run, 40, one);
  const PriorRuns b = simulate_prior_runs(model_, SyntheticDraw::table_run, 40, three);
  const PriorRuns truths = simulate_prior_runs(model_, SyntheticDraw::table_truth, 40, three);
  EXPECT_EQ(a.scores, b.scores);
  EXPECT_EQ(a.statistics, b.statistics);
  EXPECT_EQ(a.n_runs(), 40u);
  EXPECT_NE(a.scores, truths.scores);
}

TEST_F(Synthetic, RecoveryDoesNotDependOnThreads) {
  calibration_.smc.particles = 24;
  calibration_.smc.replicates = 1;
  calibration_.smc.stop.generations = 1;
  std::vector<std::vector<RecoveredSet>> results;
  std::vector<std::string> digests;
  for (const std::size_t threads : {1u, 3u}) {
    WorkOptions work;
    work.threads = threads;
    results.push_back({recover(model_, 2, work)});
    const std::filesystem::path file = std::filesystem::path(::testing::TempDir()) / "recovery.h5";
    write_recovery_file(file, true, model_, results.back(), {"command", "program", "build", static_cast<int>(threads)});
    digests.push_back(digest(file));
    std::filesystem::remove(file);
  }
  EXPECT_EQ(digests[0], digests[1]);
  const SyntheticSet set = make_synthetic(model_, 2);
  for (std::size_t p = 0; p < model_.prior().size(); ++p) {
    const RecoveredParameter &a = results[0][0].parameters[p], &b = results[1][0].parameters[p];
    EXPECT_EQ(a.truth, set.values[p]);
    EXPECT_EQ(a.low, b.low);
    EXPECT_EQ(a.high, b.high);
    EXPECT_LE(a.low, a.median);
    EXPECT_LE(a.median, a.high);
    // An interval from the 5 % to the 95 % quantile holds the truth just where its rank is between them.
    EXPECT_EQ(a.inside(), a.rank >= 0.05 && a.rank <= 0.95) << a.rank;
  }
}

TEST_F(Synthetic, SummaryCountsWhatIsInside) {
  const RecoveredParameter inside{0.5, 0.0, 0.4, 1.0, 0.6, 0.5}, outside{2.0, 0.0, 0.4, 1.0, 1.0, 0.05};
  const std::size_t n = model_.prior().size();
  RecoveredSet set;
  set.parameters.assign(n, outside);
  set.parameters[0] = inside;
  set.parameters[n - 1] = inside;  // the neutral one, which does not count
  set.parameters[n - 1].shrinkage = 0.2;
  const RecoverySummary summary = summarize_recovery(model_, {set, set});
  EXPECT_EQ(summary.all.n, 2 * (n - 1));
  EXPECT_EQ(summary.all.n_inside, 2u);
  EXPECT_EQ(summary.identified.n, 2u);  // of shrinkage 0.2 + 0.1 and more
  EXPECT_EQ(summary.identified.n_inside, 2u);
  EXPECT_DOUBLE_EQ(summary.neutral_shrinkage, 0.2);
  EXPECT_EQ(summary.n_sets, 2u);
  EXPECT_EQ(summary.n_too_wide, 0u);
  EXPECT_DOUBLE_EQ(summary.parameters[0].inside, 1.0);
  EXPECT_DOUBLE_EQ(summary.parameters[1].mean_rank, 1.0);
}

/// Of 17 parameters of 20 sets 51 may be lost, whatever the neutral one does, but its shrinkage.
TEST_F(Synthetic, ParametersAreRecoveredWhereFewAreLost) {
  const RecoveredParameter inside{0.5, 0.0, 0.4, 1.0, 0.6, 0.5}, outside{2.0, 0.0, 0.4, 1.0, 1.0, 0.5};
  const auto summary_of = [&](std::size_t n_lost, double neutral_shrinkage) {
    std::vector<RecoveredSet> sets(20);
    for (RecoveredSet& set : sets) {
      set.parameters.assign(model_.prior().size(), inside);
      for (std::size_t p = 0; p + 1 < set.parameters.size() && n_lost > 0; ++p, --n_lost) set.parameters[p] = outside;
      set.parameters.back() = outside;
      set.parameters.back().shrinkage = neutral_shrinkage;
    }
    sets[3].stop = AbcStop::simulations;
    return summarize_recovery(model_, sets);
  };
  EXPECT_TRUE(summary_of(51, 0.0).enough_sets());
  EXPECT_TRUE(summary_of(51, 0.09).recovers());
  EXPECT_FALSE(summary_of(52, 0.0).recovers());
  EXPECT_FALSE(summary_of(0, 0.1).recovers());
  EXPECT_EQ(summary_of(0, 0.0).n_too_wide, 1u);
}

/// Two means with standard normal priors, of which one observation sees the first and another their sum, and a
/// parameter that nothing depends on.
PriorRuns toy_runs(std::size_t n, double noise, double bias, std::uint32_t replicate) {
  PriorRuns runs;
  runs.n_parameters = 3;
  runs.n_statistics = 2;
  for (std::size_t i = 0; i < n; ++i) {
    Stream stream = Streams(11, replicate).at(Purpose::abc_smc, Year(0), i);
    const double first = stream.normal(), second = stream.normal(), neutral = stream.normal();
    for (const double score : {first, second, neutral}) runs.scores.push_back(static_cast<float>(score));
    runs.statistics.push_back(static_cast<float>(first + bias + noise * stream.normal()));
    runs.statistics.push_back(static_cast<float>(first + second + noise * stream.normal()));
  }
  return runs;
}

constexpr std::size_t n_truths = 600, n_table = 10'000;
constexpr double toy_noise = 0.5;

RankCheck check_toy(const PriorRuns& truths, std::size_t n_kept, std::size_t threads = 1) {
  RankSettings settings;
  settings.n_sets = n_truths;
  settings.n_kept = n_kept;
  WorkOptions work;
  work.threads = threads;
  return check_ranks(truths, toy_runs(n_table, toy_noise, 0.0, 0), settings, work);
}

double critical() {
  return critical_chi_square(testing::tail);
}

/// At any tolerance, also one that accepts a third of the prior, with which ABC without noise is far from calibrated.
TEST(RankCheckTest, NoisyAbcHasUniformRanks) {
  for (const std::size_t n_kept : {200u, 3000u}) {
    const RankCheck check = check_toy(toy_runs(n_truths, toy_noise, 0.0, 1), n_kept);
    ASSERT_GE(check.truths.size(), 400u);
    for (const RankUniformity& own : check.by_parameter) EXPECT_LT(own.chi_square, critical());
    EXPECT_NEAR(check.shrinkages[2], 0.0, 0.02);  // neutral
  }
}

/// A small tolerance comes near to the exact posterior: with noise variance 1/4, the precision of the first mean given
/// both observations is 1 + 4 + 1/(1 + 1/4) = 5.8.
TEST(RankCheckTest, SmallToleranceGivesTheExactPosterior) {
  const RankCheck check = check_toy(toy_runs(n_truths, toy_noise, 0.0, 1), 150);
  EXPECT_NEAR(check.shrinkages[0], 1.0 - 1.0 / 5.8, 0.04);
}

TEST(RankCheckTest, BiasedPosteriorIsFound) {
  const RankCheck check = check_toy(toy_runs(n_truths, toy_noise, 0.4, 1), 200);
  EXPECT_GT(check.by_parameter[0].chi_square, critical());
  EXPECT_LT(check.by_parameter[2].chi_square, critical());
  EXPECT_FALSE(check.uniform());
}

TEST(RankCheckTest, TooNarrowAndTooWidePosteriorsAreFound) {
  for (const double noise : {2.0 * toy_noise, 0.0}) {
    const RankCheck check = check_toy(toy_runs(n_truths, noise, 0.0, 1), 200);
    EXPECT_GT(check.by_parameter[0].chi_square, critical()) << noise;
    EXPECT_FALSE(check.uniform());
  }
}

TEST(RankCheckTest, DoesNotDependOnThreads) {
  const PriorRuns truths = toy_runs(n_truths, toy_noise, 0.0, 1);
  const RankCheck one = check_toy(truths, 200), three = check_toy(truths, 200, 3);
  EXPECT_EQ(one.tolerance, three.tolerance);
  EXPECT_EQ(one.truths, three.truths);
  EXPECT_EQ(one.ranks, three.ranks);
}

/// A statistic far from all others finds too few runs, and its ranks do not count.
TEST(RankCheckTest, LonelyTruthsArePassedOver) {
  PriorRuns truths = toy_runs(n_truths, toy_noise, 0.0, 1);
  truths.statistics[0] = 100.0f;
  const RankCheck check = check_toy(truths, 200);
  EXPECT_GE(check.n_passed_over, 1u);
  EXPECT_GT(check.truths.front(), 0u);
  EXPECT_EQ(check.ranks.size(), check.truths.size() * 3);
}

TEST(RankCheckTest, ChiSquareOfKnownRanks) {
  std::vector<std::uint32_t> even(100), equal(100, 7);
  std::iota(even.begin(), even.end(), 0u);
  EXPECT_DOUBLE_EQ(test_ranks(even, 99).chi_square, 0.0);
  EXPECT_DOUBLE_EQ(test_ranks(even, 99).p_value, 1.0);
  EXPECT_DOUBLE_EQ(test_ranks(equal, 99).chi_square, 95.0 * 95.0 / 5.0 + 19.0 * 5.0);
  EXPECT_NEAR(critical_chi_square(0.05), 30.1435, 1e-4);  // tables of χ² with 19 degrees of freedom
  EXPECT_THROW(test_ranks(even, 100), std::invalid_argument);
}

}  // namespace
}  // namespace innochain
