#include <gtest/gtest.h>

#include <cctype>
#include <ostream>
#include <string_view>

#include "tests/scenarios/scenario_fixture.hpp"

namespace innochain {
namespace {

struct BadInput {
  const char* text;      ///< follows `schema_version: 1` and `extends: parent.yaml`, so that its first line is line 3
  const char* expected;  ///< part of the messages
};

/// Names a case after its message, without what a list of tests cannot hold.
void PrintTo(const BadInput& input, std::ostream* out) {
  for (const char c : std::string_view(input.expected)) {
    *out << (std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : ' ');
  }
}

class BadScenario : public ScenarioTest, public ::testing::WithParamInterface<BadInput> {};

TEST_P(BadScenario, IsReportedWithItsPlace) {
  const std::string problems = child_problems(GetParam().text);
  EXPECT_NE(problems.find(GetParam().expected), std::string::npos) << GetParam().text << "\ngave:\n" << problems;
}

INSTANTIATE_TEST_SUITE_P(
    Keys, BadScenario,
    ::testing::Values(
        BadInput{"overides: []\n", "child.yaml:3:1: overides: unknown key"},
        BadInput{"overides: []\n", "Did you mean `overrides`?"},
        BadInput{"title: \"a\"\ntitle: \"b\"\n", "child.yaml:4:1: title: duplicate key (first given in line 3)"},
        BadInput{"scale: {yeers: [1984, 2035]}\n", "child.yaml:3:9: scale.yeers: unknown key"},
        BadInput{"overrides:\n  - {years: [2026, 2035], lever: centralisation, value: 1}\n",
                 "child.yaml:4:34: overrides[0]: lever `centralisation` is not known"},
        BadInput{"overrides:\n  - {years: [2026, 2035], lever: centralisation, value: 1}\n",
                 "Did you mean `centralization`?"},
        BadInput{"overrides: [{years: [2026, 2035], lever: calls.hizd, value: open}]\n", "Did you mean `calls.hidz`?"},
        BadInput{"overrides: [{years: [2026, 2035], value: 1}]\n", "child.yaml:3:13: overrides[0].lever: is missing"},
        BadInput{"regimes: {later: {levers: {award: {nois: 1}}}}\n",
                 "child.yaml:3:36: regimes.later.levers.award.nois: is not known"},
        BadInput{"parameters: {approvals.dispersal: 3}\n", "Did you mean `approvals.dispersion`?"},
        BadInput{"parameters: {approvals: {kappa: {umbrella: 3}}}\n",
                 "parameters.approvals.kappa.umbrella: is not known"}));

INSTANTIATE_TEST_SUITE_P(
    Types, BadScenario,
    ::testing::Values(
        BadInput{"title: no\n", "child.yaml:3:8: title: `no`, which YAML reads as a boolean where text"},
        BadInput{"title: 12\n", "title: the number 12 where text"},
        BadInput{"overrides: [{years: [2026, 2035], lever: programme_mergers, value: no}]\n",
                 "where true or false is expected"},
        BadInput{"parameters: {approvals.dispersion: \"3\"}\n", "the text \"3\" where a decimal number"},
        BadInput{"parameters: {approvals.dispersion: 012}\n", "`012`, which is not written as a decimal number"},
        BadInput{"parameters: {approvals.dispersion: .nan}\n", "where a decimal number (from 0.1 to 100) is expected"},
        BadInput{"parameters: {approvals.dispersion: [3]}\n", "a list where a decimal number"},
        BadInput{"overrides: {years: 1}\n", "a mapping where a list"},
        BadInput{"scale: {firms_per_agent: 1.5}\n", "where a whole number"},
        BadInput{"regimes: [a]\n", "child.yaml:3:10: regimes: a list where a mapping"},
        BadInput{"calls: 3\n", "calls: the number 3 where a mapping"},
        BadInput{"system: [a]\n", "child.yaml:3:9: system: a list where the name of a system file"}));

INSTANTIATE_TEST_SUITE_P(
    Values, BadScenario,
    ::testing::Values(
        BadInput{"parameters: {approvals.dispersion: 1000}\n",
                 "child.yaml:3:36: parameters.approvals.dispersion: 1000 is out of range (from 0.1 to 100)"},
        BadInput{"overrides: [{years: [2026, 2035], lever: centralization, value: 1.5}]\n",
                 "1.5 is out of range (from 0 to 1)"},
        BadInput{"overrides: [{years: [2026, 2035], lever: openness_share, value: {from: 0, to: 2, path: linear}}]\n",
                 "overrides[0].to: 2 is out of range"},
        BadInput{"overrides: [{years: [2026, 2035], lever: openness_share, value: {from: 0, path: linear}}]\n",
                 "a ramp needs from and to"},
        BadInput{"overrides: [{years: [2026, 2035], lever: openness_share, value: {from: 0, to: 1, path: cubic}}]\n",
                 "`cubic` is not known (allowed: linear)"},
        BadInput{"overrides: [{years: [2035, 2026], lever: openness_share, value: 1}]\n",
                 "child.yaml:3:21: overrides[0].years: ends in 2026 before it starts in 2035"},
        BadInput{"overrides: [{years: [2026, 2035], lever: review.weights, value: {papers: 0.5, applied: 0.4}}]\n",
                 "the shares sum to 0.9 (they must sum to 1)"},
        BadInput{"overrides: [{years: [2026, 2035], lever: review.weights, value: {papers: 0.5, aplied: 0.5}}]\n",
                 "Did you mean `applied`?"},
        BadInput{"overrides: [{years: [2026, 2035], lever: reorganization.keep_share, value: 0.9}]\n",
                 "sum to 1.15 in 2026 (at most 1)"},
        BadInput{"overrides: [{years: [2026, 2035], lever: allocation_rule, value: lotery}]\n",
                 "Did you mean `lottery`?"},
        BadInput{"overrides: [{years: [2026, 2035], lever: targets.hidz, value: {}}]\n", "has no year"},
        BadInput{"targets: [{designation: hidz, announced: 2020, by: 2019, stock: 5}]\n",
                 "is due before it is announced"},
        BadInput{"targets: [{designation: hidz, announced: 2020, by: 2025, stock: -5}]\n", "-5 is out of range"},
        BadInput{"targets: [{designation: umbrella, announced: 2020, by: 2025, stock: 5}]\n",
                 "has no calls, so that a target has no effect"},
        BadInput{"calls: {hizd: {years: [2020]}}\n",
                 "child.yaml:3:9: calls.hizd: is not a designation with calls. Did you mean `hidz`?"},
        BadInput{"shocks: [{name: a, kind: export_control, categories: [integrated_circuit], years: [2018, 2035], "
                 "severity_share: 0.6}]\n",
                 "shocks[0].categories[0]: `integrated_circuit` is not known"},
        BadInput{
            "shocks: [{name: a, kind: flood, categories: [materials], years: [2018, 2035], severity_share: 0.6}]\n",
            "child.yaml:3:26: shocks[0].kind: `flood` is not known (allowed: export_control)"},
        BadInput{"budget: {changes: [{years: [2020, 2025], factor: -1}]}\n", "-1 is out of range"},
        BadInput{"budget: {total: equal_to_baseline}\n", "there is no baseline.yaml"},
        BadInput{"budget: {total: {equal_to: child.yaml}}\n", "budgets cannot be equal to themselves"},
        BadInput{"scale: {years: [1900, 2035]}\n", "after the first year of the scenario (1900)"},
        BadInput{"regimes: {later: {era: boom}}\n",
                 "`boom` is not known (allowed: opening, adjustment, expansion, quality)"}));

/// A shock in block style; the severity stands in line 8, from column 21.
#define SHOCK(severity)                                                                      \
  "shocks:\n  - name: a\n    kind: export_control\n    categories: [materials]\n    years: " \
  "[2018, 2035]\n    severity_share: " severity "\n"

INSTANTIATE_TEST_SUITE_P(
    Shocks, BadScenario,
    ::testing::Values(
        BadInput{SHOCK("1.6"), "child.yaml:8:21: shocks[0].severity_share: 1.6 is out of range (from 0 to 1)"},
        BadInput{SHOCK("high"), "child.yaml:8:21: shocks[0].severity_share: `high` where a decimal number"},
        BadInput{SHOCK("[0.3, 0.5]"),
                 "child.yaml:8:21: shocks[0].severity_share: a list where a share from 0 to 1, or"},
        BadInput{SHOCK(""), "shocks[0].severity_share: nothing where a share from 0 to 1, or"},
        BadInput{SHOCK("{}"), "child.yaml:8:21: shocks[0].severity_share: has no year"},
        BadInput{SHOCK("{2018: 0.3, 2020: 1.2}"),
                 "child.yaml:8:39: shocks[0].severity_share.2020: 1.2 is out of range (from 0 to 1)"},
        BadInput{SHOCK("{2018: 0.3, 2017: 0.2}"),
                 "child.yaml:8:33: shocks[0].severity_share.2017: is outside the years of the shock (2018..2035)"},
        BadInput{SHOCK("{2018: 0.3, 2036: 0.2}"),
                 "child.yaml:8:33: shocks[0].severity_share.2036: is outside the years of the shock (2018..2035)"},
        BadInput{SHOCK("{soon: 0.3}"), "child.yaml:8:22: shocks[0].severity_share.soon: `soon` where a whole number"},
        BadInput{SHOCK("{2018: 0.3, 2018: 0.4}"), "child.yaml:8:33: shocks[0].severity_share.2018: duplicate key"},
        BadInput{SHOCK("{from: 0, to: 1}"), "child.yaml:8:22: shocks[0].severity_share.from: `from` where a whole"},
        BadInput{"shocks: [{name: a, kind: export_control, categories: [materials], years: [2018, 2035]}]\n",
                 "child.yaml:3:10: shocks[0].severity_share: is missing"}));

#undef SHOCK

INSTANTIATE_TEST_SUITE_P(
    Trace, BadScenario,
    ::testing::Values(BadInput{"trace: {categories: [materials, integrated_circuit]}\n",
                               "child.yaml:3:33: trace.categories[1]: `integrated_circuit` is not known (allowed: "
                               "integrated_circuits, materials). Did you mean `integrated_circuits`?"},
                      BadInput{"trace: {categories: [materials, integrated_circuits, materials]}\n",
                               "child.yaml:3:54: trace.categories[2]: `materials` is listed twice"},
                      BadInput{"trace: {categories: materials}\n",
                               "child.yaml:3:21: trace.categories: `materials` where a list"},
                      BadInput{"trace: {labs: []}\n", "child.yaml:3:9: trace.labs: unknown key (allowed: categories)"},
                      BadInput{"trace: [materials]\n", "child.yaml:3:8: trace: a list where a mapping"},
                      BadInput{"traces: {categories: []}\n", "Did you mean `trace`?"}));

INSTANTIATE_TEST_SUITE_P(
    Regimes, BadScenario,
    ::testing::Values(BadInput{"regimes: {later: {years: [2010, 2035]}}\n",
                               "child.yaml:3:11: regimes: no regime covers 2006..2009"},
                      BadInput{"regimes: {later: {years: [2006, 2030]}}\n", "no regime covers 2031..2035"},
                      BadInput{"regimes: {opening: {years: [1990, 2005]}}\n", "no regime covers 1984..1989"},
                      BadInput{"regimes: {later: {years: [2004, 2035]}}\n",
                               "regimes.later.years: overlaps with regime `opening` in 2004..2005"},
                      BadInput{"regimes: {middle: {era: quality}}\n", "regimes.middle.years: is missing"}));

TEST_F(ScenarioTest, ReportsAllProblemsOfAllFilesAtOnce) {
  write("parent.yaml", std::string(tiny_parent) + "surprise: 1\n");
  const std::string problems =
      child_problems("nonsense: 1\nparameters: {approvals.dispersion: 1000, approvals.bar_rise: 1}\n");
  for (const char* expected :
       {"parent.yaml:13:1: surprise", "child.yaml:3:1: nonsense", "child.yaml:4:36: parameters.approvals.dispersion",
        "child.yaml:4:42: parameters.approvals.bar_rise"}) {
    EXPECT_NE(problems.find(expected), std::string::npos) << expected << "\nnot in\n" << problems;
  }
}

TEST_F(ScenarioTest, TellsMissingFromInvalid) {
  const auto exit_code = [&](const std::filesystem::path& file) {
    try {
      read_scenario(file);
    } catch (const InputError& error) {
      return error.exit_code();
    }
    return 0;
  };
  EXPECT_EQ(exit_code(folder_ / "parent.yaml"), 0);
  EXPECT_EQ(exit_code(folder_ / "none.yaml"), 66);
  EXPECT_EQ(exit_code(folder_), 66);
  EXPECT_EQ(exit_code(write("a.yaml", "schema_version: 1\nextends: none.yaml\n")), 66);
  EXPECT_EQ(exit_code(write("b.yaml", "schema_version: 1\nsystem: none.yaml\n")), 66);
  EXPECT_EQ(exit_code(write("c.yaml", "schema_version: 2\nextends: parent.yaml\n")), 65);
  EXPECT_EQ(exit_code(write("d.yaml", "extends: parent.yaml\n")), 65);
}

TEST_F(ScenarioTest, FindsCircles) {
  write("a.yaml", "schema_version: 1\nextends: b.yaml\n");
  write("b.yaml", "schema_version: 1\nextends: sub/../a.yaml\n");
  std::filesystem::create_directory(folder_ / "sub");
  EXPECT_NE(problems_of(folder_ / "a.yaml").find("b.yaml:2:10: extends: comes back to"), std::string::npos);
}

TEST_F(ScenarioTest, SaysWhatOtherFilesAre) {
  EXPECT_NE(problems_of(write("s.yaml", "schema_version: 1\ndesign: {kind: grid}\n")).find("is a sweep file"),
            std::string::npos);
  EXPECT_NE(problems_of(folder_ / "system.yaml").find("is a system file"), std::string::npos);
  EXPECT_EQ(check_file(folder_ / "system.yaml").kind, FileKind::system);
  EXPECT_THROW(check_file(write("c.yaml", "schema_version: 1\npriors: {}\n")), InputError);
}

TEST_F(ScenarioTest, SettingsPassTheSameChecks) {
  const std::pair<const char*, const char*> cases[] = {
      {"approvals.dispersion=1000",
       "--set approvals.dispersion=1000:1:22: parameters.approvals.dispersion: 1000 is out of range"},
      {"parameters.approvals.dispersal=1", "Did you mean `approvals.dispersion`?"},
      {"levers.noise=1", "Did you mean `award.noise`?"},
      {"levers.centralization@2030..2020=1", "ends in 2020 before it starts in 2030"},
      {"levers.centralization@soon=1", "is not a span of years"},
      {"scale.years=[2035, 1984]", "ends in 1984 before it starts in 2035"},
      {"approvals.dispersion", "is not path=value"},
      {"approvals.dispersion=", "has no value"},
      {"approvals.dispersion=[", "not valid YAML"},
  };
  for (const auto& [setting, expected] : cases) {
    const std::string problems = child_problems("", {{setting}});
    EXPECT_NE(problems.find(expected), std::string::npos) << setting << "\ngave:\n" << problems;
  }
}

}  // namespace
}  // namespace innochain
