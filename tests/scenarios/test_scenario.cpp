#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "tests/scenarios/scenario_fixture.hpp"

namespace innochain {
namespace {

const Levers& in(const Resolved& resolved, int year) {
  return resolved.params.levers_in(Year(year));
}

DesignationId hidz(const Resolved& resolved) {
  return resolved.params.system.designation(ZoneTypeId(0));
}

TEST_F(ScenarioTest, TakesOwnFileBeforeParentBeforeDefault) {
  const Resolved r = read_child("regimes: {later: {levers: {award.noise: 3}}}\nparameters: {approvals.bar_raise: 1}\n");
  EXPECT_EQ(in(r, 1990).award.noise, 1.0);
  EXPECT_EQ(in(r, 2006).award.noise, 3.0);
  EXPECT_EQ(in(r, 2006).zone_merging_rate, 0.03);
  EXPECT_EQ(r.params.parameters.approvals.bar_raise, 1.0);
  EXPECT_EQ(r.params.parameters.approvals.ambition, default_parameters().approvals.ambition);
  EXPECT_EQ(origin_of(r, "levers.award.noise@1984..2005"), "1 from default");
  EXPECT_EQ(origin_of(r, "levers.award.noise@2006..2035"), "3 from child.yaml:3");
  EXPECT_EQ(origin_of(r, "levers.zone_merging_rate@2006..2035"), "0.03 from parent.yaml:9");
  EXPECT_EQ(r.params.name, "child");
}

TEST_F(ScenarioTest, SettingsBeatTheFileAndTheLastOneCounts) {
  const ReadOptions options{{"approvals.bar_raise=2", "parameters.approvals.bar_raise=3",
                             "levers.award.noise@2010..2012=7", "scale.firms_per_agent=10"}};
  const Resolved r = read_child("parameters: {approvals.bar_raise: 1}\n", options);
  EXPECT_EQ(r.params.parameters.approvals.bar_raise, 3.0);
  EXPECT_EQ(in(r, 2009).award.noise, 2.0);
  EXPECT_EQ(in(r, 2010).award.noise, 7.0);
  EXPECT_EQ(in(r, 2013).award.noise, 2.0);
  EXPECT_EQ(r.params.scale.firms_per_agent, 10);
  EXPECT_EQ(in(read_child("", {{"levers.award.noise=7"}}), 1984).award.noise, 7.0);
}

TEST_F(ScenarioTest, OverridesApplyInOrderAfterRegimes) {
  const Resolved r = read_child(
      "overrides:\n"
      "  - {years: [2010, 2020], lever: award.noise, value: 4}\n"
      "  - {years: [2015, 2030], lever: award.noise, value: 5}\n"
      "regimes: {later: {levers: {award.noise: 3}}}\n");
  EXPECT_EQ(in(r, 2009).award.noise, 3.0);
  EXPECT_EQ(in(r, 2010).award.noise, 4.0);
  EXPECT_EQ(in(r, 2015).award.noise, 5.0);
  EXPECT_EQ(in(r, 2031).award.noise, 3.0);
}

TEST_F(ScenarioTest, MovedRegimesTakeTheirLeversAlong) {
  const Resolved r =
      read_child("regimes: {opening: {years: [1984, 2010]}, later: {years: [2011, 2035], label: \"Later\"}}\n");
  EXPECT_EQ(in(r, 2010).award.noise, 1.0);
  EXPECT_EQ(in(r, 2011).award.noise, 2.0);
  EXPECT_EQ(in(r, 2010).era, Era::opening);
  ASSERT_EQ(r.params.regimes.size(), 2u);
  EXPECT_EQ(r.params.regimes[1].label, "Later");
  EXPECT_EQ(r.params.regimes[1].years, (YearSpan{Year(2011), Year(2035)}));
}

TEST_F(ScenarioTest, RampsAreLinearBetweenTheEndsOfTheirYears) {
  const Resolved r = read_child(
      "overrides: [{years: [2026, 2030], lever: openness_share, value: {from: 0.2, to: 0.6, path: linear}}]\n");
  for (int year = 2026; year <= 2030; ++year) EXPECT_NEAR(in(r, year).openness_share, 0.2 + 0.1 * (year - 2026), 1e-15);
  EXPECT_EQ(in(r, 2031).openness_share, 0.7);
  // A shorter run sees the same years of the ramp.
  const Resolved cut =
      read_child("overrides: [{years: [2026, 2030], lever: openness_share, value: {from: 0.2, to: 0.6}}]\n",
                 {{"scale.years=[1984, 2028]"}});
  EXPECT_EQ(in(cut, 2028).openness_share, in(r, 2028).openness_share);
}

TEST_F(ScenarioTest, CentralizationOfALaterFileResetsItsPath) {
  const Resolved r = read_child("overrides: [{years: [2026, 2035], lever: centralization, value: 0.5}]\n");
  EXPECT_EQ(in(r, 2025).zone_merging_rate, 0.03);
  EXPECT_EQ(in(r, 2026).zone_merging_rate, 0.05);  // half way from 0 to 0.1
  EXPECT_EQ(in(r, 2026).award.noise, 2.0);         // not on the path
  EXPECT_EQ(in(r, 2026).centralization, 0.5);
  ASSERT_EQ(r.notes.size(), 1u);
  EXPECT_NE(r.notes[0].message.find("zone_merging_rate ("), std::string::npos);
  EXPECT_EQ(r.notes[0].line, 3);
  EXPECT_EQ(origin_of(r, "levers.zone_merging_rate@2026..2035"), "0.05 from child.yaml:3 (centralization)");
}

TEST_F(ScenarioTest, AnExplicitLeverBeatsCentralizationOfTheSameFile) {
  for (const char* text : {"overrides:\n  - {years: [2026, 2035], lever: zone_merging_rate, value: 0.07}\n  - {years: "
                           "[2026, 2035], lever: centralization, value: 0.5}\n",
                           "overrides:\n  - {years: [2026, 2035], lever: centralization, value: 0.5}\n  - {years: "
                           "[2026, 2035], lever: zone_merging_rate, value: 0.07}\n",
                           "overrides: [{years: [2026, 2035], lever: centralization, value: 0.5}]\nregimes: {later: "
                           "{levers: {zone_merging_rate: 0.07}}}\n"}) {
    const Resolved r = read_child(text);
    EXPECT_EQ(in(r, 2026).zone_merging_rate, 0.07) << text;
    EXPECT_EQ(in(r, 2026).zone_elevation_rate, 1.2) << text;
    EXPECT_EQ(r.notes.size(), 2u) << text;
  }
  const Resolved set = read_child("overrides: [{years: [2026, 2035], lever: zone_merging_rate, value: 0.07}]\n",
                                  {{"levers.centralization@2030..2035=1"}});
  EXPECT_EQ(in(set, 2029).zone_merging_rate, 0.07);
  EXPECT_EQ(in(set, 2030).zone_merging_rate, 0.1);
}

TEST_F(ScenarioTest, TargetsHoldFromTheirAnnouncementUntilSuperseded) {
  const Resolved r =
      read_child("targets:\n  - {designation: hidz, announced: 1990, by: 1992, stock: 53, plan: true, until: 2000}\n");
  const auto target = [&](int year) { return in(r, year).target[hidz(r)]; };
  EXPECT_TRUE(std::isnan(target(1989)));
  EXPECT_EQ(target(1990), 53);
  EXPECT_EQ(target(2000), 53);
  EXPECT_TRUE(std::isnan(target(2001)));
  EXPECT_EQ(target(2017), 240);
  EXPECT_EQ(target(2021), 240);
  EXPECT_EQ(target(2022), 220);
  EXPECT_EQ(target(2035), 220);
  EXPECT_EQ(r.params.targets.size(), 3u);
}

TEST_F(ScenarioTest, ATargetPathHoldsEachStepUntilItsYear) {
  const Resolved r =
      read_child("overrides: [{years: [2016, 2030], lever: targets.hidz, value: {2020: 240, 2025: 337}}]\n");
  const auto target = [&](int year) { return in(r, year).target[hidz(r)]; };
  EXPECT_TRUE(std::isnan(target(2015)));
  EXPECT_EQ(target(2016), 240);
  EXPECT_EQ(target(2020), 240);
  EXPECT_EQ(target(2021), 337);
  EXPECT_EQ(target(2030), 337);
  EXPECT_EQ(target(2031), 220);
  ASSERT_EQ(r.params.targets.size(), 2u);
  EXPECT_EQ(r.params.targets[0].announced, Year(2016));
}

TEST_F(ScenarioTest, CallsAreListedUpToTheWindowAndDrawnAfterwards) {
  const Resolved r =
      read_child("calls: {window_end: 2017, hidz: {years: [1988, 2015], moratorium: [[2003, 2008], [2020, 2021]]}}\n");
  using Kind = CallLever::Kind;
  const auto kind = [&](int year) { return in(r, year).calls[hidz(r)].kind; };
  EXPECT_EQ(kind(1987), Kind::closed);
  EXPECT_EQ(kind(1988), Kind::open);
  EXPECT_EQ(kind(2003), Kind::moratorium);
  EXPECT_EQ(kind(2017), Kind::closed);
  EXPECT_EQ(kind(2018), Kind::drawn);
  EXPECT_EQ(kind(2020), Kind::moratorium);
  EXPECT_TRUE(std::isnan(in(r, 2018).calls[hidz(r)].probability));
  const Resolved drawn =
      read_child("overrides: [{years: [2016, 2035], lever: calls.hidz, value: {yearly_probability: 0.8}}]\n");
  EXPECT_EQ(in(drawn, 2016).calls[hidz(drawn)].probability, 0.8);
  const Resolved listed =
      read_child("overrides: [{years: [2016, 2025], lever: calls.hidz, value: {years: [2017, 2022]}}]\n");
  EXPECT_EQ(in(listed, 2016).calls[hidz(listed)].kind, Kind::closed);
  EXPECT_EQ(in(listed, 2017).calls[hidz(listed)].kind, Kind::open);
  EXPECT_EQ(in(listed, 2026).calls[hidz(listed)].kind, Kind::drawn);
}

TEST_F(ScenarioTest, ParameterFamiliesStartFromTheSystem) {
  const Resolved r =
      read_child("parameters: {approvals: {kappa: {hidz: 0.9}}, approvals.saturation_share.skl_discipline: 0.3}\n");
  EXPECT_EQ(r.params.kappa[hidz(r)], 0.9);
  EXPECT_EQ(r.params.saturation_share[hidz(r)], 0.5);
  EXPECT_EQ(r.params.saturation_share[DesignationId(0)], 0.3);
  EXPECT_EQ(origin_of(r, "parameters.approvals.saturation_share.hidz"), "0.5 from system");
}

TEST_F(ScenarioTest, ShocksMergeByName) {
  const std::string shock =
      "shocks: [{name: chips, kind: export_control, categories: [integrated_circuits], years: [2018, 2035], "
      "severity_share: 0.6}]\n";
  write("middle.yaml", "schema_version: 1\nextends: parent.yaml\n" + shock);
  const Resolved r =
      read_scenario(write("child.yaml",
                          "schema_version: 1\nextends: middle.yaml\nshocks: [{name: chips, kind: export_control, "
                          "categories: [materials], years: [2020, 2035], severity_share: 0.5}]\n"));
  ASSERT_EQ(r.params.shocks.size(), 1u);
  EXPECT_EQ(r.params.shocks[0].categories, std::vector{CategoryId(1)});
  EXPECT_EQ(r.params.shocks[0].years, (YearSpan{Year(2020), Year(2035)}));
  EXPECT_EQ(r.params.shocks[0].severity, std::vector<double>(16, 0.5));
}

// Closed form: straight lines between the given years, constant outside of them.
TEST_F(ScenarioTest, SeverityFollowsItsPath) {
  const Resolved r = read_child(
      "shocks: [{name: chips, kind: export_control, categories: [integrated_circuits], years: [2016, 2026], "
      "severity_share: {2022: 0.8, 2018: 0.3, 2019: 0.5, 2020: 0.6}}]\n");
  ASSERT_EQ(r.params.shocks.size(), 1u);
  const std::vector<double> expected{0.3, 0.3, 0.3, 0.5, 0.6, 0.7, 0.8, 0.8, 0.8, 0.8, 0.8};
  ASSERT_EQ(r.params.shocks[0].severity.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(r.params.shocks[0].severity[i], expected[i], 1e-15) << 2016 + i;
  EXPECT_TRUE(r.notes.empty());
  EXPECT_EQ(origin_of(r, "shocks.chips.severity_share@2016..2018"), "0.3 from child.yaml:3");
  EXPECT_EQ(origin_of(r, "shocks.chips.severity_share@2019"), "0.5 from child.yaml:3");
  EXPECT_EQ(origin_of(r, "shocks.chips.severity_share@2022..2026"), "0.8 from child.yaml:3");
  EXPECT_EQ(origin_of(r, "shocks.chips.categories"), "[integrated_circuits] from child.yaml:3");
}

TEST_F(ScenarioTest, ShocksMayNameTheSameCategory) {
  const Resolved r = read_child(
      "shocks:\n"
      "  - {name: a, kind: export_control, categories: [materials], years: [2018, 2020], severity_share: 0.6}\n"
      "  - {name: b, kind: export_control, categories: [materials], years: [2020, 2021], severity_share: {2021: 1}}\n");
  ASSERT_EQ(r.params.shocks.size(), 2u);
  EXPECT_EQ(r.params.shocks[0].severity, std::vector<double>(3, 0.6));
  EXPECT_EQ(r.params.shocks[1].severity, std::vector<double>(2, 1.0));
}

TEST_F(ScenarioTest, TracedCategoriesReplaceThoseOfTheParent) {
  EXPECT_TRUE(read_child("").params.traced_categories.empty());
  EXPECT_EQ(origin_of(read_child(""), "trace.categories"), "[] from default");
  write("middle.yaml",
        "schema_version: 1\nextends: parent.yaml\ntrace: {categories: [materials, integrated_circuits]}\n");
  const auto traced = [&](const std::string& text) {
    return read_scenario(write("child.yaml", "schema_version: 1\nextends: middle.yaml\n" + text))
        .params.traced_categories;
  };
  EXPECT_EQ(traced(""), (std::vector{CategoryId(1), CategoryId(0)}));
  EXPECT_EQ(traced("trace: {}\n"), (std::vector{CategoryId(1), CategoryId(0)}));
  EXPECT_EQ(traced("trace: {categories: [integrated_circuits]}\n"), std::vector{CategoryId(0)});
  EXPECT_EQ(traced("trace: {categories: []}\n"), std::vector<CategoryId>{});
  EXPECT_EQ(origin_of(read_scenario(folder_ / "middle.yaml"), "trace.categories"),
            "[materials, integrated_circuits] from middle.yaml:3");
}

TEST_F(ScenarioTest, EveryLeverHasAnEffect) {
  const Resolved r = read_child(
      "overrides:\n"
      "  - {years: [2018, 2035], lever: openness_share, value: 0.2}\n"
      "  - {years: [2018, 2035], lever: zone_autonomy_share, value: 0.2}\n"
      "  - {years: [2018, 2035], lever: commercialization_emphasis, value: 0.2}\n"
      "  - {years: [2012, 2035], lever: firm_entry_rate, value: 0.118}\n"
      "  - {years: [2016, 2035], lever: firm_recognition_rate, value: 0.5}\n");
  EXPECT_TRUE(r.notes.empty());
  EXPECT_EQ(in(r, 2012).firm_entry_rate, 0.118);
  EXPECT_EQ(in(r, 2016).firm_recognition_rate, 0.5);
}

double total(const Params& p, int year) {
  double sum = 0.0;
  for (const auto& budget : p.inputs.budget_mcny) sum += budget[p.inputs.years.index(Year(year))];
  return sum * p.budget_scale[p.scale.years.index(Year(year))];
}

TEST_F(ScenarioTest, EqualMoneyRestoresTheTotalOfTheBaseline) {
  write("baseline.yaml", "schema_version: 1\nextends: parent.yaml\n");
  const std::string changes =
      "changes: [{years: [2000, 2010], programme: nsfc, factor: 3}, {years: [2005, 2006], factor: 2}]";
  const Resolved free = read_scenario(
      write("policies/free.yaml", "schema_version: 1\nextends: ../baseline.yaml\nbudget: {" + changes + "}\n"));
  const Resolved equal = read_scenario(
      write("policies/equal.yaml",
            "schema_version: 1\nextends: ../baseline.yaml\nbudget: {total: equal_to_baseline, " + changes + "}\n"));
  const Resolved named = read_scenario(write(
      "policies/named.yaml", "schema_version: 1\nextends: ../baseline.yaml\nbudget: {total: {equal_to: free.yaml}}\n"));
  const Resolved baseline = read_scenario(folder_ / "baseline.yaml");
  for (int year = 1986; year <= 2035; ++year) {
    EXPECT_NEAR(total(equal.params, year), total(baseline.params, year), 1e-9 * total(baseline.params, year));
    EXPECT_NEAR(total(named.params, year), total(free.params, year), 1e-9 * total(free.params, year));
  }
  EXPECT_GT(total(free.params, 2005), 2 * total(baseline.params, 2005));
  EXPECT_EQ(equal.params.budget_scale[equal.params.scale.years.index(Year(1999))], 1.0);
}

/// Bitwise, so that NaN equals NaN.
bool same_bits(double a, double b) {
  return std::memcmp(&a, &b, sizeof a) == 0 || a == b;
}

TEST_F(ScenarioTest, TheResolvedTextReadsBackAsTheSameParameters) {
  const Resolved r = read_child(
      "title: \"A: \\\"quoted\\\", 中文\"\n"
      "overrides:\n"
      "  - {years: [2026, 2035], lever: centralization, value: {from: 0.1, to: 0.9}}\n"
      "  - {years: [2026, 2030], lever: award.noise, value: 0.123456789}\n"
      "  - {years: [2016, 2030], lever: targets.hidz, value: {2020: 240, 2025: 337}}\n"
      "  - {years: [2016, 2030], lever: calls.hidz, value: {yearly_probability: 0.3}}\n"
      "  - {years: [2016, 2030], lever: quality_bar.skl_discipline, value: {from: 0, to: 1}}\n"
      "calls: {hidz: {years: [1988], until: 2000, moratorium: [[2003, 2008]]}}\n"
      "shocks: [{name: chips, kind: export_control, categories: [integrated_circuits], years: [2018, 2035], "
      "severity_share: {2018: 0.3, 2019: 0.5, 2020: 0.6, 2022: 0.8, 2024: 0.8, 2031: 0.1}}, {name: more, kind: "
      "export_control, categories: [materials, integrated_circuits], years: [2020, 2020], severity_share: 0.123}]\n"
      "trace: {categories: [materials]}\n"
      "budget: {changes: [{years: [2000, 2010], programme: nsfc, factor: 1.1}, {years: [2003, 2010], factor: 1.7}]}\n",
      {{"approvals.bar_raise=0.7"}});
  const Resolved again = read_scenario_text(r.yaml, "resolved.yaml");
  EXPECT_EQ(again.yaml, r.yaml);
  EXPECT_EQ(again.params.title, r.params.title);
  EXPECT_EQ(again.params.budget_scale, r.params.budget_scale);
  EXPECT_EQ(again.params.targets.size(), r.params.targets.size());
  EXPECT_EQ(again.params.traced_categories, r.params.traced_categories);
  EXPECT_EQ(again.params.inputs.academic_share, r.params.inputs.academic_share);
  ASSERT_EQ(again.params.shocks.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(again.params.shocks[i].severity, r.params.shocks[i].severity);
    EXPECT_EQ(again.params.shocks[i].categories, r.params.shocks[i].categories);
    EXPECT_EQ(again.params.shocks[i].years, r.params.shocks[i].years);
  }
  for (const ProgrammeId p : all<ProgrammeId>(2))
    EXPECT_EQ(again.params.inputs.budget_mcny[p], r.params.inputs.budget_mcny[p]);
  for (int year = 1984; year <= 2035; ++year) {
    const Levers &a = in(r, year), &b = in(again, year);
    std::vector<double> x, y;
    visit_number_levers(a, [&](double value, const LeverDeclaration&) { x.push_back(value); });
    visit_number_levers(b, [&](double value, const LeverDeclaration&) { y.push_back(value); });
    EXPECT_EQ(x, y) << year;
    EXPECT_EQ(a.era, b.era);
    for (const DesignationId k : all<DesignationId>(r.params.system.n_designations())) {
      EXPECT_TRUE(same_bits(a.target[k], b.target[k])) << year;
      EXPECT_TRUE(same_bits(a.quality_bar[k], b.quality_bar[k])) << year;
      EXPECT_EQ(a.calls[k].kind, b.calls[k].kind) << year;
      EXPECT_TRUE(same_bits(a.calls[k].probability, b.calls[k].probability)) << year;
    }
  }
}

TEST_F(ScenarioTest, SaysWhatIsOutsideTheYears) {
  const Resolved r = read_child(
      "overrides: [{years: [2040, 2050], lever: award.noise, value: 4}]\n"
      "shocks: [{name: late, kind: export_control, categories: [materials], years: [2036, 2040], severity_share: "
      "1}]\n");
  ASSERT_EQ(r.notes.size(), 2u);
  EXPECT_NE(r.notes[0].message.find("has no effect"), std::string::npos);
  EXPECT_NE(r.notes[1].message.find("has no effect: 2036..2040 is outside the simulated years"), std::string::npos);
  EXPECT_EQ(r.notes[1].line, 4);
}

}  // namespace
}  // namespace innochain
