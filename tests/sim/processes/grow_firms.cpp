#include "sim/processes/grow_firms.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/distributions/laplace.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <numeric>

#include "sim/core/parallel.hpp"
#include "sim/simulate.hpp"
#include "tests/support/indicator_bits.hpp"
#include "tests/support/small_world.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

using namespace testing;

constexpr Year growth_year(2000);

/// Nothing moves firms but the luck of growth: no absorption, demand, place, size or exit.
Params only_luck() {
  Params params = small_params({Year(1995), Year(2010)});
  ChainParameters::Firms& p = params.parameters.chain.firms;
  p.demand = p.productivity_growth = p.zone_growth = p.absorption = p.productivity_shock = p.size_exponent = 0.0;
  p.exit_distance = 100.0;
  p.exit_rate = 0.0;
  return params;
}

/// Like firms of one city and category, founded ten years ago, with a revenue of one million.
State firms_in_state(const Params& params, std::size_t n, int age = 11, double log_revenue = 0.0,
                     std::int32_t weight = 1) {
  State state = small_state(params);
  Firms& firms = state.firms;
  for (std::size_t i = 0; i < n; ++i) {
    const FirmId firm = firms.take_row();
    firms.key[firm] = {7, static_cast<std::uint32_t>(i)};
    firms.weight[firm] = weight;
    firms.founded[firm] = growth_year + 1 - age;
    firms.city[firm] = 3;
    firms.category[firm] = 4;
    firms.log_revenue[firm] = log_revenue;
    firms.productivity[firm] = maths::log(state.technology.applied[CategoryId(4)]) - 0.6;
    firms.rd[firm] = 0.05f;
  }
  return state;
}

std::vector<double> growth_of(const Params& params, State state, std::uint32_t replicate = 0) {
  const std::vector<double> before(state.firms.log_revenue.begin(), state.firms.log_revenue.end());
  grow_firms(params, growth_year, Streams(5, replicate), state);
  std::vector<double> growth(before.size());
  for (std::size_t i = 0; i < before.size(); ++i) growth[i] = state.firms.log_revenue[FirmId(i)] - before[i];
  return growth;
}

/// Largest distance of two samples' distribution functions less what chance allows (Kolmogorov and Smirnov).
double distance_excess(std::vector<double> a, std::vector<double> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  const auto n = static_cast<double>(a.size()), m = static_cast<double>(b.size());
  double distance = 0.0;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const double x = std::min(a[i], b[j]);
    while (i < a.size() && a[i] <= x) ++i;
    while (j < b.size() && b[j] <= x) ++j;
    distance = std::max(distance, std::abs(static_cast<double>(i) / n - static_cast<double>(j) / m));
  }
  return distance - std::sqrt(-0.5 * std::log(0.5 * tail) * (n + m) / (n * m));
}

// Opportunities: with n geometric of mean μ, growth is v·√(n/μ)·N(0, 1).

class Opportunities : public ::testing::TestWithParam<double> {};

TEST_P(Opportunities, moments_of_growth_are_those_of_a_geometric_number) {
  // E(growth²) = v²; E n² = 2μ² + μ, so that E(growth⁴) = 3·v⁴·(2 + 1/μ); growth is 0 where n is, with 1/(1 + μ).
  // The variance of the fourth power is E(growth⁸) = 105·v⁸·E n⁴/μ⁴ less its square, with
  // E n⁴ = 24μ⁴ + 36μ³ + 14μ² + μ.
  Params params = only_luck();
  const double mu = params.parameters.chain.firms.opportunities = GetParam();
  const std::size_t n = 400'000;
  const double v = params.parameters.chain.firms.growth_shock;
  const std::vector<double> growth = growth_of(params, firms_in_state(params, n));
  double mean = 0.0, second = 0.0, fourth = 0.0, none = 0.0;
  for (const double x : growth) {
    const double square = x * x / (v * v);
    mean += x / v / static_cast<double>(n);
    second += square / static_cast<double>(n);
    fourth += square * square / static_cast<double>(n);
    none += x == 0.0;
  }
  const double kurtosis = 3.0 * (2.0 + 1.0 / mu);
  const double eighth = 105.0 * (24.0 + 36.0 / mu + 14.0 / (mu * mu) + 1.0 / (mu * mu * mu));
  EXPECT_NEAR(mean, 0.0, mean_bound(1.0, n));
  EXPECT_NEAR(second, 1.0, mean_bound(kurtosis - 1.0, n));
  EXPECT_NEAR(fourth, kurtosis, mean_bound(eighth - kurtosis * kurtosis, n));
  EXPECT_NEAR(none, static_cast<double>(n) / (1.0 + mu),
              1.0 + binomial_bound(static_cast<double>(n), 1.0 / (1.0 + mu)));
}

TEST_P(Opportunities, growth_is_that_of_poisson_numbers_with_exponential_means) {
  // The slow reference of the model's description: G ~ Exp(1), n ~ Poisson(μG).
  Params params = only_luck();
  const double mu = params.parameters.chain.firms.opportunities = GetParam();
  const double v = params.parameters.chain.firms.growth_shock;
  Stream stream = Streams(9, 0).at(Purpose::topics, growth_year, 0);
  std::vector<double> slow(100'000);
  for (double& x : slow) {
    const double seized = static_cast<double>(stream.poisson(-mu * maths::log(stream.uniform())));
    x = v * std::sqrt(seized / mu) * stream.normal();
  }
  EXPECT_LT(distance_excess(growth_of(params, firms_in_state(params, 200'000)), slow), 0.0);
}

INSTANTIATE_TEST_SUITE_P(Means, Opportunities, ::testing::Values(0.5, 1.0, 5.0, 16.0, 50.0, 1e8));

TEST(GrowFirms, growth_is_that_of_a_polya_urn) {
  // Bottazzi and Secchi (2006): every opportunity goes to a firm with a chance that grows with what it has seized. The
  // urn holds one ball for each firm and one more for each opportunity seized.
  const std::size_t n_firms = 20'000, mu = 16;
  Stream stream = Streams(9, 1).at(Purpose::topics, growth_year, 0);
  std::vector<std::uint32_t> balls(n_firms), seized(n_firms, 0);
  std::iota(balls.begin(), balls.end(), 0u);
  for (std::size_t i = 0; i < n_firms * mu; ++i) {
    const std::uint32_t firm = balls[stream.index(balls.size())];
    balls.push_back(firm);
    ++seized[firm];
  }
  const Params params = only_luck();
  std::vector<double> slow;
  for (const std::uint32_t n : seized)
    slow.push_back(params.parameters.chain.firms.growth_shock * std::sqrt(n / static_cast<double>(mu)) *
                   stream.normal());
  EXPECT_LT(distance_excess(growth_of(params, firms_in_state(params, 200'000)), slow), 0.0);
}

TEST(GrowFirms, many_opportunities_make_a_tent) {
  // n/μ → Exp(1), and a normal with an exponential variance is Laplace's distribution, exactly.
  Params params = only_luck();
  params.parameters.chain.firms.opportunities = 1e8;
  const std::size_t n = 200'000;
  std::vector<double> growth = growth_of(params, firms_in_state(params, n));
  const boost::math::laplace tent(0.0, params.parameters.chain.firms.growth_shock / std::sqrt(2.0));
  for (double& x : growth) x = std::clamp(boost::math::cdf(tent, x), 1e-12, 1.0 - 1e-12);
  EXPECT_LT(uniformity_excess(growth), 0.0);
}

TEST(GrowFirms, growth_is_normal_if_all_seize_alike) {
  Params params = only_luck();
  params.parameters.chain.firms.opportunities = 0.0;
  std::vector<double> growth = growth_of(params, firms_in_state(params, 200'000));
  const boost::math::normal bell(0.0, params.parameters.chain.firms.growth_shock);
  for (double& x : growth) x = std::clamp(boost::math::cdf(bell, x), 1e-12, 1.0 - 1e-12);
  EXPECT_LT(uniformity_excess(growth), 0.0);
}

TEST(GrowFirms, nothing_happens_without_luck) {
  Params params = only_luck();
  params.parameters.chain.firms.growth_shock = 0.0;
  for (const double x : growth_of(params, firms_in_state(params, 100))) EXPECT_EQ(x, 0.0);
}

TEST(GrowFirms, sums_of_growth_give_the_shape_of_the_closed_form) {
  // E|growth|/sd = √(2/π)·E√(n/μ) with n geometric: a shape near 1, Laplace's, for 16 opportunities and 1 for very
  // many.
  for (const double mu : {16.0, 1e8}) {
    Params params = only_luck();
    params.parameters.chain.firms.opportunities = mu;
    const std::size_t n = 400'000;
    State state = firms_in_state(params, n, 11, 0.0, 3);
    grow_firms(params, growth_year, Streams(5, 0), state);
    const FirmSums& sums = state.firms.sums;
    double root = std::sqrt(M_PI) / 2.0;
    if (mu < 1e6) {
      root = 0.0;
      for (int k = 1; k < 2000; ++k) root += std::sqrt(k / mu) * std::pow(mu / (1.0 + mu), k) / (1.0 + mu);
    }
    const double ratio = std::sqrt(2.0 / M_PI) * root;
    EXPECT_EQ(sums.n_grown, 3.0 * static_cast<double>(n));
    const double seen = sums.growth_size / sums.n_grown / std::sqrt(sums.growth_squares / sums.n_grown);
    // By the delta method the ratio's error is below that of the mean size plus half of that of the mean square.
    EXPECT_NEAR(seen, ratio, mean_bound(1.0 - ratio * ratio, n) + 0.5 * ratio * mean_bound(5.2, n));
    EXPECT_NEAR(exponential_power_shape(ratio), mu < 1e6 ? 0.93 : 1.0, mu < 1e6 ? 0.005 : 1e-9);
  }
}

TEST(GrowFirms, sums_of_growth_are_those_of_the_firms) {
  Params params = only_luck();
  params.parameters.chain.firms.demand = 1.1;
  State state = firms_in_state(params, 20'000);
  const std::vector<double> growth = growth_of(params, state);
  grow_firms(params, growth_year, Streams(5, 0), state);
  const double demand = 1.1 * 0.09;  // GDP of the small country grows by 9 log points a year
  double sum = 0.0, squares = 0.0, size = 0.0;
  for (const double x : growth) sum += x - demand, squares += (x - demand) * (x - demand), size += std::abs(x - demand);
  const FirmSums& sums = state.firms.sums;
  EXPECT_EQ(sums.n_grown, 20'000.0);
  EXPECT_NEAR(sums.growth, sum, 1e-9 * size);
  EXPECT_NEAR(sums.growth_squares, squares, 1e-9 * squares);
  EXPECT_NEAR(sums.growth_size, size, 1e-9 * size);
}

TEST(GrowFirms, spread_falls_with_size_by_the_exponent_between_its_limits) {
  // The same luck for firms of other sizes: growth in proportion to clip(v₀·(revenue/median)^−β, 0.1, 0.6). The median
  // is that of the year before; without firms before it is 1 million. Spreads are interpolated over 1/32 log units.
  Params params = only_luck();
  for (const double beta : {0.0, 0.07, 0.3}) {
    params.parameters.chain.firms.size_exponent = beta;
    const std::vector<double> usual = growth_of(params, firms_in_state(params, 5'000));
    for (const double size : {-3.013, 2.5, 6.01, 11.3}) {
      const std::vector<double> growth = growth_of(params, firms_in_state(params, 5'000, 11, size));
      const double ratio = std::clamp(0.41 * std::exp(-beta * size), 0.10, 0.60) / 0.41;
      for (std::size_t i = 0; i < growth.size(); ++i)
        ASSERT_NEAR(growth[i], ratio * usual[i], 1e-4 * std::abs(ratio * usual[i]) + 1e-12) << beta << ' ' << size;
    }
  }
}

TEST(GrowFirms, shocks_of_productivity_fall_with_age_as_stated) {
  // The same luck for firms of other ages: in proportion to 1 + y·exp(−age/t_y). With y = 0 age does not matter.
  Params params = only_luck();
  params.parameters.chain.firms.productivity_shock = 0.0855;
  const auto learned = [&](int age) {
    State state = firms_in_state(params, 20'000, age);
    const double before = state.firms.productivity[FirmId(0)];
    grow_firms(params, growth_year, Streams(5, 0), state);
    std::vector<double> change;
    for (const double p : state.firms.productivity) change.push_back(p - before);
    return change;
  };
  for (const double y : {0.0, 1.0, 2.5}) {
    params.parameters.chain.firms.young_shock = y;
    const std::vector<double> old = learned(90);
    const Moments m = moments_of(old);
    const double spread_old = 0.0855 * (1.0 + y * std::exp(-90.0 / 6.8));
    EXPECT_NEAR(m.mean, 0.0, mean_bound(m.variance, old.size()));
    EXPECT_NEAR(m.variance, spread_old * spread_old, m.variance_bound);
    for (const int age : {2, 3, 7, 25}) {
      const std::vector<double> young = learned(age);
      const double ratio = 0.0855 * (1.0 + y * std::exp(-age / 6.8)) / spread_old;
      for (std::size_t i = 0; i < young.size(); ++i) ASSERT_NEAR(young[i], ratio * old[i], 1e-12) << y << ' ' << age;
    }
    EXPECT_EQ(learned(1), std::vector<double>(old.size(), 0.0)) << "the newborn neither learn nor grow";
  }
}

TEST(GrowFirms, absorption_and_growth_are_those_of_the_equations) {
  // Δp by its formula; Δℓ less the luck of the same firm when all else is off.
  Params params = only_luck();
  const std::size_t n = 400;
  const std::vector<double> luck = growth_of(params, firms_in_state(params, n));
  ChainParameters::Firms& p = params.parameters.chain.firms;
  p.absorption = 0.05;
  p.demand = 1.08;
  p.productivity_growth = 0.5;
  p.zone_growth = 0.1;
  for (const bool zone : {false, true}) {
    State state = firms_in_state(params, n);
    Firms& firms = state.firms;
    state.cities.place[CityId(3)] = 0.3;
    state.cities.zone_performance[CityId(3)] = -0.7;
    if (zone) state.cities.seat[CityId(3)] = CityId(3);
    state.technology.output_loss[CategoryId(4)] = 0.11;
    state.research.inside[3 * 10 + 4] = 700.0;
    for (const FirmId firm : all<FirmId>(n)) {
      firms.on_zone_land[firm] = firm.index() % 2;
      firms.certified_until[firm] = firm.index() % 3 == 0 ? growth_year - 1 : Year();  // last year's status counts
      firms.rd[firm] = 0.01f * static_cast<float>(firm.index() % 7);
      firms.productivity[firm] += 0.002 * static_cast<double>(firm.index());
    }
    const Firms before = firms;
    grow_firms(params, growth_year, Streams(5, 0), state);
    for (const FirmId firm : all<FirmId>(n)) {
      const bool inside = zone && firm.index() % 2 == 1;
      const double reach = inside || !zone ? 700.0 : 700.0 * p.outside_reach;
      const double gain = 1.0 + p.lab_absorption * std::log(1.0 + reach / p.reach_scale);
      const double rd =
          static_cast<double>(before.rd[firm]) * (firm.index() % 3 == 0 ? 1.0 + p.certified_rd_gain : 1.0);
      const double known = std::log(state.technology.applied[CategoryId(4)]);
      const double learned = 0.05 * rd / (rd + p.rd_half) * gain * (known - before.productivity[firm]);
      ASSERT_NEAR(firms.productivity[firm] - before.productivity[firm], learned, 1e-12) << firm.index();
      const double growth = 1.08 * 0.09 + 0.5 * learned + 0.1 * (inside ? -0.7 : 0.3) - 0.11;
      ASSERT_NEAR(firms.log_revenue[firm] - luck[firm.index()], growth, 1e-12) << firm.index();
    }
  }
}

TEST(GrowFirms, nobody_absorbs_beyond_what_is_known) {
  Params params = only_luck();
  params.parameters.chain.firms.absorption = 1.0;
  State state = firms_in_state(params, 10);
  state.firms.rd.fill(1.0f);
  state.research.outside[3 * 10 + 4] = 1e6;
  grow_firms(params, growth_year, Streams(5, 0), state);
  for (const double p : state.firms.productivity)
    EXPECT_NEAR(p, std::log(state.technology.applied[CategoryId(4)]), 1e-12);
}

// Exit.

/// Exits of ten thousand firms of each age from 1 to 10.
std::vector<double> exits_by_age(const Params& params, std::size_t n = 10'000) {
  State state = firms_in_state(params, 10 * n);
  for (const FirmId firm : all<FirmId>(10 * n))
    state.firms.founded[firm] = growth_year - static_cast<int>(firm.index() % 10);
  grow_firms(params, growth_year, Streams(5, 0), state);
  const FirmSums& sums = state.firms.sums;
  EXPECT_EQ(sums.firms + sums.exits, static_cast<std::int64_t>(10 * n));
  EXPECT_EQ(state.firms.free_rows.size(), static_cast<std::size_t>(sums.exits));
  return {sums.exits_by_age.begin(), sums.exits_by_age.begin() + 10};
}

TEST(GrowFirms, nobody_exits_without_selection_and_chance) {
  Params params = only_luck();
  params.parameters.chain.firms.productivity_shock = 0.5;
  EXPECT_EQ(exits_by_age(params), std::vector<double>(10, 0.0));
}

TEST(GrowFirms, exits_by_chance_are_binomial) {
  // h₀·min(1, (age − 1)/2): none at age 1, half at age 2.
  Params params = only_luck();
  params.parameters.chain.firms.exit_rate = 0.06;
  const std::vector<double> exits = exits_by_age(params);
  EXPECT_EQ(exits[0], 0.0);
  EXPECT_NEAR(exits[1], 300.0, binomial_bound(10'000, 0.03));
  for (int age = 3; age <= 10; ++age)
    EXPECT_NEAR(exits[static_cast<std::size_t>(age - 1)], 600.0, binomial_bound(10'000, 0.06)) << age;
}

TEST(GrowFirms, those_too_far_behind_exit) {
  // Exit below reference − d − ν·(ℓ − median)⁺; without firms before, the reference is ln A − initial_gap and the
  // median is 1 million. Spread of lags around the threshold, no shocks: the outcome is certain.
  Params params = only_luck();
  ChainParameters::Firms& p = params.parameters.chain.firms;
  p.exit_distance = 0.3;
  p.exit_size_relief = 0.05;
  p.growth_shock = 0.0;  // 0.10 at least
  const std::size_t n = 2'000;
  for (const double size : {-4.0, 0.0, 4.0}) {
    State state = firms_in_state(params, n, 1, size);  // the newborn are tested without having moved
    Firms& firms = state.firms;
    const double threshold = std::log(state.technology.applied[CategoryId(4)]) - 0.6 - 0.3 - 0.05 * std::max(0.0, size);
    for (const FirmId firm : all<FirmId>(n))
      firms.productivity[firm] = threshold + 0.001 * (static_cast<double>(firm.index()) - 1000.5);
    grow_firms(params, growth_year, Streams(5, 0), state);
    for (const FirmId firm : all<FirmId>(n)) EXPECT_EQ(firms.weight[firm], firm.index() > 1000 ? 1 : 0) << firm.index();
    EXPECT_EQ(firms.sums.exits_by_age[0], 1001);
  }
}

TEST(GrowFirms, the_reference_is_the_mean_lead_of_the_discipline_last_year) {
  Params params = only_luck();
  params.parameters.chain.firms.exit_distance = 0.3;
  State state = firms_in_state(params, 2, 1);
  Firms& firms = state.firms;
  const FieldId field = params.system.categories[CategoryId(4)].field;
  firms.sums.firms_of[field] = 8.0;
  firms.sums.lead[field] = 8.0 * 0.2;
  const double known = std::log(state.technology.applied[CategoryId(4)]);
  firms.productivity[FirmId(0)] = known + 0.2 - 0.3 + 1e-9;
  firms.productivity[FirmId(1)] = known + 0.2 - 0.3 - 1e-9;
  grow_firms(params, growth_year, Streams(5, 0), state);
  EXPECT_EQ(firms.weight[FirmId(0)], 1);
  EXPECT_EQ(firms.weight[FirmId(1)], 0);
}

TEST(GrowFirms, firms_of_applicants_are_restructured_rather_than_closed) {
  Params params = only_luck();
  params.parameters.chain.firms.exit_distance = 0.3;
  params.parameters.chain.firms.exit_rate = 1.0;
  State state = firms_in_state(params, 3);
  Firms& firms = state.firms;
  OrganisationId owner;
  for (const OrganisationId id : all<OrganisationId>(state.organisations.size()))
    if (state.organisations.host[id] == Host::enterprise) owner = id;
  firms.organisation[FirmId(1)] = owner;
  firms.of_organisation[owner] = FirmId(1);
  firms.productivity[FirmId(1)] -= 5.0;
  grow_firms(params, growth_year, Streams(5, 0), state);
  EXPECT_EQ(firms.weight[FirmId(0)], 0);
  EXPECT_EQ(firms.weight[FirmId(1)], 1);
  EXPECT_EQ(firms.weight[FirmId(2)], 0);
  const double known = std::log(state.technology.applied[CategoryId(4)]);
  const double relief = params.parameters.chain.firms.exit_size_relief * std::max(0.0, firms.log_revenue[FirmId(1)]);
  EXPECT_NEAR(firms.productivity[FirmId(1)], known - 0.6 - 0.3 - relief, 1e-12);
  EXPECT_EQ(firms.sums.firms, 1);
  EXPECT_EQ(firms.sums.exits, 2);
}

TEST(GrowFirms, applicants_absorb_with_public_money_and_their_own_labs) {
  Params params = only_luck();
  params.parameters.chain.firms.absorption = 0.05;
  State state = firms_in_state(params, 1);
  Firms& firms = state.firms;
  OrganisationId owner;
  for (const OrganisationId id : all<OrganisationId>(state.organisations.size()))
    if (state.organisations.host[id] == Host::enterprise) owner = id;
  firms.organisation[FirmId(0)] = owner;
  firms.of_organisation[owner] = FirmId(0);
  firms.log_revenue[FirmId(0)] = std::log(40.0);
  state.organisations.funding[owner] = Money::million_cny(6.0);
  state.organisations.results[owner] = 300.0;
  const double distance = std::log(state.technology.applied[CategoryId(4)]) - firms.productivity[FirmId(0)];
  const double before = firms.productivity[FirmId(0)];
  grow_firms(params, growth_year, Streams(5, 0), state);
  const ChainParameters::Firms& p = params.parameters.chain.firms;
  const double rd = static_cast<double>(0.05f) + 6.0 / 40.0;
  const double gain = 1.0 + p.lab_absorption * std::log(1.0 + 300.0 / p.reach_scale);
  EXPECT_NEAR(firms.productivity[FirmId(0)] - before, 0.05 * rd / (rd + p.rd_half) * gain * distance, 1e-12);
}

// Certificates.

class Certificates : public ::testing::Test {
 protected:
  Certificates() : params(only_luck()), p(params.parameters.chain.firms) {
    for (Levers& levers : params.levers) levers.firm_recognition_rate = 1.0;
  }
  void run(State& state, Year year) { grow_firms(params, year, Streams(5, 0), state); }
  Params params;
  ChainParameters::Firms& p;
};

TEST_F(Certificates, go_to_those_that_meet_the_demands) {
  // R&D of at least 5 % and a productivity of at most 0.3 below the reference, from age 2 on.
  State state = firms_in_state(params, 5);
  Firms& firms = state.firms;
  const double known = std::log(state.technology.applied[CategoryId(4)]);
  firms.rd[FirmId(0)] = firms.rd[FirmId(2)] = firms.rd[FirmId(3)] = firms.rd[FirmId(4)] = 0.0501f;
  firms.rd[FirmId(1)] = 0.0499f;
  firms.productivity[FirmId(2)] = known - 0.6 - 0.3 - 1e-9;
  firms.productivity[FirmId(3)] = known - 0.6 - 0.3 + 1e-9;
  firms.founded[FirmId(4)] = growth_year;
  run(state, growth_year);
  const Year until = growth_year + 2;
  for (const auto& [firm, expected] : {std::pair(0, until), {1, Year()}, {2, Year()}, {3, until}, {4, Year()}})
    EXPECT_EQ(firms.certified_until[FirmId(static_cast<std::size_t>(firm))], expected) << firm;
  EXPECT_EQ(firms.sums.certified, 2);
  run(state, growth_year + 1);
  EXPECT_EQ(firms.certified_until[FirmId(4)], growth_year + 3);
}

TEST_F(Certificates, are_valid_for_three_years_and_renewed_without_chance) {
  State state = firms_in_state(params, 2);
  state.firms.rd.fill(0.06f);
  run(state, growth_year);
  state.firms.rd[FirmId(1)] = 0.01f;  // keeps the certificate until it ends
  for (Levers& levers : params.levers) levers.firm_recognition_rate = 0.0;
  for (const auto& [years, certified] : {std::pair(1, 2), {2, 2}, {3, 1}, {4, 1}, {5, 1}, {6, 1}}) {
    run(state, growth_year + years);
    EXPECT_EQ(state.firms.sums.certified, certified) << years;
  }
  EXPECT_EQ(state.firms.certified_until[FirmId(0)], growth_year + 8);
  EXPECT_EQ(state.firms.certified_until[FirmId(1)], growth_year + 2);
}

TEST_F(Certificates, are_newly_given_at_the_rate_of_recognition) {
  // Independent of the chance that decides on exit: of those that stay the same share.
  const double n = 50'000;
  for (const double rate : {0.0, 0.25}) {
    for (Levers& levers : params.levers) levers.firm_recognition_rate = rate;
    p.exit_rate = 0.2;
    State state = firms_in_state(params, static_cast<std::size_t>(n));
    state.firms.rd.fill(0.06f);
    run(state, growth_year);
    const auto stayed = static_cast<double>(state.firms.sums.firms);
    EXPECT_NEAR(stayed, 0.8 * n, binomial_bound(n, 0.2));
    EXPECT_NEAR(static_cast<double>(state.firms.sums.certified), rate * stayed, binomial_bound(stayed, rate));
  }
}

// Agents of several firms.

TEST(GrowFirms, large_agents_are_split_without_loss) {
  // Against the same year without splitting: sums are the same bits, and firms and revenue of the rows too.
  Params params = only_luck();
  State state = firms_in_state(params, 3'000, 11, 0.0, 37);
  for (const FirmId firm : all<FirmId>(3'000))
    state.firms.log_revenue[firm] = 0.002 * static_cast<double>(firm.index());
  grow_firms(params, growth_year, Streams(5, 0), state);  // sums of a year before
  const double total = std::accumulate(state.firms.sums.revenue.begin(), state.firms.sums.revenue.end(), 0.0);
  State whole = state, parted = state;
  params.parameters.chain.firms.agent_share = 1.0;
  grow_firms(params, growth_year + 1, Streams(5, 0), whole);
  params.parameters.chain.firms.agent_share = 0.0005;
  grow_firms(params, growth_year + 1, Streams(5, 0), parted);
  ASSERT_EQ(whole.firms.size(), 3'000u);
  ASSERT_GT(parted.firms.size(), 3'100u);
  EXPECT_EQ(whole.firms.sums.firms, parted.firms.sums.firms);
  EXPECT_EQ(whole.firms.sums.revenue[CityId(3)], parted.firms.sums.revenue[CityId(3)]);
  std::int64_t n = 0;
  double revenue = 0.0;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> keys;
  for (const FirmId firm : all<FirmId>(parted.firms.size())) {
    const double own = std::exp(parted.firms.log_revenue[firm]);
    const std::int32_t weight = parted.firms.weight[firm];
    EXPECT_GT(weight, 0);
    EXPECT_TRUE(weight == 1 || own * weight <= 0.0005 * total * (1.0 + 1e-12));
    n += weight;
    revenue += weight * own;
    keys.emplace_back(parted.firms.key[firm].agent, parted.firms.key[firm].draw);
  }
  EXPECT_EQ(n, 3'000 * 37);
  EXPECT_NEAR(revenue, parted.firms.sums.revenue[CityId(3)], 1e-9 * revenue);
  std::sort(keys.begin(), keys.end());
  EXPECT_EQ(std::adjacent_find(keys.begin(), keys.end()), keys.end()) << "two firms share their luck";
}

TEST(GrowFirms, parts_of_an_agent_are_alike_and_then_go_their_own_ways) {
  Params params = only_luck();
  params.parameters.chain.firms.productivity_shock = 0.1;
  State state = firms_in_state(params, 2, 11, 2.0, 8);
  state.firms.log_revenue[FirmId(1)] = -1.0;
  state.firms.sums.revenue[CityId(0)] = 8.0 / params.parameters.chain.firms.agent_share;  // at most 8 million an agent
  grow_firms(params, growth_year, Streams(5, 0), state);
  Firms& firms = state.firms;
  ASSERT_EQ(firms.size(), 9u);  // eight firms of about 7 million, and an agent of eight firms of 0.4 million
  for (std::size_t row = 2; row < 9; ++row) {
    EXPECT_EQ(firms.weight[FirmId(row)], 1);
    EXPECT_EQ(firms.log_revenue[FirmId(row)], firms.log_revenue[FirmId(0)]);
    EXPECT_EQ(firms.productivity[FirmId(row)], firms.productivity[FirmId(0)]);
    EXPECT_EQ(firms.founded[FirmId(row)], firms.founded[FirmId(0)]);
    EXPECT_EQ(firms.rd[FirmId(row)], firms.rd[FirmId(0)]);
  }
  EXPECT_EQ(firms.weight[FirmId(1)], 8);
  grow_firms(params, growth_year + 1, Streams(5, 0), state);
  std::vector<double> productivity{firms.productivity[FirmId(0)]};
  for (std::size_t row = 2; row < 9; ++row) productivity.push_back(firms.productivity[FirmId(row)]);
  std::sort(productivity.begin(), productivity.end());
  EXPECT_EQ(std::adjacent_find(productivity.begin(), productivity.end()), productivity.end());
}

// Threads.

TEST(GrowFirms, give_the_same_bits_for_any_number_of_threads) {
  // Whole runs with more rows than are worth the threads (100,000), thinned and split too.
  Params params = small_params({Year(1995), Year(2002)});
  params.parameters.chain.firms.initial_count = 300'000;
  params.parameters.chain.firms.agent_share = 1e-5;
  params.scale.firms_per_agent = 2;
  std::string expected;
  for (const std::size_t threads : {1u, 2u, 3u}) {
    const ThreadCount control(threads);
    Workspace workspace;
    std::string bits = bits_of(simulate(params, 1984, 0, workspace));
    const Firms& firms = workspace.state().firms;
    EXPECT_GT(firms.size(), 100'000u);
    EXPECT_GT(std::count(firms.weight.begin(), firms.weight.end(), 1), 100);
    const auto append = [&](const auto& column) {
      bits.append(reinterpret_cast<const char*>(&*column.begin()), column.size() * sizeof(*column.begin()));
    };
    append(firms.weight);
    append(firms.log_revenue);
    append(firms.productivity);
    append(firms.rd);
    if (expected.empty()) expected = bits;
    EXPECT_TRUE(bits == expected) << threads;
  }
}

}  // namespace
}  // namespace innochain
