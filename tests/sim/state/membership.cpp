#include "sim/state/membership.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/small_world.hpp"

namespace innochain {
namespace {

using namespace testing;

std::int32_t net(const YearOfDesignation& year) {
  return year.approvals - year.delisted - year.merged - year.upgraded - year.carried_over;
}

std::int32_t count_labs(const Labs& labs, LabTypeId type) {
  return static_cast<std::int32_t>(std::count(labs.designation.begin(), labs.designation.end(), type));
}

std::int32_t count_zones(const Zones& zones, ZoneTypeId type) {
  std::int32_t n = 0;
  for (const ZoneId zone : all<ZoneId>(zones.size())) n += zones.designated[zone] && zones.type[zone] == type;
  return n;
}

/// The stock identity from an empty start, and the stock against a count of the members one by one.
void expect_identity(const System& system, const State& state) {
  for (const LabTypeId type : all<LabTypeId>(system.lab_types.size())) {
    RC_ASSERT(state.labs.stock[type] == count_labs(state.labs, type));
    RC_ASSERT(state.labs.stock[type] == net(state.year_of[system.designation(type)]));
  }
  std::int32_t hidz_in_cities = 0;
  for (const std::int32_t n : state.hidz_in_city) hidz_in_cities += n;
  RC_ASSERT(hidz_in_cities == state.zones.stock[hidz]);
  for (const ZoneTypeId type : all<ZoneTypeId>(system.zone_types.size())) {
    RC_ASSERT(state.zones.stock[type] == count_zones(state.zones, type));
    RC_ASSERT(state.zones.stock[type] == net(state.year_of[system.designation(type)]));
  }
}

void change_some_lab(const System& system, State& state) {
  const LabId lab(*rc::gen::inRange<std::size_t>(0, state.labs.size()));
  const LabId other(*rc::gen::inRange<std::size_t>(0, state.labs.size()));
  const LabTypeId type(*rc::gen::inRange<std::size_t>(0, system.lab_types.size()));
  const LabTypeId held = state.labs.designation[lab];
  const int action = *rc::gen::inRange(0, 4);
  if (action == 0 && held != type) admit(system, Year(2010), lab, type, state);
  if (action == 1 && held.exists()) delist(system, lab, Year(2015), state);
  if (action == 2 && held.exists() && other != lab) merge(system, lab, *rc::gen::element(other, LabId::none()), state);
  if (action == 3 && held.exists() && held != type) carry_over(system, Year(2010), lab, type, state);
}

/// Another designated zone of the kind, or none().
ZoneId another(ZoneId zone, const State& state) {
  const auto [first, end] = state.zones.type_rows[state.zones.type[zone]];
  for (ZoneId other = first; other != end; ++other)
    if (other != zone && state.zones.designated[other]) return other;
  return ZoneId::none();
}

void change_some_zone(const System& system, State& state) {
  const ZoneId zone(*rc::gen::inRange<std::size_t>(0, state.zones.size()));
  if (!state.zones.designated[zone]) return admit(system, Year(2010), zone, state);
  if (*rc::gen::inRange(0, 2))
    delist(system, zone, Year(2015), state);
  else if (const ZoneId other = another(zone, state); other.exists())
    merge(system, zone, other, state);
}

RC_GTEST_PROP(Membership, keeps_the_stock_identity_in_any_order_of_events, ()) {
  static const Params params = small_params();
  static const State start = small_state(params);
  State state = start;
  const int n = *rc::gen::inRange(0, 60);
  for (int i = 0; i < n; ++i) {
    change_some_lab(params.system, state);
    change_some_zone(params.system, state);
  }
  expect_identity(params.system, state);
}

class Memberships : public ::testing::Test {
 protected:
  Params params = small_params();
  State state = small_state(params);
  const System& system = params.system;
  YearOfDesignation& year_of(LabTypeId type) { return state.year_of[system.designation(type)]; }
};

TEST_F(Memberships, a_higher_designation_counts_as_an_upgrade_of_the_lower) {
  const LabId lab = state.labs.pool_rows[nerc].first;
  admit(system, Year(2008), lab, nerc, state);
  admit(system, Year(2010), lab, skl_enterprise, state);
  EXPECT_EQ(year_of(nerc).upgraded, 1);
  EXPECT_EQ(year_of(nerc).delisted, 0);
  EXPECT_EQ(year_of(skl_enterprise).approvals, 1);
  EXPECT_EQ(state.labs.designated[lab], Year(2010));
}

TEST_F(Memberships, carrying_over_is_an_approval_of_the_new_type_and_no_upgrade) {
  const LabId lab(0);
  admit(system, Year(2008), lab, skl_discipline, state);
  carry_over(system, Year(2021), lab, nkl, state);
  EXPECT_EQ(year_of(skl_discipline).carried_over, 1);
  EXPECT_EQ(year_of(skl_discipline).upgraded, 0);
  EXPECT_EQ(year_of(nkl).approvals, 1);
  EXPECT_EQ(state.labs.designation[lab], nkl);
  EXPECT_EQ(state.labs.fate[lab], LabFate::carried_over);
}

TEST_F(Memberships, merging_moves_the_staff) {
  const LabId lab(0), into(1);
  admit(system, Year(2008), lab, skl_discipline, state);
  admit(system, Year(2008), into, skl_discipline, state);
  const double together = state.labs.staff[lab] + state.labs.staff[into];
  merge(system, lab, into, state);
  EXPECT_DOUBLE_EQ(state.labs.staff[into], together);
  EXPECT_EQ(state.labs.staff[lab], 0.0);
  EXPECT_EQ(state.labs.fate[lab], LabFate::merged);
}

TEST_F(Memberships, admission_starts_a_new_record) {
  const LabId lab(0);
  for (auto& criterion : state.labs.record) criterion[lab] = 3.0;
  admit(system, Year(2008), lab, skl_discipline, state);
  for (auto& criterion : state.labs.record) EXPECT_EQ(criterion[lab], 0.0);
}

}  // namespace
}  // namespace innochain
