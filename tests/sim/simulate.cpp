#include "sim/simulate.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/schedule.hpp"
#include "tests/support/indicator_bits.hpp"
#include "tests/support/random_params.hpp"
#include "tests/support/small_world.hpp"

namespace innochain {
namespace {

using namespace testing;

TEST(Simulate, depends_on_its_arguments_alone) {
  // A fresh workspace against one that has run another country, other years and another replicate.
  const Params params = small_params(), other = random_small_params(5);
  Workspace fresh, used;
  const std::string expected = bits_of(simulate(params, 1984, 3, fresh));
  simulate(other, 7, 0, used);
  simulate(params, 1984, 4, used);
  EXPECT_EQ(bits_of(simulate(params, 1984, 3, used)), expected)
      << differing(fresh.indicators(), used.indicators()).size();
  EXPECT_EQ(differing(fresh.indicators(), used.indicators()), std::vector<std::string>{});
}

TEST(Simulate, measuring_time_changes_nothing) {
  const Params params = small_params();
  Workspace plain, timed;
  timed.measure_time();
  EXPECT_EQ(bits_of(simulate(params, 1984, 3, plain)), bits_of(simulate(params, 1984, 3, timed)));
  EXPECT_EQ(timed.time_by_step().size(), schedule().size());
}

TEST(Simulate, replicates_and_seeds_differ) {
  const Params params = small_params();
  Workspace workspace;
  const std::string one = bits_of(simulate(params, 1984, 0, workspace));
  EXPECT_NE(bits_of(simulate(params, 1984, 1, workspace)), one);
  EXPECT_NE(bits_of(simulate(params, 1985, 0, workspace)), one);
}

TEST(Simulate, arms_share_their_past_up_to_the_first_different_lever) {
  // Common random numbers: a lever changed from 2015 on leaves every value before 2015 as it was, bit by bit.
  const Params base = small_params();
  Params arm = base;
  for (int year = 2015; year <= 2025; ++year) {
    levers_of(arm, year).appetite_factor = 3.0;
    levers_of(arm, year).award.noise = 0.1;
    levers_of(arm, year).review.poor_share = 0.3;
  }
  Workspace one, other;
  simulate(base, 1984, 0, one);
  simulate(arm, 1984, 0, other);
  const auto expect_same_past = [&](const auto& a, const auto& b, std::string_view name) {
    const auto n = static_cast<std::ptrdiff_t>(a.width() * base.scale.years.index(Year(2015)));
    EXPECT_TRUE(std::equal(a.values().begin(), a.values().begin() + n, b.values().begin())) << name;
  };
  expect_same_past(one.indicators().lab_stock, other.indicators().lab_stock, "lab_stock");
  expect_same_past(one.indicators().programme_awarded, other.indicators().programme_awarded, "programme_awarded");
  expect_same_past(one.indicators().papers, other.indicators().papers, "papers");
  expect_same_past(one.indicators().lab_quality_mean, other.indicators().lab_quality_mean, "lab_quality_mean");
  EXPECT_FALSE(differing(one.indicators(), other.indicators()).empty());
}

TEST(Simulate, the_small_country_has_a_history) {
  // What the comparisons above compare must not be empty.
  const Params params = small_params();
  Workspace workspace;
  const Indicators& run = simulate(params, 1984, 0, workspace);
  const Year last(2025), before(2020);
  EXPECT_GT(run.lab_stock.at(before, skl_discipline), 5);
  EXPECT_GT(run.zone_stock.at(last, hidz), 2);
  EXPECT_GT(run.lab_stock.at(last, nkl), 2);
  EXPECT_GT(run.papers.at(last, 0), 0);
  EXPECT_GT(run.programme_awarded.at(last, proposals), 0);
  EXPECT_GT(run.review_good.at(before, mathematics), 0);
}

void expect_stock_identity(const Params& params, const Indicators& run) {
  const YearSpan years = params.scale.years;
  for (const LabTypeId k : all<LabTypeId>(params.system.lab_types.size())) {
    std::int32_t before = run.lab_initial_stock[k.index()];
    for (Year t = years.first; t <= years.last; ++t) {
      const std::int32_t expected = before + run.lab_approvals.at(t, k) - run.lab_delisted.at(t, k) -
                                    run.lab_merged.at(t, k) - run.lab_upgraded.at(t, k) - run.lab_carried_over.at(t, k);
      RC_ASSERT(run.lab_stock.at(t, k) == expected);
      RC_ASSERT(expected >= 0);
      before = expected;
    }
  }
  for (const ZoneTypeId k : all<ZoneTypeId>(params.system.zone_types.size())) {
    std::int32_t before = run.zone_initial_stock[k.index()];
    for (Year t = years.first; t <= years.last; ++t) {
      const std::int32_t expected = before + run.zone_approvals.at(t, k) - run.zone_delisted.at(t, k) -
                                    run.zone_merged.at(t, k) - run.zone_upgraded.at(t, k) -
                                    run.zone_carried_over.at(t, k);
      RC_ASSERT(run.zone_stock.at(t, k) == expected);
      RC_ASSERT(expected >= 0);
      before = expected;
    }
  }
}

void expect_money_identity(const Params& params, const Indicators& run) {
  for (const ProgrammeId p : all<ProgrammeId>(params.system.programmes.size())) {
    std::int64_t carried = 0;
    for (Year t = params.scale.years.first; t <= params.scale.years.last; ++t) {
      RC_ASSERT(run.programme_budget.at(t, p) + carried + run.programme_transferred.at(t, p) +
                    run.programme_recovered.at(t, p) ==
                run.programme_awarded.at(t, p) + run.programme_carried.at(t, p) + run.programme_returned.at(t, p));
      carried = run.programme_carried.at(t, p);
      RC_ASSERT(carried >= 0);
    }
  }
}

RC_GTEST_PROP(SimulateProperties, stock_and_money_identities_hold_for_any_levers_and_parameters, ()) {
  const Params params = random_small_params(*rc::gen::arbitrary<std::uint64_t>());
  static Workspace workspace;
  const Indicators& run =
      simulate(params, *rc::gen::arbitrary<std::uint64_t>(), *rc::gen::inRange(0u, 1000u), workspace);
  expect_stock_identity(params, run);
  expect_money_identity(params, run);
}

RC_GTEST_PROP(SimulateProperties, shortfalls_add_up_to_target_less_stock, ()) {
  // G − N per designation with calls, from the recorded values: float32 keeps about seven digits.
  const Params params = random_small_params(*rc::gen::arbitrary<std::uint64_t>());
  static Workspace workspace;
  const Indicators& run = simulate(params, 1, *rc::gen::inRange(0u, 1000u), workspace);
  for (const LabTypeId k : {skl_discipline, skl_enterprise, nerc}) {
    for (Year t = std::max(params.scale.years.first, params.system.lab_types[k].since) + 1;
         t <= params.scale.years.last; ++t) {
      const double target = run.lab_target.at(t, k), before = run.lab_stock.at(t - 1, k) - run.lab_upgraded.at(t, k);
      const double parts = double{run.limit_calls.at(t, k)} + run.limit_appetite.at(t, k) + run.limit_bar.at(t, k) +
                           run.limit_candidates.at(t, k);
      // Upgrades by types that come later in the year's order are not out of the stock yet when the gap is taken.
      const double most = std::max(0.0, target - before), least = std::max(0.0, target - run.lab_stock.at(t - 1, k));
      RC_ASSERT(parts >= least - run.lab_approvals.at(t, k) - 1e-4);
      RC_ASSERT(parts <= most - run.lab_approvals.at(t, k) + 1e-4);
    }
  }
}

}  // namespace
}  // namespace innochain
