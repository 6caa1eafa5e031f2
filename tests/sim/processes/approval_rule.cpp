#include "sim/processes/approval_rule.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <boost/math/distributions/poisson.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "sim/core/maths.hpp"
#include "sim/processes/quota_law.hpp"
#include "tests/support/small_world.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

using namespace testing;
using Kind = CallLever::Kind;

constexpr std::uint32_t n_runs = 20000;

ApprovalOccasion occasion_of(int year, DesignationId k, std::int64_t stock, Eligible eligible, const State& state) {
  ApprovalOccasion occasion;
  occasion.year = Year(year);
  occasion.designation = k;
  occasion.stock = stock;
  occasion.eligible = eligible;
  occasion.last_call = state.last_call[k];
  return occasion;
}

class ApprovalRule : public ::testing::Test {
 protected:
  Params params = small_params();
  State state = small_state(params);
  DesignationId k = params.system.designation(skl_discipline);

  void aim_at(int year, double target, Kind kind) {
    levers_of(params, year).target[k] = target;
    levers_of(params, year).calls[k].kind = kind;
  }
  std::int64_t decide(int year, std::uint32_t replicate, std::int64_t stock, Eligible eligible, int last_call) {
    state.last_call[k] = Year(last_call);
    state.year_of.fill({});
    return decide_quota(params, Streams(1, replicate), occasion_of(year, k, stock, eligible, state), state);
  }
  std::vector<double> quotas(int year, std::int64_t stock, Eligible eligible, int last_call) {
    std::vector<double> n;
    for (std::uint32_t replicate = 0; replicate < n_runs; ++replicate)
      n.push_back(static_cast<double>(decide(year, replicate, stock, eligible, last_call)));
    return n;
  }
};

struct Exact {
  double mean, variance;
};

/// Closed form of N ~ Binomial(⌊M⌉, 1 − exp(−c·g)), g ~ Gamma(φ, 1/φ): E[exp(−s·c·g)] = (1 + s·c/φ)^−φ.
Exact closed_form(double matched, double c, double phi) {
  const auto laplace = [&](double s) { return std::pow(1.0 + s * c / phi, -phi); };
  const double share = 1.0 - laplace(1.0), share_squared = 1.0 - 2.0 * laplace(1.0) + laplace(2.0);
  const double fraction = matched - std::floor(matched);
  const double openings_squared = matched * matched + fraction * (1.0 - fraction);
  const double mean = matched * share;
  return {mean, matched * (share - share_squared) + openings_squared * share_squared - mean * mean};
}

void expect_moments(const std::vector<double>& values, const Exact& exact) {
  const Moments moments = moments_of(values);
  EXPECT_NEAR(moments.mean, exact.mean, mean_bound(exact.variance, values.size()));
  EXPECT_NEAR(moments.variance, exact.variance, moments.variance_bound);
}

TEST_F(ApprovalRule, number_has_the_mean_and_variance_of_the_closed_form) {
  // Gap 80.5, 60 candidates above the bar, three years of waiting, speed 1.3.
  aim_at(2010, 100.5, Kind::open);
  params.kappa[k] = 1.3;
  const double matched = 80.5 * 60.0 / 140.5;
  const auto& a = params.parameters.approvals;
  expect_moments(quotas(2010, 20, {60, 60}, 2007),
                 closed_form(matched, a.appetite_expansion * 1.3 * 3.0, a.dispersion));
}

TEST_F(ApprovalRule, appetite_waits_no_longer_than_the_cap) {
  aim_at(2013, 100.0, Kind::open);
  const auto& a = params.parameters.approvals;
  expect_moments(quotas(2013, 40, {1000000, 1000000}, 1999),
                 closed_form(60.0 * 1e6 / (1e6 + 60.0), a.appetite_expansion * a.waiting_cap_years, a.dispersion));
}

TEST_F(ApprovalRule, candidates_are_unlimited_before_the_reference_year) {
  // The same numbers in 2005 and 2006: before the bar binds, the matching of gap and candidates is the gap itself.
  for (const int year : {2005, 2006}) {
    aim_at(year, 100.0, Kind::open);
    levers_of(params, year - 1).era = Era::expansion;
    const double matched = year < 2006 ? 60.0 : 60.0 * 80.0 / 140.0;
    const auto& a = params.parameters.approvals;
    expect_moments(quotas(year, 40, {80, 80}, year - 2),
                   closed_form(matched, 2.0 * a.appetite_expansion, a.dispersion));
  }
}

TEST_F(ApprovalRule, levers_of_the_year_before_decide_the_appetite) {
  // Every replicate against a run in which the era never changed, and against one in which it changed a year earlier.
  aim_at(2010, 100.0, Kind::open);
  const auto with_eras = [&](Era before, Era now) {
    levers_of(params, 2009).era = before;
    levers_of(params, 2010).era = now;
    return quotas(2010, 20, {200, 200}, 2008);
  };
  const auto changed = with_eras(Era::opening, Era::adjustment);
  EXPECT_EQ(changed, with_eras(Era::opening, Era::opening));
  EXPECT_NE(changed, with_eras(Era::adjustment, Era::adjustment));
}

TEST_F(ApprovalRule, every_era_has_its_appetite) {
  aim_at(2010, 100.0, Kind::open);
  auto& a = params.parameters.approvals;
  a.quality_appetite_ratio = 0.4;
  const auto expect_era = [&](Era era, double appetite) {
    levers_of(params, 2009).era = era;
    expect_moments(quotas(2010, 20, {1000000, 1000000}, 2008),
                   closed_form(80.0 * 1e6 / (1e6 + 80.0), 2.0 * appetite, a.dispersion));
  };
  expect_era(Era::opening, a.appetite_opening);
  expect_era(Era::adjustment, a.appetite_adjustment);
  expect_era(Era::expansion, a.appetite_expansion);
  expect_era(Era::quality, 0.4 * a.appetite_expansion);
}

TEST_F(ApprovalRule, bar_is_raised_a_year_after_the_era_changes) {
  const double bar = state.bar[k], raise = params.parameters.approvals.bar_raise;
  EXPECT_DOUBLE_EQ(quality_bar(params, Year(2015), k, state).now, bar);  // levers of 2014: expansion
  EXPECT_DOUBLE_EQ(quality_bar(params, Year(2016), k, state).now, bar + raise);
  EXPECT_DOUBLE_EQ(quality_bar(params, Year(2016), k, state).unraised, bar);
}

TEST_F(ApprovalRule, lever_of_the_bar_overrides_the_raise_of_the_era) {
  const double bar = state.bar[k];
  levers_of(params, 2016).quality_bar[k] = 0.7;
  EXPECT_DOUBLE_EQ(quality_bar(params, Year(2017), k, state).now, bar + 0.7);
  levers_of(params, 2016).quality_bar[k] = 0.0;
  EXPECT_DOUBLE_EQ(quality_bar(params, Year(2017), k, state).now, bar);
  EXPECT_DOUBLE_EQ(quality_bar(params, Year(2017), k, state).unraised, bar);
}

TEST_F(ApprovalRule, bar_lets_the_declared_share_pass) {
  // P(z + u > b) with z standard normal and u of the churn's spread.
  const double spread = params.parameters.quality.churn_spread;
  EXPECT_NEAR(maths::normal_cdf(-state.bar[k] / std::sqrt(1.0 + spread * spread)), 0.6, 1e-14);
}

TEST_F(ApprovalRule, target_is_the_announced_one_or_the_ambition) {
  EXPECT_DOUBLE_EQ(target_stock(params, Year(2010), k), params.parameters.approvals.ambition * 0.5 * 60.0);
  levers_of(params, 2010).target[k] = 33.0;
  EXPECT_DOUBLE_EQ(target_stock(params, Year(2010), k), 33.0);
}

/// Number of replicates with a call.
double calls(Params params, int year, DesignationId k, double target, double gap) {
  levers_of(params, year).target[k] = target;
  const auto stock = static_cast<std::int64_t>(target - gap);
  const QuotaLaw law = quota_law(params, {Year(year), k, stock, {500, 500}, Year(year - 1), {}});
  double n = 0.0;
  for (std::uint32_t replicate = 0; replicate < n_runs; ++replicate)
    n += draw_decision(law, Streams(2, replicate), Year(year), k).call ? 1.0 : 0.0;
  return n;
}

TEST_F(ApprovalRule, calls_are_drawn_with_the_probability_of_the_formula) {
  const auto& a = params.parameters.approvals;
  const auto expect_probability = [&](DesignationId designation, int year, double gap, double intensity) {
    const double p = 1.0 - std::exp(-intensity * gap / 100.0);
    EXPECT_NEAR(calls(params, year, designation, 100.0, gap), n_runs * p, binomial_bound(n_runs, p));
  };
  const DesignationId rolling = params.system.designation(hidz);
  expect_probability(k, 2010, 100.0, a.call_intensity_batch);
  expect_probability(k, 2010, 20.0, a.call_intensity_batch);
  expect_probability(rolling, 2010, 20.0, a.call_intensity_rolling);
  expect_probability(k, 2015, 50.0, a.call_intensity_batch);  // opened under the expansion's levers of 2014
  expect_probability(k, 2016, 50.0, a.call_intensity_batch * a.quality_call_ratio);
  EXPECT_EQ(calls(params, 2010, k, 100.0, 0.0), 0.0);
}

TEST_F(ApprovalRule, a_set_probability_replaces_the_formula) {
  levers_of(params, 2010).calls[k].probability = 0.35;
  EXPECT_NEAR(calls(params, 2010, k, 100.0, 1.0), n_runs * 0.35, binomial_bound(n_runs, 0.35));
}

TEST_F(ApprovalRule, announced_and_closed_calls_are_certain) {
  for (const auto& [kind, expected] :
       {std::pair(Kind::open, double{n_runs}), {Kind::closed, 0.0}, {Kind::moratorium, 0.0}}) {
    levers_of(params, 2010).calls[k].kind = kind;
    EXPECT_EQ(calls(params, 2010, k, 100.0, 50.0), expected);
  }
}

TEST_F(ApprovalRule, a_moratorium_approves_nothing_and_resets_the_waiting) {
  aim_at(2010, 100.0, Kind::moratorium);
  params.parameters.approvals.isolated_rate = 10.0;
  EXPECT_EQ(decide(2010, 0, 20, {200, 200}, 2003), 0);
  EXPECT_EQ(state.last_call[k], Year(2010));
  EXPECT_EQ(state.year_of[k].short_of_calls, 80.0);
  // A call of the next year has one year of waiting behind it.
  aim_at(2011, 100.0, Kind::open);
  const auto& a = params.parameters.approvals;
  expect_moments(quotas(2011, 20, {1000000, 1000000}, 2010),
                 closed_form(80.0 * 1e6 / (1e6 + 80.0), a.appetite_expansion, a.dispersion));
}

TEST_F(ApprovalRule, a_year_without_a_call_does_not_reset_the_waiting) {
  aim_at(2010, 100.0, Kind::closed);
  decide(2010, 0, 20, {200, 200}, 2003);
  EXPECT_EQ(state.last_call[k], Year(2003));
  aim_at(2010, 100.0, Kind::open);
  decide(2010, 0, 20, {200, 200}, 2003);
  EXPECT_EQ(state.last_call[k], Year(2010));
}

TEST_F(ApprovalRule, isolated_approvals_follow_a_poisson_law_capped_by_gap_and_candidates) {
  aim_at(2010, 23.7, Kind::closed);
  params.parameters.approvals.isolated_rate = 1.5;
  const auto exact = [](double cap) {  // mean and variance of min(Poisson(1.5), cap)
    Exact sum{0.0, 0.0};
    const boost::math::poisson law(1.5);
    double square = 0.0;
    for (int n = 0; n < 60; ++n) {
      const double x = std::min<double>(n, cap), p = boost::math::pdf(law, n);
      sum.mean += p * x;
      square += p * x * x;
    }
    sum.variance = square - sum.mean * sum.mean;
    return sum;
  };
  expect_moments(quotas(2010, 20, {50, 50}, 2008), exact(3.0));
  expect_moments(quotas(2010, 20, {2, 2}, 2008), exact(2.0));
  const auto none = quotas(2010, 23, {50, 50}, 2008);  // gap 0.7
  EXPECT_EQ(moments_of(none).mean, 0.0);
}

TEST_F(ApprovalRule, listed_designations_take_their_number_from_the_list) {
  const DesignationId listed = params.system.designation(pilot_zone);
  const auto quota = [&](int year, std::int64_t eligible) {
    return decide_quota(params, Streams(1, 0), occasion_of(year, listed, 0, {eligible, eligible}, state), state);
  };
  EXPECT_EQ(quota(2013, 6), 1);
  EXPECT_EQ(quota(2014, 6), 0);
  EXPECT_EQ(quota(2015, 6), 3);
  EXPECT_EQ(quota(2015, 2), 2);
}

RC_GTEST_PROP(ApprovalRuleProperties, quota_is_bounded_and_its_shortfall_explained, ()) {
  Params params = small_params();
  const DesignationId k(*rc::gen::inRange<std::size_t>(0, params.system.lab_types.size()));
  const int year = *rc::gen::inRange(1996, 2025);
  auto& a = params.parameters.approvals;
  const auto number = [](int low, int high) { return *rc::gen::inRange(low * 1000, high * 1000 + 1) * 1e-3; };
  a.appetite_expansion = a.appetite_opening = a.appetite_adjustment = number(0, 20) + 0.001;
  a.dispersion = number(0, 100) + 0.1;
  a.isolated_rate = number(0, 10);
  a.waiting_cap_years = number(1, 30);
  Levers& levers = levers_of(params, year);
  levers.target[k] = *rc::gen::element(maths::nan, number(0, 400));
  levers.calls[k].kind = *rc::gen::element(Kind::drawn, Kind::open, Kind::closed, Kind::moratorium);
  levers_of(params, year - 1).appetite_factor = number(0, 10);
  Eligible eligible;
  eligible.at_unraised = *rc::gen::inRange(0, 500);
  eligible.at_bar = *rc::gen::inRange<std::int64_t>(0, eligible.at_unraised + 1);
  const std::int64_t stock = *rc::gen::inRange(0, 400);
  State state = small_state(params);
  state.last_call[k] = Year(*rc::gen::inRange(1990, year));

  const Streams streams(*rc::gen::arbitrary<std::uint64_t>(), 0);
  const std::int64_t quota = decide_quota(params, streams, occasion_of(year, k, stock, eligible, state), state);
  const double gap = std::max(0.0, target_stock(params, Year(year), k) - static_cast<double>(stock));
  const YearOfDesignation& year_of = state.year_of[k];
  RC_ASSERT(quota >= 0 && quota <= eligible.at_bar);
  RC_ASSERT(static_cast<double>(quota) <= std::ceil(gap));
  if (year_of.call && bar_binds(params, Year(year)) && gap > 0.0) {
    const auto e = static_cast<double>(eligible.at_bar);
    RC_ASSERT(static_cast<double>(quota) <= std::ceil(gap * e / (gap + e)));
  }
  // Each part is a difference of numbers of the gap's size, so the sum is exact up to a few roundings of the gap.
  const double parts =
      year_of.short_of_calls + year_of.short_of_candidates + year_of.short_of_bar + year_of.short_of_appetite;
  RC_ASSERT(std::abs(parts - (gap - static_cast<double>(quota))) <= 4.0 * std::numeric_limits<double>::epsilon() * gap);
  RC_ASSERT(year_of.short_of_calls >= 0.0 && year_of.short_of_candidates >= 0.0 && year_of.short_of_bar >= 0.0);
  RC_ASSERT(year_of.short_of_appetite >= -1.0);  // rounding the openings up can overshoot by less than one
}

TEST(RegionalNeed, is_largest_where_there_are_no_members) {
  // ω·max(0, 1 − n·S_p/S) over the four provinces of the small country, the last of them made a special region.
  Params params = small_params();
  params.system.provinces[ProvinceId(3)].special_administrative_region = true;
  params.parameters.approvals.need_weight = 0.3;
  std::vector<double> members{0.0, 2.0, 8.0, 0.0};
  weigh_regional_need(params, params.system.candidature(params.system.designation(skl_discipline)), 10, members);
  EXPECT_DOUBLE_EQ(members[0], 0.3);
  EXPECT_DOUBLE_EQ(members[1], 0.3 * (1.0 - 3.0 * 2.0 / 10.0));
  EXPECT_EQ(members[2], 0.0);
  EXPECT_EQ(members[3], 0.0);
  members = {0.0, 2.0, 8.0, 0.0};
  weigh_regional_need(params, params.system.candidature(params.system.designation(skl_enterprise)), 10, members);
  EXPECT_EQ(members, (std::vector<double>{0.0, 0.0, 0.0, 0.0}));
}

}  // namespace
}  // namespace innochain
