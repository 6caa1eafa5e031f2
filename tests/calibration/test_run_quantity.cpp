/// Quantities read from a run in memory against the same read from a result file, which is another path through the
/// indicators: for every pattern that is shipped.
#include <gtest/gtest.h>

#include <cmath>

#include "calibration/observed.hpp"
#include "calibration/pattern_report.hpp"
#include "calibration/run_quantity.hpp"
#include "output/result_file.hpp"
#include "scenarios/reader/scenario.hpp"
#include "sim/simulate.hpp"
#include "tests/support/temporary_folder.hpp"

namespace innochain {
namespace {

const std::string source = INNOCHAIN_SOURCE_DIR;

class RunQuantityTest : public ::testing::Test {
 protected:
  RunQuantityTest() {
    ReadOptions options;
    options.settings = {"scale.firms_per_agent=1000", "scale.proposals_per_agent=1000"};
    scenario_ = read_scenario(source + "/scenarios/baseline.yaml", options);
    patterns_ = read_patterns(source + "/calibration/patterns.yaml", read_observed(source + "/calibration/observed"));
  }

  static bool reads_traces(const Pattern& pattern) {
    for (const auto* terms : {&pattern.quantity.value.terms, &pattern.quantity.value.per})
      for (const SimulatedTerm& term : *terms)
        if (term.trace) return true;
    return false;
  }

  std::string problem_of(SimulatedTerm term) {
    Pattern pattern;
    pattern.place = {"patterns.yaml", 7, 5, "patterns[0]", ""};
    pattern.quantity.value.terms = {std::move(term)};
    try {
      const RunQuantity quantity(pattern, scenario_.params.system);
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  }

  Resolved scenario_;
  PatternFile patterns_;
};

TEST_F(RunQuantityTest, EqualsWhatIsReadFromAResultFile) {
  const testing::TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "run.h5";
  Workspace workspace;
  const Indicators& run = simulate(scenario_.params, 7, 0, workspace);
  {
    ResultHeader header;
    header.scenarios.push_back({scenario_.params.name, &scenario_.params, ""});
    ResultWriter writer(file, true, header);
    RunInfo info;
    info.scenario = scenario_.params.name;
    writer.append(info, run);
    writer.finish();
  }
  const PatternReport report = evaluate_patterns(patterns_, file, scenario_.params.name);
  int n_compared = 0;
  for (const PatternResult& row : report.results) {
    if (reads_traces(*row.pattern) || !row.simulated) continue;
    const RunQuantity quantity(*row.pattern, scenario_.params.system);
    EXPECT_EQ(quantity.value(run, scenario_.params.scale.years, row.known->years), row.simulated->median)
        << row.pattern->name << " " << row.known->years.last.value();
    ++n_compared;
  }
  EXPECT_GT(n_compared, 150);
}

TEST_F(RunQuantityTest, AYearThatWasNotSimulatedIsMissing) {
  Workspace workspace;
  Params params = scenario_.params;
  params.scale.years.last = Year(1985);
  params.levers.resize(params.scale.years.size());
  params.budget_scale.resize(params.scale.years.size());
  const Indicators& run = simulate(params, 7, 0, workspace);
  const Pattern& papers = *std::ranges::find(patterns_.patterns, "sci_papers", &Pattern::name);
  const RunQuantity quantity(papers, params.system);
  EXPECT_TRUE(std::isfinite(quantity.value(run, params.scale.years, {Year(1985), Year(1985)})));
  EXPECT_TRUE(std::isnan(quantity.value(run, params.scale.years, {Year(1986), Year(1986)})));
}

TEST_F(RunQuantityTest, SaysWhereAPatternDoesNotSuitTheModel) {
  EXPECT_EQ(problem_of({"papers", false, {{"host", {"universities"}}}, {}}).find("patterns.yaml:7:5"), 0u);
  const auto contains = [&](SimulatedTerm term, const char* text) {
    EXPECT_NE(problem_of(std::move(term)).find(text), std::string::npos) << text;
  };
  contains({"paper", false, {}, {}}, "is no indicator");
  contains({"papers", false, {}, {}}, "has the dimension host");
  contains({"papers", false, {{"year", {}}}, {}}, "cannot be selected along `year`");
  contains({"papers", false, {{"host", {"monastery"}}}, {}}, "has no monastery along host");
  contains({"papers", true, {{"host", {}}}, {}}, "trace");
}

}  // namespace
}  // namespace innochain
