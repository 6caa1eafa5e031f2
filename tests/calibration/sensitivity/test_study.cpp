// Sensitivity files: what they mean, and what is wrong with those that are not valid.

#include <gtest/gtest.h>

#include "calibration/sensitivity/analysis.hpp"
#include "scenarios/reader/scenario_schema.hpp"
#include "tests/scenarios/scenario_fixture.hpp"

namespace innochain {
namespace {

const std::string sobol = "scenario: parent.yaml\nmethod: {kind: sobol, base_points: 16}\n";
const std::string morris = "scenario: parent.yaml\nmethod: {kind: morris, trajectories: 4}\n";
const std::string factors =
    "factors:\n"
    "  - {path: parameters.approvals.ambition, range: [0.5, 1.5]}\n"
    "  - {path: parameters.approvals.dispersion, loguniform: [1, 100]}\n"
    "  - {path: levers.zone_merging_rate, years: [2010, 2020], uniform: [0, 0.1]}\n";
const std::string two_outputs = "outputs: [\"zone_stock[hidz]@2020\", self_reliance@2035]\n";

class StudyTest : public ScenarioTest {
 protected:
  SensitivityStudy study(const std::string& text, const ReadOptions& options = {}) const {
    return read_study(write("study.yaml", "schema_version: 1\n" + text), options);
  }
  std::string problems(const std::string& text, const ReadOptions& options = {}) const {
    std::string found;
    try {
      study(text, options);
    } catch (const InputError& error) {
      found = error.what();
    }
    const std::string prefix = folder_.generic_string() + "/";
    for (std::size_t at = found.find(prefix); at != std::string::npos; at = found.find(prefix))
      found.erase(at, prefix.size());
    return found;
  }
};

TEST_F(StudyTest, HasPointsFactorsAndOutputs) {
  const SensitivityStudy s = study(sobol + factors + two_outputs + "replicates: 2\nseed: 7\n");
  EXPECT_FALSE(s.is_morris());
  EXPECT_EQ(s.n_points(), 16u * 5u);
  EXPECT_EQ(s.replicates, 2u);
  EXPECT_EQ(s.seed, std::uint64_t{7});
  ASSERT_EQ(s.factors.size(), 3u);
  EXPECT_EQ(s.factors[2].path, "levers.zone_merging_rate@2010..2020");
  ASSERT_EQ(s.outputs.size(), 2u);
  EXPECT_EQ(s.outputs[0].indicator, "zone_stock");
  EXPECT_EQ(s.outputs[0].member, 0u);
  EXPECT_EQ(study(morris + factors + two_outputs).n_points(), 4u * 4u);
}

TEST_F(StudyTest, ValuesLieInTheirRangesOnTheirScale) {
  const SensitivityStudy s = study(morris + factors + two_outputs);
  for (std::size_t point = 0; point < s.n_points(); ++point) {
    const double u = std::get<MorrisDesign>(*s.design).at(point, 1);
    EXPECT_NEAR(s.value(point, 0), 0.5 + std::get<MorrisDesign>(*s.design).at(point, 0), 1e-15);
    EXPECT_NEAR(s.value(point, 1), std::pow(100.0, u), 1e-12 * s.value(point, 1));
  }
}

// A point is what its values as settings make of the scenario.
TEST_F(StudyTest, APointIsTheScenarioWithItsValues) {
  const SensitivityStudy s = study(sobol + factors + two_outputs);
  Params params = s.scenario.params;
  for (const std::size_t point : {3u, 60u, 1u}) {
    s.apply(point, params);
    const Params read = read_scenario(folder_ / "parent.yaml",
                                      {{fmt::format("parameters.approvals.ambition={}", s.value(point, 0)),
                                        fmt::format("parameters.approvals.dispersion={}", s.value(point, 1)),
                                        fmt::format("levers.zone_merging_rate@2010..2020={}", s.value(point, 2))}})
                            .params;
    EXPECT_EQ(params.parameters.approvals.ambition, read.parameters.approvals.ambition);
    EXPECT_EQ(params.parameters.approvals.dispersion, read.parameters.approvals.dispersion);
    for (std::size_t year = 0; year < params.levers.size(); ++year)
      EXPECT_EQ(params.levers[year].zone_merging_rate, read.levers[year].zone_merging_rate);
  }
}

TEST_F(StudyTest, TheResolvedTextReadsBackAsItself) {
  for (const std::string& method : {sobol, morris}) {
    const std::string text = study(method + factors + two_outputs + "set: {scale.firms_per_agent: 100}\n").yaml;
    EXPECT_EQ(read_study(write("again.yaml", text)).yaml, text);
  }
}

TEST_F(StudyTest, ProblemsAreReportedAllAtOnceWithTheirPlaces) {
  EXPECT_EQ(problems("scenario: parent.yaml\n"
                     "method: {kind: sobol, trajectories: 5}\n"
                     "factors:\n"
                     "  - {path: parameters.approvals.ambitoin, range: [0, 1]}\n"
                     "  - {path: parameters.approvals.ambition, range: [1, 0.5]}\n"
                     "  - {path: parameters.approvals.dispersion, range: [1, 2], uniform: [1, 2]}\n"
                     "  - {path: levers.allocation_rule, range: [0, 1]}\n"
                     "outputs: [self_reliance, zone_stock@2020, self_relyance@2020, self_reliance@1900]\n"),
            "study.yaml:3:37: method.trajectories: is for morris (sobol has base_points)\n"
            "study.yaml:5:12: factors[0].path: `parameters.approvals.ambitoin` is not known (allowed: parameters.X, "
            "levers.X and scale.X; `innochain describe` lists them). Did you mean `parameters.approvals.ambition`?\n"
            "study.yaml:6:50: factors[1].range: does not go up (write [lowest, highest])\n"
            "study.yaml:7:12: factors[2]: says twice between what it varies (one of range, uniform, loguniform)\n"
            "study.yaml:8:12: factors[3].path: is not a number, and a factor must be one (sweep it instead)\n"
            "study.yaml:9:11: outputs[0]: has no year (write self_reliance@2035, zone_stock[hidz]@2020 or "
            "revenue@2026..2035:sum)\n"
            "study.yaml:9:26: outputs[1]: `zone_stock`: say which zone_type, e.g. [hidz] (allowed: hidz)\n"
            "study.yaml:9:43: outputs[2]: `self_relyance` is not an indicator. Did you mean "
            "`self_reliance`?\n"
            "study.yaml:9:63: outputs[3]: `1900` is not simulated (allowed: 1984..2035)");
}

TEST_F(StudyTest, FactorsAreIndependent) {
  EXPECT_EQ(problems(sobol + factors + "  - {path: levers.zone_merging_rate, years: [2020, 2021], range: [0, 0.1]}\n" +
                     two_outputs),
            "study.yaml:8:12: factors[3].path: `levers.zone_merging_rate` is varied already by factors[2].path");
  EXPECT_EQ(problems(sobol + factors + two_outputs + "set: [approvals.ambition=1]\n"),
            "study.yaml:5:12: factors[0].path: `parameters.approvals.ambition` is set by `approvals.ambition=1` and "
            "cannot vary");
}

TEST_F(StudyTest, SharesOfOneWholeMayNotExceedIt) {
  const std::string found = problems(sobol +
                                     "factors:\n  - {path: levers.review.excellent_share, range: [0.4, 0.7]}\n"
                                     "  - {path: levers.review.poor_share, range: [0.4, 0.7]}\n" +
                                     two_outputs);
  EXPECT_TRUE(
      found.starts_with("study.yaml:5:12: factors[0].path: review.excellent_share + review.poor_share sum to "
                        "more than 1 in 1984, at point "))
      << found;
}

TEST_F(StudyTest, MethodsHaveTheirLimits) {
  EXPECT_EQ(problems("scenario: parent.yaml\nmethod: {kind: morris, levels: 5, trajectories: 10, candidates: 5}\n" +
                     factors + two_outputs),
            "study.yaml:3:32: method.levels: is 5 (must be even: only then are all levels visited equally often)\n"
            "study.yaml:3:65: method.candidates: is 5 (at least the 10 trajectories)");
  EXPECT_EQ(problems("method: {kind: sobol}\n" + factors + two_outputs),
            "study.yaml:1:1: scenario: is missing (the scenario, relative to this file)");
  EXPECT_EQ(problems("scenario: nowhere.yaml\nmethod: {kind: sobol}\n" + factors + two_outputs),
            "study.yaml:2:11: scenario: there is no file nowhere.yaml");
}

TEST_F(StudyTest, SaysHowManyRunsItMakes) {
  const SensitivityStudy s = study("scenario: parent.yaml\nmethod: {kind: sobol, base_points: 10}\n" + factors +
                                   two_outputs + "replicates: 3\n");
  ASSERT_EQ(s.notes.size(), 2u);
  EXPECT_EQ(s.notes[0].message, "makes 50 points of 3 factors and 150 runs (3 of each)");
  EXPECT_EQ(s.notes[1].message, "10 is not a power of two: the points are not quite balanced");
}

TEST_F(StudyTest, MissingAndConstantOutputsAreRemarkedUpon) {
  const SensitivityStudy s = study(sobol + factors + two_outputs + "replicates: 2\n");
  std::vector<double> values(s.n_points() * 2 * 2, 0.5);  // of both outputs
  for (std::size_t run = 0; run < s.n_points(); ++run) values[2 * run] = s.value(run, 0);
  for (std::size_t run = s.n_points(); run < 2 * s.n_points(); ++run) values[2 * run] = s.value(run % s.n_points(), 0);
  std::vector<OutputAnalysis> found = analyse(s, values);
  EXPECT_EQ(found[0].remark, "");
  EXPECT_EQ(found[0].luck.of_runs, 0.0);
  EXPECT_EQ(found[1].remark, "does not vary over these factors");
  EXPECT_TRUE(std::isnan(std::get<SobolIndices>(found[1].result).total[0].value));
  values[2 * (s.n_points() + 7)] = std::numeric_limits<double>::quiet_NaN();  // one replicate of point 7
  found = analyse(s, values);
  EXPECT_EQ(
      found[0].remark,
      "1 of 16 rows of the design lack a value: no indices (`missing: drop` would let the others stand for them)");
  EXPECT_TRUE(std::isnan(std::get<SobolIndices>(found[0].result).first[0].value));
}

TEST(ShippedStudies, AreValid) {
  for (const auto& entry : std::filesystem::directory_iterator(INNOCHAIN_SOURCE_DIR "/scenarios/sensitivity")) {
    EXPECT_NO_THROW(read_study(entry.path())) << entry.path();
  }
}

TEST(StudySchema, KnowsItsKeysAndPaths) {
  const Json schema = study_file_schema();
  EXPECT_EQ(schema["required"], Json::array({"schema_version", "scenario", "method", "factors", "outputs"}));
  EXPECT_EQ(schema["properties"]["method"]["properties"]["kind"]["enum"], Json::array({"morris", "sobol"}));
  EXPECT_EQ(schema["properties"]["factors"]["items"]["properties"]["path"], swept_path_schema());
}

}  // namespace
}  // namespace innochain
