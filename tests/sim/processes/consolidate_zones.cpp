#include "sim/processes/consolidate_zones.hpp"

#include <gtest/gtest.h>

#include <algorithm>

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
