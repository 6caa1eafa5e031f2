#include <gtest/gtest.h>

#include <random>

#include "scenarios/reader/scenario.hpp"
#include "scenarios/reader/sweep.hpp"
#include "tests/scenarios/scenario_fixture.hpp"

namespace innochain {
namespace {

/// A valid text with a few bytes or pieces changed, moved, doubled or dropped.
std::string mutated(std::string text, std::mt19937& random) {
  const auto at = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n)(random); };
  static constexpr std::string_view pieces[] = {"[",    "]",    "{",  "}",     ": ",   "\n",          "  ",    "- ",
                                                "&a ",  "*a",   "|",  ">",     "'",    "\"",          "#",     "\t",
                                                "\xff", "no",   "-1", "1e999", ".nan", "99999999999", "---\n", "!!x ",
                                                "? ",   "<<: ", ",",  "null",  "~",    "%",           "@"};
  for (std::size_t edits = 1 + at(3); edits > 0; --edits) {
    const std::size_t place = at(text.size());
    const std::size_t length = std::min(text.size() - place, at(20));
    switch (at(4)) {
      case 0:
        text.erase(place, length);
        break;
      case 1:
        text.insert(place, pieces[at(std::size(pieces) - 1)]);
        break;
      case 2:
        text.insert(at(text.size()), text.substr(place, length));
        break;
      case 3:
        text.insert(place, 1, static_cast<char>(at(255)));
        break;
      default:
        if (place < text.size()) text[place] = static_cast<char>(text[place] ^ (1 << at(7)));
    }
  }
  return text;
}

/// Whatever is done to a file, it is read or refused with a message that names the file; nothing else is thrown,
/// nothing crashes.
template <class ReadText>
void survives_mutations(const std::string& valid, unsigned seed, ReadText&& read_text) {
  std::mt19937 random(seed);
  int refused = 0;
  constexpr int trials = 1500;
  for (int trial = 0; trial < trials; ++trial) {
    const std::string text = mutated(valid, random);
    try {
      read_text(text);
    } catch (const InputError& error) {
      ++refused;
      ASSERT_FALSE(error.problems().empty()) << text;
      for (const Problem& problem : error.problems())
        ASSERT_FALSE(problem.file.empty() || problem.message.empty()) << text;
    }
  }
  EXPECT_GT(refused, trials / 4);
}

TEST_F(ScenarioTest, SurvivesAnyChangeOfAScenario) {
  const std::string valid =
      std::string(tiny_parent) +
      "overrides:\n"
      "  - {years: [2026, 2035], lever: centralization, value: {from: 0.1, to: 0.9, path: linear}}\n"
      "  - {years: [2016, 2030], lever: targets.hidz, value: {2020: 240, 2025: 337}}\n"
      "calls: {window_end: 2017, hidz: {years: [1988], moratorium: [[2003, 2008]]}}\n"
      "shocks: [{name: chips, kind: export_control, categories: [materials], years: [2018, 2035], severity_share: "
      "{2018: 0.3, 2022: 0.8}}]\n"
      "trace: {categories: [materials, integrated_circuits]}\n"
      "parameters: {approvals.dispersion: 3, approvals: {kappa: {hidz: 1}}}\n"
      "budget: {changes: [{years: [2000, 2010], programme: nsfc, factor: 1.1}]}\n";
  survives_mutations(valid, 1984, [&](const std::string& text) { read_scenario(write("mutant.yaml", text)); });
}

TEST_F(ScenarioTest, SurvivesAnyChangeOfASystem) {
  const auto scenario = write("mutant.yaml", "schema_version: 1\nextends: parent.yaml\n");
  survives_mutations(tiny_system, 2035, [&](const std::string& text) {
    write("system.yaml", text);
    read_scenario(scenario);
  });
}

TEST_F(ScenarioTest, SurvivesAnyChangeOfASweep) {
  write("points.csv", "levers.award.noise,name\n1,a\n");
  const std::string valid =
      "schema_version: 1\n"
      "scenarios: {base: parent.yaml}\n"
      "design: {kind: list, rows: [{name: a, levers.centralization: 0.5}, {levers.calls.hidz: {years: [2030]}}]}\n"
      "axes:\n"
      "  - {path: [levers.award.noise, levers.openness_share], years: [2026, 2035]}\n"
      "  - {path: levers.targets.hidz@2026..2035}\n"
      "branch_from: 2026\n"
      "replicates: 4\n"
      "keep: [zone_stock, \"papers[cas]\", {sum: revenue, years: [2026, 2035]}]\n"
      "set: [scale.firms_per_agent=100]\n";
  const std::string grid =
      "schema_version: 1\n"
      "scenarios: [parent.yaml]\n"
      "design: {kind: grid}\n"
      "axes: [{path: levers.award.noise, range: [1, 3], scale: log, steps: 3, linked: a},\n"
      "  {path: levers.targets.hidz, values: [none, 200, {2030: 250}], linked: a}]\n"
      "set: {parameters.approvals.ambition: 1}\n";
  survives_mutations(valid, 1, [&](const std::string& text) {
    const Sweep sweep = read_sweep(write("mutant.yaml", text));
    Params params = sweep.scenarios[0].params;
    if (sweep.scenario_of(sweep.n_arms() - 1) == 0) sweep.apply(sweep.n_arms() - 1, params);
  });
  survives_mutations(grid, 2, [&](const std::string& text) { read_sweep(write("mutant.yaml", text)); });
  survives_mutations("levers.award.noise,name,levers.calls.hidz\n1,a,open\n2,\"b\",{years: [2030]}\n", 3,
                     [&](const std::string& text) {
                       write("points.csv", text);
                       read_sweep(write("csv.yaml",
                                        "schema_version: 1\nscenarios: [parent.yaml]\n"
                                        "design: {kind: csv, file: points.csv}\n"));
                     });
}

}  // namespace
}  // namespace innochain
