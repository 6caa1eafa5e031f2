#include "sim/processes/award_topics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "sim/state/applicants.hpp"
#include "tests/support/money_world.hpp"

namespace innochain::testing {
namespace {

constexpr YearSpan programme_years{Year(2000), Year(2012)};

Params topic_params(double budget_mcny = 900.0) {
  Params params = funding_only(money_params(programme_years, budget_mcny), first_old);
  params.parameters.projects.cancellation_rate = 0.0;
  params.parameters.projects.acceptance_share = 1.0;
  return params;
}

State after_one_year(const Params& params, std::size_t n_labs = 16, std::uint64_t seed = 1) {
  State state = money_state(params, 64, 30.0, n_labs);
  run_money_year(params, Year(2000), Streams(seed, 0), state);
  return state;
}

TEST(AwardTopics, SuccessIsOneInOnePlusRivalsWhateverTheBudget) {
  for (const double budget_mcny : {180.0, 1800.0}) {
    const State state = after_one_year(topic_params(budget_mcny));
    const double awards = static_cast<double>(state.accounts.awards[first_old]);
    EXPECT_EQ(awards, budget_mcny / 0.9);
    // Teams are one a topic and Poisson rivals of mean 2.6.
    EXPECT_NEAR(static_cast<double>(state.accounts.applications[first_old]), 3.6 * awards,
                4.0 * std::sqrt(2.6 * awards));
  }
}

TEST(AwardTopics, CategoriesFollowCriticalityOrPastShares) {
  Params params = topic_params();  // 1,000 topics
  for (const double autonomy : {0.0, 0.5, 1.0}) {
    for (Levers& levers : params.levers) levers.topic_autonomy_share = autonomy;
    const State state = after_one_year(params);
    std::array<int, 4> topics{};
    for (const Project& project : state.projects.running) ++topics[project.category.index()];
    constexpr std::array criticality{0.40, 0.20, 0.10, 0.30}, past{0.1, 0.2, 0.3, 0.4};
    for (std::size_t c = 0; c < 4; ++c)
      EXPECT_NEAR(topics[c], 1000.0 * ((1.0 - autonomy) * criticality[c] + autonomy * past[c]), 1.0)
          << autonomy << ' ' << c;
  }
}

TEST(AwardTopics, AwardsAreLogNormalAndAddUpToTheBudget) {
  const State state = after_one_year(topic_params());
  double sum = 0.0, squares = 0.0, n = 0.0;
  for (const Project& project : state.projects.running) {
    const double log = std::log(project.amount.in_million_cny());
    sum += log, squares += log * log, n += 1.0;
  }
  const double sd = std::sqrt(squares / n - sum / n * (sum / n));
  EXPECT_NEAR(sd, 0.5, 4.0 * 0.5 / std::sqrt(2.0 * n));
  EXPECT_NEAR(state.accounts.awarded[first_old].in_million_cny(), 900.0, 1.0);  // each award rounded down to a thousand
  EXPECT_LE(state.accounts.awarded[first_old], Money::million_cny(900.0));
}

TEST(AwardTopics, LeadersComeInProportionToStaff) {
  Params params = topic_params(9000.0);
  params.parameters.topics.university_weight = 2.0;
  params.parameters.topics.institute_weight = 4.0;
  params.parameters.topics.enterprise_weight = 10.0;
  for (Levers& levers : params.levers) levers.award = {0, 0, 0, 0, 1.0, 0, 0};  // reviewers see nothing
  const State state = after_one_year(params, 0);
  const auto& hosts = state.accounts.awards_by_host[first_old];
  const double n = 10000.0;
  // The same number of organisations of each class, of equal size: 2 : 4 : 4 : 10.
  constexpr std::array shares{0.1, 0.2, 0.2, 0.5};
  for (std::size_t host = 0; host < n_hosts; ++host)
    EXPECT_NEAR(static_cast<double>(hosts[host]), n * shares[host],
                4.0 * std::sqrt(n * shares[host] * (1.0 - shares[host])))
        << host;
}

TEST(AwardTopics, OnlyEligibleHostsLead) {
  Params params = topic_params();
  params.system.programmes[first_old].eligible_hosts = {false, true, true, false};
  const auto hosts = after_one_year(params).accounts.awards_by_host[first_old];
  EXPECT_EQ(hosts[static_cast<std::size_t>(Host::university)] + hosts[static_cast<std::size_t>(Host::enterprise)], 0);
  EXPECT_EQ(hosts[static_cast<std::size_t>(Host::cas)] + hosts[static_cast<std::size_t>(Host::institute)], 1000);
}

/// Two programmes with m = 100 topics each in every category (equal shares) of a space of n = 400.
Params rivals_for_topics(AuthorityId second) {
  Params params = funding_only(money_params(programme_years, 360.0), first_old);
  params.inputs.budget_mcny[second_old].assign(programme_years.size(), 360.0);
  params.system.programmes[second_old].authority = second;
  params.parameters.topics.per_category = 400;
  for (Category& category : params.system.categories) category.criticality = category.share = fact(0.5);
  return params;
}

TEST(AwardTopics, AuthoritiesThatDoNotCoordinateRepeatTopicsByChance) {
  double repeated = 0.0;
  constexpr int draws = 20;
  for (int seed = 0; seed < draws; ++seed)
    repeated += after_one_year(rivals_for_topics(AuthorityId(1)), 16, static_cast<std::uint64_t>(seed))
                    .applications.duplicate_share *
                800.0;
  // Of the second programme's 400 topics a year each is among the other's with chance 100/400; hypergeometric variance.
  const double n = 400.0 * draws;
  EXPECT_NEAR(repeated, 0.25 * n, 4.0 * std::sqrt(n * 0.25 * 0.75 * (1.0 - 99.0 / 399.0)));
}

TEST(AwardTopics, OneAuthorityNeverRepeatsATopic) {
  EXPECT_EQ(after_one_year(rivals_for_topics(AuthorityId(0))).applications.duplicate_share, 0.0);
}

TEST(AwardTopics, OpenCompetitionsPayPartOnDelivery) {
  Params params = topic_params();
  for (Levers& levers : params.levers) levers.award.open_competition_share = 1.0;
  State state = money_state(params);
  const Streams streams(1, 0);
  run_money_year(params, Year(2000), streams, state);
  Money awarded, on_delivery;
  for (const Project& project : state.projects.running) {
    awarded += project.amount;
    on_delivery += project.on_delivery;
  }
  EXPECT_NEAR(on_delivery.in_million_cny(), 0.4 * awarded.in_million_cny(), 1.0);
  // All are posted where criticality × (share of criticality − share of money) is largest: 0.8 first, never the least
  // critical.
  EXPECT_GT(state.applications.funded_by_category[0], state.applications.funded_by_category[3]);
  EXPECT_GT(state.applications.funded_by_category[3], state.applications.funded_by_category[1]);

  // Of those that end in 2002 and are not delivered, the delivery part and the unpaid last instalment come back.
  params.parameters.projects.acceptance_share = 0.0;
  run_money_year(params, Year(2001), streams, state);
  Money expected;
  for (const Project& project : state.projects.running)
    if (project.end == Year(2002)) expected += project.on_delivery + project.instalment;
  run_money_year(params, Year(2002), streams, state);
  EXPECT_EQ(state.accounts.recovered[first_old], expected);
}

TEST(AwardTopics, PartnersAreFirms) {
  Params params = topic_params();
  params.parameters.topics.partner_share = 1.0;
  const State state = after_one_year(params);
  for (const Project& project : state.projects.running) {
    const bool firm_leads = host_of(state, project.lead) == Host::enterprise;
    EXPECT_EQ(project.partner.exists(), !firm_leads);
    if (project.partner.exists()) {
      EXPECT_EQ(state.organisations.host[project.partner], Host::enterprise);
    }
  }
}

TEST(AwardSteered, StrongestLabsAndFirmsLeadWithoutCompetition) {
  const Params params = funding_only(money_params(), steered);
  const State state = after_one_year(params);
  EXPECT_EQ(state.accounts.awards[steered], 7);
  EXPECT_EQ(state.accounts.applications[steered], 0);
  EXPECT_EQ(state.accounts.awarded[steered], 7 * (Money::million_cny(60) / std::int64_t{7}));
  for (const Project& project : state.projects.running) {
    ASSERT_TRUE(state.is_lab(project.lead) || host_of(state, project.lead) == Host::enterprise);
    // Whoever is stronger in the category leads a sub-topic of it, too.
    for (const ApplicantId other : all<ApplicantId>(state.n_applicants())) {
      const bool may = state.is_lab(other) || host_of(state, other) == Host::enterprise;
      if (!may || category_of(state, other) != project.category ||
          mean_score(params, Year(2000), state, other) <= mean_score(params, Year(2000), state, project.lead))
        continue;
      EXPECT_TRUE(std::any_of(state.projects.running.begin(), state.projects.running.end(),
                              [&](const Project& p) { return p.lead == other && p.category == project.category; }));
    }
  }
}

}  // namespace
}  // namespace innochain::testing
