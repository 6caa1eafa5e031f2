#include "sim/processes/enter_firms.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "scenarios/reader/scenario.hpp"
#include "sim/simulate.hpp"
#include "tests/support/small_world.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

using namespace testing;

constexpr Year entry_year(2005);

/// A country with firms of last year in every city but the last, a HIDZ in every third, and performances.
struct World {
  explicit World(const Params& params) : state(small_state(params)) {
    for (const CityId city : all<CityId>(n_cities)) {
      const std::size_t i = city.index();
      state.firms.sums.in_city[city] = i + 1 < n_cities ? static_cast<std::int64_t>(5 * i * i + 3) : 0;
      state.firms.sums.firms += state.firms.sums.in_city[city];
      state.cities.place[city] = 0.1 * static_cast<double>(i) - 0.5;
      state.cities.zone_performance[city] = 0.7 - 0.1 * static_cast<double>(i);
      if (i % 3 == 0) state.cities.seat[city] = CityId(i);
    }
    for (const FieldId field : all<FieldId>(5)) {
      state.firms.sums.firms_of[field] = 10.0;
      state.firms.sums.lead[field] = 10.0 * lead_of(field);
    }
  }
  static double lead_of(FieldId field) { return 0.1 * static_cast<double>(field.index()) - 0.2; }
  /// One year of entry into an otherwise empty table.
  const Firms& enter(const Params& params, std::uint32_t replicate, Year year = entry_year) {
    state.firms.clear();
    state.research.spinoffs.fill(0);
    enter_firms(params, year, Streams(8, replicate), state);
    return state.firms;
  }
  State state;
};

Params with_entry(double rate) {
  Params params = small_params();
  for (Levers& levers : params.levers) levers.firm_entry_rate = rate;
  return params;
}

double expected_in(const Params& params, const State& state, CityId city) {
  const ChainParameters::Firms& p = params.parameters.chain.firms;
  const bool zone = state.cities.seat[city].exists();
  const double performance = zone ? state.cities.zone_performance[city] : state.cities.place[city];
  return params.levers_in(entry_year).firm_entry_rate *
         (static_cast<double>(state.firms.sums.in_city[city]) + p.entry_floor) *
         std::exp(p.entry_performance * performance) * (zone ? 1.0 + p.entry_zone : 1.0);
}

TEST(EnterFirms, entrants_of_cities_are_poisson_with_the_stated_means) {
  // e·(N + n₀)·exp(χ_e π)·(1 + ξ_d [HIDZ]); of thinned firms agents are Poisson with the mean over their weight.
  Params params = with_entry(0.2);
  params.parameters.chain.firms.entry_performance = 0.8;
  params.parameters.chain.firms.entry_zone = 0.5;
  params.parameters.chain.firms.agents_at_least = 1;
  constexpr std::uint32_t n_years = 3'000;
  for (const int weight : {1, 10}) {
    params.scale.firms_per_agent = weight;
    World world(params);
    std::vector<std::vector<double>> agents(n_cities, std::vector<double>(n_years, 0.0));
    for (std::uint32_t replicate = 0; replicate < n_years; ++replicate) {
      const Firms& firms = world.enter(params, replicate);
      for (const FirmId firm : firms.newborn) {
        ASSERT_EQ(firms.weight[firm], weight);
        agents[firms.city[firm]][replicate] += 1.0;
      }
      ASSERT_EQ(firms.entries, weight * static_cast<std::int64_t>(firms.newborn.size()));
    }
    for (const CityId city : all<CityId>(n_cities)) {
      const double mean = expected_in(params, world.state, city) / weight;
      const Moments m = moments_of(agents[city.index()]);
      EXPECT_NEAR(m.mean, mean, mean_bound(mean, n_years)) << city.index();
      EXPECT_NEAR(m.variance, mean, m.variance_bound) << city.index();
    }
  }
}

TEST(EnterFirms, agents_are_not_thinned_below_their_least_number) {
  Params params = with_entry(0.3);
  params.scale.firms_per_agent = 100;
  World world(params);
  for (const auto& [at_least, weight] : {std::pair(1.0, 100), {400.0, 5}, {2000.0, 1}, {1e6, 1}}) {
    params.parameters.chain.firms.agents_at_least = at_least;
    world.state.firms.sums.firms = 2'399;
    const Firms& firms = world.enter(params, 1);
    ASSERT_FALSE(firms.newborn.empty());
    for (const FirmId firm : firms.newborn) EXPECT_EQ(firms.weight[firm], weight) << at_least;
  }
}

TEST(EnterFirms, agents_stay_within_their_number_at_extreme_rates) {
  for (const double rate : {50.0, 1e6, 1e300}) {
    Params params = with_entry(rate);
    params.parameters.chain.firms.agents_at_most = 10'000;
    World world(params);
    const Firms& firms = world.enter(params, 1);
    EXPECT_LE(firms.agents(), 10'000 + 6 * 100) << rate;  // a Poisson number of them, and those of labs
    EXPECT_GE(firms.entries, 100'000) << rate;
  }
}

TEST(EnterFirms, research_of_firms_may_be_the_same_for_all) {
  Params params = with_entry(0.3);
  params.parameters.chain.firms.rd_spread = 0.0;
  World world(params);
  const Firms& firms = world.enter(params, 1);
  ASSERT_FALSE(firms.newborn.empty());
  for (const FirmId firm : firms.newborn)
    EXPECT_FLOAT_EQ(firms.rd[firm], static_cast<float>(params.parameters.chain.firms.rd_median));
}

TEST(EnterFirms, nobody_enters_where_no_zone_and_firm_can_be) {
  Params params = with_entry(0.3);
  params.system.provinces[ProvinceId(2)].special_administrative_region = true;
  World world(params);
  for (const LabId lab : all<LabId>(world.state.labs.size())) world.state.labs.results[lab] = 1e3;
  std::size_t elsewhere = 0;
  for (const Year year : {params.scale.years.first, entry_year}) {
    for (std::uint32_t replicate = 0; replicate < 20; ++replicate) {
      const Firms& firms = world.enter(params, replicate, year);
      for (const FirmId firm : firms.newborn) {
        if (firms.organisation[firm].exists()) continue;
        EXPECT_NE(params.system.cities[CityId(firms.city[firm])].province, ProvinceId(2));
        ++elsewhere;
      }
    }
  }
  EXPECT_GT(elsewhere, 1000u);
}

TEST(EnterFirms, the_first_population_has_the_stated_size_by_city) {
  // Numbers of agents are rounded by chance: each city's has its mean and is one of two neighbours.
  Params params = with_entry(0.2);
  params.parameters.chain.firms.initial_count = 7'777;
  params.scale.firms_per_agent = 50;
  params.parameters.chain.firms.agents_at_least = 1;
  World world(params);
  constexpr std::uint32_t n_worlds = 500;
  std::vector<double> sum(n_cities, 0.0);
  for (std::uint32_t replicate = 0; replicate < n_worlds; ++replicate) {
    const Firms& firms = world.enter(params, replicate, params.scale.years.first);
    std::vector<double> agents(n_cities, 0.0);
    for (const FirmId firm : firms.newborn)
      if (!firms.organisation[firm].exists()) agents[firms.city[firm]] += 1.0;
    for (const CityId city : all<CityId>(n_cities)) {
      const double mean = 7'777.0 * params.system.cities[city].weight / 50.0;
      ASSERT_TRUE(agents[city.index()] == std::floor(mean) || agents[city.index()] == std::ceil(mean));
      sum[city.index()] += agents[city.index()];
    }
  }
  for (const CityId city : all<CityId>(n_cities))
    EXPECT_NEAR(sum[city.index()] / n_worlds, 7'777.0 * params.system.cities[city].weight / 50.0,
                mean_bound(0.25, n_worlds));
}

TEST(EnterFirms, nobody_enters_before_the_first_year) {
  Params params = with_entry(0.3);
  params.parameters.chain.firms.initial_year = 2006;
  World world(params);
  EXPECT_EQ(world.enter(params, 0, Year(2005)).size(), 0u);
  EXPECT_GT(world.enter(params, 0, Year(2006)).size(), 1000u);
}

// Attributes of entrants.

/// About 60,000 entrants of a city with a HIDZ, and as many of one without.
class Entrants : public ::testing::Test {
 protected:
  Entrants() : params(with_entry(0.2)), world(params) {
    world.state.firms.sums.in_city.fill(0);
    for (const CityId city : {CityId(3), CityId(4)}) world.state.firms.sums.in_city[city] = 300'000;
    for (const CityId city : all<CityId>(n_cities)) {
      auto share = world.state.cities.promoted_in(city);
      for (std::size_t k = 0; k < 5; ++k) share[k] = (static_cast<double>(k) + 1.0) / 15.0;
    }
    world.state.technology.weight[CategoryId(2)] = 0.15;  // of mathematics, with 0.05 for the other category
    world.state.technology.weight[CategoryId(3)] = 0.05;
    world.state.firms.category_sums[2] = 0.15;
    world.state.firms.category_sums[3] = 0.20;
    world.enter(params, 0);
  }
  Params params;
  World world;
  const ChainParameters::Firms& p = params.parameters.chain.firms;
  const Firms& firms = world.state.firms;
};

TEST_F(Entrants, are_born_in_the_year_with_nothing_yet) {
  ASSERT_GT(firms.newborn.size(), 100'000u);
  for (const FirmId firm : firms.newborn) {
    ASSERT_EQ(firms.founded[firm], entry_year);
    ASSERT_EQ(firms.certified_until[firm], Year());
    ASSERT_FALSE(firms.organisation[firm].exists());
  }
}

TEST_F(Entrants, choose_fields_that_the_city_promotes_and_categories_by_research) {
  std::vector<double> observed(10, 0.0), expected(10, 0.0);
  for (const FirmId firm : firms.newborn) observed[firms.category[firm]] += 1.0;
  const auto n = static_cast<double>(firms.newborn.size());
  for (std::size_t c = 0; c < 10; ++c) {
    const double within = c == 2 ? 0.75 : c == 3 ? 0.25 : 0.5;
    expected[c] = n * within * (static_cast<double>(c / 2) + 1.0) / 15.0;
  }
  EXPECT_LT(chi_square_excess(observed, expected), 0.0);
}

TEST_F(Entrants, settle_on_zone_land_by_chance) {
  const auto n = static_cast<double>(firms.newborn.size());
  const auto inside = std::count_if(firms.newborn.begin(), firms.newborn.end(),
                                    [&](FirmId firm) { return firms.on_zone_land[firm] == 1; });
  EXPECT_NEAR(static_cast<double>(inside), n * p.inside_share, binomial_bound(n, p.inside_share));
}

TEST_F(Entrants, have_the_stated_sizes) {
  std::vector<double> rank;
  for (const FirmId firm : firms.newborn)
    rank.push_back(
        maths::normal_cdf((firms.log_revenue[firm] - p.entry_log_revenue - 5.0 * p.entry_growth) / p.entry_log_spread));
  EXPECT_LT(uniformity_excess(rank), 0.0);
}

TEST_F(Entrants, lead_the_reference_by_the_stated_productivity) {
  // The entrant's lead and its first shock, at age 1.
  const double shock = p.productivity_shock * (1.0 + p.young_shock * std::exp(-1.0 / p.young_years));
  const double spread = std::sqrt(p.entry_lead_spread * p.entry_lead_spread + shock * shock);
  std::vector<double> rank;
  for (const FirmId firm : firms.newborn) {
    const CategoryId c(firms.category[firm]);
    const double reference =
        std::log(world.state.technology.applied[c]) + World::lead_of(params.system.categories[c].field);
    rank.push_back(maths::normal_cdf((firms.productivity[firm] - reference - p.entry_lead) / spread));
  }
  EXPECT_LT(uniformity_excess(rank), 0.0);
}

TEST_F(Entrants, have_the_stated_research_above_the_demands_outside_zones) {
  // Log-normal; outside zone land the part of it above the demand.
  const auto share_below = [&](double rd) { return maths::normal_cdf(std::log(rd / p.rd_median) / p.rd_spread); };
  const double demanded = share_below(p.certified_rd_min);
  std::vector<double> inside, outside;
  for (const FirmId firm : firms.newborn) {
    const double below = std::clamp(share_below(firms.rd[firm]), 1e-9, 1.0 - 1e-9);
    if (firms.on_zone_land[firm])
      inside.push_back(below);
    else
      outside.push_back(std::clamp((below - demanded) / (1.0 - demanded), 1e-9, 1.0 - 1e-9));
    ASSERT_TRUE(firms.on_zone_land[firm] || firms.rd[firm] >= p.certified_rd_min * (1.0 - 1e-6));
  }
  EXPECT_LT(uniformity_excess(inside), 0.0);
  EXPECT_LT(uniformity_excess(outside), 0.0);
}

// Spin-offs.

TEST(EnterFirms, spinoffs_are_poisson_with_the_results_of_labs) {
  Params params = with_entry(0.0);
  params.parameters.chain.firms.spinoff_rate = 0.03;
  World world(params);
  Labs& labs = world.state.labs;
  for (const LabId lab : all<LabId>(labs.size()))
    labs.results[lab] = lab.index() % 4 == 0 ? 10.0 * static_cast<double>(lab.index() % 16 + 1) : 0.0;
  double mean = 0.0;
  std::array<double, n_hosts> by_host{};
  for (const LabId lab : all<LabId>(labs.size())) {
    mean += 0.003 * labs.results[lab];
    by_host[static_cast<std::size_t>(labs.host[lab])] += 0.003 * labs.results[lab];
  }
  constexpr std::uint32_t n_years = 2'000;
  std::vector<double> entries(n_years);
  std::array<double, n_hosts> counted{};
  double lead = 0.0, n = 0.0;
  for (std::uint32_t replicate = 0; replicate < n_years; ++replicate) {
    const Firms& firms = world.enter(params, replicate);
    entries[replicate] = static_cast<double>(firms.entries);
    for (std::size_t h = 0; h < n_hosts; ++h) counted[h] += static_cast<double>(world.state.research.spinoffs[h]);
    for (const FirmId firm : firms.newborn) {
      const CategoryId c(firms.category[firm]);
      bool has_parent = false;
      for (const LabId lab : all<LabId>(labs.size()))
        has_parent |= labs.results[lab] > 0.0 && labs.city[lab].index() == firms.city[firm] && labs.category[lab] == c;
      ASSERT_TRUE(has_parent);
      lead += firms.productivity[firm] - std::log(world.state.technology.applied[c]) -
              World::lead_of(params.system.categories[c].field);
      n += 1.0;
    }
  }
  const Moments m = moments_of(entries);
  EXPECT_NEAR(m.mean, mean, mean_bound(mean, n_years));
  EXPECT_NEAR(m.variance, mean, m.variance_bound);
  for (std::size_t h = 0; h < n_hosts; ++h)
    EXPECT_NEAR(counted[h] / n_years, by_host[h], mean_bound(by_host[h], n_years)) << host_names[h];
  const ChainParameters::Firms& p = params.parameters.chain.firms;
  EXPECT_NEAR(lead / n, p.entry_lead + p.spinoff_lead, mean_bound(0.2 * 0.2, static_cast<std::size_t>(n)));

  params.parameters.chain.firms.spinoff_rate = 0.0;
  EXPECT_TRUE(world.enter(params, 0).newborn.empty());
}

TEST(EnterFirms, entrants_keep_their_luck_when_others_do_not_enter) {
  // Luck is addressed by city, year and ordinal: with half the rate those who still enter are the same.
  Params params = with_entry(0.2);
  World many(params);
  many.enter(params, 3);
  for (Levers& levers : params.levers) levers.firm_entry_rate = 0.05;
  World few(params);
  few.enter(params, 3);
  const Firms &a = many.state.firms, &b = few.state.firms;
  ASSERT_GT(b.newborn.size(), 20u);
  ASSERT_GT(a.newborn.size(), b.newborn.size());
  std::size_t found = 0;
  for (const FirmId firm : b.newborn) {
    for (const FirmId other : a.newborn) {
      if (a.key[other].agent != b.key[firm].agent || a.key[other].draw != b.key[firm].draw) continue;
      EXPECT_EQ(a.log_revenue[other], b.log_revenue[firm]);
      EXPECT_EQ(a.productivity[other], b.productivity[firm]);
      EXPECT_EQ(a.category[other], b.category[firm]);
      ++found;
    }
  }
  EXPECT_EQ(found, b.newborn.size());
}

// The shipped system.

Params shipped(const std::vector<std::string>& settings) {
  return read_scenario(INNOCHAIN_SOURCE_DIR "/scenarios/baseline.yaml", {settings}).params;
}

TEST(EnterFirms, siasun_is_in_business_from_2000_in_shenyang) {
  const Params params =
      shipped({"scale.years=[1998, 2006]", "scale.firms_per_agent=100", "scale.proposals_per_agent=100"});
  const System& system = params.system;
  std::size_t siasun = 0;
  while (system.named_organisations[siasun].name != "siasun") ++siasun;
  Workspace workspace;
  const Indicators& run = simulate(params, 1984, 0, workspace);
  const std::size_t traced = system.named_labs.size() + system.named_zones.size() + siasun;
  for (const int year : {1998, 1999}) EXPECT_EQ(run.traces.status.at(Year(year), traced), 0);
  for (const int year : {2000, 2001, 2006}) {
    EXPECT_EQ(run.traces.status.at(Year(year), traced), 1);
    EXPECT_GT(run.traces.revenue.at(Year(year), traced), 0.0f);
  }
  const State& state = workspace.state();
  const FirmId firm = state.firms.of_organisation[OrganisationId(siasun)];
  ASSERT_TRUE(firm.exists());
  EXPECT_EQ(system.cities[CityId(state.firms.city[firm])].name, "shenyang");
  EXPECT_EQ(system.categories[CategoryId(state.firms.category[firm])].name, "intelligent_robots");
  EXPECT_EQ(state.firms.founded[firm], Year(2000));
  EXPECT_EQ(state.firms.weight[firm], 1);
}

TEST(EnterFirms, firms_of_applicants_have_rows_of_their_own_and_never_exit) {
  // Where all others exit in their third year.
  const Params params = shipped(
      {"firms.exit_rate=1", "scale.years=[1995, 2010]", "scale.firms_per_agent=100", "scale.proposals_per_agent=100"});
  Workspace workspace;
  const Indicators& run = simulate(params, 1984, 0, workspace);
  const State& state = workspace.state();
  std::int64_t applicants = 0;
  for (const OrganisationId id : all<OrganisationId>(state.organisations.size())) {
    const FirmId firm = state.firms.of_organisation[id];
    ASSERT_EQ(firm.exists(), state.organisations.host[id] == Host::enterprise) << id.index();
    if (!firm.exists()) continue;
    EXPECT_EQ(state.firms.organisation[firm], id);
    EXPECT_EQ(state.firms.weight[firm], 1);
    EXPECT_EQ(state.firms.city[firm], state.organisations.city[id].index());
    EXPECT_EQ(state.firms.category[firm], state.organisations.category[id].index());
    ++applicants;
  }
  EXPECT_GT(applicants, 100);
  for (std::size_t age = 10; age < FirmSums::n_ages; ++age) {
    const std::int32_t alone = run.firms_by_age.at(Year(2010), age);
    EXPECT_LE(alone, applicants);
  }
  EXPECT_EQ(run.firms_by_age.at(Year(2010), 15) + run.firms_by_age.at(Year(2010), 10), applicants);  // and Siasun
}

TEST(EnterFirms, no_firms_in_hong_kong_and_macao) {
  const Params params =
      shipped({"scale.years=[1990, 2005]", "scale.firms_per_agent=20", "scale.proposals_per_agent=100"});
  Workspace workspace;
  simulate(params, 1984, 0, workspace);
  const State& state = workspace.state();
  std::int64_t closed = 0;
  for (const CityId city : all<CityId>(params.system.cities.size())) {
    if (!params.system.provinces[params.system.cities[city].province].special_administrative_region) continue;
    EXPECT_EQ(state.firms.sums.in_city[city], 0) << params.system.cities[city].name;
    ++closed;
  }
  EXPECT_GT(closed, 0);
  EXPECT_GT(state.firms.sums.firms, 10'000);
}

}  // namespace
}  // namespace innochain
