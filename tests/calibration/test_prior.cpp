#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/lognormal.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "calibration/incomplete_beta.hpp"
#include "calibration/prior.hpp"
#include "sim/core/maths.hpp"

namespace innochain {
namespace {

using Kind = Distribution::Kind;

std::vector<Distribution> all_kinds() {
  return {{Kind::uniform, -2.0, 5.0},
          {Kind::uniform, -2.0, 5.0, 0.0, 3.0},
          {Kind::log_uniform, 0.01, 10.0},
          {Kind::log_uniform, 0.01, 10.0, 0.1, maths::infinity},
          {Kind::normal, 3.0, 2.0},
          {Kind::normal, 0.0, 1.0, 4.0, 7.0},
          {Kind::normal, 0.0, 1.0, -9.0, -6.0},
          {Kind::log_normal, 2.0, 0.7},
          {Kind::log_normal, 2.0, 0.7, 0.5, 1.5},
          {Kind::beta, 2.0, 5.0},
          {Kind::beta, 0.3, 0.6},
          {Kind::beta, 120.0, 3.0},
          {Kind::beta, 2.0, 5.0, 0.1, 0.4}};
}

/// Source of the reference: Boost.Math.
TEST(Prior, TheIncompleteBetaAgreesWithBoost) {
  for (const double a : {0.05, 0.5, 1.0, 2.0, 7.5, 120.0, 2000.0}) {
    for (const double b : {0.05, 0.5, 1.0, 3.0, 40.0, 900.0}) {
      const boost::math::beta_distribution reference(a, b);
      const IncompleteBeta beta(a, b);
      for (const double x : {1e-9, 0.001, 0.1, 0.4, 0.7, 0.95, 0.999}) {
        const double p = cdf(reference, x);
        const double density = pdf(reference, x);
        if (density > 1e-280) {
          EXPECT_NEAR(beta.log_density(x), std::log(density), 1e-9) << a << ' ' << b << ' ' << x;
        }
        if (p < 1e-200) continue;
        EXPECT_NEAR(beta(x) / p, 1.0, 1e-10) << a << ' ' << b << ' ' << x;
        if (p < 0.5) {
          EXPECT_NEAR(beta.inverse(p) / x, 1.0, 1e-10) << a << ' ' << b << ' ' << x;
        }
      }
    }
  }
}

TEST(Prior, DistributionFunctionsAgreeWithBoost) {
  for (const double p : {1e-12, 1e-3, 0.3, 0.5, 0.9, 0.999}) {
    const auto agrees = [&](const Distribution& ours, const auto& reference) {
      const double x = quantile(reference, p);
      EXPECT_NEAR(ours.quantile(p) / x, 1.0, 1e-12) << p;
      EXPECT_NEAR(ours.cdf(x) / p, 1.0, 1e-12) << p;
      EXPECT_NEAR(ours.log_density(x), std::log(pdf(reference, x)), 1e-11) << p;
    };
    agrees({Kind::normal, 3.0, 2.0}, boost::math::normal(3.0, 2.0));
    agrees({Kind::log_normal, 2.0, 0.7}, boost::math::lognormal(std::log(2.0), 0.7));
    agrees({Kind::beta, 2.0, 5.0}, boost::math::beta_distribution(2.0, 5.0));
  }
  const Distribution log_uniform{Kind::log_uniform, 0.01, 100.0};
  EXPECT_DOUBLE_EQ(log_uniform.quantile(0.5), 1.0);
  EXPECT_DOUBLE_EQ(log_uniform.cdf(0.1), 0.25);
}

TEST(Prior, TruncationRenormalizes) {
  const boost::math::normal whole;
  const Distribution part{Kind::normal, 0.0, 1.0, -1.0, 2.0};
  const double below = cdf(whole, -1.0), inside = cdf(whole, 2.0) - below;
  for (const double x : {-0.9, 0.0, 1.5}) {
    EXPECT_NEAR(part.cdf(x), (cdf(whole, x) - below) / inside, 1e-14);
    EXPECT_NEAR(part.log_density(x), std::log(pdf(whole, x) / inside), 1e-14);
  }
  EXPECT_EQ(part.cdf(-1.0), 0.0);
  EXPECT_EQ(part.cdf(5.0), 1.0);
  EXPECT_EQ(part.log_density(2.5), -maths::infinity);
}

/// Resolution of probabilities: a few units in the last place of what the limits cut from.
double resolution(const Distribution& d) {
  const Distribution whole{d.kind, d.a, d.b};
  const bool shortened = d.kind == Kind::uniform || d.kind == Kind::log_uniform;
  const double all = shortened ? 1.0 : std::min(1.0, whole.cdf(d.high) - whole.cdf(d.low));
  const bool truncated = d.low > -maths::infinity || d.high < maths::infinity;
  return truncated && !shortened && all > 1e-3 ? 4.0 * std::numeric_limits<double>::epsilon() / all : 0.0;
}

TEST(Prior, QuantilesInvertDistributionFunctions) {
  for (const Distribution& d : all_kinds()) {
    for (const double p : {1e-9, 0.001, 0.1, 0.4, 0.6, 0.95}) {
      const double x = d.quantile(p), ulp = std::abs(x) * std::numeric_limits<double>::epsilon();
      EXPECT_NEAR(d.cdf(x), p, 1e-12 * p + resolution(d) + 4.0 * ulp * std::exp(d.log_density(x))) << d.a << ' ' << p;
    }
  }
}

/// The integral of the density between two quantiles is the difference of their probabilities.
TEST(Prior, DensitiesIntegrateToTheDistributionFunction) {
  for (const Distribution& d : all_kinds()) {
    const auto density = [&](double x) { return std::exp(d.log_density(x)); };
    const std::vector<double> at{1e-4, 0.001, 0.01, 0.1, 0.3, 0.6, 0.9, 0.99, 0.999, 1.0 - 1e-4};
    double sum = 0.0;
    for (std::size_t i = 1; i < at.size(); ++i) {
      sum += boost::math::quadrature::gauss_kronrod<double, 61>::integrate(density, d.quantile(at[i - 1]),
                                                                           d.quantile(at[i]), 5, 1e-9);
    }
    EXPECT_NEAR(sum, at.back() - at.front(), 1e-7) << static_cast<int>(d.kind) << ' ' << d.a << ' ' << d.low;
  }
}

std::vector<PriorParameter> parameters_of(const std::vector<Distribution>& distributions) {
  std::vector<PriorParameter> parameters;
  for (const Distribution& d : distributions) parameters.push_back({fmt::format("p{}", parameters.size()), "1", d});
  return parameters;
}

/// A score is known as well as its value resolves: a few units in the last place of value and probability, over the
/// slopes there.
TEST(Prior, ScoresAndValuesRoundTripIntoTheTails) {
  const Prior prior(parameters_of(all_kinds()));
  std::vector<double> values(prior.size()), back(prior.size());
  std::size_t n_compared = 0;
  for (double z = -8.0; z <= 8.0; z += 0.25) {
    prior.values(std::vector<double>(prior.size(), z), values);
    prior.scores(values, back);
    for (std::size_t i = 0; i < prior.size(); ++i) {
      const Distribution& d = prior[i].distribution;
      EXPECT_TRUE(std::isfinite(values[i])) << i << ' ' << z;
      EXPECT_GE(values[i], d.low);
      EXPECT_LE(values[i], d.high);
      EXPECT_TRUE(std::isfinite(back[i])) << i << ' ' << z;
      const double ulp = std::abs(values[i]) * std::numeric_limits<double>::epsilon();
      const double error = 4.0 * ulp * std::exp(d.log_density(values[i])) + resolution(d);
      const double score_error = error / (0.3989423 * std::exp(-0.5 * z * z));
      if (!(d.log_density(values[i]) > -maths::infinity) || score_error > 0.01) continue;
      ++n_compared;
      EXPECT_NEAR(back[i], z, 1e-12 * std::max(1.0, std::abs(z)) + 2.0 * score_error) << i << ' ' << z;
    }
  }
  EXPECT_GT(n_compared, 9 * 65 * prior.size() / 10);
}

TEST(Prior, TheEndsOfADistributionHaveFiniteScores) {
  const Prior prior({{"a", "1", {Kind::uniform, 100.0, 101.0}}, {"b", "1", {Kind::beta, 2.0, 2.0}}});
  std::vector<double> scores(2);
  prior.scores(std::vector{100.0, 1.0}, scores);
  EXPECT_EQ(scores, (std::vector{-8.2, 8.2}));
  std::vector<double> values(2);
  prior.values(std::vector{-1e9, 1e9}, values);
  EXPECT_GE(values[0], 100.0);
  EXPECT_LE(values[1], 1.0);
}

TEST(Prior, RefusesWhatIsNoDistribution) {
  EXPECT_THROW((Distribution{Kind::uniform, 1.0, 1.0}), std::invalid_argument);
  EXPECT_THROW((Distribution{Kind::log_uniform, 0.0, 1.0}), std::invalid_argument);
  EXPECT_THROW((Distribution{Kind::normal, 0.0, -1.0}), std::invalid_argument);
  EXPECT_THROW((Distribution{Kind::log_normal, 1.0, 0.0}), std::invalid_argument);
  EXPECT_THROW((Distribution{Kind::beta, 0.0, 1.0}), std::invalid_argument);
  EXPECT_THROW((Distribution{Kind::normal, 0.0, 1.0, 2.0, 2.0}), std::invalid_argument);
  EXPECT_THROW((Distribution{Kind::uniform, 0.0, 1.0, 2.0, 3.0}), std::invalid_argument);
  EXPECT_THROW((Distribution{Kind::normal, 0.0, std::nan("")}), std::invalid_argument);
}

}  // namespace
}  // namespace innochain
