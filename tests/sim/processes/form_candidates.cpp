#include "sim/processes/form_candidates.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/small_world.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

using namespace testing;

Params large_pool() {
  Params params = small_params();
  params.system.lab_types[skl_discipline].pool = fact(6000);
  params.system.named_labs.clear();
  return params;
}

std::vector<double> churn_of(const Labs& labs) {
  const auto [first, end] = labs.pool_rows[skl_discipline];
  std::vector<double> churn;
  for (LabId lab = first; lab != end; ++lab) churn.push_back(labs.churn[lab]);
  return churn;
}

TEST(FormCandidates, churn_is_a_stationary_autoregression) {
  // Variance σ² in every year, covariance of successive years ρσ², mean 0; all labs exist from 2006 on.
  const Params params = large_pool();
  const double sd = params.parameters.quality.churn_spread, rho = params.parameters.quality.churn_persistence;
  State state = small_state(params);
  auto before = churn_of(state.labs);
  for (int year = 2006; year <= 2025; ++year) {
    form_candidates(params, Year(year), Streams(1, 0), state);
    const auto now = churn_of(state.labs);
    const Moments moments = moments_of(now);
    EXPECT_NEAR(moments.mean, 0.0, mean_bound(sd * sd, now.size())) << year;
    EXPECT_NEAR(moments.variance, sd * sd, moments.variance_bound) << year;
    double covariance = 0.0;
    for (std::size_t i = 0; i < now.size(); ++i) covariance += now[i] * before[i] / static_cast<double>(now.size());
    // Var(xy) of two normals with correlation ρ is σ⁴(1 + ρ²).
    EXPECT_NEAR(covariance, rho * sd * sd, mean_bound(std::pow(sd, 4) * (1.0 + rho * rho), now.size())) << year;
    before = now;
  }
}

TEST(FormCandidates, shocks_of_different_labs_are_independent) {
  // Four labs share a Philox block: neighbours in the table must still be uncorrelated.
  const Params params = large_pool();
  State state = small_state(params);
  form_candidates(params, Year(2006), Streams(1, 0), state);
  const auto churn = churn_of(state.labs);
  const double variance = std::pow(params.parameters.quality.churn_spread, 2);
  for (const std::size_t distance : {1, 2, 3, 4}) {
    double covariance = 0.0;
    const std::size_t n = churn.size() - distance;
    for (std::size_t i = 0; i < n; ++i) covariance += churn[i] * churn[i + distance] / static_cast<double>(n);
    EXPECT_NEAR(covariance, 0.0, mean_bound(variance * variance, n)) << distance;
  }
}

TEST(FormCandidates, quality_is_talent_trend_and_churn_where_nobody_has_money) {
  const Params params = small_params();
  State state = small_state(params);
  for (const int year : {2008, 2020}) {
    form_candidates(params, Year(year), Streams(1, 0), state);
    const double trend = 0.04 * (year - 2006);
    for (const LabId lab : all<LabId>(state.labs.size()))
      EXPECT_DOUBLE_EQ(state.labs.quality[lab], state.labs.talent[lab] + trend + state.labs.churn[lab]);
    for (const ZoneId zone : all<ZoneId>(state.zones.size()))
      EXPECT_DOUBLE_EQ(state.zones.quality[zone], state.zones.talent[zone] + trend + state.zones.churn[zone]);
  }
}

TEST(FormCandidates, funding_adds_its_log_relative_to_the_mean_log_of_the_pool) {
  // γ·(ln(F + 1) − mean of ln(F + 1)) over the labs of the pool, here half with 10 million and half without: the pool
  // as a whole stays where its bar was set.
  Params params = small_params();
  params.parameters.quality.funding_elasticity = 0.3;
  State state = small_state(params);
  Labs& labs = state.labs;
  const auto [first, end] = labs.pool_rows[skl_discipline];
  double n = 0.0, n_funded = 0.0;
  for (LabId lab = first; lab != end; ++lab) {
    labs.recent_funding[lab] = lab.index() % 2 ? 10.0 : 0.0;
    n += 1.0, n_funded += static_cast<double>(lab.index() % 2);
  }
  form_candidates(params, Year(2010), Streams(1, 0), state);
  double sum = 0.0;
  for (LabId lab = first; lab != end; ++lab) {
    const double term = 0.3 * (std::log(labs.recent_funding[lab] + 1.0) - std::log(11.0) * n_funded / n);
    const double found = labs.quality[lab] - labs.talent[lab] - labs.churn[lab] - 0.04 * 4;
    EXPECT_NEAR(found, term, 1e-13);
    sum += found;
  }
  EXPECT_NEAR(sum / n, 0.0, 1e-13);
}

TEST(FormCandidates, labs_that_are_not_formed_yet_stay_untouched) {
  const Params params = small_params();
  State state = small_state(params);
  const State before = state;
  form_candidates(params, Year(1996), Streams(1, 0), state);
  int n_waiting = 0;
  for (const LabId lab : all<LabId>(state.labs.size())) {
    const bool waiting = state.labs.formed[lab] > Year(1996);
    n_waiting += waiting;
    EXPECT_EQ(state.labs.churn[lab] == before.labs.churn[lab], waiting);
  }
  EXPECT_GT(n_waiting, 0);
}

TEST(FormCandidates, pools_fill_between_launch_and_reference_year) {
  // Half at the launch, the rest evenly over the years to 2006: compared with the declared law at two dates.
  const Params params = large_pool();
  const State state = small_state(params);
  const auto formed_by = [&](int year) {
    double n = 0.0;
    for (LabId lab(0); lab.index() < 6000; ++lab) n += state.labs.formed[lab] <= Year(year);
    return n;
  };
  EXPECT_NEAR(formed_by(1990), 6000 * (0.5 + 0.5 / 17.0), binomial_bound(6000, 0.5 + 0.5 / 17.0));
  EXPECT_NEAR(formed_by(1998), 6000 * (0.5 + 0.5 * 9.0 / 17.0), binomial_bound(6000, 0.5 + 0.5 * 9.0 / 17.0));
  EXPECT_EQ(formed_by(2006), 6000.0);
}

}  // namespace
}  // namespace innochain
