#include "sim/processes/prepare_research.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "sim/schedule.hpp"
#include "sim/simulate.hpp"
#include "tests/support/indicator_bits.hpp"
#include "tests/support/small_world.hpp"

namespace innochain {
namespace {

using namespace testing;

Shock control(std::vector<CategoryId> categories, int first, std::vector<double> severity) {
  const Year last(first + static_cast<int>(severity.size()) - 1);
  return {"control", "export_control", std::move(categories), {Year(first), last}, std::move(severity)};
}

class Preparation : public ::testing::Test {
 protected:
  void prepare(int year) { prepare_research(params, Year(year), Streams(1, 0), state); }

  Params params = small_params();
  State state = small_state(params);
  Technology& technology = state.technology;
};

TEST_F(Preparation, measures_how_far_what_is_known_helps) {
  // Closed forms: x = (B/A)^φ, B^ψ_B, x·A^ψ_I, x·A^ψ_V, ln(F/A).
  const ChainParameters& chain = params.parameters.chain;
  prepare(2000);
  for (const CategoryId c : all<CategoryId>(technology.basic.size())) {
    const double basic = technology.basic[c], applied = technology.applied[c];
    const double x = std::pow(basic / applied, chain.technology.chain_elasticity);
    EXPECT_DOUBLE_EQ(technology.applied_productivity[c], x);
    EXPECT_DOUBLE_EQ(technology.paper_factor[c], std::pow(basic, chain.outputs.paper_stock_elasticity));
    EXPECT_DOUBLE_EQ(technology.patent_factor[c], x * std::pow(applied, chain.outputs.patent_stock_elasticity));
    EXPECT_DOUBLE_EQ(technology.result_factor[c], x * std::pow(applied, chain.outputs.transfer_stock_elasticity));
    EXPECT_DOUBLE_EQ(technology.gap[c], std::log(technology.frontier[c] / applied));
  }
}

TEST_F(Preparation, without_the_chain_basic_knowledge_does_not_help_applied_work) {
  // φ = 0 is exact: x = 1 whatever the stocks.
  params.parameters.chain.technology.chain_elasticity = 0.0;
  technology.basic[CategoryId(3)] = 1e-3;
  prepare(2000);
  for (const double x : technology.applied_productivity) EXPECT_EQ(x, 1.0);
}

TEST_F(Preparation, the_severest_control_in_force_counts) {
  params.shocks = {control({chips, robots}, 2001, {0.3, 0.5}), control({robots}, 2002, {0.2, 0.8})};
  const auto expect_severity = [&](int year, double chips_severity, double robots_severity) {
    prepare(year);
    EXPECT_EQ(technology.severity[chips], chips_severity) << year;
    EXPECT_EQ(technology.severity[robots], robots_severity) << year;
    EXPECT_EQ(technology.severity[CategoryId(0)], 0.0) << year;
  };
  expect_severity(2000, 0.0, 0.0);
  expect_severity(2001, 0.3, 0.3);
  expect_severity(2002, 0.5, 0.5);
  EXPECT_EQ(technology.severity_before[robots], 0.3);
  expect_severity(2003, 0.0, 0.8);
  expect_severity(2004, 0.0, 0.0);
  EXPECT_EQ(technology.severity_before[chips], 0.0);
  EXPECT_EQ(technology.severity_before[robots], 0.8);
}

TEST_F(Preparation, controls_of_severity_0_are_none) {
  // Exact, on whole runs; a severity of ½ shows that the comparison can fail.
  Params with = params;
  with.shocks = {control({chips, robots}, 2005, std::vector<double>(21, 0.0))};
  Workspace one, other;
  EXPECT_EQ(bits_of(simulate(params, 1984, 0, one)), bits_of(simulate(with, 1984, 0, other)));
  with.shocks = {control({chips, robots}, 2005, std::vector<double>(21, 0.5))};
  EXPECT_NE(bits_of(simulate(params, 1984, 0, one)), bits_of(simulate(with, 1984, 0, other)));
}

TEST_F(Preparation, proposals_take_time_from_those_who_researched_a_year_ago) {
  // Work over the staff of academic research and of the two labs that did basic work, at most one half.
  state.labs.staff.fill(30.0);
  state.labs.effort.fill(0.0);
  state.labs.effort[LabId(2)] = state.labs.effort[LabId(5)] = 1.0;
  state.background.academic_staff = 940.0;
  state.applications.work = 50.0;
  prepare(2000);
  EXPECT_DOUBLE_EQ(state.research.applying_time, 50.0 / 1000.0);
  state.applications.work = 800.0;
  prepare(2001);
  EXPECT_EQ(state.research.applying_time, 0.5);
  state.labs.effort.fill(0.0);
  state.background.academic_staff = 0.0;
  prepare(2002);
  EXPECT_EQ(state.research.applying_time, 0.0);
}

TEST_F(Preparation, proposals_without_cost_take_no_time) {
  // Exact, in every year of a whole run; at the default cost they do take some.
  const auto most_time = [](const Params& p) {
    const Streams streams(1984, 0);
    State run = small_state(p, 1984);
    Indicators indicators;
    indicators.prepare(p);
    double most = 0.0;
    for (Year year = p.scale.years.first; year <= p.scale.years.last; ++year) {
      for (const Step& step : schedule()) step.run(p, year, streams, run, indicators);
      most = std::max(most, run.research.applying_time);
    }
    return most;
  };
  EXPECT_GT(most_time(params), 0.0);
  params.parameters.applications.cost_years_per_proposal = 0.0;
  EXPECT_EQ(most_time(params), 0.0);
}

TEST_F(Preparation, clears_the_outputs_of_the_year_before) {
  Workspace workspace;
  simulate(params, 1984, 0, workspace);
  State& run = workspace.state();
  const YearOfResearch& research = run.research;
  const auto sum = [](const auto& values) {
    double total = 0.0;
    for (const auto value : values) total += static_cast<double>(value);
    return total;
  };
  const auto everything = [&] {
    return sum(research.papers) + sum(research.papers_top) + sum(research.patents) + sum(research.standards) +
           sum(research.spinoffs) + sum(research.transfers) + sum(research.inside) + sum(research.outside) +
           sum(research.labs) + research.contracts_mcny + research.basic_mcny + research.academic_mcny +
           sum(run.organisations.results) + sum(run.technology.basic_effort) + sum(run.technology.applied_effort) +
           sum(run.technology.enterprise_effort);
  };
  EXPECT_GT(everything(), 0.0);
  const double filed = sum(research.filed);
  prepare_research(params, Year(2025), Streams(1984, 0), run);
  EXPECT_EQ(everything(), 0.0);
  EXPECT_EQ(sum(research.filed), filed);
}

}  // namespace
}  // namespace innochain
