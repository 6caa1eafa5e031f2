#include "sim/processes/substitute_imports.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "sim/processes/prepare_research.hpp"
#include "sim/simulate.hpp"
#include "tests/support/indicator_bits.hpp"
#include "tests/support/small_world.hpp"

namespace innochain {
namespace {

using namespace testing;

class Imports : public ::testing::Test {
 protected:
  void control(int first, std::vector<double> severity) {
    const Year last(first + static_cast<int>(severity.size()) - 1);
    params.shocks = {{"s", "export_control", {chips}, {Year(first), last}, std::move(severity)}};
  }
  void substitute(int year) {
    prepare_research(params, Year(year), streams, state);
    substitute_imports(params, Year(year), streams, state);
  }
  double usual(CategoryId c) const {
    const double gap = std::log(technology.frontier[c] / technology.applied[c]);
    return 1.0 - std::exp(-std::max(0.0, gap) / p.gap_scale);
  }

  Params params = small_params({Year(1995), Year(2035)});
  ChainParameters::Imports& p = params.parameters.chain.imports;
  State state = small_state(params);
  Technology& technology = state.technology;
  Streams streams{1, 0};
};

TEST_F(Imports, start_at_rest) {
  // m(first year) = m* = 1 − exp(−gap/γ).
  for (const CategoryId c : all<CategoryId>(technology.basic.size()))
    EXPECT_DOUBLE_EQ(technology.import_reliance[c], usual(c));
}

TEST_F(Imports, come_to_rest_where_the_gap_says) {
  // With constant stocks the distance to m* shrinks by 1 − ν₀ = 0.95 a year; without a gap nothing is imported.
  technology.import_reliance.fill(0.9);
  technology.applied[CategoryId(2)] = 1.5 * technology.frontier[CategoryId(2)];
  for (int t = 1; t <= 40; ++t) {
    substitute(2000);
    for (const CategoryId c : all<CategoryId>(technology.basic.size())) {
      EXPECT_NEAR(technology.import_reliance[c], usual(c) + (0.9 - usual(c)) * std::pow(0.95, t), 1e-14);
      EXPECT_EQ(technology.output_loss[c], 0.0);
    }
  }
  EXPECT_EQ(usual(CategoryId(2)), 0.0);
  for (int t = 0; t < 900; ++t) substitute(2000);
  for (const CategoryId c : all<CategoryId>(technology.basic.size()))
    EXPECT_NEAR(technology.import_reliance[c], usual(c), 1e-14);
}

TEST_F(Imports, are_substituted_faster_under_control) {
  // By hand: speed ν₀ + ν₁ s, aim m* (1 − s/2), loss χ (s m − s₋₁ m₋₁).
  control(2001, {0.4, 0.8, 0.8});
  double reliance = technology.import_reliance[chips], before = 0.0;
  for (const double severity : {0.4, 0.8, 0.8, 0.0}) {
    const double next = reliance + (0.05 + 0.15 * severity) * (usual(chips) * (1.0 - 0.5 * severity) - reliance);
    substitute(severity == 0.0 ? 2004 : severity == 0.4 ? 2001 : before == 0.4 ? 2002 : 2003);
    EXPECT_DOUBLE_EQ(technology.import_reliance[chips], next);
    EXPECT_NEAR(technology.output_loss[chips], 0.35 * (severity * next - before * reliance), 1e-15);
    reliance = next;
    before = severity;
  }
}

TEST_F(Imports, rest_lower_under_lasting_control) {
  for (const double severity : {0.5, 1.0}) {
    control(1995, std::vector<double>(41, severity));
    for (int t = 0; t < 400; ++t) substitute(2000);
    EXPECT_NEAR(technology.import_reliance[chips], usual(chips) * (1.0 - 0.5 * severity), 1e-14);
    EXPECT_NEAR(technology.output_loss[chips], 0.0, 1e-15);
  }
}

TEST_F(Imports, losses_of_output_add_up_to_the_last_one) {
  // They telescope: the sum is χ·s·m at the end, whatever the path, and 0 once controls are gone.
  control(2001, {0.3, 0.5, 0.6, 0.6, 0.8, 0.2, 0.7});
  double lost = 0.0;
  for (int year = 2000; year <= 2007; ++year) {
    substitute(year);
    lost += technology.output_loss[chips];
  }
  EXPECT_GT(lost, 0.05);
  EXPECT_NEAR(lost, p.output_loss * 0.7 * technology.import_reliance[chips], 1e-15);
  for (int year = 2008; year <= 2012; ++year) {
    substitute(year);
    lost += technology.output_loss[chips];
  }
  EXPECT_NEAR(lost, 0.0, 1e-15);
  for (const CategoryId c : all<CategoryId>(technology.basic.size()))
    EXPECT_TRUE(c == chips || technology.output_loss[c] == 0.0);
}

TEST_F(Imports, self_reliance_weighs_by_criticality_and_research) {
  // Closed forms: all imported 0, none 1, and one category its part of Σ c ω.
  technology.import_reliance.fill(1.0);
  EXPECT_DOUBLE_EQ(self_reliance(params.system, technology), 0.0);
  technology.import_reliance.fill(0.0);
  EXPECT_EQ(self_reliance(params.system, technology), 1.0);
  technology.import_reliance[chips] = 0.5;  // even research, criticality 0.1 of five fields with 0.1 + 0.9 each
  EXPECT_NEAR(self_reliance(params.system, technology), 1.0 - 0.5 * 0.1 / 5.0, 1e-15);
}

TEST_F(Imports, controls_do_not_reach_firms_and_knowledge_if_nothing_carries_them) {
  // χ_m = χ_F = ξ_s = ν₁ = 0, exact: only reliance on imports, whose aim falls by the half of s, and what is made of it
  // differ. Each one alone shows that the comparison can fail.
  params.scale.years = {Year(1995), Year(2025)};
  Params controlled = params;
  for (const CategoryId c : all<CategoryId>(technology.basic.size()))
    controlled.shocks.push_back({"s", "export_control", {c}, {Year(2005), Year(2025)}, std::vector<double>(21, 0.8)});
  Workspace one, other;
  using Names = std::vector<std::string>;
  const auto difference = [&](double loss, double diffusion, double search, double adjustment) {
    for (Params* run : {&params, &controlled}) {
      ChainParameters::Imports& i = run->parameters.chain.imports;
      i.output_loss = loss, i.diffusion_loss = diffusion, i.directed_search = search, i.control_adjustment = adjustment;
    }
    simulate(params, 1984, 0, one);
    return differing(one.indicators(), simulate(controlled, 1984, 0, other));
  };
  const Names reliance{"import_reliance", "self_reliance"};
  EXPECT_EQ(difference(0.0, 0.0, 0.0, 0.0), reliance);
  const auto reaches = [&](const Names& names, const char* name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  EXPECT_TRUE(reaches(difference(0.35, 0.0, 0.0, 0.0), "revenue"));
  EXPECT_TRUE(reaches(difference(0.0, 0.8, 0.0, 0.0), "basic_stock"));
  controlled.shocks.resize(1);  // search moves money only between categories with and without controls
  EXPECT_TRUE(reaches(difference(0.0, 0.0, 1.0, 0.0), "applied_stock"));
  EXPECT_EQ(difference(0.0, 0.0, 0.0, 0.15), reliance);
}

}  // namespace
}  // namespace innochain
