// Arms: applying one to the parameters is reading its scenario with the axes as one more file.

#include <gtest/gtest.h>

#include <random>
#include <regex>
#include <set>

#include "scenarios/reader/lever_table.hpp"
#include "scenarios/reader/scenario_schema.hpp"
#include "scenarios/reader/sweep.hpp"
#include "tests/scenarios/params_difference.hpp"
#include "tests/scenarios/sweep_fixture.hpp"
#include "tests/support/shipped_files.hpp"

namespace innochain {
namespace {

using Names = std::vector<std::string>;

/// Values of a path to try, as YAML.
struct Tried {
  std::string path;
  Names values;
  bool is_lever = false;
};

std::string between(double low, double high, double share) {
  return fmt::format("{}", low + share * (high - low));
}

/// Every declared parameter and lever, with values near the lower end, where all shares together stay below one.
std::vector<Tried> everything(const System& system) {
  std::vector<Tried> list;
  const Parameters defaults = default_parameters();
  visit_parameters(defaults, [&](double, const Declaration& d) {
    list.push_back(
        {fmt::format("parameters.{}", d.path), {between(d.low, d.high, 0.02), between(d.low, d.high, 0.05)}});
  });
  const LeverTable table(system);
  for (const Lever& lever : table.levers()) {
    Tried tried{"levers." + lever.path, {}, true};
    switch (lever.kind) {
      case Lever::Kind::number: {
        const Declaration& d = table.declaration(lever);
        tried.values = {
            between(d.low, d.high, 0.02), between(d.low, d.high, 0.05),
            fmt::format("{{from: {}, to: {}}}", between(d.low, d.high, 0.01), between(d.low, d.high, 0.04))};
        break;
      }
      case Lever::Kind::centralization:
        tried.values = {"0", "0.3", "1", "{from: 0.2, to: 0.9, path: linear}"};
        break;
      case Lever::Kind::era:
        tried.values = {"opening", "quality"};
        break;
      case Lever::Kind::allocation_rule:
        tried.values = {"lottery", "equal_split"};
        break;
      case Lever::Kind::programme_mergers:
        tried.values = {"false", "true"};
        break;
      case Lever::Kind::review_weights:
        tried.values = {"{papers: 0.1, applied: 0.2, commercialization: 0.5, strategic: 0.15, standing: 0.05}",
                        "{papers: 1, applied: 0, commercialization: 0, strategic: 0, standing: 0}"};
        break;
      case Lever::Kind::quality_bar:
        tried.values = {"0.3", "none", "{from: 0, to: 1}"};
        break;
      case Lever::Kind::target:
        tried.values = {"240", "none", "{2020: 240, 2025: 337}", "{2030: 500}"};
        break;
      case Lever::Kind::calls:
        tried.values = {"open", "closed", "{yearly_probability: 0.8}", "{years: [2017, 2022], until: 2025}",
                        "{moratorium: [[2017, 2018]]}"};
        break;
    }
    list.push_back(tried);
  }
  for (const DesignationId k : all<DesignationId>(system.n_designations())) {
    if (system.candidature(k).admission != Admission::calls) continue;
    const std::string& name = system.institution(k).name;
    list.push_back({"parameters.approvals.kappa." + name, {"0.5", "2"}});
    list.push_back({"parameters.approvals.saturation_share." + name, {"0.1", "0.9"}});
  }
  list.push_back({"scale.firms_per_agent", {"10", "100"}});
  list.push_back({"scale.proposals_per_agent", {"3", "30"}});
  return list;
}

TEST_F(SweepTest, AppliesEveryParameterAndLeverAsTheReaderWould) {
  write("base.yaml",
        "schema_version: 1\nextends: parent.yaml\n"
        "overrides:\n"
        "  - {years: [2015, 2030], lever: centralization, value: 0.7}\n"
        "  - {years: [2010, 2022], lever: calls.hidz, value: {years: [2012], until: 2015}}\n"
        "  - {years: [2018, 2021], lever: review.excellent_share, value: 0.01}\n");
  const System system = read_scenario(folder_ / "base.yaml").params.system;
  for (const Tried& tried : everything(system)) {
    for (const char* years : {"", "@2016..2026", "@1980..2050"}) {
      if (*years && !tried.is_lever) continue;
      std::string values;
      for (const std::string& value : tried.values) values += (values.empty() ? "" : ", ") + value;
      const Sweep s = sweep(fmt::format("scenarios: {{base: base.yaml}}\naxes: [{{path: {}{}, values: [{}]}}]\n",
                                        tried.path, years, values));
      ASSERT_EQ(s.n_arms(), tried.values.size());
      std::vector<Params> expected;
      for (const std::string& value : tried.values)
        expected.push_back(read_scenario(folder_ / "base.yaml", {{tried.path + years + "=" + value}}).params);
      Params params = s.scenarios[0].params;
      const std::size_t n = tried.values.size();
      for (std::size_t step = 0; step < 2 * n; ++step) {  // forth and back
        const std::size_t arm = step < n ? step : 2 * n - 1 - step;
        s.apply(arm, params);
        ASSERT_EQ(testing::difference(params, expected[arm]), "") << tried.path << years << ' ' << tried.values[arm];
      }
      const bool any_differs = std::ranges::any_of(
          expected, [&](const Params& p) { return !testing::difference(p, s.scenarios[0].params).empty(); });
      EXPECT_TRUE(any_differs) << tried.path << ": a test that could not fail";
    }
  }
}

/// Writes the axes as one more file, and the settings as --set: what `apply` must equal.
TEST_F(SweepTest, AppliesCombinationsAsOneMoreFileBelowTheSettings) {
  const Params own = read_scenario(folder_ / "parent.yaml").params;
  const std::vector<Tried> list = everything(own.system);
  std::vector<Tried> central;  // those that other settings touch
  for (const Tried& tried : list) {
    for (const char* path : {"levers.centralization", "levers.zone_merging_rate", "levers.award.tier_weight",
                             "levers.targets.hidz", "levers.targets.skl_discipline", "levers.calls.hidz",
                             "levers.review.weights", "parameters.approvals.ambition", "scale.firms_per_agent"}) {
      if (tried.path == path) central.push_back(tried);
    }
  }
  std::mt19937 random(20260101);
  const auto pick = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
  const auto some_years = [&] {
    const std::size_t first = 1984 + pick(52), last = first + pick(2036 - first);
    return pick(4) == 0 ? std::string() : fmt::format("@{}..{}", first, last);
  };
  for (int trial = 0; trial < 60; ++trial) {
    std::vector<Tried> axes;
    std::vector<std::string> years;
    for (std::size_t i = 0, n = 2 + pick(4); i < n; ++i) {
      const Tried tried = pick(4) == 0 ? list[pick(list.size())] : central[pick(central.size())];
      if (std::ranges::find(axes, tried.path, &Tried::path) != axes.end()) continue;
      axes.push_back(tried);
      years.push_back(tried.is_lever ? some_years() : "");
    }
    ReadOptions options;
    for (std::size_t i = pick(4); i > 0; --i) {
      const Tried tried = central[pick(central.size())];
      options.settings.push_back(tried.path + (tried.is_lever ? some_years() : "") + "=" +
                                 tried.values[pick(tried.values.size())]);
    }
    std::string rows;
    std::vector<std::vector<std::string>> points;
    for (int point = 0; point < 6; ++point) {
      rows += fmt::format("    - {{name: p{}", point);
      points.emplace_back();
      for (std::size_t i = 0; i < axes.size(); ++i) {
        points.back().push_back(pick(3) == 0 ? "" : axes[i].values[pick(axes[i].values.size())]);
        if (!points.back().back().empty())
          rows += fmt::format(", {}{}: {}", axes[i].path, years[i], points.back().back());
      }
      rows.append("}\n");
    }
    // The order of axes, in which overlapping levers apply, is that of the list of axes.
    std::string declared;
    for (std::size_t i = 0; i < axes.size(); ++i)
      declared += fmt::format("  - {{path: {}{}}}\n", axes[i].path, years[i]);
    const Sweep s = sweep(
        "scenarios: {base: parent.yaml}\naxes:\n" + declared + "design:\n  kind: list\n  rows:\n" + rows, options);
    std::vector<Params> expected;
    for (const auto& values : points) {
      std::string overrides = "overrides:\n", parameters = "parameters:\n", scale = "scale:\n";
      for (std::size_t i = 0; i < axes.size(); ++i) {
        const std::string& path = axes[i].path;
        if (values[i].empty()) continue;
        if (path.starts_with("parameters.")) parameters += fmt::format("  {}: {}\n", path.substr(11), values[i]);
        if (path.starts_with("scale.")) scale += fmt::format("  {}: {}\n", path.substr(6), values[i]);
        if (!axes[i].is_lever) continue;
        const std::string span =
            years[i].empty() ? "" : fmt::format("years: [{}, {}], ", years[i].substr(1, 4), years[i].substr(7));
        overrides += fmt::format("  - {{{}lever: {}, value: {}}}\n", span, path.substr(7), values[i]);
      }
      std::string text;
      for (const std::string& section : {overrides, parameters, scale})
        if (section.find(' ') != std::string::npos) text += section;
      expected.push_back(read_child(text, options).params);
    }
    Params params = s.scenarios[0].params;
    for (int step = 0; step < 20; ++step) {
      const std::size_t arm = pick(points.size());
      s.apply(arm, params);
      ASSERT_EQ(testing::difference(params, expected[arm]), "") << trial << ' ' << arm << '\n' << s.yaml;
    }
  }
}

TEST_F(SweepTest, SettingsBeatAxesAndTheNotesSaySo) {
  const std::string text =
      "scenarios: {base: parent.yaml}\n"
      "axes: [{path: levers.award.noise, years: [2026, 2035], values: [3, 4]}]\n";
  const Sweep all = sweep(text, {{"levers.award.noise=9"}});
  Params params = all.scenarios[0].params;
  all.apply(1, params);
  EXPECT_EQ(params.levers_in(Year(2030)).award.noise, 9.0);
  const auto notes = [](const Sweep& s) {
    std::string messages;
    for (const Problem& note : s.notes) messages += note.message + "\n";
    return messages;
  };
  EXPECT_NE(notes(all).find("has no effect in scenario `base`: --set or `set` beats the axis everywhere"),
            std::string::npos);
  const Sweep part = sweep(text + "set: {levers.award.noise@2030..2031: 9}\n");
  params = part.scenarios[0].params;
  part.apply(1, params);
  EXPECT_EQ(params.levers_in(Year(2029)).award.noise, 4.0);
  EXPECT_EQ(params.levers_in(Year(2030)).award.noise, 9.0);
  EXPECT_NE(notes(part).find("beats the axis in part"), std::string::npos);
  EXPECT_NE(notes(part).find("makes 2 arms (1 scenario × 2 points) and 2 runs (1 replicate of each)"),
            std::string::npos);
}

TEST(SweepSchema, KnowsEveryKeyAndEveryDeclaredPath) {
  const Json schema = sweep_file_schema()["properties"];
  for (const char* key : {"schema_version", "title", "scenarios", "baseline", "design", "axes", "replicates", "seed",
                          "parameters", "branch_from", "keep", "set"})
    EXPECT_TRUE(schema.contains(key)) << key;
  EXPECT_EQ(schema["design"]["properties"]["kind"]["enum"], Json::array({"grid", "list", "lhs", "sobol", "csv"}));
  const Json& forms = schema["axes"]["items"]["properties"]["path"]["anyOf"][0]["anyOf"];
  std::set<std::string> paths;
  for (const Json& path : forms[0]["enum"]) paths.insert(path);
  const System system = read_scenario(testing::shipped_scenarios / "baseline.yaml").params.system;
  for (const Tried& tried : everything(system)) {
    const bool matches = std::ranges::any_of(forms, [&](const Json& form) {
      return form.contains("pattern") && std::regex_match(tried.path, std::regex(std::string(form["pattern"])));
    });
    EXPECT_TRUE(paths.contains(tried.path) || matches) << tried.path;
  }
  EXPECT_FALSE(paths.contains("scale.years"));
}

TEST(ShippedSweeps, ApplyOnTheRealSystemAsTheReaderWould) {
  const std::filesystem::path file = std::filesystem::temp_directory_path() / fmt::format("sweep_{}.yaml", getpid());
  std::ofstream(file) << fmt::format(
      "schema_version: 1\nscenarios: {{base: {0}/baseline.yaml, prefectures: "
      "{0}/policies/every_prefecture_a_hidz.yaml}}\n"
      "axes:\n"
      "  - {{path: levers.centralization, years: [2026, 2035], values: [0, 0.5]}}\n"
      "  - {{path: levers.targets.hidz, years: [2026, 2035], values: [none, {{2030: 400}}]}}\n"
      "  - {{path: parameters.technology.chain_elasticity, values: [0.2, 0.8]}}\n",
      testing::shipped_scenarios.generic_string());
  const Sweep s = read_sweep(file);
  std::filesystem::remove(file);
  std::vector<Params> states{s.scenarios[0].params, s.scenarios[1].params};
  ASSERT_EQ(s.n_arms(), 16u);
  for (std::size_t arm = 0; arm < s.n_arms(); ++arm) {
    const auto values = s.arm(arm).values;
    const std::string target = std::get<std::string>(values[1]);
    const ReadOptions options{{fmt::format("levers.centralization@2026..2035={}", std::get<double>(values[0])),
                               "levers.targets.hidz@2026..2035=" + target,
                               fmt::format("technology.chain_elasticity={}", std::get<double>(values[2]))}};
    Params& state = states[s.scenario_of(arm)];
    s.apply(arm, state);
    const Params expected =
        read_scenario(testing::shipped_scenarios /
                          (s.scenario_of(arm) ? "policies/every_prefecture_a_hidz.yaml" : "baseline.yaml"),
                      options)
            .params;
    EXPECT_EQ(testing::difference(state, expected), "") << s.arm(arm).name;
  }
}

}  // namespace
}  // namespace innochain
