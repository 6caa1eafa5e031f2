#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "scenarios/reader/scenario.hpp"
#include "scenarios/reader/scenario_schema.hpp"
#include "tests/support/shipped_files.hpp"

namespace innochain {
namespace {

std::vector<std::filesystem::path> shipped_scenarios() {
  std::vector<std::filesystem::path> files{testing::shipped_scenarios / "baseline.yaml"};
  for (const char* folder : {"history", "policies", "cases"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(testing::shipped_scenarios / folder)) {
      if (entry.path().extension() == ".yaml") files.push_back(entry.path());
    }
  }
  return files;
}

TEST(ShippedFiles, AreValid) {
  EXPECT_NO_THROW(check_file(testing::shipped_scenarios / "system/china.yaml"));
  for (const auto& file : shipped_scenarios()) EXPECT_NO_THROW(check_file(file)) << file;
}

TEST(ShippedFiles, ResolveToTextThatReadsBackTheSame) {
  for (const auto& file : shipped_scenarios()) {
    const std::string yaml = read_scenario(file).yaml;
    EXPECT_EQ(read_scenario_text(yaml, "resolved").yaml, yaml) << file;
  }
}

TEST(ShippedFiles, HistoryFollowsTheRecord) {
  const Params p = read_scenario(testing::shipped_scenarios / "baseline.yaml").params;
  ASSERT_EQ(p.regimes.size(), 6u);
  EXPECT_EQ(p.levers_before(Year(2015)).era, Era::expansion);  // 31 HIDZs and 75 enterprise SKLs were approved in 2015
  EXPECT_EQ(p.levers_before(Year(2016)).era, Era::quality);
  const auto find = [&](std::string_view name) {
    for (const DesignationId k : all<DesignationId>(p.system.n_designations())) {
      if (p.system.institution(k).name == name) return k;
    }
    return DesignationId::none();
  };
  // Targets of the report: 300 / 270 / 70 announced in 2018, 240 HIDZs in 2017 and 220 in 2022.
  EXPECT_EQ(p.levers_in(Year(2018)).target[find("skl_discipline")], 300);
  EXPECT_EQ(p.levers_in(Year(2018)).target[find("skl_enterprise")], 270);
  EXPECT_EQ(p.levers_in(Year(2018)).target[find("skl_province_ministry")], 70);
  EXPECT_TRUE(std::isnan(p.levers_in(Year(2017)).target[find("skl_enterprise")]));
  EXPECT_TRUE(std::isnan(p.levers_in(Year(2016)).target[find("hidz")]));
  EXPECT_EQ(p.levers_in(Year(2017)).target[find("hidz")], 240);
  EXPECT_EQ(p.levers_in(Year(2022)).target[find("hidz")], 220);
  for (int year = 2003; year <= 2008; ++year) {
    EXPECT_EQ(p.levers_in(Year(year)).calls[find("hidz")].kind, CallLever::Kind::moratorium);
    EXPECT_EQ(p.levers_in(Year(year)).calls[find("etdz")].kind, CallLever::Kind::moratorium);
  }
  for (int year = 2018; year <= 2035; ++year) {
    for (const DesignationId k : all<DesignationId>(p.system.n_designations())) {
      EXPECT_EQ(p.levers_in(Year(year)).calls[k].kind, CallLever::Kind::drawn) << year;
    }
  }
}

/// One value of calibration/observed/national_rd.csv.
double observed(const std::string& year, const std::string& metric) {
  std::ifstream file(testing::source_folder / "calibration/observed/national_rd.csv");
  const std::string start = year + "," + metric + ",";
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(start)) return std::stod(line.substr(start.size()));
  ADD_FAILURE() << "no " << start;
  return 0.0;
}

// Published numbers: GERD less what enterprises performed. Given to three digits for 2017 and 2020, a line between.
TEST(ShippedFiles, AcademicShareFollowsTheStatistics) {
  const Params p = read_scenario(testing::shipped_scenarios / "baseline.yaml").params;
  for (const char* year : {"2017", "2018", "2020"}) {
    const double share = 1.0 - observed(year, "enterprise_performed") / observed(year, "gerd");
    EXPECT_NEAR(p.inputs.academic_share[p.inputs.years.index(Year(std::stoi(year)))], share, 0.002) << year;
  }
}

// Events of the policy history: regimes, financial crisis, registration reform, wider recognition. The values are tuned
// and may change; the years may not.
TEST(ShippedFiles, FirmsEnterAndAreRecognizedInTheSpansOfTheHistory) {
  const Params p = read_scenario(testing::shipped_scenarios / "baseline.yaml").params;
  const auto changes = [&](double Levers::* lever) {
    std::vector<int> years;
    for (int year = 1985; year <= 2035; ++year)
      if (p.levers_in(Year(year)).*lever != p.levers_in(Year(year - 1)).*lever) years.push_back(year);
    return years;
  };
  EXPECT_EQ(changes(&Levers::firm_entry_rate), (std::vector{1999, 2006, 2012, 2016, 2018, 2023}));
  EXPECT_EQ(changes(&Levers::firm_recognition_rate), (std::vector{2008, 2016}));  // the measures of both years
  EXPECT_EQ(p.levers_in(Year(2007)).firm_recognition_rate, 0.0);
  EXPECT_GT(p.levers_in(Year(2016)).firm_recognition_rate, p.levers_in(Year(2015)).firm_recognition_rate);
  EXPECT_TRUE(changes(&Levers::openness_share).empty());
}

std::vector<std::string> traced(const Params& p) {
  std::vector<std::string> names;
  for (const CategoryId category : p.traced_categories) names.push_back(p.system.categories[category].name);
  return names;
}

TEST(ShippedFiles, TheCaseOfShenyangIsInsideTheNationalRun) {
  const Params national = read_scenario(testing::shipped_scenarios / "baseline.yaml").params;
  const Params shenyang = read_scenario(testing::shipped_scenarios / "cases/shenyang.yaml").params;
  EXPECT_EQ(traced(national), (std::vector<std::string>{"intelligent_robots", "integrated_circuits"}));
  EXPECT_EQ(traced(shenyang).front(), "intelligent_robots");
  EXPECT_EQ(shenyang.scale.years, national.scale.years);
  const auto& organisations = shenyang.system.named_organisations;
  const auto siasun = std::ranges::find(organisations, "siasun", &NamedOrganisation::name);
  const auto sia = std::ranges::find(organisations, "sia", &NamedOrganisation::name);
  ASSERT_TRUE(siasun != organisations.end() && sia != organisations.end());
  EXPECT_EQ(siasun->parent, "sia");
  EXPECT_EQ(siasun->category, shenyang.traced_categories.front());
  EXPECT_EQ(sia->category, siasun->category);
  EXPECT_EQ(siasun->revenue_mcny->value, 80.0);
}

TEST(ShippedFiles, ControlsOnChipsAreTightenedInSteps) {
  const Resolved r = read_scenario(testing::shipped_scenarios / "policies/decoupling_2018.yaml");
  EXPECT_TRUE(r.notes.empty());
  ASSERT_EQ(r.params.shocks.size(), 1u);
  const Shock& shock = r.params.shocks[0];
  const auto severity = [&](int year) { return shock.severity[shock.years.index(Year(year))]; };
  EXPECT_EQ(severity(2018), 0.3);
  EXPECT_NEAR(severity(2021), 0.7, 1e-15);
  EXPECT_EQ(severity(2035), 0.8);
}

TEST(Schema, KnowsTheKeysOfTheChain) {
  const Json scenario = scenario_schema()["properties"], system = system_file_schema()["properties"];
  const Json& severity = scenario["shocks"]["items"]["properties"]["severity_share"]["anyOf"];
  ASSERT_EQ(severity.size(), 2u);
  EXPECT_EQ(severity[0]["maximum"], 1.0);
  EXPECT_EQ(severity[1]["patternProperties"]["^[0-9]{4}$"]["maximum"], 1.0);
  EXPECT_EQ(scenario["shocks"]["items"]["properties"]["kind"]["enum"], Json::array({"export_control"}));
  EXPECT_EQ(scenario["trace"]["properties"]["categories"]["type"], "array");
  const Json& organisation = system["named_organisations"]["items"]["properties"];
  for (const char* key : {"category", "parent", "revenue_mcny"}) EXPECT_TRUE(organisation.contains(key)) << key;
  const Json& share = system["inputs"]["properties"]["academic_rd_share"]["properties"]["values"];
  EXPECT_EQ(share["patternProperties"]["^[0-9]{4}$"]["maximum"], 1.0);
  const Json& programme = system["inputs"]["properties"]["programmes"]["additionalProperties"]["properties"];
  EXPECT_TRUE(programme.contains("budget_share_of_gerd"));
}

TEST(Schema, KnowsEveryDeclaredPath) {
  const Json scenario = scenario_schema();
  Parameters parameters{};
  visit_parameters(parameters, [&](double&, const Declaration& d) {
    const Json& property = scenario["properties"]["parameters"]["properties"][std::string(d.path)];
    EXPECT_EQ(property["minimum"], d.low) << d.path;
    EXPECT_EQ(property["maximum"], d.high) << d.path;
  });
  const Json& levers = scenario["properties"]["regimes"]["additionalProperties"]["properties"]["levers"]["properties"];
  Levers values{};
  visit_number_levers(
      values, [&](double&, const LeverDeclaration& d) { EXPECT_TRUE(levers.contains(std::string(d.path))) << d.path; });
  EXPECT_TRUE(system_file_schema()["properties"]["zone_types"]["items"]["properties"].contains("elevates"));
}

}  // namespace
}  // namespace innochain
