#include "sim/processes/quota_law.hpp"

#include <gtest/gtest.h>

#include <array>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <boost/math/quadrature/exp_sinh.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/binomial.hpp>
#include <cmath>
#include <vector>

#include "sim/core/maths.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

constexpr DesignationId designation(0);
constexpr Year decision_year(2010);

QuotaLaw law_of_call(double openings, std::int64_t eligible, double closing_rate, double dispersion) {
  QuotaLaw law;
  law.gap = openings;
  law.openings = openings;
  law.eligible = eligible;
  law.call_probability = 1.0;
  law.closing_rate = closing_rate;
  law.dispersion = dispersion;
  return law;
}

double probability(const QuotaLaw& law, const ApprovalDecision& decision) {
  return std::exp(log_probability(law, decision));
}

/// Closed form for few trials: P(n) = C(N, n)·Σ_j C(n, j)·(−1)^j·(1 + (N − n + j)·c/φ)^−φ.
double alternating_sum(unsigned trials, unsigned n, double c, double phi) {
  double sum = 0.0;
  for (unsigned j = 0; j <= n; ++j)
    sum += (j % 2 == 0 ? 1.0 : -1.0) * boost::math::binomial_coefficient<double>(n, j) *
           std::pow(1.0 + (trials - n + j) * c / phi, -phi);
  return boost::math::binomial_coefficient<double>(trials, n) * sum;
}

TEST(QuotaLaw, numbers_of_few_openings_have_the_probability_of_the_closed_form) {
  for (const double phi : {0.1, 0.7, 3.0, 40.0}) {
    for (const double c : {0.01, 0.3, 2.0, 20.0}) {
      for (unsigned n = 0; n <= 8; ++n) {
        const double exact = alternating_sum(8, n, c, phi);
        // The sum's terms are of the order of 1 and cancel.
        EXPECT_NEAR(probability(law_of_call(8.0, 100, c, phi), {true, n}), exact, 1e-8 * exact + 1e-11)
            << phi << " " << c << " " << n;
      }
    }
  }
}

/// Laws that come back, in any order, with other laws between them that differ in one number; bit by bit.
TEST(QuotaLaw, a_decision_that_is_judged_again_has_the_same_probability) {
  std::vector<QuotaLaw> laws;
  for (const double openings : {6.0, 6.5})
    for (const std::int64_t eligible : {5, 9})
      for (const double closing_rate : {0.3, 0.4})
        for (const double dispersion : {1.0, 3.0})
          laws.push_back(law_of_call(openings, eligible, closing_rate, dispersion));
  for (const double intensity : {0.2, 0.6}) {
    laws.push_back(laws.front());
    laws.back().call_probability = intensity;
    laws.back().isolated_rate = 2.0 * intensity;
  }
  for (const ApprovalDecision& decision :
       {ApprovalDecision{true, 4}, ApprovalDecision{true, 7}, ApprovalDecision{false, 1}}) {
    JudgedDecision judged(decision);
    Stream stream = Streams(1, 1).at(Purpose::abc_smc, Year(0), 0);
    for (int i = 0; i < 400; ++i) {
      const QuotaLaw& law = laws[i % 3 == 0 ? stream.choice(laws.size()) : stream.choice(3)];
      EXPECT_EQ(judged.log_probability(law), log_probability(law, decision));
    }
  }
}

/// The integral by boost's double-exponential rule, with the upper tail of the binomial where candidates are few.
double by_quadrature(unsigned trials, unsigned n, std::int64_t eligible, double c, double phi) {
  const boost::math::gamma_distribution<double> luck(phi, 1.0 / phi);
  boost::math::quadrature::exp_sinh<double> rule;
  return rule.integrate([&](double g) {
    const double pi = -std::expm1(-c * g);
    if (!(pi > 0.0) || !std::isfinite(g)) return 0.0;
    const double of_number = n < eligible
                                 ? std::exp(std::lgamma(trials + 1.0) - std::lgamma(n + 1.0) -
                                            std::lgamma(trials - n + 1.0) + n * std::log(pi) - (trials - n) * c * g)
                                 : boost::math::ibeta(static_cast<double>(n), trials - n + 1.0, pi);
    return of_number * pdf(luck, g);
  });
}

TEST(QuotaLaw, numbers_of_many_openings_have_the_probability_of_the_integral) {
  for (const double phi : {0.7, 3.0, 40.0}) {
    for (const double c : {0.05, 0.6, 4.0}) {
      for (const unsigned n : {1u, 30u, 120u, 199u, 200u}) {
        const double exact = by_quadrature(200, n, 500, c, phi);
        if (exact > 1e-12) {
          EXPECT_NEAR(probability(law_of_call(200.0, 500, c, phi), {true, n}), exact, 1e-7 * exact)
              << phi << " " << c << " " << n;
        }
      }
      for (const std::int64_t eligible : {3, 150}) {
        const auto most = static_cast<unsigned>(eligible);
        const double exact = by_quadrature(200, most, eligible, c, phi);
        EXPECT_NEAR(probability(law_of_call(200.0, eligible, c, phi), {true, eligible}), exact, 1e-7 * exact + 1e-10)
            << phi << " " << c << " " << eligible;
        EXPECT_EQ(probability(law_of_call(200.0, eligible, c, phi), {true, eligible + 1}), 0.0);
      }
    }
  }
}

TEST(QuotaLaw, probabilities_add_up_to_one) {
  for (const auto& [openings, eligible] : {std::pair(0.0, 5), {0.4, 5}, {7.3, 20}, {60.5, 20}, {300.25, 1000}}) {
    QuotaLaw law = law_of_call(openings, eligible, 0.6, 3.0);
    law.call_probability = 0.3;
    law.isolated_rate = 0.8;
    double sum = 0.0;
    for (std::int64_t n = 0; n <= eligible; ++n) sum += probability(law, {true, n}) + probability(law, {false, n});
    EXPECT_NEAR(sum, 1.0, 1e-9) << openings;
  }
}

TEST(QuotaLaw, decisions_are_drawn_as_often_as_they_are_probable) {
  constexpr std::uint32_t n_runs = 40000;
  for (const auto& [openings, eligible] : {std::pair(6.4, 30), {12.0, 7}}) {
    QuotaLaw law = law_of_call(openings, eligible, 0.6, 3.0);
    law.call_probability = 0.4;
    law.isolated_rate = 0.8;
    std::vector<double> drawn(2 * static_cast<std::size_t>(eligible + 1), 0.0), expected(drawn.size());
    for (std::uint32_t run = 0; run < n_runs; ++run) {
      const ApprovalDecision decision = draw_decision(law, Streams(1, run), decision_year, designation);
      drawn[2 * static_cast<std::size_t>(decision.quota) + (decision.call ? 1 : 0)] += 1.0;
    }
    for (std::int64_t n = 0; n <= eligible; ++n)
      for (const bool call : {false, true})
        expected[2 * static_cast<std::size_t>(n) + (call ? 1 : 0)] = n_runs * probability(law, {call, n});
    EXPECT_LT(testing::chi_square_excess(drawn, expected), 0.0) << openings;
  }
}

TEST(QuotaLaw, isolated_approvals_have_the_probability_of_a_capped_poisson_law) {
  QuotaLaw law;
  law.gap = 3.7;
  law.eligible = 50;
  law.isolated_rate = 1.5;
  const boost::math::poisson poisson(1.5);
  for (int n = 0; n < 3; ++n) EXPECT_NEAR(probability(law, {false, n}), pdf(poisson, n), 1e-14);
  EXPECT_NEAR(probability(law, {false, 3}), cdf(complement(poisson, 2)), 1e-14);
  EXPECT_EQ(probability(law, {false, 4}), 0.0);
  EXPECT_EQ(probability(law, {true, 1}), 0.0) << "no call is possible";
  law.gap = 0.7;
  EXPECT_EQ(probability(law, {false, 0}), 1.0);
}

TEST(QuotaLaw, lists_and_moratoria_leave_nothing_to_chance) {
  QuotaLaw law;
  law.given = 3;
  EXPECT_EQ(draw_decision(law, Streams(1, 0), decision_year, designation), (ApprovalDecision{true, 3}));
  EXPECT_EQ(probability(law, {true, 3}), 1.0);
  EXPECT_EQ(probability(law, {true, 2}), 0.0);
  law.given = 0;
  law.moratorium = true;
  EXPECT_EQ(draw_decision(law, Streams(1, 0), decision_year, designation), (ApprovalDecision{false, 0}));
}

}  // namespace
}  // namespace innochain
