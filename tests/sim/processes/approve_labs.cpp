#include "sim/processes/approve_labs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "sim/processes/form_candidates.hpp"
#include "tests/support/small_world.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

using namespace testing;
using Kind = CallLever::Kind;

/// Everybody who is wanted and passes is designated.
void approve_at_once(Params& params) {
  set_calls(params, Kind::open);
  for (Levers& levers : params.levers) levers.appetite_factor = 10.0;
  params.parameters.approvals.appetite_opening = params.parameters.approvals.appetite_expansion = 20.0;
  params.parameters.approvals.dispersion = 100.0;
}

State after_lab_approvals(const Params& params, int year, std::uint32_t replicate) {
  const Streams streams(1, replicate);
  State state = small_state(params, 1, replicate);
  form_candidates(params, Year(year), streams, state);
  approve_labs(params, Year(year), streams, state);
  return state;
}

TEST(ApproveLabs, explicit_candidates_agree_with_the_aggregated_pool) {
  // Without need (ω) and funding (γ), E ~ Binomial(n, Φ(Φ⁻¹(s) + (g·(t − 2006) − Δ)/√(1 + sd(u)²))).
  Params params = small_params();
  params.system.named_labs.clear();
  set_calls(params, Kind::closed);
  params.parameters.approvals.isolated_rate = params.parameters.approvals.need_weight = 0.0;
  params.parameters.quality.funding_elasticity = 0.0;
  const double g = params.parameters.quality.growth, spread = params.parameters.quality.churn_spread;
  const std::uint32_t n_worlds = 400;
  for (const int year : {2006, 2012, 2016, 2022}) {
    const double raise = year > 2015 ? params.parameters.approvals.bar_raise : 0.0;
    const double pass =
        maths::normal_cdf(maths::normal_quantile(0.6) + (g * (year - 2006) - raise) / std::sqrt(1.0 + spread * spread));
    double disciplines = 0.0, enterprises = 0.0;
    for (std::uint32_t replicate = 0; replicate < n_worlds; ++replicate) {
      const State state = after_lab_approvals(params, year, replicate);
      disciplines += state.year_of[params.system.designation(skl_discipline)].eligible;
      enterprises += state.year_of[params.system.designation(skl_enterprise)].eligible;
    }
    EXPECT_NEAR(disciplines, n_worlds * 60 * pass, binomial_bound(n_worlds * 60, pass)) << year;
    // The enterprise labs' pool of 40 and the 40 engineering centres that may also apply.
    if (year < 2007) continue;
    EXPECT_NEAR(enterprises, n_worlds * 80 * pass, binomial_bound(n_worlds * 80, pass)) << year;
  }
}

TEST(ApproveLabs, takes_the_best_by_quality_and_need) {
  // Against a look at every candidate: nobody designated scores below somebody who is not.
  Params params = small_params();
  params.system.named_labs.clear();
  params.system.lab_types[skl_enterprise].drawn_from.clear();
  set_calls(params, Kind::open);
  int n_split = 0;
  for (std::uint32_t replicate = 0; replicate < 30; ++replicate) {
    const State state = after_lab_approvals(params, 2010, replicate);
    const Labs& labs = state.labs;
    for (const LabTypeId type : {skl_discipline, skl_enterprise, nerc}) {
      double worst_in = 1e9, best_out = -1e9;
      const auto [first, end] = labs.pool_rows[type];
      for (LabId lab = first; lab != end; ++lab) {
        // No members before: the need term is the same for every province.
        if (labs.designation[lab] == type)
          worst_in = std::min(worst_in, labs.quality[lab]);
        else
          best_out = std::max(best_out, labs.quality[lab]);
      }
      EXPECT_GE(worst_in, best_out);
      n_split += labs.stock[type] > 0;
    }
  }
  EXPECT_GT(n_split, 60);
}

TEST(ApproveLabs, need_moves_candidates_of_empty_provinces_up) {
  // A common quality for all: with ω > 0 those of provinces without members come first.
  Params params = small_params();
  params.system.named_labs.clear();
  set_calls(params, Kind::closed);
  params.parameters.approvals.isolated_rate = 10.0;
  const DesignationId k = params.system.designation(skl_discipline);
  for (Levers& levers : params.levers) levers.target[k] = 21.0;
  State state = small_state(params);
  Labs& labs = state.labs;
  const auto [first, end] = labs.pool_rows[skl_discipline];
  int members = 0;
  for (LabId lab = first; lab != end; ++lab) {
    labs.quality[lab] = 2.0;
    if (labs.province[lab] != ProvinceId(0) || members == 20) continue;
    labs.designation[lab] = skl_discipline;
    ++labs.stock[skl_discipline];
    ++members;
  }
  approve_labs(params, Year(2010), Streams(1, 0), state);
  int elsewhere = 0, here = 0;
  for (LabId lab = first; lab != end; ++lab)
    if (labs.designated[lab] == Year(2010)) ++(labs.province[lab] == ProvinceId(0) ? here : elsewhere);
  EXPECT_GT(elsewhere, 0);
  EXPECT_EQ(here, 0);
}

TEST(ApproveLabs, a_named_lab_enters_in_its_year_and_first) {
  // Whatever its quality: the calls before its year pass it by, the call of its year takes it inside the number.
  Params params = small_params();
  approve_at_once(params);
  for (const int year : {2005, 2006, 2007}) {
    State state = small_state(params);
    const LabId named = state.labs.pool_rows[skl_discipline].first;
    ASSERT_EQ(state.labs.named[named], 0);
    state.labs.talent[named] = -20.0;
    form_candidates(params, Year(year), Streams(1, 0), state);
    approve_labs(params, Year(year), Streams(1, 0), state);
    EXPECT_GT(state.labs.stock[skl_discipline], 0);
    EXPECT_EQ(state.labs.designation[named].exists(), year == 2007) << year;
  }
}

TEST(ApproveLabs, the_bar_explains_nothing_while_it_is_not_raised) {
  // Named labs of low quality are in the pool: a shortfall must not be put down to a raise that is not there.
  Params params = small_params();
  set_calls(params, Kind::open);
  for (int year = 2006; year <= 2015; ++year) {
    for (std::uint32_t replicate = 0; replicate < 20; ++replicate) {
      State state = small_state(params, 1, replicate);
      state.labs.talent[state.labs.pool_rows[skl_discipline].first] = -5.0;
      form_candidates(params, Year(year), Streams(1, replicate), state);
      approve_labs(params, Year(year), Streams(1, replicate), state);
      for (const LabTypeId type : {skl_discipline, skl_enterprise, nerc})
        EXPECT_EQ(state.year_of[params.system.designation(type)].short_of_bar, 0.0) << year;
    }
  }
}

TEST(ApproveLabs, nobody_enters_before_the_launch_or_out_of_turn) {
  Params params = small_params();
  approve_at_once(params);
  State state = after_lab_approvals(params, 2006, 0);
  EXPECT_EQ(state.labs.stock[skl_enterprise], 0);  // launched in 2007
  EXPECT_GT(state.labs.stock[nerc], 0);
  for (const LabId lab : all<LabId>(state.labs.size())) {
    if (!state.labs.designation[lab].exists()) continue;
    EXPECT_LE(state.labs.formed[lab], Year(2006));
  }
  // Barred labs wait for the tier they lost, merged ones never return, and a higher designation is not given up for a
  // lower one.
  state.year_of.fill({});
  Labs& labs = state.labs;
  const auto [first, end] = labs.pool_rows[skl_discipline];
  std::vector<LabId> barred, gone;
  for (LabId lab = first; lab != end; ++lab) {
    if (labs.designation[lab].exists()) continue;
    if (lab.index() % 2)
      labs.barred_until[lab] = Year(2008), labs.barred_tier[lab] = params.system.lab_types[skl_discipline].tier,
      barred.push_back(lab);
    else
      labs.fate[lab] = LabFate::merged, gone.push_back(lab);
  }
  ASSERT_FALSE(barred.empty() || gone.empty());
  for (const int year : {2007, 2008}) {
    for (Levers& levers : params.levers) levers.target[params.system.designation(skl_discipline)] = 60;
    for (LabId lab = first; lab != end; ++lab) labs.quality[lab] = 9.0;
    approve_labs(params, Year(year), Streams(1, 0), state);
    for (const LabId lab : gone) EXPECT_FALSE(labs.designation[lab].exists());
    for (const LabId lab : barred) EXPECT_FALSE(year == 2007 && labs.designation[lab] == skl_discipline);
  }
  EXPECT_TRUE(
      std::any_of(barred.begin(), barred.end(), [&](LabId lab) { return labs.designation[lab] == skl_discipline; }));
  EXPECT_EQ(state.year_of[params.system.designation(skl_discipline)].upgraded, 0);
}

}  // namespace
}  // namespace innochain
