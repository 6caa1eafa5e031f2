#include "sim/processes/award_proposals.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "sim/state/applicants.hpp"
#include "tests/support/money_world.hpp"

namespace innochain::testing {
namespace {

constexpr YearSpan observed{Year(2010), Year(2022)};

/// NSFC budgets 2010–2022 in billion CNY (calibration/observed/nsfc_grants.csv) and the budget per grant in thousand
/// CNY that the published numbers of grants imply (interpolated between 2013, 2016 and 2018).
constexpr std::array budgets_bcny{10.38, 14.0, 17.0, 16.0, 19.4, 22.2, 24.8, 26.7, 28.0, 31.1, 28.9, 30.91, 33.01};
constexpr std::array per_grant_kcny{400.0, 425.0, 443.0, 410.0, 473.0, 537.0, 600.0,
                                    622.0, 645.0, 645.0, 645.0, 645.0, 645.0};
constexpr double researchers_2010 = 79000.0 / 0.55;

Params national_params() {
  Params params = funding_only(money_params(observed), proposals);
  for (std::size_t t = 0; t < observed.size(); ++t) {
    params.inputs.budget_mcny[proposals][t] = 1000.0 * budgets_bcny[t];
    params.inputs.award_kcny[proposals][t] = per_grant_kcny[t];
  }
  params.parameters.projects.cancellation_rate = 0.0;
  params.parameters.projects.acceptance_share = 1.0;
  return params;
}

/// No labs, and the rejected of 2009 that 119,000 applications in 2010 imply.
State national_state(const Params& params) {
  constexpr std::size_t n = 400;
  constexpr double rejected_2009 = (119000.0 - 79000.0) / 0.72;
  State state = money_state(params, n, researchers_2010 / n, 0);
  for (std::int32_t& rejected : state.applications.rejected[proposals])
    rejected = static_cast<std::int32_t>(rejected_2009 / n);
  return state;
}

struct Totals {
  std::array<double, observed.size()> applications, awards;
  double success(int year) const {
    return awards[observed.index(Year(year))] / applications[observed.index(Year(year))];
  }
};

Totals simulated() {
  const Params params = national_params();
  State state = national_state(params);
  const Streams streams(20100101, 0);
  Totals totals;
  for (Year year = observed.first; year <= observed.last; ++year) {
    run_money_year(params, year, streams, state);
    totals.applications[observed.index(year)] = static_cast<double>(state.accounts.applications[proposals]);
    totals.awards[observed.index(year)] = static_cast<double>(state.accounts.awards[proposals]);
  }
  return totals;
}

/// The three equations that were fitted to the national totals.
Totals by_arithmetic() {
  const Parameters::Applications a = default_parameters().applications;
  Totals totals;
  double rejected = (119000.0 - 79000.0) / 0.72, expected = 0.22;
  for (std::size_t t = 0; t < observed.size(); ++t) {
    const int year = 2010 + static_cast<int>(t);
    const double pause = year >= 2013 && year <= 2016 ? a.pause_share : 1.0;
    const double fresh = a.fresh_per_researcher * researchers_2010 * std::pow(1.0 + a.growth, year - 2010) *
                         std::pow(expected / 0.22, a.success_elasticity);
    totals.applications[t] = fresh + a.resubmission_share * pause * rejected;
    totals.awards[t] = 1e6 * budgets_bcny[t] / per_grant_kcny[t];
    rejected = totals.applications[t] - totals.awards[t];
    expected = 0.5 * expected + 0.5 * totals.awards[t] / totals.applications[t];
  }
  return totals;
}

TEST(AwardProposals, NationalTotalsFollowTheArithmetic) {
  const Totals agents = simulated(), arithmetic = by_arithmetic();
  for (std::size_t t = 0; t < observed.size(); ++t) {
    // Applications are Poisson with the memory of resubmissions (0.72 of the rejected): variance at most A/(1 − 0.72²).
    const double bound =
        5.0 * std::sqrt(arithmetic.applications[t] / (1.0 - 0.72 * 0.72)) + 400.0;  // 400: whole numbers of 2009
    EXPECT_NEAR(agents.applications[t], arithmetic.applications[t], bound) << 2010 + t;
    EXPECT_NEAR(agents.awards[t], arithmetic.awards[t], 3.0)
        << 2010 + t;  // one unfunded remainder a field, carried over
  }
}

TEST(AwardProposals, NationalSuccessIsWithinTwoPointsOfThePublishedRates) {
  const Totals totals = simulated();
  EXPECT_NEAR(totals.success(2012), 0.217, 0.02);
  EXPECT_NEAR(totals.success(2013), 0.241, 0.02);
  EXPECT_NEAR(totals.success(2018), 0.197, 0.02);
  EXPECT_NEAR(totals.success(2019), 0.180, 0.02);
  EXPECT_NEAR(totals.success(2021), 0.170, 0.02);
  EXPECT_NEAR(totals.success(2022), 0.169, 0.02);
}

/// Sums over twelve years and ten replicates of a world with about 2,000 proposals a year.
struct Thinned {
  double applications = 0, awards = 0, money = 0;
};

Thinned thinned(int proposals_per_agent) {
  Params params = funding_only(money_params(observed, 250.0), proposals);
  params.scale.proposals_per_agent = proposals_per_agent;
  Thinned sum;
  for (std::uint32_t replicate = 0; replicate < 10; ++replicate) {
    const Streams streams(9, replicate);
    State state = money_state(params);
    for (Year year = observed.first; year <= observed.last; ++year) {
      run_money_year(params, year, streams, state);
      sum.applications += static_cast<double>(state.accounts.applications[proposals]);
      sum.awards += static_cast<double>(state.accounts.awards[proposals]);
      sum.money += state.accounts.awarded[proposals].in_million_cny();
    }
  }
  return sum;
}

TEST(AwardProposals, ThinningLeavesTotalsAsTheyAre) {
  const Thinned full = thinned(1);
  for (const int m : {5, 20}) {
    const Thinned thin = thinned(m);
    // A simulated proposal counts m times: variance m·A, and up to 1/(1 − 0.72)² as much in sums over years with
    // resubmissions.
    const double sd = std::sqrt(full.applications * (m + 1)) / (1.0 - 0.72);
    EXPECT_NEAR(thin.applications, full.applications, 4.0 * sd) << m;
    EXPECT_LT(4.0 * sd, 0.15 * full.applications) << "the bound must be able to fail";
    // The money is the budget but for remainders of at most one grant of m awards a field and run.
    EXPECT_NEAR(thin.money, full.money, 10 * 2 * m * 0.9) << m;
    EXPECT_NEAR(thin.awards, full.awards, 10 * 2 * m + 0.01 * full.awards) << m;
  }
}

/// Mean standing of the funded in one year under a rule, and the rule's success.
struct Funded {
  double standing = 0, awards = 0, applications = 0;
};

Funded under(AllocationRule rule, double noise) {
  Params params = funding_only(money_params(observed, 200.0), proposals);
  for (Levers& levers : params.levers) {
    levers.allocation_rule = rule;
    levers.award = {.quality_weight = 1,
                    .strategic_weight = 0,
                    .industry_weight = 0,
                    .tier_weight = 0,
                    .noise = noise,
                    .open_competition_share = 0,
                    .threshold_share = 0.5};
  }
  State state = money_state(params, 200, 30.0, 0);
  const Streams streams(3, 0);
  run_money_year(params, Year(2010), streams, state);
  Funded funded;
  for (const Project& project : state.projects.running) {
    funded.standing += project.count * state.organisations.standing[state.organisation(project.lead)];
    funded.awards += project.count;
  }
  funded.standing /= funded.awards;
  funded.applications = static_cast<double>(state.accounts.applications[proposals]);
  return funded;
}

TEST(AwardProposals, RulesAreOrderedByHowMuchTheySelect) {
  const Funded accurate = under(AllocationRule::merit, 0.05), noisy = under(AllocationRule::merit, 1.0);
  const Funded threshold = under(AllocationRule::threshold_lottery, 0.05),
               lottery = under(AllocationRule::lottery, 0.05);
  const Funded blind = under(AllocationRule::merit, 100.0), equal = under(AllocationRule::equal_split, 0.05);
  // Standing is uniform on [−1.5, 1.5]; the standard error of a mean over n grants is 0.87/√n.
  const double error = 4.0 * 0.87 / std::sqrt(lottery.awards);
  EXPECT_GT(accurate.standing, noisy.standing + error);
  EXPECT_GT(accurate.standing, threshold.standing + error);
  EXPECT_GT(threshold.standing, lottery.standing + error);
  // The better half of a uniform distribution has the mean 0.75; the others draw from all.
  EXPECT_NEAR(threshold.standing, 0.75, error);
  EXPECT_NEAR(lottery.standing, 0.0, error);
  EXPECT_NEAR(blind.standing, 0.0, error + 0.03);  // a signal of 0.87 in a noise of 100 selects by about 0.01
  EXPECT_NEAR(equal.standing, 0.0, error);
  EXPECT_EQ(equal.awards, equal.applications);
}

TEST(AwardProposals, FieldsShareTheMoney) {
  const Params params = funding_only(money_params(observed, 200.0), proposals);
  State state = money_state(params);
  run_money_year(params, Year(2010), Streams(3, 0), state);
  std::array<double, 2> money{};
  for (const Project& project : state.projects.running)
    money[params.system.categories[category_of(state, project.lead)].field.index()] += project.amount.in_million_cny();
  EXPECT_NEAR(money[0], 120.0, 0.9);  // shares 0.6 and 0.4, less at most one grant
  EXPECT_NEAR(money[1], 80.0, 0.9);
}

TEST(AwardProposals, OnlyNationallyDesignatedLabsFileUnderTheirOwnName) {
  const Params params = funding_only(money_params(observed, 20000.0), proposals);  // enough for all
  State state = money_state(params);
  run_money_year(params, Year(2010), Streams(3, 0), state);
  double by_labs = 0;
  for (const Project& project : state.projects.running) {
    if (!state.is_lab(project.lead)) continue;
    EXPECT_TRUE(nationally_designated(params.system, state.labs, state.lab(project.lead)));
    by_labs += project.count;
  }
  const double mean = 8 * 20.0 * 0.55;  // eight labs, 20 FTE each, all of their work basic
  EXPECT_NEAR(by_labs, mean, 4.0 * std::sqrt(mean));
}

}  // namespace
}  // namespace innochain::testing
