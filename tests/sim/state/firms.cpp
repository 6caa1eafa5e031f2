#include "sim/state/firms.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

#include "sim/schedule.hpp"
#include "sim/simulate.hpp"
#include "tests/support/small_world.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

using namespace testing;

constexpr double bin_width = 1.0 / FirmSums::bins_per_unit;

std::array<std::int64_t, FirmSums::n_bins> histogram_of(std::span<const double> log_sizes) {
  std::array<std::int64_t, FirmSums::n_bins> bins{};
  for (const double x : log_sizes)
    ++bins[static_cast<std::size_t>((x - FirmSums::lowest_size) * FirmSums::bins_per_unit)];
  return bins;
}

TEST(FirmSums, quantile_lies_within_a_bin_of_the_sorted_sample) {
  Stream stream = Streams(1, 0).at(Purpose::firm_year, Year(2000), 0);
  std::vector<double> sizes(9999);
  for (double& x : sizes) x = 1.0 + 2.0 * stream.normal();
  const auto bins = histogram_of(sizes);
  std::sort(sizes.begin(), sizes.end());
  for (const double part : {0.01, 0.1, 0.5, 0.9, 0.99})
    EXPECT_NEAR(quantile_of_bins(bins, part), sizes[static_cast<std::size_t>(part * 9999.0)], 1.001 * bin_width)
        << part;
}

TEST(FirmSums, quantile_interpolates_within_a_bin) {
  std::array<std::int64_t, FirmSums::n_bins> bins{};
  bins[256] = 4;  // from 0 to 1/32
  EXPECT_DOUBLE_EQ(quantile_of_bins(bins, 0.5), 0.5 * bin_width);
  EXPECT_DOUBLE_EQ(quantile_of_bins(bins, 0.25), 0.25 * bin_width);
  bins[288] = 4;  // from 1
  EXPECT_DOUBLE_EQ(quantile_of_bins(bins, 0.75), 1.0 + 0.5 * bin_width);
}

TEST(FirmSums, hill_exponent_of_pareto_samples) {
  // The estimate from the k largest of a Pareto sample has the standard error α/√k (Hill 1975). Midpoints of bins of
  // width h stand for sizes: relative error of the mean excess about (αh)²/12.
  for (const double alpha : {0.9, 1.1, 2.0}) {
    Stream stream = Streams(2, 0).at(Purpose::firm_year, Year(2000), 0);
    std::vector<double> sizes(200'000);
    for (double& x : sizes) x = 1.0 - maths::log(stream.uniform()) / alpha;
    const auto bins = histogram_of(sizes);
    for (const double part : {0.02, 0.1, 0.5}) {
      const double k = part * static_cast<double>(sizes.size());
      EXPECT_NEAR(hill_exponent(bins, part), alpha,
                  alpha * (sigmas / std::sqrt(k) + alpha * alpha * bin_width * bin_width))
          << part;
    }
  }
}

TEST(FirmSums, hill_exponent_is_none_without_firms) {
  EXPECT_EQ(hill_exponent(std::array<std::int64_t, FirmSums::n_bins>{}, 0.1), 0.0);
}

TEST(FirmSums, exponential_power_shape_inverts_the_ratio_of_moments) {
  // Subbotin's distribution: E|x|/sd = Γ(2/b)/√(Γ(1/b)·Γ(3/b)); 1/√2 for Laplace, √(2/π) for the normal.
  EXPECT_NEAR(exponential_power_shape(1.0 / std::sqrt(2.0)), 1.0, 1e-9);
  EXPECT_NEAR(exponential_power_shape(std::sqrt(2.0 / M_PI)), 2.0, 1e-9);
  for (double b = 0.35; b < 3.9; b += 0.25) {
    const double ratio = std::exp(std::lgamma(2.0 / b) - 0.5 * (std::lgamma(1.0 / b) + std::lgamma(3.0 / b)));
    EXPECT_NEAR(exponential_power_shape(ratio), b, 1e-8);
  }
  EXPECT_NEAR(exponential_power_shape(0.1), 0.3, 1e-9);
  EXPECT_NEAR(exponential_power_shape(0.99), 4.0, 1e-9);
}

/// Visits every number of the sums, by name and position.
template <class Visitor>
void for_each_number(FirmSums& sums, Visitor&& visit) {
  for (auto* x :
       {&sums.firms, &sums.certified, &sums.certified_inside, &sums.exits, &sums.above_100m, &sums.above_10bn})
    visit(*x);
  for (double* x : {&sums.productivity, &sums.n_grown, &sums.growth, &sums.growth_squares, &sums.growth_size})
    visit(*x);
  for (auto* counts : {&sums.by_age, &sums.exits_by_age})
    for (auto& x : *counts) visit(x);
  for (auto* counts : {&sums.sizes, &sums.sizes_inside})
    for (auto& x : *counts) visit(x);
  for (auto* column : {&sums.in_city, &sums.in_zone})
    for (auto& x : *column) visit(x);
  for (auto* column : {&sums.revenue, &sums.revenue_in_zone})
    for (auto& x : *column) visit(x);
  for (auto* column : {&sums.revenue_of, &sums.rd_of})
    for (auto& x : *column) visit(x);
  for (auto* column : {&sums.firms_of, &sums.lead})
    for (auto& x : *column) visit(x);
  for (double& x : sums.traced_revenue) visit(x);
  for (auto& x : sums.traced_firms) visit(x);
}

std::vector<double> numbers_of(FirmSums sums) {
  std::vector<double> numbers;
  for_each_number(sums, [&](auto& x) { numbers.push_back(static_cast<double>(x)); });
  return numbers;
}

FirmSums numbered(const Params& params, int first, int step) {
  FirmSums sums;
  sums.resize(params);
  for_each_number(sums, [&](auto& x) { x = static_cast<std::decay_t<decltype(x)>>(first += step); });
  return sums;
}

TEST(FirmSums, add_up_number_by_number) {
  Params params = small_params();
  params.traced_categories = {CategoryId(3), CategoryId(4), CategoryId(9)};
  const FirmSums a = numbered(params, 3, 7), b = numbered(params, 1000, -3);
  FirmSums sum = a;
  sum.add(b);
  const auto numbers_a = numbers_of(a), numbers_b = numbers_of(b), numbers = numbers_of(sum);
  // Six counts, five moments, two columns of ages, two of sizes, four by city, two by category, two by field, three
  // traced categories.
  EXPECT_EQ(numbers.size(),
            11 + 2 * FirmSums::n_ages + 2 * FirmSums::n_bins + 4 * n_cities + 2 * 10 + 2 * 5 + 3 * n_cities + 3);
  for (std::size_t i = 0; i < numbers.size(); ++i) EXPECT_EQ(numbers[i], numbers_a[i] + numbers_b[i]) << i;
  sum.clear();
  EXPECT_EQ(numbers_of(sum), std::vector<double>(numbers.size(), 0.0));
}

TEST(Firms, rows_that_left_are_used_again) {
  Firms firms;
  const FirmId first = firms.take_row(), second = firms.take_row();
  EXPECT_EQ(firms.size(), 2u);
  EXPECT_EQ(firms.weight[first], 0);
  firms.free_rows.push_back(second);
  firms.free_rows.push_back(first);
  EXPECT_EQ(firms.take_row(), first);
  EXPECT_EQ(firms.take_row(), second);
  EXPECT_EQ(firms.take_row().index(), 2u);
  firms.clear();
  EXPECT_EQ(firms.size(), 0u);
}

/// Thinned, with agents that are split, zones that come and go, certificates and public money.
Params country_of_many_agents() {
  Params params = small_params({Year(1995), Year(2020)});
  params.scale.firms_per_agent = 7;
  params.parameters.chain.firms.initial_count = 100'000;  // several blocks of rows
  params.parameters.chain.firms.agents_at_least = 1;
  params.parameters.chain.firms.agent_share = 0.002;
  params.traced_categories = {CategoryId(9), CategoryId(2)};
  return params;
}

using FirmsByYear = std::map<int, std::int64_t>;

/// Firms that are not older than the step, by year of foundation.
FirmsByYear by_foundation(const Firms& firms) {
  FirmsByYear count;
  for (const FirmId firm : all<FirmId>(firms.size()))
    if (firms.weight[firm] > 0) count[firms.founded[firm].value()] += firms.weight[firm];
  return count;
}

std::size_t age_class(Year year, int founded) {
  return static_cast<std::size_t>(std::min(year.value() - founded + 1, 20)) - 1;
}

/// The sums of the year, row after row; exits are those of the cohorts of `before` that are no longer there.
FirmSums slow_sums(const Params& params, Year year, const State& state, const FirmsByYear& before) {
  const ChainParameters::Firms& p = params.parameters.chain.firms;
  const Firms& firms = state.firms;
  FirmSums sums;
  sums.resize(params);
  for (const FirmId firm : all<FirmId>(firms.size())) {
    const std::int64_t weight = firms.weight[firm];
    if (weight == 0) continue;
    const double size = firms.log_revenue[firm], revenue = std::exp(size);
    const CityId city(firms.city[firm]);
    const CategoryId category(firms.category[firm]);
    const FieldId field = params.system.categories[category].field;
    const bool certified = firms.certified_until[firm] >= year;
    const bool inside = firms.on_zone_land[firm] == 1 && state.cities.seat[city].exists();
    const auto bin = static_cast<std::size_t>(std::max(0.0, (size + 8.0) * 32.0));
    sums.firms += weight;
    sums.certified += certified * weight;
    sums.certified_inside += (certified && inside) * weight;
    sums.above_100m += (inside && revenue > 100.0) * weight;
    sums.above_10bn += (inside && revenue > 10'000.0) * weight;
    sums.productivity += static_cast<double>(weight) * firms.productivity[firm];
    sums.by_age[age_class(year, firms.founded[firm].value())] += weight;
    sums.sizes[bin] += weight;
    sums.sizes_inside[bin] += inside * weight;
    sums.in_city[city] += weight;
    sums.in_zone[city] += inside * weight;
    sums.revenue[city] += static_cast<double>(weight) * revenue;
    sums.revenue_in_zone[city] += inside * static_cast<double>(weight) * revenue;
    sums.revenue_of[category] += static_cast<double>(weight) * revenue;
    // R&D over revenue falls from its value at CNY 20 million with revenue.
    sums.rd_of[category] += static_cast<double>(weight) * revenue * firms.rd[firm] *
                            (certified ? 1.0 + p.certified_rd_gain : 1.0) *
                            std::pow(revenue / 20.0, -p.rd_size_exponent);
    sums.firms_of[field] += static_cast<double>(weight);
    sums.lead[field] +=
        static_cast<double>(weight) * (firms.productivity[firm] - std::log(state.technology.applied[category]));
    for (std::size_t i = 0; i < params.traced_categories.size(); ++i) {
      if (params.traced_categories[i] != category) continue;
      sums.traced_firms[i] += weight;
      sums.traced_revenue[i * n_cities + city.index()] += static_cast<double>(weight) * revenue;
    }
  }
  FirmsByYear left = before;
  for (const auto& [founded, n] : by_foundation(firms)) left[founded] -= n;
  for (const auto& [founded, n] : left) {
    sums.exits += n;
    sums.exits_by_age[age_class(year, founded)] += n;
  }
  for (const auto& [founded, n] : before) sums.n_grown += founded < year.value() ? static_cast<double>(n) : 0.0;
  return sums;
}

void expect_equal_sums(const FirmSums& sums, const FirmSums& slow, Year year) {
  // Sums of growth need the years' draws; they are tested with grow_firms().
  FirmSums fast = sums;
  fast.growth = fast.growth_squares = fast.growth_size = 0.0;
  const auto numbers = numbers_of(fast), expected = numbers_of(slow);
  ASSERT_EQ(numbers.size(), expected.size());
  for (std::size_t i = 0; i < numbers.size(); ++i)
    EXPECT_NEAR(numbers[i], expected[i], 1e-9 * (1.0 + std::abs(expected[i]))) << year.value() << " number " << i;
}

TEST(FirmSums, of_every_year_are_those_of_the_rows) {
  // Conservation too: firms before + entries − exits = firms after, cohort by cohort, as exits are counted that way.
  const Params params = country_of_many_agents();
  const Streams streams(1984, 0);
  Workspace workspace;
  State& state = workspace.state();
  initialise(params, streams, state);
  open_accounts(params, state);
  workspace.indicators().prepare(params);
  std::int64_t exits = 0, certified_inside = 0, split = 0;
  for (Year year = params.scale.years.first; year <= params.scale.years.last; ++year) {
    FirmsByYear before;
    for (const Step& step : schedule()) {
      const bool grows = std::string_view(step.name) == "grow_firms";
      if (grows) before = by_foundation(state.firms);
      step.run(params, year, streams, state, workspace.indicators());
      if (grows) expect_equal_sums(state.firms.sums, slow_sums(params, year, state, before), year);
    }
    exits += state.firms.sums.exits;
    certified_inside += state.firms.sums.certified_inside;
  }
  for (const FirmId firm : all<FirmId>(state.firms.size())) split += state.firms.weight[firm] == 3;
  EXPECT_GT(exits, 1000);
  EXPECT_GT(certified_inside, 1000);
  EXPECT_GT(state.firms.sums.above_100m, 100);
  EXPECT_GT(split, 0);  // parts of agents of seven
}

}  // namespace
}  // namespace innochain
