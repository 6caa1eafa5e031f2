#include "sim/processes/approve_zones.hpp"

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

State after_zone_approvals(const Params& params, int year, std::uint32_t replicate) {
  const Streams streams(1, replicate);
  State state = small_state(params, 1, replicate);
  form_candidates(params, Year(year), streams, state);
  approve_zones(params, Year(year), streams, state);
  return state;
}

TEST(ApproveZones, explicit_localities_agree_with_their_exact_probabilities) {
  // Applications are ρ·(normal score of the size rank) + √(1 − ρ²)·z + u: localities pass independently, so the mean
  // number is the sum of the ranks' probabilities and its variance the sum of p(1 − p).
  Params params = small_params();
  params.system.named_zones.clear();
  set_calls(params, Kind::closed);
  params.parameters.approvals.isolated_rate = params.parameters.approvals.need_weight = 0.0;
  const double rho = params.parameters.zones.size_correlation, spread = params.parameters.quality.churn_spread;
  const double own = std::sqrt(1.0 - rho * rho + spread * spread);
  const std::uint32_t n_worlds = 400;
  for (const int year : {2008, 2020}) {
    const double theta = -maths::normal_quantile(0.6) * std::sqrt(1.0 + spread * spread) +
                         (year > 2015 ? params.parameters.approvals.bar_raise : 0.0);
    double mean = 0.0, variance = 0.0;
    for (int rank = 0; rank < 20; ++rank) {
      const double p =
          maths::normal_cdf((-rho * maths::normal_quantile((rank + 0.5) / 20.0) + 0.04 * (year - 2006) - theta) / own);
      mean += p;
      variance += p * (1.0 - p);
    }
    double eligible = 0.0;
    for (std::uint32_t replicate = 0; replicate < n_worlds; ++replicate)
      eligible += after_zone_approvals(params, year, replicate).year_of[params.system.designation(hidz)].eligible;
    EXPECT_NEAR(eligible / n_worlds, mean, mean_bound(variance, n_worlds)) << year;
  }
}

TEST(ApproveZones, takes_the_best) {
  Params params = small_params();
  params.system.named_zones.clear();
  set_calls(params, Kind::open);
  int n_split = 0;
  for (std::uint32_t replicate = 0; replicate < 30; ++replicate) {
    const State state = after_zone_approvals(params, 2010, replicate);
    for (const ZoneTypeId type : {hidz, etdz}) {
      double worst_in = 1e9, best_out = -1e9;
      const auto [first, end] = state.zones.type_rows[type];
      for (ZoneId zone = first; zone != end; ++zone) {
        if (state.zones.designated[zone])
          worst_in = std::min(worst_in, state.zones.quality[zone]);
        else
          best_out = std::max(best_out, state.zones.quality[zone]);
      }
      EXPECT_GE(worst_in, best_out);
      n_split += state.zones.stock[type] > 0;
    }
  }
  EXPECT_GT(n_split, 30);
}

TEST(ApproveZones, listed_kinds_get_the_listed_number) {
  Params params = small_params();
  State state = small_state(params);
  for (const auto& [year, stock] : {std::pair(2012, 0), {2013, 1}, {2014, 1}, {2015, 4}, {2016, 4}}) {
    approve_zones(params, Year(year), Streams(1, 0), state);
    EXPECT_EQ(state.zones.stock[pilot_zone], stock) << year;
  }
}

TEST(ApproveZones, a_rule_on_core_industry_keeps_small_cities_out) {
  // Core industry is a fixed share of GDP times the city's weight; cities are in the order of their weights.
  Params params = small_params();
  params.parameters.zones.core_industry_share = 0.002;
  const double threshold = core_industry_mcny(params, Year(2013), CityId(2));
  const double gdp_mcny = params.inputs.gdp_bcny[params.inputs.years.index(Year(2013))] * 1e3;
  EXPECT_DOUBLE_EQ(threshold, 0.002 * gdp_mcny * params.system.cities[CityId(2)].weight);
  params.system.zone_types[pilot_zone].core_industry_min_mcny = fact(threshold);
  for (std::uint32_t replicate = 0; replicate < 20; ++replicate) {
    State state = small_state(params, 1, replicate);
    approve_zones(params, Year(2013), Streams(1, replicate), state);
    approve_zones(params, Year(2015), Streams(1, replicate), state);
    const auto [first, end] = state.zones.type_rows[pilot_zone];
    for (ZoneId zone = first; zone != end; ++zone)
      EXPECT_TRUE(!state.zones.designated[zone] || state.zones.city[zone] <= CityId(2));
  }
}

TEST(ApproveZones, members_of_a_city_are_counted) {
  Params params = small_params();
  set_calls(params, Kind::open);
  const State state = after_zone_approvals(params, 2005, 3);
  ASSERT_GT(state.zones.stock[hidz], 0);
  std::vector<std::int32_t> count(n_cities, 0);
  const auto [first, end] = state.zones.type_rows[hidz];
  for (ZoneId zone = first; zone != end; ++zone) count[state.zones.city[zone].index()] += state.zones.designated[zone];
  for (const CityId city : all<CityId>(n_cities)) EXPECT_EQ(state.hidz_in_city[city], count[city.index()]);
}

}  // namespace
}  // namespace innochain
