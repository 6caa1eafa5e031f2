#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "calibration/emulation/emulator_posterior.hpp"
#include "sim/core/parallel.hpp"
#include "tests/calibration/emulation/toy_simulators.hpp"

namespace innochain {
namespace {

using testing::LinearSimulator;
using testing::test_stream;

/// Six statistics of three parameters, two of which are well known from them and the third hardly.
MatrixXd gain() {
  MatrixXd result(6, 3);
  result << 6.0, 0.0, 0.0,  //
      5.0, 1.0, 0.0,        //
      0.0, 6.0, 0.3,        //
      1.0, 5.0, 0.0,        //
      3.0, 3.0, 0.3,        //
      4.0, -4.0, 0.0;
  return result;
}

/// Observations that the parameters give, with the noise of one run and errors of observation.
LinearSimulator synthetic(const VectorXd& truth, std::uint32_t number) {
  const LinearSimulator blank(gain(), VectorXd::Zero(6), 0.7, 0.6);
  Stream stream = test_stream(5'000'000 + number);
  VectorXd observed = gain() * truth + blank.run_noise(test_stream(6'000'000 + number));
  for (double& value : observed) value += stream.normal();
  return LinearSimulator(gain(), observed, 0.7, 0.6);
}
VectorXd drawn_truth(std::uint32_t number) {
  Stream stream = test_stream(7'000'000 + number);
  return VectorXd::NullaryExpr(3, [&] { return stream.normal(); });
}

HistoryMatchingOptions small() {
  HistoryMatchingOptions options;
  options.points_per_wave = 40;
  options.n_replicates = 10;
  options.most_waves = 3;
  options.space.points_per_population = 50;
  return options;
}

/// Largest implausibility of a point, were its expectations known.
double exact_implausibility(const LinearSimulator& simulator, const VectorXd& point) {
  const VectorXd sd = (simulator.run_covariance().diagonal().array() + 1.0).sqrt();
  return simulator.expectation(point).cwiseQuotient(sd).cwiseAbs().maxCoeff();
}

// All six |I| are at most 3 at the truth with probability 0.9973⁶ = 0.984 at least (Šidák 1967: correlated normals are
// inside together at least as often as independent ones). Of 40 sets, fewer than 37 hold it with probability 0.004.
TEST(HistoryMatching, KeepsTheTruthAsOftenAsItShould) {
  int kept = 0;
  for (std::uint32_t set = 0; set < 40; ++set) {
    const VectorXd truth = drawn_truth(set);
    const HistoryMatch match = match_history(synthetic(truth, set), small());
    if (match.space.contains(truth)) ++kept;
  }
  EXPECT_GE(kept, 37);
}

// The emulator of a linear model with a linear trend is nearly exact: what it keeps is what is not implausible. Its
// variance v widens the cutoff to 3√(1 + v/(1 + s²)), and its mean errs by less than 4√v.
TEST(HistoryMatching, RulesOutTheRest) {
  const VectorXd truth = drawn_truth(0);
  const LinearSimulator simulator = synthetic(truth, 0);
  HistoryMatchingOptions options = small();
  options.points_per_wave = 100;
  const HistoryMatch match = match_history(simulator, options);
  double odds = 0.0;  // of the emulators' variance against the others
  for (const StatisticReport& report : match.waves.back()->statistics) {
    EXPECT_TRUE(report.used);
    odds = std::max(odds, report.emulator_share / (1.0 - report.emulator_share));
  }
  EXPECT_LT(odds, 0.1);
  const double limit = 3.0 * std::sqrt(1.0 + odds) + 4.0 * std::sqrt(odds);
  const MatrixXd points = match.space.points();
  for (Eigen::Index i = 0; i < points.rows(); ++i) EXPECT_LT(exact_implausibility(simulator, points.row(i)), limit);

  // The share of the prior, by plain Monte Carlo with the exact expectations, at cutoffs that the emulators' variance
  // could stand for. Twice the half-width of the 90 % interval is missed on one side with probability 0.0034 (Student's
  // t, 7 degrees of freedom); to this come four standard errors of the plain Monte Carlo.
  constexpr int n = 100'000;
  int inner = 0, outer = 0;
  Stream stream = test_stream(3);
  for (int i = 0; i < n; ++i) {
    const VectorXd point = VectorXd::NullaryExpr(3, [&] { return stream.normal(); });
    const double implausibility = exact_implausibility(simulator, point);
    if (implausibility < 3.0 - 4.0 * std::sqrt(odds)) ++inner;
    if (implausibility < limit) ++outer;
  }
  const ShareEstimate share = match.waves.back()->share;
  const auto error = [](int count) { return 4.0 * std::sqrt(static_cast<double>(count)) / n; };
  EXPECT_GT(share.high * share.high / share.value, inner / static_cast<double>(n) - error(inner));
  EXPECT_LT(share.low * share.low / share.value, outer / static_cast<double>(n) + error(outer));
}

TEST(HistoryMatching, ReportsWhatEachWaveDid) {
  const HistoryMatch match = match_history(synthetic(drawn_truth(1), 1), small());
  ASSERT_GE(match.waves.size(), 2u);
  double before = 1.0;
  for (const auto& wave : match.waves) {
    EXPECT_LE(wave->share.value, before);
    before = wave->share.value;
  }
  const Wave& first = *match.waves.front();
  EXPECT_EQ(first.rank, 2u);
  EXPECT_GT(first.statistics[0].ruled_out, 0.3);
  EXPECT_GT(first.statistics[0].total_effects[0], 0.9);
  EXPECT_LT(first.statistics[0].total_effects[2], 0.01);
}

// Two statistics of one parameter, 20 errors apart.
TEST(HistoryMatching, SaysThatNothingMatches) {
  MatrixXd same(2, 1);
  same << 3.0, 3.0;
  const VectorXd observed = (VectorXd(2) << 0.0, 20.0).finished();
  HistoryMatchingOptions options = small();
  options.forgiving_waves = 0;
  const HistoryMatch match = match_history(LinearSimulator(same, observed, 0.5, 0.0), options);
  EXPECT_EQ(match.end, MatchingEnd::empty);
  EXPECT_TRUE(match.space.empty());
  EXPECT_EQ(match.waves.back()->share.value, 0.0);
  // A model that is allowed to be wrong by so much is not ruled out.
  options.discrepancy = {5.0, 5.0};
  EXPECT_NE(match_history(LinearSimulator(same, observed, 0.5, 0.0), options).end, MatchingEnd::empty);
}

TEST(HistoryMatching, RefusesWrongNumbers) {
  const LinearSimulator simulator = synthetic(drawn_truth(0), 0);
  HistoryMatchingOptions options = small();
  options.discrepancy = {1.0};
  EXPECT_THROW(match_history(simulator, options), std::invalid_argument);
  options = small();
  options.n_replicates = 1;
  EXPECT_THROW(match_history(simulator, options), std::invalid_argument);
}

// Against the definition, all statistics computed and sorted.
TEST(Implausibility, IsTheNthLargest) {
  const LinearSimulator simulator = synthetic(drawn_truth(2), 2);
  const DesignRuns runs = run_design(simulator, latin_hypercube_scores(40, 3, 1), 5, 0);
  std::vector<StatisticEmulator> emulators;
  for (std::size_t j = 0; j < 6; ++j) emulators.emplace_back(runs, j, EmulatorOptions{});
  const std::vector<double> discrepancy{0.0, 0.5, 0.0, 1.0, 0.0, 0.0};
  for (const std::size_t rank : {1u, 2u, 6u}) {
    const Implausibility implausibility(emulators, {0, 1, 2, 3, 4, 5}, discrepancy, {rank, 3.0});
    Stream stream = test_stream(4);
    for (int i = 0; i < 100; ++i) {
      const VectorXd point = VectorXd::NullaryExpr(3, [&] { return stream.normal(); });
      std::vector<double> all;
      for (std::size_t j = 0; j < 6; ++j) {
        const Prediction prediction = emulators[j].predict(point);
        all.push_back(std::abs(prediction.mean) / std::sqrt(1.0 + discrepancy[j] * discrepancy[j] +
                                                            prediction.variance + emulators[j].run_variance(point)));
      }
      std::ranges::sort(all, std::greater<>());
      // `mean` and `predict` add up in different orders.
      EXPECT_NEAR(implausibility.value(point), all[rank - 1], 1e-10 * (1.0 + all[rank - 1]));
      EXPECT_EQ(implausibility.within(point, 1.0), implausibility.severity(point) <= 1.0);
    }
  }
  EXPECT_THROW(Implausibility(emulators, {0, 1}, discrepancy, {3, 3.0}), std::invalid_argument);
}

struct Calibrated {
  HistoryMatch match;
  EmulatorPosterior posterior;
};
Calibrated calibrate(const LinearSimulator& simulator, std::size_t n_draws, std::size_t points_per_wave) {
  HistoryMatchingOptions options = small();
  options.points_per_wave = points_per_wave;
  Calibrated result{match_history(simulator, options), {}};
  EmulatorPosteriorOptions posterior;
  posterior.n_chains = 8;
  posterior.n_draws = n_draws;
  result.posterior = sample_emulator_posterior(simulator, result.match, options.emulator, posterior);
  return result;
}

// The conjugate posterior. Emulated means err by up to e_j = 3√v_j, which moves the posterior mean by at most
// Σ_j |(ΣGᵀS⁻¹)_dj| e_j; to this come four Monte Carlo standard errors. Standard deviations: v widens S, and run
// variances are known within 3·√(2/9)/√(points), so that the posterior's variance is as uncertain by as much at most.
void expect_conjugate(const LinearSimulator& simulator, const Calibrated& calibrated) {
  const LinearSimulator::Normal exact = simulator.posterior();
  const MatrixXd error = simulator.run_covariance() + MatrixXd::Identity(6, 6);
  const MatrixXd pull = (exact.covariance * gain().transpose() * error.inverse()).cwiseAbs();
  VectorXd emulator_error(6);
  double odds = 0.0;
  for (std::size_t j = 0; j < 6; ++j) {
    const double share = calibrated.match.waves.back()->statistics[j].emulator_share;
    odds = std::max(odds, share / (1.0 - share));
    emulator_error[static_cast<Eigen::Index>(j)] = 3.0 * std::sqrt(share / (1.0 - share) * error(0, 0));
  }
  const PosteriorSample& sample = calibrated.posterior.sample;
  for (Eigen::Index d = 0; d < 3; ++d) {
    const double sd = std::sqrt(exact.covariance(d, d)), size = sample.effective_sizes[d];
    const double mean = sample.scores.col(d).mean();
    EXPECT_NEAR(mean, exact.mean[d], 4.0 * sd / std::sqrt(size) + pull.row(d).dot(emulator_error)) << d;
    const double variance = (sample.scores.col(d).array() - mean).square().mean();
    EXPECT_NEAR(variance / (sd * sd), 1.0, 4.0 * std::sqrt(2.0 / size) + odds + 3.0 * std::sqrt(2.0 / 9.0 / 100.0))
        << d;
    EXPECT_LT(calibrated.posterior.diagnostics.r_hat[d], 1.05);
    EXPECT_GT(size, 200.0);
  }
}

TEST(EmulatorPosterior, AgreesWithTheConjugatePosterior) {
  const LinearSimulator simulator = synthetic(drawn_truth(0), 0);
  expect_conjugate(simulator, calibrate(simulator, 500, 100));
}

TEST(EmulatorPosterior, UsesTheWeightsOfBlocks) {
  LinearSimulator simulator = synthetic(drawn_truth(3), 3);
  simulator.weigh_first_parameter();
  expect_conjugate(simulator, calibrate(simulator, 500, 100));
}

TEST(EmulatorPosterior, DoesNotDependOnThreads) {
  const LinearSimulator simulator = synthetic(drawn_truth(0), 0);
  const auto with = [&](std::size_t threads) {
    const ThreadCount count(threads);
    return calibrate(simulator, 20, 40);
  };
  const Calibrated one = with(1), four = with(4);
  ASSERT_EQ(one.match.waves.size(), four.match.waves.size());
  EXPECT_EQ(one.match.waves.back()->share.value, four.match.waves.back()->share.value);
  EXPECT_EQ(one.match.waves.back()->runs.means, four.match.waves.back()->runs.means);
  EXPECT_EQ(one.posterior.sample.scores, four.posterior.sample.scores);
}

}  // namespace
}  // namespace innochain
