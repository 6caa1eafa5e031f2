#include <gtest/gtest.h>

#include <cmath>

#include "calibration/emulation/compare_posteriors.hpp"
#include "calibration/emulation/mcmc_diagnostics.hpp"
#include "tests/calibration/emulation/toy_simulators.hpp"

namespace innochain {
namespace {

using testing::test_stream;

PosteriorSample normal_sample(std::uint32_t number, Eigen::Index n, Eigen::Index dimensions, double shift) {
  Stream stream = test_stream(number);
  PosteriorSample sample;
  sample.scores = MatrixXd::NullaryExpr(n, dimensions, [&] { return shift + stream.normal(); });
  sample.weights = VectorXd::Ones(n);
  return sample;
}

// {0, 1, 3} against {5, 6, 8} with equal weights is 5 (scipy.stats.wasserstein_distance gives the same); weights
// (3, 1) and (2, 2) of {0, 1} and {5, 6}: means are 0.25 and 5.5 and nothing crosses, so that the distance is 5.25.
TEST(Wasserstein, KnownValues) {
  const VectorXd ones = VectorXd::Ones(3);
  EXPECT_DOUBLE_EQ(
      wasserstein_distance((VectorXd(3) << 0, 1, 3).finished(), ones, (VectorXd(3) << 5, 6, 8).finished(), ones), 5.0);
  EXPECT_DOUBLE_EQ(wasserstein_distance((VectorXd(2) << 0, 1).finished(), (VectorXd(2) << 3, 1).finished(),
                                        (VectorXd(2) << 5, 6).finished(), (VectorXd(2) << 2, 2).finished()),
                   5.25);
}

// Any false alarm among three parameters has the probability 0.05 at most: more than six in 40 pairs, 0.003.
TEST(ComparePosteriors, EqualPosteriorsAgree) {
  int alarms = 0;
  for (std::uint32_t pair = 0; pair < 40; ++pair) {
    const auto comparison =
        compare_posteriors(normal_sample(2 * pair, 100, 3, 0.0), normal_sample(2 * pair + 1, 150, 3, 0.0), pair);
    alarms += std::ranges::any_of(comparison, &MarginalComparison::disagree) ? 1 : 0;
  }
  EXPECT_LE(alarms, 6);
}

// A shift of half a standard deviation is 5.5 standard errors with 200 and 300 draws, and hidden with 10.
TEST(ComparePosteriors, SeesWhatTheSampleSizesCanShow) {
  const PosteriorSample a = normal_sample(1, 200, 2, 0.0);
  PosteriorSample b = normal_sample(2, 300, 2, 0.5);
  for (const MarginalComparison& one : compare_posteriors(a, b, 1)) {
    EXPECT_TRUE(one.disagree);
    EXPECT_NEAR(one.distance, 0.5, 5.0 * std::sqrt(1.0 / 200 + 1.0 / 300));
    EXPECT_NEAR(one.b.high - one.b.low, 2.0 * 1.6449, 0.6);  // twice 5 standard errors of such a quantile
  }
  b.effective_sizes = VectorXd::Constant(2, 10.0);
  for (const MarginalComparison& one : compare_posteriors(a, b, 1)) EXPECT_FALSE(one.disagree);
}

// Half of the draws of a wider sample, weighed to the narrower normal: N(0, 2²) with weights φ(x)/φ(x/2).
TEST(ComparePosteriors, CountsWeights) {
  Stream stream = test_stream(9);
  PosteriorSample a{MatrixXd::NullaryExpr(1000, 1, [&] { return 2.0 * stream.normal(); }), VectorXd(1000), {}};
  for (Eigen::Index i = 0; i < 1000; ++i) a.weights[i] = maths::exp(-0.375 * a.scores(i, 0) * a.scores(i, 0));
  EXPECT_FALSE(compare_posteriors(a, normal_sample(3, 500, 1, 0.0), 1)[0].disagree);
  a.weights.setOnes();
  EXPECT_TRUE(compare_posteriors(a, normal_sample(3, 500, 1, 0.0), 1)[0].disagree);
}

TEST(ComparePosteriors, RefusesWrongSizes) {
  const PosteriorSample a = normal_sample(1, 10, 2, 0.0);
  EXPECT_THROW(compare_posteriors(a, normal_sample(1, 10, 3, 0.0), 1), std::invalid_argument);
  PosteriorSample b = a;
  b.weights.setZero();
  EXPECT_THROW(compare_posteriors(a, b, 1), std::invalid_argument);
}

/// Stationary autoregression of order 1 with variance 1.
MatrixXd autoregression(std::uint32_t number, Eigen::Index n, double correlation, double shift) {
  Stream stream = test_stream(number);
  MatrixXd draws(n, 1);
  double x = stream.normal();
  for (Eigen::Index i = 0; i < n; ++i) {
    draws(i, 0) = shift + x;
    x = correlation * x + std::sqrt(1.0 - correlation * correlation) * stream.normal();
  }
  return draws;
}

// An autoregression of n draws is worth n(1 − ρ)/(1 + ρ): 8421 of 160 000 for ρ = 0.9. Summing correlations over some
// 100 lags, the estimate has a relative standard deviation of about √(4·100/160 000) = 0.05 (Geyer 1992, Statistical
// Science 7, 473–483); bounds are four of those, and of √(4·2/160 000) for independent draws.
TEST(ChainDiagnostics, CountIndependentDraws) {
  std::vector<MatrixXd> chains, independent;
  for (std::uint32_t c = 0; c < 8; ++c) {
    chains.push_back(autoregression(c, 20'000, 0.9, 0.0));
    independent.push_back(autoregression(c, 20'000, 0.0, 0.0));
  }
  const ChainDiagnostics diagnostics = diagnose_chains(chains);
  EXPECT_NEAR(diagnostics.effective_size[0] / 8421.1, 1.0, 0.2);
  EXPECT_LT(diagnostics.r_hat[0], 1.05);
  EXPECT_NEAR(diagnose_chains(independent).effective_size[0] / 160'000.0, 1.0, 0.03);
  chains[0] = autoregression(0, 20'000, 0.9, 3.0);
  EXPECT_GT(diagnose_chains(chains).r_hat[0], 1.2);
}

}  // namespace
}  // namespace innochain
