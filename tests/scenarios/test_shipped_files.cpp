#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "scenarios/reader/scenario.hpp"
#include "scenarios/reader/scenario_schema.hpp"

namespace innochain {
namespace {

const std::filesystem::path root = std::filesystem::path(INNOCHAIN_SOURCE_DIR) / "scenarios";

std::vector<std::filesystem::path> shipped_scenarios() {
  std::vector<std::filesystem::path> files{root / "baseline.yaml"};
  for (const char* folder : {"history", "policies"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
      if (entry.path().extension() == ".yaml") files.push_back(entry.path());
    }
  }
  return files;
}

TEST(ShippedFiles, AreValid) {
  EXPECT_NO_THROW(check_file(root / "system/china.yaml"));
  for (const auto& file : shipped_scenarios()) EXPECT_NO_THROW(check_file(file)) << file;
}

TEST(ShippedFiles, ResolveToTextThatReadsBackTheSame) {
  for (const auto& file : shipped_scenarios()) {
    const std::string yaml = read_scenario(file).yaml;
    EXPECT_EQ(read_scenario_text(yaml, "resolved").yaml, yaml) << file;
  }
}

TEST(ShippedFiles, HistoryFollowsTheRecord) {
  const Params p = read_scenario(root / "baseline.yaml").params;
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
