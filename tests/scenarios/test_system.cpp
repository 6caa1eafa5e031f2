#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "scenarios/reader/system_reader.hpp"
#include "tests/scenarios/scenario_fixture.hpp"

namespace innochain {
namespace {

struct Read {
  System system;
  Inputs inputs;
  std::string problems;
};

Read read_text(const std::string& text) {
  std::vector<Problem> problems;
  Read result;
  const Node document = parse_document(text, "s", problems);
  result.system = read_system(document, problems);
  result.inputs = read_inputs(document, result.system, {Year(1984), Year(2035)}, problems);
  for (const Problem& problem : problems) result.problems += to_string(problem) + "\n";
  return result;
}

std::string replaced(std::string_view from, std::string_view to) {
  std::string text = tiny_system;
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

/// "s:LINE:COLUMN: ", the place of the first `words` of a text.
std::string place_of(const std::string& text, std::string_view words) {
  const std::size_t at = text.find(words);
  EXPECT_NE(at, std::string::npos) << words;
  const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  return fmt::format("s:{}:{}: ", line, at - text.rfind('\n', at));
}

TEST(SystemReader, ReadsAndNormalizes) {
  const Read r = read_text(tiny_system);
  EXPECT_EQ(r.problems, "");
  EXPECT_DOUBLE_EQ(r.system.cities[CityId(0)].weight, 0.75);
  EXPECT_EQ(r.system.cities[CityId(1)].province, ProvinceId(1));
  EXPECT_FALSE(r.system.cities[CityId(0)].cluster.exists());
  EXPECT_DOUBLE_EQ(r.system.categories[CategoryId(0)].share.value, 0.75);
  EXPECT_EQ(r.system.programmes[ProgrammeId(1)].merges_into, ProgrammeId(0));
  EXPECT_EQ(r.system.lab_types[LabTypeId(0)].staff.high, 100.0);
  EXPECT_EQ(r.system.n_designations(), 3u);
}

TEST(SystemReader, AsksForTheDurationOfProgrammesThatFundProjects) {
  std::string text = tiny_system;
  const std::string years = "years_min: {value: 3, source: \"test\"}, ";
  text.erase(text.find(years), years.size());
  EXPECT_NE(read_text(text).problems.find("programmes[0].years_min: is missing"), std::string::npos);
}

TEST(SystemReader, InterpolatesInputsGeometricallyAndExtendsThem) {
  const Inputs in = read_text(tiny_system).inputs;
  const auto at = [&](const std::vector<double>& values, int year) { return values[in.years.index(Year(year))]; };
  EXPECT_NEAR(at(in.gdp_bcny, 1987), 100 * std::sqrt(2.0), 1e-9);
  EXPECT_EQ(at(in.gdp_bcny, 1990), 200);
  // 1990 to 1995 the growth was 2^(1/5) - 1; a year later four fifths of its excess over 4 % are left.
  EXPECT_NEAR(at(in.gdp_bcny, 1996) / 400, 1.04 + 0.8 * (std::pow(2.0, 0.2) - 1.04), 1e-12);
  EXPECT_NEAR(at(in.gdp_bcny, 2035) / at(in.gdp_bcny, 2034), 1.04, 1e-4);
  EXPECT_NEAR(at(in.gdp_deflator, 2012), 1.02 * 1.02, 1e-12);
  const std::vector<double>&nsfc = in.budget_mcny[ProgrammeId(0)], &p863 = in.budget_mcny[ProgrammeId(1)];
  EXPECT_EQ(at(nsfc, 1985), 0);
  EXPECT_NEAR(at(nsfc, 1987), 200, 1e-9);
  EXPECT_NEAR(at(nsfc, 2010), 400 * 100 / at(in.gerd_bcny, 1988), 1e-9);
  EXPECT_EQ(at(p863, 1985), 0);
  EXPECT_NEAR(at(p863, 2010), 0.01 * 100 * 1000, 1e-9);
  EXPECT_EQ(at(p863, 2016), 0);
  EXPECT_EQ(at(in.award_kcny[ProgrammeId(0)], 2035), 50);
}

// Closed form: straight lines between the given years.
TEST(SystemReader, AcademicShareIsLinearBetweenGivenYearsAndStays) {
  const Inputs in = read_text(tiny_system).inputs;
  const auto share = [&](int year) { return in.academic_share[in.years.index(Year(year))]; };
  ASSERT_EQ(in.academic_share.size(), in.years.size());
  for (int year = 1984; year <= 2000; ++year) EXPECT_NEAR(share(year), 0.6 - 0.2 * (year - 1984) / 16, 1e-15) << year;
  for (int year = 2000; year <= 2010; ++year) EXPECT_NEAR(share(year), 0.4 - 0.1 * (year - 2000) / 10, 1e-15) << year;
  for (int year = 2010; year <= 2035; ++year) EXPECT_EQ(share(year), 0.3) << year;
  const Read none = read_text(replaced("{1984: 0.6, 2000: 0.4, 2010: 0.3}", "{1980: 0}"));
  EXPECT_EQ(none.problems, "") << "a share may be zero, and begin before the scenario";
  EXPECT_EQ(none.inputs.academic_share, std::vector<double>(52, 0.0));
}

TEST(SystemReader, ReportsWhatIsWrongWithShares) {
  const std::string values = "{1984: 0.6, 2000: 0.4, 2010: 0.3}";
  const std::string line = "  academic_rd_share: {source: \"test\", values: " + values + "}\n";
  const std::string above = replaced(values, "{1984: 0.6, 2000: 1.4}"), below = replaced(values, "{1984: -0.1}"),
                    late = replaced(values, "{1995: 0.6}"), empty = replaced(values, "{}"),
                    missing = replaced(line, ""), misspelt = replaced("academic_rd_share", "academic_share"),
                    bare = replaced(line, "  academic_rd_share: {1984: 0.6}\n");
  const std::pair<std::string, std::string> cases[] = {
      {above, place_of(above, "1.4}") + "inputs.academic_rd_share.values.2000: 1.4 is out of range (from 0 to 1)"},
      {below, place_of(below, "-0.1") + "inputs.academic_rd_share.values.1984: -0.1 is out of range (from 0 to 1)"},
      {late, place_of(late, "{source: \"test\", values: {1995") +
                 "inputs.academic_rd_share: begins in 1995, after the first year of the scenario (1984)"},
      {empty, place_of(empty, "{}}") + "inputs.academic_rd_share.values: has no year"},
      {missing, place_of(missing, "gdp_bcny") + "inputs.academic_rd_share: is missing"},
      {misspelt, place_of(misspelt, "academic_share") + "inputs.academic_share: unknown key"},
      {misspelt, "Did you mean `academic_rd_share`?"},
      {bare, "inputs.academic_rd_share.source: is missing"},
  };
  for (const auto& [text, expected] : cases) {
    const std::string problems = read_text(text).problems;
    EXPECT_NE(problems.find(expected), std::string::npos) << expected << "\nnot in\n" << problems;
  }
}

TEST(SystemReader, ReadsNamedOrganisations) {
  const Read r = read_text(tiny_system);
  EXPECT_EQ(r.problems, "");
  ASSERT_EQ(r.system.named_organisations.size(), 2u);
  const NamedOrganisation &maker = r.system.named_organisations[0], &academy = r.system.named_organisations[1];
  EXPECT_EQ(maker.category, CategoryId(0));
  EXPECT_EQ(maker.parent, "academy") << "parents may stand below";
  ASSERT_TRUE(maker.revenue_mcny);
  EXPECT_EQ(maker.revenue_mcny->value, 80.0);
  EXPECT_EQ(maker.revenue_mcny->low, 40.0);
  EXPECT_FALSE(academy.category.exists());
  EXPECT_EQ(academy.parent, "");
  EXPECT_FALSE(academy.revenue_mcny);
}

TEST(SystemReader, ReportsWhatIsWrongWithNamedOrganisations) {
  const std::string fact = "{value: 80, assumed: \"test\", range: [40, 150]}";
  const std::string since = "host: cas, field: physics, since: 1958";
  const std::string field = replaced("enterprise, field: physics", "enterprise, field: biology"),
                    category = replaced("category: integrated_circuits, p", "category: integrated_circuit, p"),
                    unknown = replaced("parent: academy", "parent: acadmy"),
                    younger = replaced(since, "host: cas, field: physics, since: 2001"),
                    same_age = replaced(since, "host: cas, field: physics, since: 2000"),
                    itself = replaced("parent: academy", "parent: maker"),
                    no_firm = replaced("host: enterprise", "host: university"),
                    zero = replaced(fact, "{value: 0, source: \"test\"}"), bare = replaced(fact, "80"),
                    negative = replaced(fact, "{value: -80, source: \"test\"}");
  const std::string first = "named_organisations[0].", value = "{value: ";
  const std::pair<std::string, std::string> cases[] = {
      {field, place_of(field, "integrated_circuits, parent") + first +
                  "category: `integrated_circuits` belongs to the field physics (the organisation's field is biology)"},
      {category, place_of(category, "integrated_circuit, parent") + first +
                     "category: `integrated_circuit` is not known (allowed: integrated_circuits, materials). Did you "
                     "mean `integrated_circuits`?"},
      {unknown, place_of(unknown, "acadmy") + first +
                    "parent: `acadmy` is not known (allowed: maker, academy). Did you mean `academy`?"},
      {younger, place_of(younger, "academy, revenue") + first + "parent: `academy` is not older: 2001"},
      {same_age, place_of(same_age, "academy, revenue") + first + "parent: `academy` is not older: 2000"},
      {itself, place_of(itself, "maker, revenue") + first + "parent: `maker` is not older: 2000"},
      {no_firm, place_of(no_firm, fact) + first + "revenue_mcny: is given for a host of class university"},
      {zero,
       place_of(zero, value + "0, source: \"test\"}}\n  - {name: academy") + first + "revenue_mcny: is or may be 0"},
      {bare, place_of(bare, "80}\n  - {name: academy") + first + "revenue_mcny: the number 80 where a fact"},
      {negative, place_of(negative, "-80") + first + "revenue_mcny.value: -80 is out of range (not negative)"},
  };
  for (const auto& [text, expected] : cases) {
    const std::string problems = read_text(text).problems;
    EXPECT_NE(problems.find(expected), std::string::npos) << expected << "\nnot in\n" << problems;
  }
}

TEST(SystemReader, ReportsWhatIsWrong) {
  struct Case {
    std::string text, expected;
  };
  const Case cases[] = {
      {replaced("tier: 2", "teir: 2"), "lab_types[0].teir: unknown key"},
      {replaced("tier: 2", "teir: 2"), "Did you mean `tier`?"},
      {replaced("authority: most", "authority: mots"), "`mots` is not known (allowed: most). Did you mean `most`?"},
      {replaced("pool: {value: 700, source: \"test\"}", "pool: 700"), "lab_types[0].pool: the number 700 where a fact"},
      {replaced("pool: {value: 700, source: \"test\"}", "pool: {value: 700}"), "needs either a source or the reason"},
      {replaced("pool: {value: 700, source: \"test\"}", "pool: {value: -700, source: \"test\"}"),
       "-700 is out of range"},
      {replaced("range: [50, 100]", "range: [90, 100]"), "lab_types[0].staff.range: does not contain the value"},
      {replaced(", range: [50, 100]", ""), "is assumed without a range"},
      {replaced("{university: 0.6, cas: 0.4}", "{university: 0.6, cas: 0.5}"),
       "lab_types[0].host_mix: the shares sum to 1.1"},
      {replaced("{university: 0.6, cas: 0.4}", "{univercity: 0.6, cas: 0.4}"), "Did you mean `university`?"},
      {replaced("name: umbrella", "name: skl_discipline"), "is the name of an earlier entry"},
      {replaced("name: hidz", "name: umbrella"), "is also a lab type"},
      {replaced("merges_in: 2016", "closes: 2016"), "has only one of merges_into and merges_in"},
      {replaced("name: port", "name: capital"), "two cities are called `capital`"},
      {replaced("label: \"North\"", "label: no"), "which YAML reads as a boolean"},
      {replaced("name: north", "name: North-1"), "where a name (lower-case letters"},
      {replaced("kappa: {value: 0.7, source: \"test\"}", "evaluated: false"),
       "zone_types[0].kappa: is missing (needed for admission by calls)"},
      {replaced("1986: 100, 1988: 400", "1986: 100, 1988: -400"),
       "inputs.programmes.nsfc.budget_mcny.values.1988: -400 is out of range (not negative)"},
      {replaced("values: {1984: 1, 2010: 100}", "values: {1995: 1, 2010: 100}"),
       "inputs.gerd_bcny: begins in 1995, after the first year"},
      {replaced("named_zones: []\n", ""), "named_zones: is missing"},
      {replaced("named_zones: []", "named_zone: []"), "Did you mean `named_zones`?"},
  };
  for (const Case& bad : cases) {
    const std::string problems = read_text(bad.text).problems;
    EXPECT_NE(problems.find(bad.expected), std::string::npos) << bad.expected << "\nnot in\n" << problems;
  }
}

TEST_F(ScenarioTest, ASystemMayBeSpreadOverFiles) {
  const std::string text = tiny_system;
  const std::size_t cut = text.find("inputs:");
  write("parts/main.yaml", text.substr(0, cut) + "files: [inputs.yaml, more.yaml]\n");
  write("parts/inputs.yaml", text.substr(cut));
  write("parts/more.yaml", "inputs:\n  programmes: {}\n");
  std::vector<Problem> problems;
  const System system = read_system(read_system_document(folder_ / "parts/main.yaml", problems), problems);
  EXPECT_TRUE(problems.empty());
  write("parts/more.yaml", "name: other\n");
  read_system_document(folder_ / "parts/main.yaml", problems);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_NE(to_string(problems[0]).find("more.yaml:1:1: name: already given in"), std::string::npos);
}

}  // namespace
}  // namespace innochain
