// Shares of luck against variances that are known.

#include <gtest/gtest.h>

#include <cmath>

#include "calibration/sensitivity/bootstrap.hpp"
#include "calibration/sensitivity/luck_share.hpp"
#include "sim/core/maths.hpp"
#include "sim/core/random.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

constexpr Purpose any = Purpose::topics;

/// factor·X_p + common·Z_r + own·E_pr with standard normal X, Z, E.
std::vector<double> two_way(std::size_t n_points, std::size_t n_replicates, double factor, double common, double own) {
  const Streams streams(3, 0);
  std::vector<double> values;
  for (std::size_t r = 0; r < n_replicates; ++r) {
    const double z = streams.at(any, Year(1), r).normal();
    for (std::size_t p = 0; p < n_points; ++p)
      values.push_back(factor * streams.at(any, Year(2), p).normal() + common * z +
                       own * streams.at(any, Year(3), p, static_cast<std::uint32_t>(r)).normal());
  }
  return values;
}

// Variances 1 (factors), 0.04 (luck that differs between points): shares 0.04/1.04 and (0.04/R)/(1 + 0.04/R). Their
// relative error is that of two sums of squares.
TEST(LuckShare, FindsTheLuckThatDiffersBetweenPoints) {
  const std::size_t n = 4000, replicates = 4;
  const LuckShare found = luck_share(two_way(n, replicates, 1.0, 0.0, 0.2), n);
  const double relative = testing::sigmas * (std::sqrt(2.0 / n) + std::sqrt(2.0 / (n * (replicates - 1.0))));
  EXPECT_NEAR(found.of_runs, 0.04 / 1.04, relative * 0.04);
  EXPECT_NEAR(found.of_means, 0.01 / 1.01, relative * 0.01);
}

// Luck that all points share moves no difference between them.
TEST(LuckShare, CommonLuckLeavesMeansAlone) {
  const std::size_t n = 500, replicates = 50;
  const std::vector<double> values = two_way(n, replicates, 1.0, 1.0, 0.0);
  const LuckShare found = luck_share(values, n);
  EXPECT_NEAR(found.of_means, 0.0, 1e-15);
  std::vector<double> luck, points;
  for (std::size_t r = 0; r < replicates; ++r) luck.push_back(values[r * n]);
  for (std::size_t p = 0; p < n; ++p) points.push_back(values[p]);
  const double v = testing::moments_of(luck).variance * replicates / (replicates - 1.0);
  const double w = testing::moments_of(points).variance * n / (n - 1.0);
  EXPECT_NEAR(found.of_runs, v / (v + w), 1e-12);
}

TEST(LuckShare, IsNotANumberWhereNothingIsKnown) {
  for (const std::vector<double>& values : {std::vector<double>{1, 2, 3}, std::vector<double>(6, 0.1)})
    EXPECT_TRUE(std::isnan(luck_share(values, 3).of_runs));
  EXPECT_TRUE(std::isnan(luck_share(std::vector<double>{1, maths::nan, 2, 3}, 2).of_runs));  // one whole point
}

// Student's interval would hold the mean of n normal values in 95 %; the bootstrap's, which takes z for t and n for
// n − 1, in P(|t| < z·√((n − 1)/n)): 94.6 % for n = 100.
TEST(Bootstrap, IntervalsOfAMeanHoldItAsOftenAsTheySay) {
  constexpr std::size_t n = 100, repetitions = 1000;
  double held = 0.0;
  for (std::uint64_t seed = 0; seed < repetitions; ++seed) {
    RowTerms rows(n, 1);
    Stream stream = Streams(seed, 0).at(any, Year(4), 0u);
    for (std::size_t i = 0; i < n; ++i) rows.row(i)[0] = stream.normal();
    const auto mean = [](std::span<const double> sums, double size, std::span<double> out) { out[0] = sums[0] / size; };
    const BootstrapEstimate found = bootstrap(rows, 1, mean, {.resamples = 500, .seed = seed})[0];
    held += found.lower <= 0.0 && 0.0 <= found.upper ? 1.0 : 0.0;
  }
  EXPECT_NEAR(held, 0.946 * repetitions, testing::binomial_bound(repetitions, 0.946));
}

// A skewed statistic: the mean of exponential values. The interval reaches farther up than down.
TEST(Bootstrap, IntervalsFollowTheSkew) {
  RowTerms rows(200, 1);
  Stream stream = Streams(1, 0).at(any, Year(5), 0u);
  for (std::size_t i = 0; i < 200; ++i) rows.row(i)[0] = -std::log(stream.uniform());
  const auto mean = [](std::span<const double> sums, double size, std::span<double> out) { out[0] = sums[0] / size; };
  const BootstrapEstimate found = bootstrap(rows, 1, mean, {.resamples = 4000})[0];
  EXPECT_GT(found.upper - found.value, found.value - found.lower);
}

TEST(Bootstrap, OfOneRowHasNoInterval) {
  RowTerms rows(1, 1);
  rows.row(0)[0] = 3.0;
  const auto same = [](std::span<const double> sums, double, std::span<double> out) { out[0] = sums[0]; };
  const BootstrapEstimate found = bootstrap(rows, 1, same, {})[0];
  EXPECT_EQ(found.value, 3.0);
  EXPECT_TRUE(std::isnan(found.lower) && std::isnan(found.upper));
}

}  // namespace
}  // namespace innochain
