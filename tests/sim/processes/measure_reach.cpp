// Reach of labs: sums over cities, clusters and disciplines against every pair.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "sim/processes/grow_firms.hpp"
#include "tests/support/small_world.hpp"

namespace innochain {
namespace {

using namespace testing;

constexpr Year topic_year(2000);

/// Results in reach of a place, by the definition: every pair of places and of categories.
double reach_by_pairs(const Params& params, const State& state, CityId city, bool in_zone, CategoryId category) {
  const ChainParameters::Firms& p = params.parameters.chain.firms;
  const System& system = params.system;
  double reach = 0.0;
  for (const CityId other : all<CityId>(system.cities.size())) {
    for (const bool beside : {false, true}) {
      const ClusterId cluster = system.cities[city].cluster;
      const bool together = !state.cities.seat[city].exists() || beside == in_zone;
      const double distance = other == city ? (together ? 1.0 : p.outside_reach)
                              : cluster.exists() && system.cities[other].cluster == cluster ? p.cluster_reach
                                                                                            : p.far_reach;
      for (const CategoryId c : all<CategoryId>(system.categories.size())) {
        const double related = c == category                                                     ? 1.0
                               : system.categories[c].field == system.categories[category].field ? p.related_reach
                                                                                                 : 0.0;
        const auto& results = beside ? state.research.inside : state.research.outside;
        reach += distance * related * results[other.index() * system.categories.size() + c.index()];
      }
    }
  }
  return reach;
}

/// The small country with two clusters and cities outside them, and results in two thirds of its places.
std::pair<Params, State> country_with_results() {
  Params params = small_params();
  params.system.clusters.resize(2);
  for (const CityId city : all<CityId>(n_cities))
    if (city.index() % 3 < 2) params.system.cities[city].cluster = ClusterId(city.index() % 3);
  State state = small_state(params);
  Stream stream = Streams(3, 0).at(Purpose::topics, topic_year, 0);
  for (const CityId city : all<CityId>(n_cities)) {
    if (city.index() % 2 == 0) state.cities.seat[city] = city;  // half of them have a zone
    for (std::size_t c = 0; c < 10; ++c) {
      const std::size_t i = city.index() * 10 + c;
      if (city.index() % 5 != 1) state.research.inside[i] = stream.uniform() < 0.5 ? 900.0 * stream.uniform() : 0.0;
      if (city.index() % 5 > 1) state.research.outside[i] = stream.uniform() < 0.5 ? 300.0 * stream.uniform() : 0.0;
    }
  }
  return {params, state};
}

double gain_in(const State& state, CityId city, bool in_zone, std::size_t category) {
  const auto& rows = state.firms.reach_row[city];
  return state.firms.reach_gain[(in_zone ? rows.second : rows.first) * 10 + category];
}

TEST(MeasureReach, agrees_with_all_pairs) {
  auto [params, state] = country_with_results();
  for (const double outside_reach : {0.8, 0.0}) {
    params.parameters.chain.firms.outside_reach = outside_reach;
    measure_reach(params, state);
    double largest = 0.0;
    for (const CityId city : all<CityId>(n_cities)) {
      for (const bool in_zone : {false, true}) {
        for (const CategoryId c : all<CategoryId>(10)) {
          const double reach = reach_by_pairs(params, state, city, in_zone, c);
          const double gain = 1.0 + params.parameters.chain.firms.lab_absorption *
                                        std::log(1.0 + reach / params.parameters.chain.firms.reach_scale);
          EXPECT_NEAR(gain_in(state, city, in_zone, c.index()), gain, 1e-12)
              << city.index() << ' ' << in_zone << ' ' << c.index();
          largest = std::max(largest, gain);
        }
      }
    }
    EXPECT_GT(largest, 1.5);
  }
}

TEST(MeasureReach, without_absorption_from_labs_every_gain_is_one) {
  auto [params, state] = country_with_results();
  params.parameters.chain.firms.lab_absorption = 0.0;
  measure_reach(params, state);
  ASSERT_FALSE(state.firms.reach_gain.empty());
  for (const double gain : state.firms.reach_gain) EXPECT_EQ(gain, 1.0);
}

}  // namespace
}  // namespace innochain
