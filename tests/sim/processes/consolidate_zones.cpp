#include "sim/processes/consolidate_zones.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <vector>

#include "sim/processes/enter_firms.hpp"
#include "sim/processes/govern_cities.hpp"
#include "sim/processes/grow_firms.hpp"
#include "sim/processes/record.hpp"
#include "sim/state/membership.hpp"
#include "tests/support/small_world.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

using namespace testing;

class Consolidation : public ::testing::Test {
 protected:
  void SetUp() override { make(); }
  void make(std::uint32_t replicate = 0) {
    state = small_state(params, 1, replicate);
    const auto [begin, finish] = state.zones.type_rows[hidz];
    first = begin, end = finish;
    for (ZoneId zone = first; zone != end; ++zone) {
      admit(params.system, Year(2000), zone, state);
      state.zones.performance[zone] = state.zones.talent[zone];
    }
    clear_year(state);
  }
  Params params = small_params();
  State state;
  ZoneId first, end;
};

TEST_F(Consolidation, merges_only_the_long_weak_and_only_into_a_stronger_one) {
  // Every zone weak for long except where noted: a zone goes if its province has a better one left when its turn comes.
  levers_of(params, 2016).zone_merging_rate = 1.0;
  Zones& zones = state.zones;
  for (ZoneId zone = first; zone != end; ++zone) zones.weak_years[zone] = zone.index() % 4 == 3 ? 2 : 3;
  const Zones before = zones;
  merge_zones(params, Year(2016), Streams(1, 0), state);
  int n_merged = 0;
  for (ZoneId zone = first; zone != end; ++zone) {
    if (zones.designated[zone]) continue;
    ++n_merged;
    EXPECT_EQ(before.weak_years[zone], 3);
    bool stronger_left = false;
    for (ZoneId other = first; other != end; ++other)
      stronger_left = stronger_left || (zones.designated[other] && before.province[other] == before.province[zone] &&
                                        before.performance[other] > before.performance[zone]);
    EXPECT_TRUE(stronger_left);
    EXPECT_GE(zones.barred_until[zone], Year(2035));  // its land belongs to the other zone
  }
  EXPECT_GT(n_merged, 0);
  EXPECT_EQ(state.year_of[params.system.designation(hidz)].merged, n_merged);
  // The best of every province stays.
  for (const ProvinceId province : all<ProvinceId>(n_provinces)) {
    ZoneId best;
    for (ZoneId zone = first; zone != end; ++zone)
      if (zones.province[zone] == province && (!best.exists() || before.performance[zone] > before.performance[best]))
        best = zone;
    EXPECT_TRUE(!best.exists() || zones.designated[best]);
  }
}

TEST_F(Consolidation, merging_follows_the_hazard_of_the_lever) {
  double weak = 0.0, merged = 0.0;
  levers_of(params, 2016).zone_merging_rate = 0.3;
  for (std::uint32_t replicate = 0; replicate < 400; ++replicate) {
    make(replicate);
    const ZoneId poorest = [&] {
      ZoneId zone = first;
      for (ZoneId other = first; other != end; ++other)
        if (state.zones.performance[other] < state.zones.performance[zone]) zone = other;
      return zone;
    }();
    state.zones.weak_years[poorest] = 3;
    bool neighbour = false;
    for (ZoneId other = first; other != end; ++other)
      neighbour = neighbour || (other != poorest && state.zones.province[other] == state.zones.province[poorest]);
    merge_zones(params, Year(2016), Streams(1, replicate), state);
    weak += neighbour;
    merged += !state.zones.designated[poorest];
  }
  EXPECT_NEAR(merged, weak * 0.3, binomial_bound(weak, 0.3));
  make();
  levers_of(params, 2016).zone_merging_rate = 0.0;
  for (ZoneId zone = first; zone != end; ++zone) state.zones.weak_years[zone] = 10;
  merge_zones(params, Year(2016), Streams(1, 0), state);
  EXPECT_EQ(state.year_of[params.system.designation(hidz)].merged, 0);
}

/// Cities with one HIDZ each, so that merging moves all of a city's land.
class Land : public Consolidation {
 protected:
  void SetUp() override {
    params.system.named_zones.clear();
    params.system.zone_types[hidz].pool = fact(8);
    params.system.zone_types[hidz].per_city_max = 1;
    make();
    ASSERT_EQ(end.index() - first.index(), 8u);
    weak = first, strong = ZoneId(first.index() + 1), third = ZoneId(first.index() + 2);
  }
  CityId city(ZoneId zone) const { return state.zones.city[zone]; }
  CityId seat(ZoneId zone) const { return state.cities.seat[city(zone)]; }
  void combine(ZoneId zone, ZoneId into) { merge(params.system, zone, into, state); }
  ZoneId weak, strong, third;
};

TEST_F(Land, of_a_merged_zone_is_run_by_the_other_city) {
  EXPECT_EQ(seat(weak), city(weak));
  combine(weak, strong);
  EXPECT_EQ(seat(weak), city(strong));
  EXPECT_EQ(seat(strong), city(strong));
  EXPECT_EQ(seat(third), city(third));
  EXPECT_EQ(state.hidz_in_city[city(weak)], 0);
}

TEST_F(Land, stays_with_a_city_that_keeps_another_zone) {
  params.system.zone_types[hidz].per_city_max = 2;
  params.system.zone_types[hidz].pool = fact(24);  // both localities of every city
  make();
  ZoneId other;
  for (ZoneId zone = first; zone != end; ++zone)
    if (zone != first && city(zone) == city(first)) other = zone;
  ASSERT_TRUE(other.exists());
  ZoneId elsewhere = first;
  while (city(elsewhere) == city(first)) ++elsewhere;
  combine(first, elsewhere);
  EXPECT_EQ(seat(first), city(first));
  combine(other, elsewhere);
  EXPECT_EQ(seat(first), city(elsewhere));
}

TEST_F(Land, goes_on_to_the_next_seat_when_its_own_is_merged) {
  combine(weak, strong);
  combine(strong, third);
  EXPECT_EQ(seat(weak), city(third));
  EXPECT_EQ(seat(strong), city(third));
  EXPECT_EQ(seat(third), city(third));
}

TEST_F(Land, is_land_of_a_zone_no_more_when_its_seat_is_delisted) {
  combine(weak, strong);
  delist(params.system, strong, Year(2030), state);
  EXPECT_FALSE(seat(weak).exists());
  EXPECT_FALSE(seat(strong).exists());
  EXPECT_EQ(seat(third), city(third));
}

TEST_F(Land, follows_the_policy_of_its_seat_from_the_next_year_on) {
  for (const CityId each : all<CityId>(n_cities)) state.cities.policy[each] = state.cities.local[each];
  govern_cities(params, Year(2010), Streams(1, 0), state);
  EXPECT_NE(state.cities.policy[city(weak)], state.cities.policy[city(strong)]);
  combine(weak, strong);
  EXPECT_NE(state.cities.policy[city(weak)], state.cities.policy[city(strong)]);  // merged at the end of the year
  for (int year = 2011; year <= 2013; ++year) {
    govern_cities(params, Year(year), Streams(1, 0), state);
    EXPECT_EQ(state.cities.policy[city(weak)], state.cities.policy[city(strong)]);
    EXPECT_NE(state.cities.policy[city(third)], state.cities.policy[city(strong)]);
    // Its own optimum is as it was, so that it pays in fit.
    EXPECT_NE(state.cities.fit[city(weak)], state.cities.fit[city(strong)]);
  }
}

TEST_F(Land, has_the_same_firms_after_a_merger_and_none_after_delisting) {
  // Firms do not grow, learn, enter or leave: only the land changes.
  auto& p = params.parameters.chain.firms;
  p.entry_floor = p.spinoff_rate = p.exit_rate = 0.0;
  p.exit_distance = 1e9;
  p.initial_year = 2000.0;
  for (Levers& levers : params.levers) levers.firm_entry_rate = 0.0;
  make();
  enter_firms(params, Year(2000), Streams(1, 0), state);
  Indicators indicators;
  indicators.prepare(params);
  const auto firms_in = [&](int year) {
    grow_firms(params, Year(year), Streams(1, 0), state);
    record(params, Year(year), state, indicators);
    return indicators.zone_firms.at(Year(year), hidz);
  };
  const auto at_first = firms_in(2000);
  const std::int64_t on_weak = state.firms.sums.in_zone[city(weak)], on_strong = state.firms.sums.in_zone[city(strong)];
  ASSERT_GT(on_weak, 0);
  ASSERT_GT(on_strong, 0);
  combine(weak, strong);
  EXPECT_EQ(firms_in(2001), at_first);
  EXPECT_EQ(state.firms.sums.in_zone[city(weak)], on_weak);
  delist(params.system, strong, Year(2030), state);
  EXPECT_EQ(firms_in(2002), at_first - on_weak - on_strong);
}

RC_GTEST_PROP(Seats, run_their_own_land_and_hold_a_zone_after_any_events, ()) {
  // A slow reference: who runs a city's land, by the words of the description, kept beside the program's.
  static const Params params = small_params();
  static const State start = small_state(params);
  State state = start;
  const auto [first, end] = state.zones.type_rows[hidz];
  std::vector<CityId> runs(n_cities, CityId::none());
  const auto zones_of = [&, &begin = first, &finish = end](CityId city) {
    int n = 0;
    for (ZoneId zone = begin; zone != finish; ++zone)
      n += state.zones.designated[zone] && state.zones.city[zone] == city;
    return n;
  };
  const int n_events = *rc::gen::inRange(0, 80);
  for (int i = 0; i < n_events; ++i) {
    const ZoneId zone(*rc::gen::inRange(first.index(), end.index()));
    const ZoneId other(*rc::gen::inRange(first.index(), end.index()));
    const CityId here = state.zones.city[zone], there = state.zones.city[other];
    CityId heir = here;  // who runs what this city ran
    if (!state.zones.designated[zone]) {
      admit(params.system, Year(2010), zone, state);
      runs[here.index()] = here;
    } else if (other != zone && state.zones.designated[other]) {
      merge(params.system, zone, other, state);
      if (zones_of(here) == 0) heir = there;
    } else {
      delist(params.system, zone, Year(2015), state);
      if (zones_of(here) == 0) heir = CityId::none();
    }
    for (CityId& city : runs)
      if (city == here) city = heir;
  }
  for (const CityId city : all<CityId>(n_cities)) {
    const CityId seat = state.cities.seat[city];
    RC_ASSERT(seat == runs[city.index()]);
    if (!seat.exists()) continue;
    RC_ASSERT(state.cities.seat[seat] == seat);
    RC_ASSERT(zones_of(seat) > 0);
  }
}

TEST_F(Consolidation, elevation_groups_a_province_and_keeps_the_members_designations) {
  levers_of(params, 2010).zone_elevation_rate = 50.0;  // certain: 50 over four provinces
  const std::int32_t stock = state.zones.stock[hidz];
  elevate_zones(params, Year(2010), Streams(1, 0), state);
  const Zones& zones = state.zones;
  EXPECT_EQ(zones.stock[hidz], stock);
  EXPECT_EQ(state.year_of[params.system.designation(hidz)].upgraded, 0);
  EXPECT_GT(zones.stock[demonstration_zone], 0);
  for (ZoneId zone = first; zone != end; ++zone) {
    EXPECT_TRUE(zones.designated[zone]);
    if (!zones.part_of[zone].exists()) continue;
    EXPECT_EQ(zones.type[zones.part_of[zone]], demonstration_zone);
    EXPECT_TRUE(zones.designated[zones.part_of[zone]]);
    EXPECT_EQ(zones.province[zones.part_of[zone]], zones.province[zone]);
  }
  // A second year finds nobody left to group in those provinces.
  const std::int32_t groups = zones.stock[demonstration_zone];
  elevate_zones(params, Year(2011), Streams(1, 0), state);
  EXPECT_EQ(zones.stock[demonstration_zone], groups);
}

TEST_F(Consolidation, elevation_needs_a_member_above_the_median) {
  levers_of(params, 2010).zone_elevation_rate = 50.0;
  for (ZoneId zone = first; zone != end; ++zone)
    state.zones.performance[zone] = state.zones.province[zone] == ProvinceId(0) ? 1.0 : 0.0;
  const auto in_first =
      std::count(state.zones.province.begin(), state.zones.province.begin() + static_cast<std::ptrdiff_t>(end.index()),
                 ProvinceId(0));
  ASSERT_LT(in_first, 10);  // so the median is that of the others
  elevate_zones(params, Year(2010), Streams(1, 0), state);
  EXPECT_EQ(state.zones.stock[demonstration_zone], 1);
}

TEST_F(Consolidation, elevation_follows_its_hazard) {
  // Rate 1.8 over four provinces: every ready province with probability 0.45.
  double ready = 0.0, elevated = 0.0;
  for (std::uint32_t replicate = 0; replicate < 500; ++replicate) {
    make(replicate);
    elevate_zones(params, Year(2010), Streams(1, replicate), state);
    ready += state.year_of[params.system.designation(demonstration_zone)].eligible;
    elevated += state.zones.stock[demonstration_zone];
  }
  EXPECT_NEAR(elevated, ready * 0.45, binomial_bound(ready, 0.45));
  make();
  elevate_zones(params, Year(2008), Streams(1, 0), state);  // before the launch
  EXPECT_EQ(state.zones.stock[demonstration_zone], 0);
}

}  // namespace
}  // namespace innochain
