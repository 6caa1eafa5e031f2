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

/// Cities with policies and firms in numbers of all sizes; two have no firms.
void settle(const Params& params, State& state) {
  Cities& cities = state.cities;
  FirmSums& firms = state.firms.sums;
  cities.reference_value = -0.4;
  firms.firms = 0;
  for (const CityId city : all<CityId>(n_cities)) {
    cities.value[city] = -0.05 * static_cast<double>(city.index());
    firms.in_city[city] =
        city.index() % 5 == 4 ? 0 : static_cast<std::int64_t>(4000.0 * params.system.cities[city].weight);
    firms.firms += firms.in_city[city];
  }
}

TEST_F(ZoneEvaluations, performance_of_cities_follows_its_equation) {
  // place = fundamentals + a·(ln(1 + N/(n₀ω Z)) − firm-weighted mean) − c·N/mean N, π = place + f·(value − reference).
  const auto& p = params.parameters.zones;
  settle(params, state);
  perform_zones(params, Year(2010), Streams(1, 0), state);
  const Cities& cities = state.cities;
  const FirmSums& firms = state.firms.sums;
  const auto n = [&](CityId city) { return static_cast<double>(firms.in_city[city]); };
  const auto log_density = [&](CityId city) {
    return std::log(1.0 + n(city) / (params.parameters.chain.firms.entry_floor * params.system.cities[city].weight *
                                     static_cast<double>(n_cities)));
  };
  double mean_log = 0.0, mean_firms = 0.0;
  for (const CityId city : all<CityId>(n_cities)) {
    mean_log += n(city) * log_density(city) / static_cast<double>(firms.firms);
    mean_firms += n(city) / static_cast<double>(n_cities);
  }
  for (const CityId city : all<CityId>(n_cities)) {
    const double place = cities.fundamentals[city] + p.agglomeration * (log_density(city) - mean_log) -
                         p.congestion * n(city) / mean_firms;
    EXPECT_NEAR(cities.place[city], place, 1e-12);
    EXPECT_NEAR(cities.performance[city],
                place + params.parameters.chain.governance.fit_weight * (cities.value[city] + 0.4), 1e-12);
  }
}

TEST_F(ZoneEvaluations, performance_of_zones_follows_its_equation) {
  // π of the city + fundamentals of the land + a_sup·ln((F + 1)/(F̄ + 1)) + noise, one zone at a time.
  const auto& p = params.parameters.zones;
  settle(params, state);
  Zones& zones = state.zones;
  const auto [first, end] = zones.type_rows[hidz];
  for (ZoneId zone = first; zone != end; ++zone) zones.funding[zone] = Money::million_cny(zone.index() % 3);
  perform_zones(params, Year(2010), Streams(1, 0), state);
  double mean_support = 0.0;
  for (ZoneId zone = first; zone != end; ++zone) mean_support += static_cast<double>(zone.index() % 3) / n_zones;
  for (ZoneId zone = first; zone != end; ++zone) {
    const double support = static_cast<double>(zone.index() % 3);
    const double expected = state.cities.performance[zones.city[zone]] + zones.fundamentals[zone] +
                            p.support_elasticity * std::log((support + 1.0) / (mean_support + 1.0)) + zones.noise[zone];
    EXPECT_NEAR(zones.performance[zone], expected, 1e-12);
  }
}

TEST_F(ZoneEvaluations, noise_of_performance_is_a_stationary_autoregression) {
  make(6000);
  const auto& p = params.parameters.zones;
  const auto [first, end] = state.zones.type_rows[hidz];
  std::vector<double> before, now, products;
  for (ZoneId zone = first; zone != end; ++zone) before.push_back(state.zones.noise[zone]);
  for (int year = 2010; year <= 2012; ++year) perform_zones(params, Year(year), Streams(1, 0), state);
  for (ZoneId zone = first; zone != end; ++zone) {
    now.push_back(state.zones.noise[zone]);
    products.push_back(now.back() * before[zone.index() - first.index()]);
  }
  const Moments m = moments_of(now), covariance = moments_of(products);
  const double variance = p.noise_spread * p.noise_spread;
  EXPECT_NEAR(m.mean, 0.0, mean_bound(variance, now.size()));
  EXPECT_NEAR(m.variance, variance, m.variance_bound);
  EXPECT_NEAR(covariance.mean, variance * std::pow(p.noise_persistence, 3),
              mean_bound(covariance.variance, products.size()));
}

TEST_F(ZoneEvaluations, land_of_a_zone_adds_what_its_zones_add_on_average) {
  // The mean over a city's HIDZs of their performance; a city that another's HIDZ runs gets that one's addition.
  make(20);
  settle(params, state);
  const auto [first, end] = state.zones.type_rows[hidz];
  const CityId follower = state.zones.city[first];
  CityId seat;
  for (ZoneId zone = first; zone != end && !seat.exists(); ++zone)
    if (state.zones.city[zone] != follower) seat = state.zones.city[zone];
  ASSERT_TRUE(seat.exists());
  state.cities.seat[follower] = seat;
  perform_zones(params, Year(2010), Streams(1, 0), state);
  const Cities& cities = state.cities;
  for (const CityId city : all<CityId>(n_cities)) {
    const CityId runs = cities.seat[city];
    double added = 0.0, n = 0.0;
    for (ZoneId zone = first; zone != end; ++zone)
      if (state.zones.city[zone] == runs) added += state.zones.performance[zone] - cities.performance[runs], n += 1.0;
    EXPECT_NEAR(cities.zone_performance[city], cities.performance[city] + (n > 0.0 ? added / n : 0.0), 1e-12);
  }
}

TEST_F(ZoneEvaluations, places_are_their_fundamentals_before_there_are_firms) {
  perform_zones(params, Year(1995), Streams(1, 0), state);
  for (const CityId city : all<CityId>(n_cities)) EXPECT_EQ(state.cities.place[city], state.cities.fundamentals[city]);
}

TEST_F(ZoneEvaluations, firms_gain_nothing_from_agglomeration_as_a_whole_however_many_agents_they_are) {
  // Σ N·(place − fundamentals + congestion) = 0: what firms gain is gained from other firms, whether one agent stands
  // for one firm or for fifty. With a mean over cities it would move with the number of cities that hold an agent.
  for (const std::int64_t weight : {1, 10, 50}) {
    settle(params, state);
    FirmSums& firms = state.firms.sums;
    firms.firms = 0;
    for (const CityId city : all<CityId>(n_cities)) {
      Stream stream = Streams(7, 0).at(Purpose::firm_entry, Year(2010), city.index());
      firms.in_city[city] =
          weight * stream.poisson(4000.0 * params.system.cities[city].weight / static_cast<double>(weight));
      firms.firms += firms.in_city[city];
    }
    perform_zones(params, Year(2010), Streams(1, 0), state);
    double gained = 0.0, spread = 0.0;
    for (const CityId city : all<CityId>(n_cities)) {
      const double crowd =
          static_cast<double>(firms.in_city[city]) * static_cast<double>(n_cities) / static_cast<double>(firms.firms);
      const double gain =
          state.cities.place[city] - state.cities.fundamentals[city] + params.parameters.zones.congestion * crowd;
      gained += static_cast<double>(firms.in_city[city]) * gain;
      spread += static_cast<double>(firms.in_city[city]) * std::abs(gain);
    }
    EXPECT_NEAR(gained, 0.0, 1e-12 * spread) << weight;
    EXPECT_GT(spread, 0.0);
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
