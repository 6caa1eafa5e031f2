#include <gtest/gtest.h>

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <limits>
#include <vector>

#include "sim/core/random.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

using testing::chi_square_excess;
using testing::mean_bound;
using testing::moments_of;
using testing::uniformity_excess;

constexpr std::size_t n_draws = 60000;

Stream stream_of(std::uint32_t agent) {
  return Streams(20230901, 0).at(Purpose::quota, Year(2000), agent);
}

template <class Draw>
std::vector<double> draws(std::uint32_t agent, Draw&& draw) {
  Stream stream = stream_of(agent);
  std::vector<double> values(n_draws);
  for (double& value : values) value = static_cast<double>(draw(stream));
  return values;
}

/// Counts of draws against the exact probabilities of a discrete distribution, by chi-square; and the first two
/// moments.
template <class Distribution>
void expect_counts(const std::vector<double>& values, const Distribution& exact, std::size_t n_cells) {
  std::vector<double> observed(n_cells, 0.0), expected(n_cells, 0.0);
  for (const double value : values) {
    ASSERT_GE(value, 0.0);
    ++observed[std::min(static_cast<std::size_t>(value), n_cells - 1)];
  }
  for (std::size_t i = 0; i + 1 < n_cells; ++i)
    expected[i] = static_cast<double>(n_draws) * boost::math::pdf(exact, static_cast<double>(i));
  expected.back() = static_cast<double>(n_draws) *
                    boost::math::cdf(boost::math::complement(exact, static_cast<double>(n_cells) - 2.0));
  EXPECT_LT(chi_square_excess(observed, expected), 0.0);
  const auto moments = moments_of(values);
  EXPECT_NEAR(moments.mean, boost::math::mean(exact), mean_bound(boost::math::variance(exact), n_draws));
  EXPECT_NEAR(moments.variance, boost::math::variance(exact), moments.variance_bound);
}

/// Continuous draws sent through the exact distribution function are uniform.
template <class Distribution>
void expect_continuous(std::vector<double> values, const Distribution& exact) {
  const auto moments = moments_of(values);
  EXPECT_NEAR(moments.mean, boost::math::mean(exact), mean_bound(boost::math::variance(exact), n_draws));
  EXPECT_NEAR(moments.variance, boost::math::variance(exact), moments.variance_bound);
  for (double& value : values) value = boost::math::cdf(exact, value);
  EXPECT_LT(uniformity_excess(values), 0.0);
}

TEST(Stream, uniform_agrees_with_the_uniform_distribution) {
  const auto values = draws(1, [](Stream& s) { return s.uniform(); });
  EXPECT_LT(uniformity_excess(values), 0.0);
  const auto moments = moments_of(values);
  EXPECT_NEAR(moments.mean, 0.5, mean_bound(1.0 / 12.0, n_draws));
  EXPECT_NEAR(moments.variance, 1.0 / 12.0, moments.variance_bound);
}

TEST(Stream, normal_agrees_with_the_normal_distribution) {
  expect_continuous(draws(2, [](Stream& s) { return s.normal(); }), boost::math::normal());
}

TEST(Stream, gamma_agrees_with_the_gamma_distribution) {
  for (const double shape : {0.1, 0.3, 1.0, 4.3, 60.0})
    expect_continuous(draws(3, [=](Stream& s) { return s.gamma(shape, 2.5); }),
                      boost::math::gamma_distribution<>(shape, 2.5 / shape));
}

// What arms of a comparison rely on: a slightly other shape gives a slightly other number, and leaves the next as it
// is.
TEST(Stream, gamma_is_smooth_in_its_shape) {
  Stream one = stream_of(10), other = one;
  for (int i = 0; i < 1000; ++i) {
    const double a = one.gamma(3.0, 1.0), b = other.gamma(3.0 + 1e-6, 1.0);
    EXPECT_NEAR(a, b, 1e-5 * (1.0 + a)) << i;
    ASSERT_EQ(one(), other()) << i;
  }
}

TEST(Stream, poisson_numbers_of_any_mean_can_be_added_up) {
  Stream stream = stream_of(10);
  for (const double mean : {1e15, 1e18, 1e300, std::numeric_limits<double>::infinity()})
    EXPECT_EQ(stream.poisson(mean), 1'000'000'000'000'000) << mean;
  EXPECT_NEAR(static_cast<double>(stream.poisson(1e14)), 1e14, 10.0 * 1e7);
}

TEST(Stream, poisson_agrees_with_the_exact_probabilities) {
  // Means on both sides of 10, where the algorithm changes.
  for (const double mean : {0.03, 0.53, 4.0, 9.999, 10.0, 40.0, 500.0})
    expect_counts(draws(6, [=](Stream& s) { return s.poisson(mean); }), boost::math::poisson(mean),
                  static_cast<std::size_t>(mean + 12.0 * std::sqrt(mean)) + 8);
}

TEST(Stream, binomial_agrees_with_the_exact_probabilities) {
  // Trials × probability on both sides of 11, where the algorithm changes, and probabilities above one half.
  struct Case {
    int trials;
    double probability;
  };
  for (const Case c :
       {Case{1, 0.3}, Case{20, 0.3}, Case{5, 0.9}, Case{200, 0.5}, Case{1000, 0.01}, Case{400, 0.97}, Case{5000, 0.2}})
    expect_counts(draws(7, [=](Stream& s) { return s.binomial(c.trials, c.probability); }),
                  boost::math::binomial(c.trials, c.probability), static_cast<std::size_t>(c.trials) + 1);
}

TEST(Stream, degenerate_distributions_are_certain) {
  Stream stream = stream_of(9);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(stream.poisson(0.0), 0);
    EXPECT_EQ(stream.binomial(0, 0.5), 0);
    EXPECT_EQ(stream.binomial(17, 0.0), 0);
    EXPECT_EQ(stream.binomial(17, 1.0), 17);
    EXPECT_EQ(stream.round(4.0), 4);
    EXPECT_EQ(stream.index(1), 0u);
    EXPECT_TRUE(stream.bernoulli(1.0));
    EXPECT_FALSE(stream.bernoulli(0.0));
  }
}

TEST(Stream, round_gives_a_neighbour_and_keeps_the_mean) {
  const auto values = draws(10, [](Stream& s) { return s.round(7.3); });
  for (const double value : values) EXPECT_TRUE(value == 7.0 || value == 8.0);
  EXPECT_NEAR(moments_of(values).mean, 7.3, mean_bound(0.3 * 0.7, n_draws));
}

TEST(Stream, index_is_uniform_over_its_range) {
  auto values = draws(11, [](Stream& s) { return s.index(37); });
  std::vector<double> observed(37, 0.0);
  for (const double value : values) ++observed.at(static_cast<std::size_t>(value));
  EXPECT_LT(chi_square_excess(observed, std::vector<double>(37, static_cast<double>(n_draws) / 37.0)), 0.0);
}

}  // namespace
}  // namespace innochain
