#include "sim/processes/govern_cities.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "sim/simulate.hpp"
#include "sim/state/found_economy.hpp"
#include "tests/support/indicator_bits.hpp"
#include "tests/support/small_world.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

using namespace testing;

using Policy = Cities::Policy;

/// The cities of the small country before the first year, with policies that already differ.
class GovernedCities : public ::testing::Test {
 protected:
  GovernedCities() { found(); }
  void found(std::uint64_t seed = 1) {
    found_economy(params, Streams(seed, 0), state);
    for (const CityId city : all<CityId>(n_cities))
      for (std::size_t k = 0; k < state.cities.dimensions; ++k)
        state.cities.policy[city][k] = 0.3 * state.cities.local[city][k] + 0.1 * state.cities.common[k];
  }
  void set_autonomy(double share) {
    for (Levers& levers : params.levers) levers.zone_autonomy_share = share;
  }
  void govern(int first, int last, std::uint64_t seed = 1) {
    for (int year = first; year <= last; ++year) govern_cities(params, Year(year), Streams(seed, 0), state);
  }
  /// Labs' strength of every city in every field, all different; some cities have none in some fields.
  void place_labs() {
    const std::size_t n_fields = params.system.fields.size();
    for (std::size_t i = 0; i < n_cities * n_fields; ++i)
      state.research.labs[i] = static_cast<double>((7 * i) % 5) * (1.0 + static_cast<double>(i % 3));
  }

  Params params = small_params();
  ChainParameters::Governance& p = params.parameters.chain.governance;
  State state;
  Cities& cities = state.cities;
};

bool same_bits(const Column<CityId, Policy>& a, const Column<CityId, Policy>& b) {
  return std::memcmp(&a[CityId(0)], &b[CityId(0)], a.size() * sizeof(Policy)) == 0;
}

TEST_F(GovernedCities, start_from_optima_of_mean_0_and_mean_square_1) {
  for (const double dimensions : {1.0, 6.0, 12.0}) {
    p.dimensions = dimensions;
    found();
    ASSERT_EQ(cities.dimensions, static_cast<std::size_t>(dimensions));
    double common = 0.0;
    for (std::size_t k = 0; k < cities.dimensions; ++k) {
      double sum = 0.0, squares = 0.0;
      for (const Policy& local : cities.local) sum += local[k], squares += local[k] * local[k];
      EXPECT_NEAR(sum / n_cities, 0.0, 1e-14) << k;
      EXPECT_NEAR(squares / n_cities, 1.0, 1e-13) << k;
      common += cities.common[k] * cities.common[k];
    }
    EXPECT_NEAR(common / dimensions, 1.0, 1e-14);
    for (std::size_t k = cities.dimensions; k < Cities::most_dimensions; ++k) EXPECT_EQ(cities.common[k], 0.0);
  }
}

TEST_F(GovernedCities, keep_their_policies_if_they_do_not_search_and_the_centre_does_not_pull) {
  p.experiment_rate = p.imitation_rate = 0.0;
  set_autonomy(1.0);
  const Column<CityId, Policy> before = cities.policy;
  govern(1995, 2025);
  EXPECT_TRUE(same_bits(cities.policy, before));
  // Each of the three moves them when it is on.
  for (int part = 0; part < 3; ++part) {
    found();
    p.experiment_rate = part == 0 ? 0.9 : 0.0;
    p.imitation_rate = part == 1 ? 0.9 : 0.0;
    set_autonomy(part == 2 ? 0.9 : 1.0);
    govern(1995, 2025);
    EXPECT_FALSE(same_bits(cities.policy, before)) << part;
  }
}

TEST_F(GovernedCities, value_is_fit_without_spillovers_and_overlap) {
  p.spillover = p.specialization_weight = 0.0;
  govern(1995, 2004);
  for (const CityId city : all<CityId>(n_cities)) EXPECT_EQ(cities.value[city], cities.fit[city]);
}

TEST_F(GovernedCities, fit_value_and_overlap_follow_their_equations) {
  // Written out city by city for the policies and shares that a decade has left.
  place_labs();
  p.local_share = 0.3;
  p.spillover = 1.7;
  p.specialization_weight = 0.6;
  set_autonomy(0.6);
  govern(1995, 2004);
  const auto n_dimensions = static_cast<double>(cities.dimensions);
  const std::size_t n_fields = params.system.fields.size();
  Policy mean{};
  std::vector<double> promoted(n_fields, 0.0);
  for (const CityId city : all<CityId>(n_cities)) {
    for (std::size_t k = 0; k < cities.dimensions; ++k) mean[k] += cities.policy[city][k] / n_cities;
    for (std::size_t k = 0; k < n_fields; ++k) promoted[k] += cities.promoted_in(city)[k] / n_cities;
  }
  for (const CityId city : all<CityId>(n_cities)) {
    double fit = 0.0, apart = 0.0, product = 0.0, length = 0.0, mean_length = 0.0;
    for (std::size_t k = 0; k < cities.dimensions; ++k) {
      const double best = std::sqrt(0.7) * cities.common[k] + std::sqrt(0.3) * cities.local[city][k];
      fit -= std::pow(cities.policy[city][k] - best, 2) / n_dimensions;
      apart += std::pow(cities.policy[city][k] - mean[k], 2) / n_dimensions;
    }
    for (std::size_t k = 0; k < n_fields; ++k) {
      const double share = cities.promoted_in(city)[k];
      product += share * promoted[k], length += share * share, mean_length += promoted[k] * promoted[k];
    }
    EXPECT_NEAR(cities.fit[city], fit, 1e-12);
    EXPECT_NEAR(cities.value[city], fit - 1.7 * apart - 0.6 * product / std::sqrt(length * mean_length), 1e-12);
  }
}

TEST_F(GovernedCities, pull_of_the_centre_is_a_geometric_approach) {
  // An accurate centre that has found the optimum: the distance shrinks by (1 − r·κ) a year.
  p.template_error = 0.0;
  p.experiment_rate = p.imitation_rate = 0.0;
  set_autonomy(0.4);
  const double common = std::sqrt(1.0 - p.local_share);
  for (std::size_t k = 0; k < cities.dimensions; ++k) cities.central[k] = common * cities.common[k];
  const Column<CityId, Policy> before = cities.policy;
  govern(1995, 2004);
  const double left = std::pow(1.0 - 0.6 * p.pull, 10);
  for (const CityId city : all<CityId>(n_cities))
    for (std::size_t k = 0; k < cities.dimensions; ++k)
      EXPECT_NEAR(cities.policy[city][k] - cities.central[k], left * (before[city][k] - cities.central[k]), 1e-13);
}

TEST_F(GovernedCities, common_optimum_stays_without_drift_and_keeps_its_size_with_it) {
  const Policy before = cities.common;
  govern(1995, 2025);
  EXPECT_EQ(cities.common, before);
  p.common_drift = 0.2;
  const double keep = std::sqrt(1.0 - 0.04);
  std::vector<double> squares, products;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    found(seed);
    const Policy start = cities.common;
    govern(1995, 2004, seed);
    double square = 0.0, product = 0.0;
    for (std::size_t k = 0; k < cities.dimensions; ++k)
      square += cities.common[k] * cities.common[k], product += cities.common[k] * start[k];
    squares.push_back(square / p.dimensions);
    products.push_back(product / p.dimensions);
  }
  // A stationary autoregression: mean square 1, autocorrelation (1 − d²)^(t/2).
  const Moments size = moments_of(squares), memory = moments_of(products);
  EXPECT_NEAR(size.mean, 1.0, mean_bound(size.variance, squares.size()));
  EXPECT_NEAR(memory.mean, std::pow(keep, 10), mean_bound(memory.variance, products.size()));
}

TEST_F(GovernedCities, trials_and_their_size_follow_the_parameters) {
  // Where nobody sees anything, half of what is tried looks better: moves at the rate p_e(1 − κ)/2, of length σ_e in
  // the mean square.
  p.sight_error = 1e12;
  p.imitation_rate = 0.0;
  p.pull = 0.0;
  p.experiment_rate = 0.8;
  set_autonomy(0.5);
  double moves = 0.0, n = 0.0;
  std::vector<double> lengths;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    found(seed);
    const Column<CityId, Policy> before = cities.policy;
    govern(2000, 2000, seed);
    for (const CityId city : all<CityId>(n_cities)) {
      double length = 0.0;
      for (std::size_t k = 0; k < cities.dimensions; ++k)
        length += std::pow(cities.policy[city][k] - before[city][k], 2);
      n += 1.0;
      if (length > 0.0) moves += 1.0, lengths.push_back(length);
    }
  }
  EXPECT_NEAR(moves, 0.2 * n, binomial_bound(n, 0.2));
  const Moments m = moments_of(lengths);
  EXPECT_NEAR(m.mean, p.experiment_step * p.experiment_step, mean_bound(m.variance, lengths.size()));
}

TEST_F(GovernedCities, imitators_go_part_of_the_way_to_a_policy_of_the_year_before) {
  p.experiment_rate = p.pull = 0.0;
  p.imitation_rate = 1.0;
  p.sight_error = 1e12;  // so that half of what is tried looks better
  set_autonomy(1.0);
  int n_moved = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    found(seed);
    const Column<CityId, Policy> before = cities.policy;
    govern(2000, 2000, seed);
    for (const CityId city : all<CityId>(n_cities)) {
      if (cities.policy[city] == before[city]) continue;
      ++n_moved;
      double nearest = 1e300;
      for (const CityId model : all<CityId>(n_cities)) {
        double miss = 0.0;
        for (std::size_t k = 0; k < cities.dimensions; ++k) {
          const double step = p.imitation_step * (before[model][k] - before[city][k]);
          miss += std::pow(before[city][k] + step - cities.policy[city][k], 2);
        }
        if (model != city) nearest = std::min(nearest, miss);
      }
      EXPECT_LT(nearest, 1e-20);
    }
  }
  EXPECT_GT(n_moved, 20);
}

TEST_F(GovernedCities, shares_of_promoted_fields_stay_on_the_simplex) {
  place_labs();
  p.specialization_speed = 0.9;
  p.hot_response = 20.0;
  for (const double autonomy : {0.0, 0.3, 1.0}) {
    found();
    set_autonomy(autonomy);
    for (int year = 1995; year <= 2025; ++year) {
      for (const FieldId field : all<FieldId>(params.system.fields.size()))  // growth and decline by up to 40 % a year
        state.firms.sums.firms_of[field] =
            1000.0 + 400.0 * std::sin(static_cast<double>(year * (1 + static_cast<int>(field.index()))));
      govern(year, year);
      for (const CityId city : all<CityId>(n_cities)) {
        double sum = 0.0;
        for (const double share : cities.promoted_in(city)) {
          ASSERT_GE(share, 0.0) << year;
          sum += share;
        }
        ASSERT_NEAR(sum, 1.0, 1e-12) << year;
      }
    }
  }
}

TEST_F(GovernedCities, a_fully_centralized_city_promotes_what_its_labs_are_strong_in) {
  // Shares go geometrically from the country's mix to (labs + country's share)/(all labs + 1).
  place_labs();
  set_autonomy(0.0);
  const std::size_t n_fields = params.system.fields.size();
  const std::vector<double> country(cities.promoted_in(CityId(0)).begin(), cities.promoted_in(CityId(0)).end());
  govern(1995, 2004);
  const double left = std::pow(1.0 - p.specialization_speed, 10);
  for (const CityId city : all<CityId>(n_cities)) {
    double strength = 0.0;
    const double* labs = state.research.labs.data() + city.index() * n_fields;
    for (std::size_t k = 0; k < n_fields; ++k) strength += labs[k] + country[k] + 1e-3;  // a trace, so that none is 0
    for (std::size_t k = 0; k < n_fields; ++k) {
      const double target = (labs[k] + country[k] + 1e-3) / strength;
      EXPECT_NEAR(cities.promoted_in(city)[k], target + left * (country[k] - target), 1e-12);
    }
  }
}

TEST_F(GovernedCities, fields_that_nobody_promotes_are_taken_up_by_directed_cities_alone) {
  for (const double autonomy : {0.0, 1.0}) {
    found();
    place_labs();
    set_autonomy(autonomy);
    for (const CityId city : all<CityId>(n_cities)) {
      const auto share = cities.promoted_in(city);
      share[0] += share[1];
      share[1] = 0.0;
    }
    govern(1995, 1996);
    for (const CityId city : all<CityId>(n_cities)) {
      EXPECT_EQ(cities.promoted_in(city)[1] > 0.0, autonomy == 0.0);
      EXPECT_TRUE(std::isfinite(cities.value[city]));
    }
  }
}

TEST_F(GovernedCities, overlap_falls_as_the_centre_makes_cities_follow_their_labs) {
  // Overlap is what s_o = 1 takes from the value when s = 0. Autonomous cities run after the same growth and overlap
  // fully.
  place_labs();
  p.spillover = 0.0;
  p.specialization_weight = 1.0;
  const auto overlap = [&] {
    double sum = 0.0;
    for (const CityId city : all<CityId>(n_cities)) sum += cities.fit[city] - cities.value[city];
    return sum / n_cities;
  };
  std::vector<double> last;
  for (const double autonomy : {1.0, 0.5, 0.0}) {
    found();
    place_labs();
    set_autonomy(autonomy);
    double before = 1.0;
    for (int year = 1995; year <= 2004; ++year) {
      govern(year, year);
      if (autonomy == 1.0)
        EXPECT_NEAR(overlap(), 1.0, 1e-12) << year;
      else
        EXPECT_LT(overlap(), before) << year;
      before = overlap();
    }
    last.push_back(before);
  }
  EXPECT_LT(last[1], last[0]);
  EXPECT_LT(last[2], last[1]);
}

TEST_F(GovernedCities, autonomous_cities_follow_growth_with_their_response) {
  // One field grows by a tenth, the others stay: its odds rise by 1.1^χ_h, at full speed.
  set_autonomy(1.0);
  p.specialization_speed = 1.0;
  for (double& n : state.firms.sums.firms_of) n = 1000.0;
  govern(1995, 1995);
  const double before = cities.promoted_in(CityId(3))[2];
  state.firms.sums.firms_of[FieldId(2)] = 1100.0;
  govern(1996, 1996);
  const double after = cities.promoted_in(CityId(3))[2];
  EXPECT_NEAR(after / (1.0 - after), std::pow(1.1, p.hot_response) * before / (1.0 - before), 1e-12);
}

TEST_F(GovernedCities, reference_is_the_mean_value_when_firms_began) {
  Params early = small_params({Year(1988), Year(2000)});
  State past;
  found_economy(early, Streams(1, 0), past);
  double at_start = 0.0;
  for (int year = 1988; year <= 2000; ++year) {
    govern_cities(early, Year(year), Streams(1, 0), past);
    double mean = 0.0;
    for (const double value : past.cities.value) mean += value / n_cities;
    if (Year(year) == Year(static_cast<int>(early.parameters.chain.firms.initial_year))) at_start = mean;
  }
  EXPECT_NEAR(past.cities.reference_value, at_start, 1e-14);
}

TEST_F(GovernedCities, of_a_special_administrative_region_take_no_part) {
  params.system.provinces[ProvinceId(1)].special_administrative_region = true;
  p.specialization_weight = 0.0;
  found();
  const Column<CityId, Policy> before = cities.policy;
  govern(1995, 2004);
  Policy mean{};
  double n_open = 0.0;
  for (const CityId city : all<CityId>(n_cities)) {
    if (!cities.open[city]) continue;
    n_open += 1.0;
    for (std::size_t k = 0; k < cities.dimensions; ++k) mean[k] += cities.policy[city][k];
  }
  EXPECT_EQ(n_open, 9.0);
  for (const CityId city : all<CityId>(n_cities)) {
    if (!cities.open[city]) {
      EXPECT_EQ(cities.policy[city], before[city]);
      EXPECT_EQ(cities.value[city], 0.0);
    } else {
      double apart = 0.0;
      for (std::size_t k = 0; k < cities.dimensions; ++k)
        apart += std::pow(cities.policy[city][k] - mean[k] / n_open, 2);
      EXPECT_NEAR(cities.value[city], cities.fit[city] - p.spillover * apart / p.dimensions, 1e-12);
    }
  }
}

/// What differs between whole runs of the small country without and with full autonomy of cities.
std::vector<std::string> changed_by_autonomy(Params params) {
  for (Levers& levers : params.levers) levers.zone_autonomy_share = 0.0;
  Params autonomous = params;
  for (Levers& levers : autonomous.levers) levers.zone_autonomy_share = 1.0;
  Workspace one, other;
  return differing(simulate(params, 1984, 0, one), simulate(autonomous, 1984, 0, other));
}

TEST(Autonomy, changes_nothing_but_policies_if_their_value_does_not_count) {
  // f_fit = 0, and every city promotes what the country does.
  Params params = small_params();
  params.parameters.chain.governance.specialization_speed = 0.0;
  EXPECT_GT(changed_by_autonomy(params).size(), 10u);  // otherwise the comparison would show nothing
  params.parameters.chain.governance.fit_weight = 0.0;
  EXPECT_EQ(changed_by_autonomy(params), (std::vector<std::string>{"policy_fit", "policy_value"}));
}

TEST(Autonomy, does_not_reach_firms_that_do_not_mind_the_place) {
  // ψ_z = χ_e = 0, and zones hold what they have: approvals and exits of zones look at performance too.
  Params params = small_params();
  params.parameters.chain.governance.specialization_speed = 0.0;
  params.parameters.chain.firms.zone_growth = params.parameters.chain.firms.entry_performance = 0.0;
  for (Levers& levers : params.levers) {
    levers.zone_merging_rate = levers.zone_elevation_rate = 0.0;
    levers.review.zone_poor_share = 0.0;
  }
  EXPECT_EQ(changed_by_autonomy(params), (std::vector<std::string>{"zone_performance", "policy_fit", "policy_value"}));
}

}  // namespace
}  // namespace innochain
