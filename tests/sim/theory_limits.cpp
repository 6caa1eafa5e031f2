// Limits of the theory of experiments under centralized and autonomous government: Qian, Roland and Xu (2006),
// "Coordination and experimentation in M-form and U-form organizations", Journal of Political Economy 114, 366–402.
// Where the best policy is the same everywhere the centre is best, where policies need not match autonomy is, and in
// between some of both.

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <vector>

#include "sim/processes/govern_cities.hpp"
#include "sim/state/found_economy.hpp"
#include "tests/support/small_world.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

using namespace testing;

constexpr YearSpan sixty_years{Year(2001), Year(2060)};
constexpr std::size_t years_left_out = 30, n_governed = 100;
constexpr std::size_t n_steps = 11;  ///< centralization κ = 0, 0.1 … 1
constexpr double level = 1e-3;       ///< of every single test that follows, one-sided

using BySeed = std::vector<double>;
using ByCentralization = std::vector<BySeed>;

/// What cities reach: fit is their value without spillovers (s = 0), which they do not look at.
struct Reached {
  ByCentralization fit, value;
};

struct Setting {
  double local_share;  ///< h
  std::size_t n_seeds;
  double sight_error = 0.03;
  double drift = 0.0, experiment_learning = 0.0;  ///< of the common optimum; of the centre from cities
};

Params governed_cities(const Setting& setting, double centralization) {
  Params params = small_params(sixty_years);
  params.system.cities = {};
  for (std::size_t i = 0; i < n_governed; ++i)
    params.system.cities.push_back(
        {"", "", "", ProvinceId(i % n_provinces), ClusterId::none(), 1.0 / static_cast<double>(n_governed)});
  auto& p = params.parameters.chain.governance;
  p.local_share = setting.local_share;
  p.spillover = 1.0;
  p.sight_error = setting.sight_error;
  p.common_drift = setting.drift;
  p.template_experiment_learning = setting.experiment_learning;
  p.specialization_weight = 0.0;
  for (Levers& levers : params.levers) levers.zone_autonomy_share = 1.0 - centralization;
  return params;
}

double mean(const Column<CityId, double>& values) {
  double sum = 0.0;
  for (const double x : values) sum += x;
  return sum / static_cast<double>(values.size());
}

/// Mean fit and value over cities and years 31–60, added to those of other seeds.
void run(const Params& params, std::uint64_t seed, BySeed& fits, BySeed& values) {
  State state;
  const Streams streams(seed, 0);
  found_economy(params, streams, state);
  double fit = 0.0, value = 0.0;
  for (Year year = sixty_years.first; year <= sixty_years.last; ++year) {
    govern_cities(params, year, streams, state);
    if (sixty_years.index(year) < years_left_out) continue;
    fit += mean(state.cities.fit);
    value += mean(state.cities.value);
  }
  fits.push_back(fit / static_cast<double>(sixty_years.size() - years_left_out));
  values.push_back(value / static_cast<double>(sixty_years.size() - years_left_out));
}

std::vector<double> tenths() {
  std::vector<double> steps;
  for (std::size_t step = 0; step < n_steps; ++step) steps.push_back(0.1 * static_cast<double>(step));
  return steps;
}

Reached reached_in(const Setting& setting, const std::vector<double>& centralizations = tenths()) {
  Reached reached{ByCentralization(centralizations.size()), ByCentralization(centralizations.size())};
  for (std::size_t step = 0; step < centralizations.size(); ++step) {
    const Params params = governed_cities(setting, centralizations[step]);
    for (std::size_t seed = 0; seed < setting.n_seeds; ++seed)
      run(params, 2006 + seed, reached.fit[step], reached.value[step]);
  }
  return reached;
}

/// Student's t of the paired differences over seeds, which share their luck (common random numbers).
double gain(const BySeed& from, const BySeed& to) {
  BySeed differences;
  for (std::size_t i = 0; i < from.size(); ++i) differences.push_back(to[i] - from[i]);
  const Moments m = moments_of(differences);
  return m.mean / std::sqrt(m.variance / static_cast<double>(from.size() - 1));
}

double critical(std::size_t n_seeds, double at_level = level) {
  const boost::math::students_t distribution(static_cast<double>(n_seeds - 1));
  return boost::math::quantile(boost::math::complement(distribution, at_level));
}

/// Every step of κ must be significant by itself, so that the level of the whole claim is at most that of one test.
void expect_monotone(const ByCentralization& values, double sign) {
  for (std::size_t step = 1; step < n_steps; ++step)
    EXPECT_GT(sign * gain(values[step - 1], values[step]), critical(values[step].size())) << "κ = 0." << step;
}

/// The best κ lies strictly inside and is better than both ends, at the level of a choice among nine (Bonferroni).
void expect_interior_optimum(const ByCentralization& values) {
  std::size_t best = 0;
  for (std::size_t step = 1; step < n_steps; ++step)
    if (moments_of(values[step]).mean > moments_of(values[best]).mean) best = step;
  ASSERT_GT(best, 0u);
  ASSERT_LT(best, n_steps - 1);
  const double bound = critical(values[best].size(), level / 9.0);
  EXPECT_GT(gain(values.front(), values[best]), bound);
  EXPECT_GT(gain(values.back(), values[best]), bound);
}

TEST(TheoryLimits, without_local_knowledge_value_rises_with_centralization_all_the_way) {
  const Reached reached = reached_in({.local_share = 0.0, .n_seeds = 60});
  expect_monotone(reached.value, 1.0);  // s = 1
  expect_monotone(reached.fit, 1.0);    // s = 0
}

TEST(TheoryLimits, with_independent_optima_and_no_spillovers_value_falls_all_the_way) {
  expect_monotone(reached_in({.local_share = 1.0, .n_seeds = 20}).fit, -1.0);
}

TEST(TheoryLimits, in_between_some_centralization_is_best) {
  for (const double local_share : {0.3, 0.5, 0.7}) {
    SCOPED_TRACE(local_share);
    expect_interior_optimum(reached_in({.local_share = local_share, .n_seeds = 20}).value);
  }
}

TEST(TheoryLimits, independent_optima_want_autonomy_however_poor_the_sight) {
  expect_monotone(reached_in({.local_share = 1.0, .n_seeds = 20, .sight_error = 0.1}).fit, -1.0);
  // Sight as poor as 0.5 leaves little to be lost: halves of the way, not tenths.
  const ByCentralization fit = reached_in({.local_share = 1.0, .n_seeds = 60, .sight_error = 0.5}, {0.0, 0.5, 1.0}).fit;
  for (const std::size_t step : {1u, 2u}) EXPECT_GT(gain(fit[step], fit[step - 1]), critical(fit[step].size()));
}

TEST(TheoryLimits, experiments_that_the_centre_learns_from_pay_when_the_optimum_moves) {
  // Even without local knowledge: the centre that learns from nobody follows too slowly.
  const ByCentralization fit =
      reached_in({.local_share = 0.0, .n_seeds = 100, .drift = 0.1, .experiment_learning = 0.5}, {0.5, 1.0}).fit;
  EXPECT_GT(gain(fit[1], fit[0]), critical(fit[0].size()));
}

/// Mean over years 31–60 of the expected square distance of a fully centralized policy from the common optimum, by the
/// recursion of its mean and covariance with the template: x̂ ← x̂ + η(c + σ·ε − x̂), x ← x + r(x̂ − x), both from 0.
double centralized_error(const Params& params) {
  const auto& p = params.parameters.chain.governance;
  const double learning = p.template_learning, pull = p.pull;
  double central = -1.0, policy = -1.0;                     // mean distance, relative to the optimum's
  double of_central = 0.0, of_both = 0.0, of_policy = 0.0;  // covariances
  double sum = 0.0;
  for (std::size_t year = 0; year < sixty_years.size(); ++year) {
    central *= 1.0 - learning;
    policy += pull * (central - policy);
    of_central =
        (1.0 - learning) * (1.0 - learning) * of_central + learning * learning * p.template_error * p.template_error;
    of_both *= 1.0 - learning;
    of_policy =
        (1.0 - pull) * (1.0 - pull) * of_policy + 2.0 * pull * (1.0 - pull) * of_both + pull * pull * of_central;
    of_both = (1.0 - pull) * of_both + pull * of_central;
    if (year >= years_left_out) sum += (1.0 - p.local_share) * policy * policy + of_policy;
  }
  return sum / static_cast<double>(sixty_years.size() - years_left_out);
}

TEST(TheoryLimits, full_centralization_loses_local_knowledge_and_the_errors_of_the_centre) {
  // All policies are the template's, and local optima have mean 0 and mean square 1: value = fit = −h − error.
  for (const double local_share : {0.0, 0.5, 1.0}) {
    const Params params = governed_cities({.local_share = local_share, .n_seeds = 0}, 1.0);
    BySeed fits, values;
    for (std::uint64_t seed = 0; seed < 100; ++seed) run(params, 2006 + seed, fits, values);
    const Moments m = moments_of(values);
    EXPECT_NEAR(m.mean, -local_share - centralized_error(params), mean_bound(m.variance, values.size()));
    for (std::size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(values[i], fits[i], 1e-12);
  }
}

TEST(TheoryLimits, autonomy_with_clear_sight_finds_the_best_policies_and_pays_for_their_differences) {
  // σ_o = 0: fit never falls, and tends to 0. Then policies are as far apart as the optima: |x − x̄|²/K is h within
  // what the distance √(−fit) allows (triangle inequality; optima have mean square distance h about their mean).
  constexpr double local_share = 0.5;
  const Params params = governed_cities({.local_share = local_share, .n_seeds = 0, .sight_error = 0.0}, 0.0);
  const Streams streams(2006, 0);
  State state;
  found_economy(params, streams, state);
  Column<CityId, double> before;
  before.assign(n_governed, -1e300);
  double at_first = 0.0;
  for (std::uint32_t pass = 0; pass < 5; ++pass) {  // the same sixty years again, from where policies stand
    for (Year year = sixty_years.first; year <= sixty_years.last; ++year) {
      govern_cities(params, year, Streams(2006, pass), state);
      for (const CityId city : all<CityId>(n_governed)) {
        EXPECT_GE(state.cities.fit[city], before[city]);
        before[city] = state.cities.fit[city];
      }
      if (pass == 0 && year == sixty_years.first) at_first = mean(state.cities.fit);
    }
  }
  const double fit = mean(state.cities.fit), apart = mean(state.cities.fit) - mean(state.cities.value);
  EXPECT_GT(fit, 0.05 * at_first);
  EXPECT_LE(std::sqrt(apart), std::sqrt(local_share) + std::sqrt(-fit));
  EXPECT_GE(std::sqrt(apart), std::sqrt(local_share) - std::sqrt(-fit));
}

}  // namespace
}  // namespace innochain
