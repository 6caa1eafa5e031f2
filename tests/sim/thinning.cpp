// One firm or many for each simulated firm: national totals of the shipped baseline must not depend on it.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/reader/scenario.hpp"
#include "sim/schedule.hpp"
#include "sim/simulate.hpp"
#include "sim/state/funds.hpp"
#include "sim/state/initialise.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

using namespace testing;

Params baseline(int firms_per_agent) {
  return read_scenario(INNOCHAIN_SOURCE_DIR "/scenarios/baseline.yaml",
                       {{"scale.proposals_per_agent=100", "scale.firms_per_agent=" + std::to_string(firms_per_agent)}})
      .params;
}

using Values = std::map<std::string, std::vector<double>>;  // by "name year", one a replicate

/// What is compared of a run.
void take(const Params& params, ZoneTypeId hidz, const Indicators& run, Values& values) {
  for (const int y : {2000, 2010, 2020, 2030}) {
    const Year year(y);
    const auto keep = [&](const char* name, double value) {
      values[std::string(name) + ' ' + std::to_string(y)].push_back(value);
    };
    keep("firms", run.firms.at(year));
    keep("revenue", run.revenue.at(year));
    keep("entries", run.firm_entries.at(year));
    keep("exits", run.firm_exits.at(year));
    keep("rd_spending", run.rd_spending.at(year));
    keep("certified", run.firms_certified.at(year));
    keep("hidz_firms", run.zone_firms.at(year, hidz));
    keep("hidz_revenue", run.zone_revenue.at(year, hidz));
    keep("productivity", std::exp(run.productivity.at(year)));
    keep("self_reliance", run.self_reliance.at(year));
    keep("contracts", run.technology_contracts.at(year));
    double basic = 0.0, applied = 0.0;
    for (const FieldId field : all<FieldId>(params.system.fields.size()))
      basic += run.basic_stock.at(year, field), applied += run.applied_stock.at(year, field);
    keep("basic", basic);
    keep("applied", applied);
  }
}

/// Exits and firms at risk of 2000–2012 by age, all replicates together.
struct Hazards {
  std::array<double, FirmSums::n_ages> exits{}, at_risk{};
  void add(const Indicators& run) {
    for (Year year(2000); year <= Year(2012); ++year) {
      for (std::size_t age = 0; age < FirmSums::n_ages; ++age) {
        exits[age] += run.firm_exits_by_age.at(year, age);
        at_risk[age] += run.firm_exits_by_age.at(year, age) + run.firms_by_age.at(year, age);
      }
    }
  }
  double of_ages(std::size_t first, std::size_t last) const {
    double left = 0.0, all = 0.0;
    for (std::size_t age = first; age <= last; ++age) left += exits[age - 1], all += at_risk[age - 1];
    return left / all;
  }
  double at(std::size_t age) const { return of_ages(age, age); }
};

struct Sample {
  Values values;
  Hazards hazards;
};

Sample sample_of(int firms_per_agent, std::uint32_t n_replicates) {
  const Params params = baseline(firms_per_agent);
  Workspace workspace;
  Sample sample;
  for (std::uint32_t replicate = 0; replicate < n_replicates; ++replicate) {
    const Indicators& run = simulate(params, 1984, replicate, workspace);
    take(params, workspace.state().hidz, run, sample.values);
    sample.hazards.add(run);
  }
  return sample;
}

/// Means over replicates within 5 % and 4.9 standard errors of the difference.
void expect_equal_means(const Values& full, const Values& thinned, int scale) {
  for (const auto& [name, values] : full) {
    const Moments a = moments_of(values), b = moments_of(thinned.at(name));
    const auto n = static_cast<double>(values.size()), m = static_cast<double>(thinned.at(name).size());
    const double error = std::sqrt(a.variance / (n - 1.0) + b.variance / (m - 1.0));
    EXPECT_NEAR(b.mean, a.mean, 0.05 * a.mean + sigmas * error) << name << ", firms_per_agent " << scale;
    EXPECT_TRUE(a.mean > 0.0 || name == "certified 2000") << name;
    if (a.mean > 0.0) std::printf("%4d %-20s %+6.2f %%\n", scale, name.c_str(), 100.0 * (b.mean / a.mean - 1.0));
  }
}

TEST(Thinning, keeps_totals_and_hazards_within_five_percent) {
  // Against one agent a firm; fewer replicates of the slow ones. Hazards are pooled over replicates; their relative
  // error is that of the number of agents that left.
  const Sample full = sample_of(1, 16);
  for (const auto& [scale, n_replicates] : {std::pair(10, 32u), {100, 64u}}) {
    const Sample thinned = sample_of(scale, n_replicates);
    expect_equal_means(full.values, thinned.values, scale);
    for (std::size_t age = 2; age <= 10; ++age) {
      const double error = std::sqrt(scale / thinned.hazards.exits[age - 1]);  // relative
      EXPECT_NEAR(thinned.hazards.at(age) / full.hazards.at(age), 1.0, 0.05 + sigmas * error) << scale << ' ' << age;
    }
  }
}

TEST(Thinning, leaves_hazards_that_peak_at_about_age_three_and_then_fall) {
  // Exit hazards by age of 2000–2012, to which parameters are tuned: rising to age 3, 8 to 10.5 % at ages 3 to 7, then
  // falling. Standard error at age 10, the rarest: about 0.1 % (10⁵ agents at risk).
  const Hazards hazards = sample_of(10, 8).hazards;
  EXPECT_LT(hazards.at(1), hazards.at(2));
  EXPECT_LT(hazards.at(2), hazards.at(3));
  for (std::size_t age = 3; age <= 7; ++age) {
    EXPECT_GT(hazards.at(age), 0.08) << age;
    EXPECT_LT(hazards.at(age), 0.105) << age;
  }
  EXPECT_LT(hazards.of_ages(6, 8), hazards.of_ages(3, 5));
  EXPECT_LT(hazards.of_ages(9, 12), hazards.of_ages(6, 8));
  EXPECT_LT(hazards.of_ages(13, 19), hazards.of_ages(9, 12));
}

TEST(ThinnedAgents, that_are_large_stand_for_one_firm) {
  // Year by year: firms of applicants have the weight 1; no agent of several firms had more than its share of last
  // year's revenue when growth was done; the weights add up to the firms; and revenue of the rows to the sums.
  const Params params = baseline(100);
  const Streams streams(1984, 0);
  Workspace workspace;
  State& state = workspace.state();
  initialise(params, streams, state);
  open_accounts(params, state);
  workspace.indicators().prepare(params);
  std::size_t n_heavy = 0, n_light = 0;
  for (Year year = params.scale.years.first; year <= params.scale.years.last; ++year) {
    double total_before = 0.0;
    for (const Step& step : schedule()) {
      const bool grows = std::string_view(step.name) == "grow_firms";
      if (grows)
        for (const double x : state.firms.sums.revenue) total_before += x;
      step.run(params, year, streams, state, workspace.indicators());
      if (!grows) continue;
      const Firms& firms = state.firms;
      const double most = params.parameters.chain.firms.agent_share * total_before;
      std::int64_t n = 0;
      double revenue = 0.0, total = 0.0;
      for (const double x : firms.sums.revenue) total += x;
      n_heavy = n_light = 0;
      for (const FirmId firm : all<FirmId>(firms.size())) {
        const std::int32_t weight = firms.weight[firm];
        const double own = weight * std::exp(firms.log_revenue[firm]);
        n += weight;
        revenue += own;
        if (weight == 0) continue;
        (weight > 1 ? n_heavy : n_light) += 1;
        EXPECT_TRUE(weight == 1 || total_before == 0.0 || own <= most * (1.0 + 1e-9)) << year.value();
        EXPECT_TRUE(weight == 1 || !firms.organisation[firm].exists()) << year.value();
      }
      EXPECT_EQ(n, firms.sums.firms) << year.value();
      EXPECT_NEAR(revenue, total, 1e-8 * total) << year.value();
    }
  }
  EXPECT_GT(n_heavy, 1'000u);
  EXPECT_GT(n_light, 200u);
}

}  // namespace
}  // namespace innochain
