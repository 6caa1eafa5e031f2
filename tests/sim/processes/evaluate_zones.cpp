#include "sim/processes/evaluate_zones.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "sim/state/membership.hpp"
#include "tests/support/small_world.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

using namespace testing;

/// `n` high-tech zones, all designated in 2000.
class ZoneEvaluations : public ::testing::Test {
 protected:
  ZoneEvaluations() { make(20); }
  void make(int n) {
    params.system.named_zones.clear();
    params.system.zone_types[hidz].pool = fact(n);
    params.system.zone_types[hidz].per_city_max = (n + 11) / 12;
    params.parameters.exits.zone_removal_rate = 0.0;
    state = small_state(params);
    const auto [first, end] = state.zones.type_rows[hidz];
    n_zones = static_cast<int>(end.index() - first.index());
    for (ZoneId zone = first; zone != end; ++zone) {
      admit(params.system, Year(2000), zone, state);
      state.zones.performance[zone] = state.zones.talent[zone];
    }
  }
  void evaluate(int year, std::uint32_t replicate = 0) {
    clear_year(state);
    evaluate_zones(params, Year(year), Streams(1, replicate), state);
  }
  YearOfDesignation& year_of() { return state.year_of[params.system.designation(hidz)]; }

  Params params = small_params();
  State state;
  int n_zones = 0;
};

TEST_F(ZoneEvaluations, come_every_five_years) {
  for (Levers& levers : params.levers) levers.review.zone_poor_share = 0.1;
  for (int year = 2005; year <= 2025; ++year) {
    for (const ZoneId zone : all<ZoneId>(state.zones.size())) state.zones.warned[zone] = 0;
    evaluate(year);
    EXPECT_EQ(state.zones_poor[hidz], year >= 2008 && year % 5 == 3 ? 2 : 0) << year;
  }
}

TEST_F(ZoneEvaluations, warn_once_and_delist_the_second_time_in_a_row) {
  // No noise, weight on performance only: the order is known.
  params.parameters.zones.reliability = 1.0;
  for (Levers& levers : params.levers) levers.review.zone_poor_share = 0.1, levers.review.zone_old_weight = 0.0;
  const ZoneId last(0), wavering(1), other(2);
  auto& performance = state.zones.performance;
  performance[last] = -9.0, performance[wavering] = -8.0;
  evaluate(2008);
  EXPECT_EQ(year_of().delisted, 0);
  EXPECT_TRUE(state.zones.warned[last] && state.zones.warned[wavering]);
  performance[wavering] = 9.0, performance[other] = -8.0;
  evaluate(2013);
  EXPECT_EQ(year_of().delisted, 1);
  EXPECT_FALSE(state.zones.designated[last]);
  EXPECT_EQ(state.zones.barred_until[last], Year(2018));
  EXPECT_FALSE(state.zones.warned[wavering]);
  performance[wavering] = -8.0;  // poor, good, poor: not in a row
  evaluate(2018);
  EXPECT_TRUE(state.zones.designated[wavering]);
  EXPECT_FALSE(state.zones.designated[other]);
}

/// Zones of the lower half by `sums` that are expected in the lower half after noise of the given spread: a slow
/// reference that looks for the threshold by bisection.
double expected_overlap(const std::vector<double>& sums, double spread) {
  double low = -20.0, high = 20.0;
  const auto below = [&](double threshold, double cut) {
    double n = 0.0;
    for (const double sum : sums) n += sum < cut ? maths::normal_cdf((threshold - sum) / spread) : 0.0;
    return n;
  };
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    (below(middle, 1e9) < static_cast<double>(sums.size()) / 2.0 ? low : high) = middle;
  }
  auto sorted = sums;
  std::sort(sorted.begin(), sorted.end());
  return below(low, sorted[sums.size() / 2]);
}

TEST_F(ZoneEvaluations, scores_have_the_declared_reliability) {
  // Noise has the variance of the zones' own scores at reliability ½, whatever size and performance weigh.
  make(12000);
  params.parameters.zones.reliability = 0.5;
  Levers& levers = levers_of(params, 2008);
  levers.review.zone_poor_share = 0.5;
  const auto [first, end] = state.zones.type_rows[hidz];
  std::vector<double> size, performance;
  for (ZoneId zone = first; zone != end; ++zone) {
    state.zones.performance[zone] = Streams(2, 0).at(Purpose::zone_quality, Year(2000), zone.index()).normal();
    performance.push_back(state.zones.performance[zone]);
    size.push_back(params.system.cities[state.zones.city[zone]].weight);
  }
  const Moments of_size = moments_of(size), of_performance = moments_of(performance);
  for (const double old_weight : {0.0, 0.5}) {
    levers.review.zone_old_weight = old_weight;
    std::vector<double> sums;
    for (std::size_t i = 0; i < size.size(); ++i)
      sums.push_back(old_weight * (size[i] - of_size.mean) / std::sqrt(of_size.variance) +
                     (1.0 - old_weight) * (performance[i] - of_performance.mean) / std::sqrt(of_performance.variance));
    const double expected = expected_overlap(sums, std::sqrt(moments_of(sums).variance));
    auto sorted = sums;
    std::sort(sorted.begin(), sorted.end());
    for (ZoneId zone = first; zone != end; ++zone) state.zones.warned[zone] = 0;
    evaluate(2008);
    double both = 0.0;
    for (ZoneId zone = first; zone != end; ++zone)
      both += state.zones.warned[zone] && sums[zone.index() - first.index()] < sorted[sorted.size() / 2];
    EXPECT_NEAR(both, expected, binomial_bound(n_zones / 2.0, expected / (n_zones / 2.0))) << old_weight;
  }
}

TEST_F(ZoneEvaluations, removals_outside_them_follow_the_hazard_from_2016) {
  make(3600);
  params.parameters.exits.zone_removal_rate = 0.05;
  evaluate(2014);
  EXPECT_EQ(year_of().delisted, 0);
  evaluate(2017);
  EXPECT_NEAR(year_of().delisted, n_zones * 0.05, binomial_bound(n_zones, 0.05));
}

TEST_F(ZoneEvaluations, performance_follows_its_equation) {
  // π = fundamentals + a·ln A − c·(A − 1) + s·ln((F + 1)/(F̄ + 1)) + noise, one zone at a time.
  const auto& p = params.parameters.zones;
  Zones& zones = state.zones;
  const auto [first, end] = zones.type_rows[hidz];
  for (ZoneId zone = first; zone != end; ++zone) zones.funding[zone] = Money::million_cny(zone.index() % 3);
  for (LabId lab(0); lab.index() < 60; ++lab) admit(params.system, Year(2000), lab, skl_discipline, state);
  perform_zones(params, Year(2010), Streams(1, 0), state);
  std::vector<double> activity(n_cities, 0.0);
  for (LabId lab(0); lab.index() < 60; ++lab) activity[state.labs.city[lab].index()] += 0.5 / 60.0;
  for (const CityId city : all<CityId>(n_cities)) activity[city.index()] += 0.5 * params.system.cities[city].weight;
  double mean_activity = 0.0, mean_support = 0.0;
  for (ZoneId zone = first; zone != end; ++zone) {
    mean_activity += activity[zones.city[zone].index()] / n_zones;
    mean_support += static_cast<double>(zone.index() % 3) / n_zones;
  }
  for (ZoneId zone = first; zone != end; ++zone) {
    const double local = activity[zones.city[zone].index()] / mean_activity;
    const double expected =
        zones.fundamentals[zone] + p.agglomeration * std::log(local) - p.congestion * (local - 1.0) +
        p.support_elasticity * std::log((static_cast<double>(zone.index() % 3) + 1.0) / (mean_support + 1.0)) +
        zones.noise[zone];
    EXPECT_NEAR(zones.performance[zone], expected, 1e-12);
  }
}

TEST_F(ZoneEvaluations, weak_years_count_the_lowest_decile_in_a_row) {
  params.parameters.zones = {};
  params.parameters.zones.noise_persistence = 1.0;
  Zones& zones = state.zones;
  const auto [first, end] = zones.type_rows[hidz];
  for (ZoneId zone = first; zone != end; ++zone)
    zones.fundamentals[zone] = static_cast<double>(zone.index()), zones.noise[zone] = 0.0;
  for (int year = 2010; year <= 2012; ++year) {
    if (year == 2012) zones.fundamentals[ZoneId(1)] = 50.0;
    perform_zones(params, Year(year), Streams(1, 0), state);
  }
  EXPECT_EQ(zones.weak_years[ZoneId(0)], 3);
  EXPECT_EQ(zones.weak_years[ZoneId(1)], 0);
  EXPECT_EQ(zones.weak_years[ZoneId(2)], 1);
  EXPECT_EQ(zones.weak_years[ZoneId(3)], 0);
}

}  // namespace
}  // namespace innochain
