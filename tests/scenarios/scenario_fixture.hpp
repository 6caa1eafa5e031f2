#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "scenarios/reader/scenario.hpp"

namespace innochain {

/// A complete system with two lab types, a zone type, two programmes and two named organisations, small enough to be
/// read a thousand times.
inline constexpr const char* tiny_system = R"(schema_version: 1
name: tiny
title: "Tiny system"
authorities: [{name: most, label: "Ministry", source: "test"}]
clusters: [{name: delta, label: "Delta", source: "test"}]
provinces:
  - {name: north, label: "North", cities: [{name: capital, label: "Capital", weight: 3}]}
  - {name: south, label: "South", cities: [{name: port, label: "Port", cluster: delta, weight: 1}]}
review_groups: [{name: one, label: "One", first: 2005, source: "test"}]
fields:
  - {name: physics, label: "Physics", review_group: one, lab_share: {value: 1, source: "test"}, nsfc_share: {value: 1, source: "test"}}
  - {name: biology, label: "Biology", review_group: one, lab_share: {value: 0, source: "test"}, nsfc_share: {value: 0, source: "test"}}
categories:
  - {name: integrated_circuits, label: "Chips", field: physics, criticality: {value: 0.9, source: "test"}, share: {value: 3, source: "test"}}
  - {name: materials, label: "Materials", field: physics, criticality: {value: 0.2, source: "test"}, share: {value: 1, source: "test"}}
lab_types:
  - name: skl_discipline
    label: "SKL"
    authority: most
    since: 1984
    tier: 2
    series: skl
    admission: calls
    call_mode: batch
    pool: {value: 700, source: "test"}
    pass_share: {value: 0.6, source: "test"}
    saturation_share: {value: 0.4, source: "test"}
    kappa: {value: 1, source: "test"}
    host_mix: {university: 0.6, cas: 0.4}
    orientation: {basic: 0.7, applied: 0.3}
    staff: {value: 80, assumed: "test", range: [50, 100]}
    quality: {value: 2, source: "test"}
  - {name: umbrella, label: "Umbrella", authority: most, since: 1990, tier: 1, series: national, admission: none}
zone_types:
  - name: hidz
    label: "High-tech zone"
    authority: most
    since: 1988
    admission: calls
    call_mode: rolling
    zone_class: basic
    pool: {value: 420, source: "test"}
    pass_share: {value: 0.6, source: "test"}
    saturation_share: {value: 0.5, source: "test"}
    kappa: {value: 0.7, source: "test"}
programmes:
  - {name: nsfc, label: "NSFC", authority: most, since: 1986, competition: proposals,
     years_min: {value: 3, source: "test"}, years_max: {value: 4, source: "test"}}
  - {name: p863, label: "863", authority: most, since: 1986, competition: topics, merges_into: nsfc, merges_in: 2016,
     years_min: {value: 3, source: "test"}, years_max: {value: 4, source: "test"}}
named_organisations:
  - {name: maker, label: "Maker", city: capital, host: enterprise, field: physics, since: 2000, source: "test",
     category: integrated_circuits, parent: academy, revenue_mcny: {value: 80, assumed: "test", range: [40, 150]}}
  - {name: academy, label: "Academy", city: capital, host: cas, field: physics, since: 1958, source: "test"}
named_labs: []
named_zones: []
reorganizations: []
organisations:
  by_host: {university: {value: 8, source: "test"}, cas: {value: 2, source: "test"}}
  researchers: {value: 1000, source: "test"}
  researcher_share: {university: {value: 0.8, source: "test"}, cas: {value: 0.2, source: "test"}}
inputs:
  gdp_bcny: {source: "test", values: {1984: 100, 1990: 200, 1995: 400}}
  gdp_deflator: {source: "test", values: {1984: 0.5, 2010: 1}}
  gerd_bcny: {source: "test", values: {1984: 1, 2010: 100}}
  academic_rd_share: {source: "test", values: {1984: 0.6, 2000: 0.4, 2010: 0.3}}
  programmes:
    nsfc: {budget_mcny: {source: "test", values: {1986: 100, 1988: 400}}, award_kcny: {source: "test", values: {1986: 50}}}
    p863: {budget_share_of_gerd: {value: 0.01, source: "test"}, from: 1986, to: 2015}
)";

inline constexpr const char* tiny_parent = R"(schema_version: 1
system: system.yaml
scale: {years: [1984, 2035]}
regimes:
  opening: {years: [1984, 2005], era: opening}
  later:
    years: [2006, 2035]
    era: expansion
    levers: {zone_merging_rate: 0.03, award: {noise: 2}}
targets:
  - {designation: hidz, announced: 2017, by: 2020, stock: 240}
  - {designation: hidz, announced: 2022, by: 2025, stock: 220}
)";

/// A folder of its own with system.yaml and parent.yaml.
class ScenarioTest : public ::testing::Test {
 protected:
  ScenarioTest() {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    std::string name = std::string(test->test_suite_name()) + "_" + test->name() + "_" + std::to_string(getpid());
    std::ranges::replace(name, '/', '_');
    folder_ = std::filesystem::temp_directory_path() / name;
    std::filesystem::create_directories(folder_);
    write("system.yaml", tiny_system);
    write("parent.yaml", tiny_parent);
  }
  ~ScenarioTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }
  /// A scenario that extends the parent.
  Resolved read_child(const std::string& text, const ReadOptions& options = {}) const {
    return read_scenario(write("child.yaml", "schema_version: 1\nextends: parent.yaml\n" + text), options);
  }
  /// The problems of a scenario, one a line, without the folder; empty when there are none.
  std::string problems_of(const std::filesystem::path& file, const ReadOptions& options = {}) const {
    try {
      read_scenario(file, options);
    } catch (const InputError& error) {
      std::string text = error.what();
      const std::string prefix = folder_.generic_string() + "/";
      for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix))
        text.erase(at, prefix.size());
      return text;
    }
    return "";
  }
  std::string child_problems(const std::string& text, const ReadOptions& options = {}) const {
    return problems_of(write("child.yaml", "schema_version: 1\nextends: parent.yaml\n" + text), options);
  }

  std::filesystem::path folder_;
};

inline std::string origin_of(const Resolved& resolved, const std::string& path) {
  for (const Origin& origin : resolved.origins) {
    if (origin.path == path) return origin.value + " from " + origin.from.substr(origin.from.find_last_of('/') + 1);
  }
  return "none";
}

}  // namespace innochain
