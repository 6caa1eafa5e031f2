// Conservation of money over all steps that move it, and what mergers do to balances.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <numeric>

#include "tests/support/money_world.hpp"

namespace innochain::testing {
namespace {

/// What the year's awards add up to, counted from the projects and payments themselves.
Money awards_found(const Params& params, Year year, ProgrammeId p, const State& state) {
  Money total;
  if (params.system.programmes[p].competition == Competition::zones) {
    for (const Money money : state.zones.funding) total += money;
  } else {
    for (const Project& project : state.projects.running)
      if (project.programme == p && project.start == year) total += project.amount;
  }
  return total;
}

Money paid_in(const State& state) {
  Money total;
  for (const Money money : state.labs.funding) total += money;
  for (const Money money : state.organisations.funding) total += money;
  return total;
}

Money promised(State& state) {
  Money total = std::accumulate(state.payments.due.begin(), state.payments.due.end(), Money());
  for (const Project& project : state.projects.running) total += project.on_delivery;
  return total;
}

void draw_policy(Params& params) {
  for (Levers& levers : params.levers) {
    levers.programme_mergers = *rc::gen::arbitrary<bool>();
    levers.central_share_shift = *rc::gen::element(-0.9, -0.15, 0.0, 0.3, 0.9);
    levers.award.open_competition_share = *rc::gen::element(0.0, 0.3, 1.0);
    levers.award.noise = *rc::gen::element(0.0, 1.0);
    levers.topic_autonomy_share = *rc::gen::element(0.0, 0.5, 1.0);
    levers.allocation_rule = *rc::gen::element(AllocationRule::merit, AllocationRule::lottery,
                                               AllocationRule::threshold_lottery, AllocationRule::equal_split);
  }
  params.parameters.projects.cancellation_rate = *rc::gen::element(0.0, 0.05, 0.5, 1.0);
  params.parameters.projects.acceptance_share = *rc::gen::element(0.0, 0.5, 0.97, 1.0);
  params.scale.proposals_per_agent = *rc::gen::element(1, 3);
  for (const ProgrammeId p : all<ProgrammeId>(params.system.programmes.size())) {
    params.system.programmes[p].carry_share = *rc::gen::element(0.0, 0.1, 1.0);
    for (double& budget : params.inputs.budget_mcny[p]) budget *= *rc::gen::inRange(0, 300) * 0.00731;
  }
}

RC_GTEST_PROP(Accounts, MoneyIsConserved, ()) {
  Params params = money_params();
  draw_policy(params);
  const Streams streams(*rc::gen::arbitrary<std::uint64_t>(), 0);
  State state = money_state(params);
  const Accounts& a = state.accounts;
  Column<ProgrammeId, Money> carried(params.system.programmes.size());
  Money owed;
  for (Year year = params.scale.years.first; year <= params.scale.years.last; ++year) {
    run_money_year(params, year, streams, state);
    Money transferred;
    for (const ProgrammeId p : all<ProgrammeId>(params.system.programmes.size())) {
      RC_ASSERT(a.carried_before[p] == carried[p]);
      RC_ASSERT(a.budget[p] + a.carried_before[p] + a.transferred[p] + a.recovered[p] ==
                a.awarded[p] + a.carried[p] + a.returned[p]);
      for (const Money money : {a.budget[p], a.recovered[p], a.awarded[p], a.carried[p], a.returned[p]})
        RC_ASSERT(money >= Money());
      carried[p] = a.carried[p];
      transferred += a.transferred[p];
      owed -= a.recovered[p];
      if (p == institutional)
        owed += a.awarded[p];
      else
        RC_ASSERT(a.awarded[p] == awards_found(params, year, p, state));
      if (p != institutional && p != zone_support) owed += a.awarded[p];
    }
    RC_ASSERT(transferred == Money());
    owed -= paid_in(state);
    RC_ASSERT(owed == promised(state));
    for (const Money due : state.payments.due) RC_ASSERT(due >= Money());
  }
}

RC_GTEST_PROP(Accounts, BudgetsTogetherDependNeitherOnMergersNorOnTheCentre, ()) {
  Params params = money_params();
  draw_policy(params);
  // The successor's series contains its predecessors' money, so only their budgets before the merger are free.
  const Streams streams(1, 0);
  State state = money_state(params);
  for (Year year = params.scale.years.first; year <= params.scale.years.last; ++year) {
    run_money_year(params, year, streams, state);
    Money expected;
    for (const ProgrammeId p : all<ProgrammeId>(params.system.programmes.size())) {
      const Programme& programme = params.system.programmes[p];
      const bool over = (programme.closes && year > *programme.closes) ||
                        (programme.merges_in && year >= *programme.merges_in) || year < programme.since;
      if (!over) expected += Money::million_cny(params.inputs.budget_mcny[p][params.scale.years.index(year)]);
    }
    RC_ASSERT(std::accumulate(state.accounts.budget.begin(), state.accounts.budget.end(), Money()) == expected);
  }
}

State run_until(const Params& params, Year last) {
  const Streams streams(5, 0);
  State state = money_state(params);
  for (Year year = params.scale.years.first; year <= last; ++year) run_money_year(params, year, streams, state);
  return state;
}

TEST(MergeProgrammes, MovesBalancesAndLaterRecoveriesToTheSuccessor) {
  Params params = money_params();
  params.parameters.projects.cancellation_rate = 0.3;
  const State before = run_until(params, merger - 1);
  ASSERT_GT(before.accounts.carried[first_old], Money());
  const State after = run_until(params, merger);
  const Accounts& a = after.accounts;
  ASSERT_GT(a.recovered[first_old], Money());
  for (const ProgrammeId old : {first_old, second_old}) {
    EXPECT_EQ(a.transferred[old], -(before.accounts.carried[old] + a.recovered[old]));
    EXPECT_EQ(a.awarded[old] + a.carried[old] + a.returned[old] + a.budget[old], Money());
    EXPECT_GT(a.active[old], 0);
  }
  EXPECT_EQ(a.transferred[merged_topics], -(a.transferred[first_old] + a.transferred[second_old]));
}

TEST(MergeProgrammes, SeparateProgrammesShareTheSuccessorsBudgetAsBefore) {
  Params params = money_params();
  for (Levers& levers : params.levers) levers.programme_mergers = false;
  const State state = run_until(params, merger + 2);
  EXPECT_EQ(state.accounts.budget[first_old], Money::million_cny(60));
  EXPECT_EQ(state.accounts.budget[second_old], Money::million_cny(120));
  EXPECT_EQ(state.accounts.budget[merged_topics], Money());
  EXPECT_EQ(state.accounts.merged[first_old], 0);
}

TEST(SetBudgets, ShiftsTheLocalShareInProportionToCentralBudgets) {
  Params params = money_params();
  for (Levers& levers : params.levers) levers.central_share_shift = 0.4;
  const State state = run_until(params, Year(2000));
  EXPECT_EQ(state.accounts.budget[provincial], Money::million_cny(36));
  // 24 million in proportion to central budgets, in 2000: 60 for six programmes and 120 for one, 480 together.
  EXPECT_EQ(state.accounts.budget[proposals], Money::million_cny(60 + 24.0 / 8));
  EXPECT_EQ(state.accounts.budget[second_old], Money::million_cny(120 + 2 * 24.0 / 8));
}

TEST(CloseAccounts, ProgrammesThatEndReturnEverything) {
  Params params = money_params();
  params.parameters.projects.cancellation_rate = 0.3;
  const State last = run_until(params, last_call);
  EXPECT_GT(last.accounts.awarded[closing], Money());
  EXPECT_EQ(last.accounts.carried[closing], Money());
  const State after = run_until(params, last_call + 1);
  EXPECT_EQ(after.accounts.budget[closing] + after.accounts.awarded[closing], Money());
  EXPECT_GT(after.accounts.recovered[closing], Money());
  EXPECT_EQ(after.accounts.returned[closing], after.accounts.recovered[closing]);
}

TEST(AcceptProjects, RecoversNothingWhenAllGoWellAndAllUnpaidWhenNothingDoes) {
  Params params = money_params();
  params.parameters.projects.cancellation_rate = 0.0;
  params.parameters.projects.acceptance_share = 1.0;
  EXPECT_EQ(run_until(params, Year(2004)).accounts.recovered[proposals], Money());

  params.parameters.projects.cancellation_rate = 1.0;
  const State before = run_until(params, Year(2000)), after = run_until(params, Year(2001));
  Money unpaid;
  for (const Project& project : before.projects.running)
    if (project.programme == proposals)
      unpaid += (project.end - project.start) * project.instalment + project.on_delivery;
  EXPECT_EQ(after.accounts.recovered[proposals], unpaid);
}

TEST(GrantInstitutions, PaysDesignatedLabsOffNoticeEqually) {
  const Params params = funding_only(money_params(), institutional);
  const Streams streams(5, 0);
  State state = money_state(params);
  const LabId on_notice(3);
  state.labs.notice_until[on_notice] = Year(2000);
  run_money_year(params, Year(2000), streams, state);
  const Money each = Money::million_cny(60) / std::int64_t{7};  // eight designated labs, one on notice
  for (const LabId lab : all<LabId>(state.labs.size()))
    EXPECT_EQ(state.labs.funding[lab], lab.index() % 2 && lab != on_notice ? each : Money()) << lab.index();
  EXPECT_EQ(state.accounts.carried[institutional], Money::million_cny(60) - 7 * each);
}

TEST(SupportZones, HalfIsEqualAndHalfFollowsTheCities) {
  const Params params = funding_only(money_params(), zone_support);
  const Streams streams(5, 0);
  State state = money_state(params);
  run_money_year(params, Year(2000), streams, state);
  // City weights 0.7, 0.3, 0.7 of the three zones.
  for (const ZoneId zone : all<ZoneId>(3)) {
    const double weight = zone.index() % 2 ? 0.3 : 0.7;
    EXPECT_NEAR(state.zones.funding[zone].in_million_cny(), 60.0 * (0.5 / 3.0 + 0.5 * weight / 1.7), 0.001);
  }
}

TEST(PayProjects, RecentFundingOfASteadyIncomeIsItsFiveYearSum) {
  Params params = funding_only(money_params({Year(2000), Year(2060)}), institutional);
  params.inputs.gdp_deflator.assign(params.inputs.years.size(), 2.0);
  const State state = run_until(params, Year(2060));
  // Geometric weights: 61 years leave 0.8⁶¹ ≈ 1e-6 of the sum out.
  EXPECT_NEAR(state.labs.recent_funding[LabId(1)], 5.0 * 60.0 / 8.0 / 2.0, 1e-4);
}

}  // namespace
}  // namespace innochain::testing
