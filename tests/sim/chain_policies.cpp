// Commercialization first, on the shipped baseline: more transfers soon, and later less knowledge to transfer, by as
// much as applied work depends on basic work. All comparisons are of two arms that share their luck.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "scenarios/reader/scenario.hpp"
#include "sim/simulate.hpp"
#include "tests/support/indicator_bits.hpp"

namespace innochain {
namespace {

using namespace testing;

constexpr Year changed_from(2026), run_until(2051), last_rules(2035);
constexpr std::uint32_t replicates_a_policy = 3;

/// The baseline at the scale of sweeps, its last rules continued to 2051.
Params long_baseline() {
  const std::string text = std::string("schema_version: 1\nextends: ") + INNOCHAIN_SOURCE_DIR +
                           "/scenarios/baseline.yaml\n"
                           "scale: {years: [1984, 2051], firms_per_agent: 100, proposals_per_agent: 20}\n"
                           "regimes: {continuation: {years: [2026, 2051]}}\n";
  Params params = read_scenario_text(text, "long baseline").params;
  for (Year year = last_rules + 1; year <= run_until; ++year)
    params.levers[params.scale.years.index(year)] = params.levers_in(last_rules);
  return params;
}

Params with_chain(Params params, double elasticity) {
  params.parameters.chain.technology.chain_elasticity = elasticity;
  return params;
}

/// Calls `change` for the levers of every year of the policy.
template <class Change>
Params from_start(Params params, Change&& change) {
  for (Year year = changed_from; year <= run_until; ++year) change(params.levers[params.scale.years.index(year)]);
  return params;
}

Params commercialization_first(const Params& params) {
  return from_start(params, [](Levers& levers) {
    levers.review.weights = {0.10, 0.25, 0.40, 0.15, 0.10};
    levers.commercialization_emphasis += 0.1;
  });
}

/// What the policy does by a year: log of the ratio to the arm without it (productivity is a log itself).
struct Effect {
  double transfers = 0.0, contracts = 0.0, patents = 0.0, basic = 0.0, applied = 0.0, productivity = 0.0;
};

template <class Values>
double over_hosts(const Values& values, Year year) {
  double sum = 0.0;
  for (std::size_t host = 0; host < n_hosts; ++host) sum += values.at(year, host);
  return sum;
}

/// National mean of a stock, by research weight.
double national(const System& system, const Measure& stock, Year year) {
  double sum = 0.0, total = 0.0;
  for (const Category& category : system.categories) {
    sum += category.share * stock.at(year, category.field);
    total += category.share;
  }
  return sum / total;
}

/// Two arms of one replicate.
class Arms {
 public:
  /// `without` must outlive what is asked of the arms.
  void run(const Params& without, std::uint32_t replicate) {
    system_ = &without.system;
    simulate(without, 1984, replicate, without_);
    simulate(commercialization_first(without), 1984, replicate, with_);
  }
  void run(Params&& without, std::uint32_t replicate) = delete;
  const Indicators& without() { return without_.indicators(); }
  const Indicators& with() { return with_.indicators(); }

  Effect after(int years) {
    const Year year = changed_from + years;
    const Indicators &a = without(), &b = with();
    const auto stock = [&](const Measure& with_policy, const Measure& without_policy) {
      return std::log(national(*system_, with_policy, year) / national(*system_, without_policy, year));
    };
    return {std::log(over_hosts(b.transfers, year) / over_hosts(a.transfers, year)),
            std::log(b.technology_contracts.at(year) / a.technology_contracts.at(year)),
            std::log(over_hosts(b.patents, year) / over_hosts(a.patents, year)),
            stock(b.basic_stock, a.basic_stock),
            stock(b.applied_stock, a.applied_stock),
            static_cast<double>(b.productivity.at(year)) - a.productivity.at(year)};
  }

 private:
  const System* system_ = nullptr;
  Workspace without_, with_;
};

constexpr std::array horizons{1, 5, 10, 15, 20, 25};
using Table = std::array<Effect, horizons.size()>;

void add(Arms& arms, Table& table) {
  for (std::size_t i = 0; i < horizons.size(); ++i) {
    const Effect effect = arms.after(horizons[i]);
    for (const auto member : {&Effect::transfers, &Effect::contracts, &Effect::patents, &Effect::basic,
                              &Effect::applied, &Effect::productivity})
      table[i].*member += 100.0 * effect.*member / replicates_a_policy;
  }
}

void print(const char* title, const Table& table) {
  std::printf("%s: log %% after years, mean of %u replicates\n", title, replicates_a_policy);
  std::printf("%6s %10s %10s %10s %10s %10s %12s\n", "years", "transfers", "contracts", "patents", "B", "A",
              "productivity");
  for (std::size_t i = 0; i < horizons.size(); ++i)
    std::printf("%6d %+10.2f %+10.2f %+10.2f %+10.2f %+10.2f %+12.2f\n", horizons[i], table[i].transfers,
                table[i].contracts, table[i].patents, table[i].basic, table[i].applied, table[i].productivity);
}

TEST(CommercializationFirst, transfers_rise_within_five_years) {
  // In every replicate and every year from the second one on; research of the first year is done before orientation
  // moves.
  const Params params = long_baseline();
  Arms arms;
  Table table{};
  for (std::uint32_t replicate = 0; replicate < replicates_a_policy; ++replicate) {
    arms.run(params, replicate);
    EXPECT_EQ(arms.after(0).transfers, 0.0);
    double before = 0.0;
    for (int years = 1; years <= 5; ++years) {
      const Effect effect = arms.after(years);
      EXPECT_GT(effect.transfers, before) << "replicate " << replicate << ", " << years << " years";
      before = effect.transfers;
    }
    EXPECT_GT(arms.after(5).transfers, 0.01);
    EXPECT_GT(arms.after(5).contracts, 0.0);
    add(arms, table);
  }
  print("Commercialization first in the baseline", table);
}

TEST(CommercializationFirst, the_late_cost_is_the_chain) {
  // φ = 0: no cost in applied knowledge after 25 years, beyond the rounding of indicators (float, 6e-8). The larger φ,
  // the more applied knowledge and patents are lost, in every replicate.
  const Params params = long_baseline();
  constexpr std::array elasticities{0.0, 0.3, 0.6, 1.0};
  std::array<Table, elasticities.size()> tables{};
  Arms arms;
  for (std::uint32_t replicate = 0; replicate < replicates_a_policy; ++replicate) {
    Effect before;
    for (std::size_t i = 0; i < elasticities.size(); ++i) {
      const Params chained = with_chain(params, elasticities[i]);
      arms.run(chained, replicate);
      const Effect effect = arms.after(25);
      EXPECT_LT(effect.basic, -0.01);
      if (elasticities[i] == 0.0) {
        EXPECT_GE(effect.applied, -1e-6);
        EXPECT_GE(effect.patents, 0.0);
      } else {
        EXPECT_LT(effect.applied, std::min(0.0, before.applied)) << "φ = " << elasticities[i];
        EXPECT_LT(effect.patents, std::min(0.0, before.patents)) << "φ = " << elasticities[i];
      }
      before = effect;
      add(arms, tables[i]);
    }
  }
  for (std::size_t i = 0; i < elasticities.size(); ++i)
    print(("Commercialization first, chain elasticity " + std::to_string(elasticities[i])).c_str(), tables[i]);
}

TEST(CommercializationFirst, costs_more_in_a_country_less_open) {
  // With openness 0.3 instead of 0.7 in both arms, less of what is not found at home comes from abroad.
  const Params open = long_baseline();
  const Params closed = from_start(open, [](Levers& levers) { levers.openness_share = 0.3; });
  Arms arms;
  Table table{};
  for (std::uint32_t replicate = 0; replicate < replicates_a_policy; ++replicate) {
    arms.run(open, replicate);
    const Effect usual = arms.after(25);
    arms.run(closed, replicate);
    const Effect effect = arms.after(25);
    EXPECT_LT(effect.basic, usual.basic);
    EXPECT_LT(effect.applied, usual.applied);
    add(arms, table);
  }
  print("Commercialization first, openness 0.3", table);
}

TEST(CommercializationFirst, acts_through_orientation_and_grades_alone) {
  // Without response of orientation (β_o = 0) and without grades it is exactly nothing, but for top papers, which
  // counting makes rarer.
  Params params = long_baseline();
  params.parameters.chain.orientation.response = 0.0;
  for (Levers& levers : params.levers) levers.review.poor_share = levers.review.excellent_share = 0.0;
  Arms arms;
  arms.run(params, 0);
  EXPECT_EQ(differing(arms.without(), arms.with()), std::vector<std::string>{"papers_top"});
}

}  // namespace
}  // namespace innochain
