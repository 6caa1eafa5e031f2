// Sweep files: what they may say, what is wrong with them, and how their arms are numbered and named.

#include <gtest/gtest.h>

#include <random>
#include <regex>
#include <set>

#include "scenarios/reader/lever_table.hpp"
#include "scenarios/reader/scenario_schema.hpp"
#include "scenarios/reader/sweep.hpp"
#include "tests/scenarios/params_difference.hpp"
#include "tests/scenarios/sweep_fixture.hpp"

namespace innochain {
namespace {

using Names = std::vector<std::string>;

TEST_F(SweepTest, NumbersArmsPointByPointWithTheScenariosTogether) {
  write("other.yaml", "schema_version: 1\nextends: parent.yaml\n");
  const Sweep s = sweep(
      "scenarios: {base: parent.yaml, other: other.yaml}\n"
      "baseline: base\n"
      "axes:\n"
      "  - {path: levers.centralization, years: [2026, 2035], values: [0, 0.25]}\n"
      "  - {path: levers.allocation_rule, years: [2026, 2035], values: [merit, lottery]}\n"
      "replicates: 50\nseed: 7\n");
  EXPECT_EQ(
      arm_names(s),
      (Names{"base, centralization=0, allocation_rule=merit", "other, centralization=0, allocation_rule=merit",
             "base, centralization=0, allocation_rule=lottery", "other, centralization=0, allocation_rule=lottery",
             "base, centralization=0.25, allocation_rule=merit", "other, centralization=0.25, allocation_rule=merit",
             "base, centralization=0.25, allocation_rule=lottery",
             "other, centralization=0.25, allocation_rule=lottery"}));
  EXPECT_EQ(s.replicates, 50);
  EXPECT_EQ(s.seed, 7u);
  EXPECT_EQ(s.baseline, "base");
  ASSERT_EQ(s.axes.size(), 2u);
  EXPECT_EQ(s.axes[0].path, "levers.centralization");
  EXPECT_FALSE(s.axes[0].text);
  EXPECT_EQ(s.axes[1].path, "levers.allocation_rule");
  EXPECT_TRUE(s.axes[1].text);
  const SweepArm arm = s.arm(6);
  EXPECT_EQ(arm.scenario, 0u);
  EXPECT_EQ(arm.values, (std::vector<AxisValue>{0.25, "lottery"}));
}

TEST_F(SweepTest, MayHaveNoAxes) {
  const Sweep s = sweep("scenarios: [parent.yaml]\ndesign: {kind: grid}\n");
  EXPECT_EQ(arm_names(s), Names{"parent"});
  EXPECT_EQ(s.replicates, 1);
  EXPECT_EQ(s.seed, std::nullopt);
}

TEST_F(SweepTest, NamesAxesByTheShortestTailThatTellsThemApart) {
  const Sweep s = sweep(
      "scenarios: {base: parent.yaml}\n"
      "axes:\n"
      "  - {path: levers.targets.hidz, values: [200]}\n"
      "  - {path: levers.calls.hidz, values: [open]}\n"
      "  - {path: levers.award.noise, years: [2020, 2025], values: [2]}\n"
      "  - {path: levers.award.noise, years: [2026, 2035], values: [3]}\n"
      "  - {path: levers.award.quality_weight, values: [1]}\n"
      "  - {path: parameters.approvals.ambition, values: [1]}\n"
      "  - {path: levers.review.poor_share, values: [0.1]}\n"
      "  - {path: levers.review.zone_poor_share, values: [0.1]}\n");
  EXPECT_EQ(arm_names(s), Names{"base, targets.hidz=200, calls.hidz=open, noise@2020..2025=2, noise@2026..2035=3, "
                                "quality_weight=1, ambition=1, poor_share=0.1, zone_poor_share=0.1"});
  EXPECT_EQ(s.axes[2].path, "levers.award.noise@2020..2025");
  EXPECT_EQ(s.axes[4].path, "levers.award.quality_weight");
}

TEST_F(SweepTest, LinkedAxesMoveTogetherAndPathsMayShareAValue) {
  const Sweep s = sweep(
      "scenarios: {base: parent.yaml}\n"
      "axes:\n"
      "  - {path: levers.award.noise, values: [1, 2, 3], linked: pair}\n"
      "  - {path: [levers.award.tier_weight, levers.award.strategic_weight], values: [0.1, 0.2], years: [2026, 2035]}\n"
      "  - {path: levers.openness_share, values: [0.5, 0.5, 0.7], linked: pair}\n");
  ASSERT_EQ(s.n_arms(), 6u);
  EXPECT_EQ(s.arm(3).name, "base, noise=2, tier_weight=0.2, openness_share=0.5");
  EXPECT_EQ(s.arm(3).values, (std::vector<AxisValue>{2.0, 0.2, 0.2, 0.5}));
  Params params = s.scenarios[0].params;
  s.apply(3, params);
  EXPECT_EQ(params.levers_in(Year(2030)).award.tier_weight, 0.2);
  EXPECT_EQ(params.levers_in(Year(2030)).award.strategic_weight, 0.2);
  EXPECT_EQ(params.levers_in(Year(2030)).award.noise, 2.0);
}

TEST_F(SweepTest, StepsDivideARange) {
  const Sweep s = sweep(
      "scenarios: {base: parent.yaml}\n"
      "axes:\n"
      "  - {path: levers.openness_share, range: [0, 0.4], steps: 5}\n"
      "  - {path: scale.firms_per_agent, range: [1, 100], scale: log, steps: 3}\n");
  ASSERT_EQ(s.n_arms(), 15u);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(std::get<double>(s.arm(3 * i).values[0]), 0.1 * double(i), 1e-15);
  EXPECT_EQ(std::get<double>(s.arm(12).values[0]), 0.4);
  EXPECT_EQ(std::get<double>(s.arm(0).values[1]), 1.0);
  EXPECT_EQ(std::get<double>(s.arm(1).values[1]), 10.0);
  EXPECT_EQ(std::get<double>(s.arm(2).values[1]), 100.0);
}

TEST_F(SweepTest, SpreadsPointsOverRangesAndValues) {
  for (const std::string kind : {"lhs", "sobol"}) {
    const Sweep s = sweep("scenarios: {base: parent.yaml}\ndesign: {kind: " + kind +
                          ", points: 128, seed: 3}\n"
                          "axes:\n"
                          "  - {path: parameters.approvals.ambition, range: [0.5, 1.5]}\n"
                          "  - {path: scale.firms_per_agent, range: [1, 4]}\n"
                          "  - {path: parameters.labs.paper_rate, range: [0.01, 1], scale: log}\n"
                          "  - {path: levers.allocation_rule, values: [merit, lottery]}\n"
                          "  - {path: levers.review.exempt_after, range: [1, 8], integer: true}\n");
    ASSERT_EQ(s.n_arms(), 128u);
    EXPECT_EQ(s.arm(16).name, "base, point 17");
    std::vector<int> quarters(4, 0), firms(5, 0), decades(2, 0), exempt(9, 0);
    int lotteries = 0;
    for (std::size_t arm = 0; arm < s.n_arms(); ++arm) {
      const auto values = s.arm(arm).values;
      ++quarters[static_cast<std::size_t>((std::get<double>(values[0]) - 0.5) * 4)];
      ++firms[static_cast<std::size_t>(std::get<double>(values[1]))];
      ++decades[std::get<double>(values[2]) < 0.1 ? 0 : 1];
      lotteries += std::get<std::string>(values[3]) == "lottery";
      ++exempt[static_cast<std::size_t>(std::get<double>(values[4]))];
    }
    EXPECT_EQ(quarters, (std::vector<int>{32, 32, 32, 32})) << kind;
    EXPECT_EQ(firms, (std::vector<int>{0, 32, 32, 32, 32})) << kind;
    EXPECT_EQ(decades, (std::vector<int>{64, 64})) << kind;
    EXPECT_EQ(lotteries, 64) << kind;
    EXPECT_EQ(exempt, (std::vector<int>{0, 16, 16, 16, 16, 16, 16, 16, 16})) << kind;
  }
}

TEST_F(SweepTest, DesignsDependOnTheirSeedAlone) {
  const auto first_value = [&](const std::string& design) {
    return std::get<double>(sweep("scenarios: {base: parent.yaml}\ndesign: {points: 8, " + design +
                                  "}\naxes: [{path: levers.openness_share, range: [0, 1]}]\n")
                                .arm(0)
                                .values[0]);
  };
  EXPECT_EQ(first_value("kind: sobol"), first_value("kind: sobol, seed: 1"));
  EXPECT_EQ(first_value("kind: sobol, scramble_seed: 4"), first_value("kind: sobol, seed: 4"));
  EXPECT_NE(first_value("kind: sobol, seed: 4"), first_value("kind: sobol, seed: 5"));
  EXPECT_EQ(first_value("kind: sobol, scramble: false"), 0.0);
  EXPECT_NE(first_value("kind: lhs, seed: 4"), first_value("kind: lhs, seed: 5"));
}

TEST_F(SweepTest, ListsAndCsvFilesSayTheSame) {
  const std::string head =
      "scenarios: {base: parent.yaml}\naxes: [{path: levers.centralization, years: [2026, 2035]}]\n";
  const Sweep list = sweep(head +
                           "design:\n  kind: list\n  rows:\n"
                           "    - {name: as it was}\n"
                           "    - {name: central, levers.centralization: 0.9, parameters.approvals.ambition: 1.5}\n"
                           "    - {name: calls, levers.calls.hidz@2026..2030: {yearly_probability: 0.8}}\n");
  EXPECT_EQ(arm_names(list), (Names{"base, as it was", "base, central", "base, calls"}));
  write("points.csv",
        "name,levers.centralization,parameters.approvals.ambition,levers.calls.hidz@2026..2030\r\n"
        "as it was,,,\r\n"
        "central,0.9,1.5,\r\n"
        "\"calls\",,,{yearly_probability: 0.8}\r\n");
  const Sweep csv = sweep(head + "design: {kind: csv, file: points.csv}\n");
  ASSERT_EQ(arm_names(csv), arm_names(list));
  for (std::size_t arm = 0; arm < 3; ++arm) {
    EXPECT_EQ(csv.arm(arm).values, list.arm(arm).values);
    Params a = list.scenarios[0].params, b = csv.scenarios[0].params;
    list.apply(arm, a);
    csv.apply(arm, b);
    EXPECT_EQ(testing::difference(a, b), "");
  }
  EXPECT_EQ(csv.arm(0).values, (std::vector<AxisValue>{{}, {}, {}}));
  EXPECT_EQ(csv.arm(2).values[2], AxisValue("{yearly_probability: 0.8}"));
  write("unnamed.csv", "levers.award.noise\n1\n1\n");
  EXPECT_EQ(arm_names(sweep(head + "design: {kind: csv, file: unnamed.csv}\n")),
            (Names{"base, point 1", "base, point 2"}));
}

TEST_F(SweepTest, CanonicalTextReadsBackTheSame) {
  write("points.csv",
        "name,levers.award.noise@2020..2025,levers.calls.hidz\na,1,\"{years: [2020, 2021]}\"\nb,,closed\n");
  const std::string scenarios = "title: \"A \\\"test\\\"\"\nscenarios: {base: parent.yaml, other: parent.yaml}\n";
  for (const std::string& rest : Names{
           "baseline: other\naxes: [{path: [levers.award.noise, levers.award.tier_weight], values: [1, 2]}]\n"
           "set: [scale.firms_per_agent=100]\nkeep: [{sum: revenue, years: [2026, 2035]}, \"zone_stock[hidz]\"]\n",
           "axes: [{path: levers.award.noise, values: [1, 2], linked: x}, {path: levers.openness_share, range: [0, 1], "
           "steps: 2, linked: x}]\nseed: 3\nreplicates: 4\n",
           "design: {kind: lhs, points: 10, seed: 2}\naxes: [{path: levers.targets.hidz, years: [2026, 2035], values: "
           "[none, 200, {2030: 250}]}]\nbranch_from: 2026\n",
           "design: {kind: sobol, points: 16, scramble: false}\n"
           "axes: [{path: scale.firms_per_agent, range: [1, 1000], scale: log}]\n",
           "design: {kind: csv, file: points.csv}\n",
           "design: {kind: list, rows: [{levers.award.noise: 1}, {levers.openness_share: 0.1}]}\n"}) {
    const Sweep s = sweep(scenarios + rest);
    const Sweep again = read_sweep(write("again.yaml", s.yaml));
    EXPECT_EQ(again.yaml, s.yaml);
    ASSERT_EQ(arm_names(again), arm_names(s)) << s.yaml;
    EXPECT_EQ(again.keep, s.keep);
    EXPECT_EQ(again.branch_from, s.branch_from);
    for (std::size_t arm = 0; arm < s.n_arms(); ++arm) {
      EXPECT_EQ(again.arm(arm).values, s.arm(arm).values);
      Params a = s.scenarios[s.scenario_of(arm)].params, b = again.scenarios[s.scenario_of(arm)].params;
      s.apply(arm, a);
      again.apply(arm, b);
      EXPECT_EQ(testing::difference(a, b), "");
    }
  }
}

TEST_F(SweepTest, ReadsWhatToKeep) {
  const Sweep s = sweep(
      "scenarios: {base: parent.yaml}\n"
      "keep: [zone_stock, \"basic_stock[discipline]\", \"zone_stock[hidz]\", {sum: revenue, years: [2026, 2035]},\n"
      "  {mean: \"papers[cas, university]\"}, {years: [2020, 2035]}, {variable: labs, years: [2030, 2030]}]\n");
  ASSERT_EQ(s.keep.size(), 7u);
  const YearSpan window{Year(2026), Year(2035)};
  EXPECT_EQ(s.keep[0], (Kept{"zone_stock", {}, Kept::Reducer::none, {}}));
  EXPECT_EQ(s.keep[1], (Kept{"basic_stock", {}, Kept::Reducer::none, {}}));
  EXPECT_EQ(s.keep[2], (Kept{"zone_stock", {"hidz"}, Kept::Reducer::none, {}}));
  EXPECT_EQ(s.keep[3], (Kept{"revenue", {}, Kept::Reducer::sum, window}));
  EXPECT_EQ(s.keep[4], (Kept{"papers", {"cas", "university"}, Kept::Reducer::mean, {}}));
  EXPECT_EQ(s.keep[5], (Kept{"", {}, Kept::Reducer::none, YearSpan{Year(2020), Year(2035)}}));
  EXPECT_EQ(s.keep[6].variable, "labs");
}

TEST_F(SweepTest, BranchesNeedOneHistoryForAll) {
  const std::string axis = "axes: [{path: levers.award.noise, years: [2026, 2035], values: [3, 4]}]\n";
  write(
      "later.yaml",
      "schema_version: 1\nextends: parent.yaml\noverrides: [{years: [2026, 2035], lever: openness_share, value: 0.1}]\n"
      "shocks: [{name: a, kind: export_control, categories: [materials], years: [2026, 2030], severity_share: 1}]\n"
      "budget: {changes: [{years: [2026, 2035], factor: 2}]}\n"
      "targets: [{designation: hidz, announced: 2026, by: 2030, stock: 300}]\n");
  const std::string two = "scenarios: {base: parent.yaml, later: later.yaml}\n";
  EXPECT_EQ(sweep(two + axis + "branch_from: 2026\n").branch_from, Year(2026));
  EXPECT_EQ(sweep_problems(two + axis + "branch_from: 2027\n"),
            "sweep.yaml:2:39: scenarios.later: differs from `base` before branch_from 2027: levers.openness_share in "
            "2026 (0.7 and 0.1) (all arms share those years)\n"
            "sweep.yaml:3:15: axes[0].path: `levers.award.noise` acts from 2026, before branch_from 2027 (add years: "
            "[2027, 2035])");
  const auto difference = [&](const std::string& change) {
    write("later.yaml", "schema_version: 1\nextends: parent.yaml\n" + change);
    const std::string text = sweep_problems(two + axis + "branch_from: 2026\n");
    const std::size_t at = text.find("2026: ") + 6;
    return text.empty() ? "" : text.substr(at, text.rfind(" (all") - at);
  };
  EXPECT_EQ(difference("parameters: {approvals.bar_raise: 1}\n").substr(0, 30), "parameters.approvals.bar_raise");
  EXPECT_EQ(difference("parameters: {approvals.kappa.hidz: 2}\n"), "parameters.approvals.kappa.hidz");
  EXPECT_EQ(difference("scale: {firms_per_agent: 2}\n"), "scale.firms_per_agent");
  EXPECT_EQ(difference("scale: {years: [1984, 2034]}\nregimes: {later: {years: [2006, 2034]}}\n"), "scale.years");
  EXPECT_EQ(difference("budget: {changes: [{years: [2025, 2035], factor: 2}]}\n"), "budget in 2025");
  EXPECT_EQ(difference("budget: {changes: [{years: [2020, 2035], programme: nsfc, factor: 2}]}\n"),
            "budget of nsfc in 2020");
  EXPECT_EQ(difference("shocks: [{name: a, kind: export_control, categories: [materials], years: [2025, 2030], "
                       "severity_share: 1}]\n"),
            "shocks.a");
  EXPECT_EQ(difference("targets: [{designation: hidz, announced: 2025, by: 2025, stock: 220}]\n"),
            "targets.hidz, announced in 2025");
  EXPECT_EQ(difference("trace: {categories: [materials]}\n"), "trace.categories");
  std::string system = tiny_system;
  system.replace(system.find("label: \"Chips\""), 14, "label: \"Chipy\"");
  write("system2.yaml", system);
  EXPECT_EQ(difference("system: system2.yaml\n"), "system.categories[0].label");
  EXPECT_EQ(sweep_problems("scenarios: {base: parent.yaml}\nbranch_from: 1984\n"),
            "sweep.yaml:3:14: branch_from: 1984 leaves no history to share (from 1985 to 2035)");
  EXPECT_NE(
      sweep_problems("scenarios: {base: parent.yaml}\nbranch_from: 2026\naxes: [{path: parameters.approvals.ambition, "
                     "values: [1]}]\n")
          .find("acts from the first year, before branch_from 2026 (only levers"),
      std::string::npos);
  EXPECT_NE(sweep_problems(
                "scenarios: {base: parent.yaml}\nbranch_from: 2026\naxes: [{path: levers.award.noise, values: [1]}]\n")
                .find("acts from 1984, before branch_from 2026 (add years: [2026, 2035])"),
            std::string::npos);
}

TEST_F(SweepTest, SaysWhatIsWrongAndWhere) {
  write("bad.csv", "levers.award.noise,levers.openness,name\n1,2,a\nabc,,b\n200,,\n");
  write("twice.csv", "levers.award.noise,levers.award.noise\n1,2\n");
  write("empty.csv", "levers.award.noise\n");
  const std::string base = "scenarios: {base: parent.yaml}\n";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"axes: []\n",
       "sweep.yaml:1:1: scenarios: is missing (files by name, or a list of files; relative to this file)"},
      {"scenarios: {}\n", "sweep.yaml:2:12: scenarios: is empty (at least one scenario is needed)"},
      {"scenarios: [parent.yaml, parent.yaml]\n",
       "sweep.yaml:2:26: scenarios[1]: is the second scenario named `parent` (write {name: file} to name them)"},
      {"scenarios: {a: gone.yaml}\n", "sweep.yaml:2:16: scenarios.a: there is no file gone.yaml"},
      {base + "baseline: bse\n",
       "sweep.yaml:3:11: baseline: `bse` is not one of the scenarios (base). Did you mean `base`?"},
      {base + "parameters: {source: china.h5}\n",
       "sweep.yaml:3:22: parameters.source: is neither default, prior nor posterior, and there is no file china.h5"},
      {base + "axis: []\n", "sweep.yaml:3:1: axis: unknown key (allowed: schema_version, title, scenarios"},
      {base + "axes: [{path: levers.award.nose, values: [1]}]\n",
       "sweep.yaml:3:15: axes[0].path: `levers.award.nose` is not known (allowed: parameters.X, levers.X and scale.X; "
       "`innochain describe` lists them). Did you mean `levers.award.noise`?"},
      {base + "axes: [{path: scale.years, values: [1]}]\n",
       "sweep.yaml:3:15: axes[0].path: cannot be varied (all runs of a sweep have the same years)"},
      {base + "axes: [{path: parameters.approvals.ambition, years: [2020, 2021], values: [1]}]\n",
       "sweep.yaml:3:15: axes[0].path: has years, which only levers have"},
      {base + "axes: [{path: levers.award.noise@20, values: [1]}]\n",
       "sweep.yaml:3:15: axes[0].path: `@20` is not a span of years (write @2026..2035)"},
      {base + "axes: [{path: levers.award.noise, values: [1]}, {path: levers.award.noise, years: [2020, 2021], values: "
              "[1]}]\n",
       "sweep.yaml:3:56: axes[1].path: `levers.award.noise` is varied already by axes[0].path in 2020..2021"},
      {base + "axes: [{path: levers.award.noise}]\n", "sweep.yaml:3:15: axes[0].path: has neither values nor a range"},
      {base + "axes: [{path: levers.award.noise, range: [1, 2]}]\n",
       "sweep.yaml:3:42: axes[0].range: needs `steps: N` in a grid, or `values` instead"},
      {base + "axes: [{path: levers.award.noise, range: [0, 2], scale: log, steps: 3}]\n",
       "sweep.yaml:3:42: axes[0].range: begins at 0 or below, which has no logarithm (the lowest must be above 0)"},
      {base + "axes: [{path: levers.award.noise, range: [-1, 200], steps: 3}]\n",
       "sweep.yaml:3:43: axes[0].range[0]: -1 is out of range (from 0 to 100)\n"
       "sweep.yaml:3:47: axes[0].range[1]: 200 is out of range (from 0 to 100)"},
      {base + "axes: [{path: levers.allocation_rule, range: [0, 1], steps: 2}]\n",
       "sweep.yaml:3:46: axes[0].range: is for numbers (list the values of this lever in `values`)"},
      {base + "axes: [{path: scale.firms_per_agent, range: [1, 3], steps: 9}]\n",
       "sweep.yaml:3:45: axes[0].range: has fewer whole numbers than its 9 steps"},
      {base + "axes: [{path: levers.award.noise, values: [1, 2, 1]}]\n",
       "sweep.yaml:3:50: axes[0].values[2]: 1 is listed twice"},
      {base + "axes: [{path: levers.award.noise, values: [1, 2], linked: a}, {path: levers.openness_share, values: "
              "[1], linked: a}]\n",
       "sweep.yaml:3:70: axes[1].path: has 1 values where the axes linked with it have 2 (they move together)"},
      {base + "axes: [{path: levers.award.noise, values: [1, 1], linked: a}, {path: levers.openness_share, values: "
              "[1, 1], linked: a}]\n",
       "sweep.yaml:3:70: axes[1].path: and the axes linked with it have the same values twice (value 2)"},
      {base + "axes:\n"
              "  - {path: levers.award.noise, range: [1, 2], steps: 5000}\n"
              "  - {path: levers.openness_share, range: [0, 1], steps: 5000}\n",
       "sweep.yaml:4:3: axes: make 2.5e+07 arms (at most 10000000)"},
      {base + "axes: [{path: levers.review.weights, values: [{papers: 0.5}]}]\n",
       "sweep.yaml:3:47: axes[0].values[0]: the shares sum to 0.5 (they must sum to 1)"},
      {base + "axes: [{path: levers.award.noise@2020..2021}, {path: levers.award.noise@2022..2023}]\n"
              "design: {kind: list, rows: [{levers.award.noise: 1}]}\n",
       "sweep.yaml:4:30: design.rows[0].levers.award.noise: may be levers.award.noise@2020..2021 or "
       "levers.award.noise@2022..2023 (write one of them)"},
      {base + "axes: [{path: levers.award.noise@2020..2021}]\n"
              "design: {kind: list, rows: [{levers.award.noise: 1}, {levers.award.noise@2020..2021: 1}]}\n",
       "sweep.yaml:4:55: design.rows[1].levers.award.noise@2020..2021: is the same as `levers.award.noise` (write it "
       "in one way)"},
      {base + "design: {kind: lhs}\naxes: [{path: levers.award.noise, range: [1, 2], steps: 3}]\n",
       "sweep.yaml:3:9: design.points: is missing (how many points to spread over the axes)\n"
       "sweep.yaml:4:57: axes[0].steps: is for a grid (the design says how many points there are)"},
      {base + "design: {kind: sobl, points: 4}\n",
       "sweep.yaml:3:16: design.kind: `sobl` is not known (allowed: grid, list, lhs, sobol, csv). Did you mean "
       "`sobol`?"},
      {base + "design: {kind: grid, seed: 4}\n",
       "sweep.yaml:3:28: design.seed: has no meaning in a design of kind grid"},
      {base + "design: {kind: list, rows: [{levers.award.noise: 1}, {levers.award.noise: 1}]}\n",
       "sweep.yaml:3:54: has the same name as the point in line 3: `base, noise=1` (give it another `name`)"},
      {base + "design: {kind: list, columns: [levers.award.noise, levers.award.noise], rows: [[1, 2]]}\n",
       "sweep.yaml:3:52: design.columns[1]: is not a path of its own (each path once)"},
      {base + "design: {kind: list, columns: [levers.award.noise], rows: [[1, 2]]}\n",
       "sweep.yaml:3:60: design.rows[0]: a list where a list of 1 values, one for each column is expected"},
      {base + "design: {kind: list, rows: [{levers.award.noise@2020: 1}, {levers.award.noise@2020..2020: 1}]}\n",
       "sweep.yaml:3:60: design.rows[1].levers.award.noise@2020..2020: is the same as `levers.award.noise@2020` (write "
       "it in one way)"},
      {base + "design: {kind: csv, file: gone.csv}\n", "sweep.yaml:3:27: design.file: there is no file gone.csv"},
      {base + "design: {kind: csv, file: bad.csv}\n",
       "bad.csv:1:20: levers.openness: `levers.openness` is not known (allowed: parameters.X, levers.X and scale.X; "
       "`innochain describe` lists them).\n"
       "bad.csv:3:1: levers.award.noise: `abc` where a decimal number (from 0 to 100) is expected\n"
       "bad.csv:4:1: levers.award.noise: 200 is out of range (from 0 to 100)\n"
       "bad.csv:4:6: name: is empty"},
      {base + "design: {kind: csv, file: twice.csv}\n", "twice.csv:1:20: column `levers.award.noise` is there twice"},
      {base + "design: {kind: csv, file: empty.csv}\n",
       "empty.csv:1:1: has no rows below a header (the first row names the paths)"},
      {base + "axes: [{path: levers.reorganization.keep_share, values: [0.5, 0.9]}]\n",
       "sweep.yaml:3:15: axes[0].path: reorganization.keep_share + reorganization.merge_share + "
       "reorganization.drop_share sum to more than 1 in 1984, in arm `base, keep_share=0.9` (at most 1)"},
      {base + "keep: [zone_stok]\n",
       "sweep.yaml:3:8: keep[0]: `zone_stok` is not a variable (`innochain describe indicators` lists them). Did you "
       "mean `zone_stock`?"},
      {base + "keep: [\"zone_stock[hdz]\"]\n",
       "sweep.yaml:3:8: keep[0]: `hdz` is not on the axis of `zone_stock` (allowed: zone_type, or names of its "
       "members). Did you mean `hidz`?"},
      {base + "set: [scale.firms_per_agent=0]\n",
       "sweep.yaml:3:7: set: scale.firms_per_agent: 0 is out of range (from 1 to 1000000)"},
      {base + "replicates: 0\nseed: x\nbranch_from: 2300\n",
       "sweep.yaml:3:13: replicates: 0 is out of range (from 1 to 10000000)\n"
       "sweep.yaml:4:7: seed: `x` where a whole number (from 0 to 2000000000) is expected\n"
       "sweep.yaml:5:14: branch_from: 2300 is out of range (from 1900 to 2200)"},
  };
  for (const auto& [text, message] : cases) {
    const std::string found = sweep_problems(text);
    EXPECT_EQ(found.substr(0, message.size()), message) << text << "\n" << found;
  }
}

TEST_F(SweepTest, RefusesOtherFiles) {
  EXPECT_THROW(read_sweep(folder_ / "parent.yaml"), InputError);
  EXPECT_THROW(read_sweep(folder_ / "system.yaml"), InputError);
  EXPECT_THROW(read_scenario(write("s.yaml", "schema_version: 1\nscenarios: [parent.yaml]\n")), InputError);
  EXPECT_EQ(check_file(folder_ / "s.yaml").kind, FileKind::sweep);
}

}  // namespace
}  // namespace innochain
