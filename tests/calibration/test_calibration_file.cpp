#include "tests/calibration/calibration_fixture.hpp"

namespace innochain {
namespace {

const std::string body =
    "years: {fit: [1984, 2017], predict: [2018, 2022]}\n"
    "priors: {approvals.dispersion: {uniform: [1, 20]}}\n"
    "method: {kind: abc_smc}\n";

TEST_F(CalibrationTest, TheShippedFileIsRead) {
  const Calibration calibration = read_calibration(source() + "/calibration/china.yaml", observed());
  EXPECT_EQ(calibration.fit.last, Year(2017));
  EXPECT_EQ(calibration.predict.last, Year(2022));
  EXPECT_EQ(calibration.places.size(), 17u) << "as in the prototype";
  EXPECT_EQ(calibration.prior.size(), 18u) << "with the neutral parameter";
  EXPECT_EQ(calibration.prior[17].path, neutral_path);
  EXPECT_EQ(calibration.fixed.size(), 2u);
}

TEST_F(CalibrationTest, PriorsAreWhatTheFileSays) {
  const Calibration calibration = read(head() +
                                       "years: {fit: [1984, 2017], predict: [2018, 2022]}\n"
                                       "priors:\n"
                                       "  approvals.dispersion: {uniform: [1, 20]}\n"
                                       "  approvals.ambition: {normal: {mean: 1, sd: 0.1}, bounds: [0.8, 1.2]}\n"
                                       "  parameters.approvals.kappa.hidz: {loguniform: [0.5, 2]}\n"
                                       "  approvals.saturation_share.etdz: {beta: [4, 2]}\n"
                                       "neutral_parameter: false\n"
                                       "method: {kind: abc_smc, particles: 50}\n"
                                       "seed: 7\n");
  ASSERT_EQ(calibration.prior.size(), 4u);
  EXPECT_EQ(calibration.prior[0].path, "parameters.approvals.dispersion");
  EXPECT_DOUBLE_EQ(calibration.prior[0].distribution.quantile(0.5), 10.5);
  EXPECT_NEAR(calibration.prior[1].distribution.quantile(1e-9), 0.8, 1e-6) << "truncated";
  EXPECT_NEAR(calibration.prior[2].distribution.quantile(0.5), 1.0, 1e-12);
  EXPECT_NEAR(calibration.prior[3].distribution.quantile(0.5), 0.6861898, 1e-6) << "scipy.stats.beta(4, 2).median()";
  EXPECT_EQ(calibration.smc.particles, 50);
  EXPECT_EQ(calibration.seed, 7u);
  Params params = calibration.scenario.params;
  calibration.places[0].set(3.5, params);
  EXPECT_EQ(params.parameters.approvals.dispersion, 3.5);
}

TEST_F(CalibrationTest, AnotherOriginMovesBothWindows) {
  CalibrationOptions options;
  options.origin = 2012;
  options.seed = 5;
  const Calibration calibration = read(head() + body, options);
  EXPECT_EQ(calibration.fit.last, Year(2012));
  EXPECT_EQ(calibration.predict.first, Year(2013));
  EXPECT_EQ(calibration.predict.last, Year(2017));
  EXPECT_EQ(calibration.seed, 5u);
}

TEST_F(CalibrationTest, TheCommandLineStandsInForTheSampler) {
  CalibrationOptions options;
  options.particles = 100;
  options.replicates = 3;
  options.simulations = 9000;
  const SmcSettings smc = read(head() + body, options).smc;
  EXPECT_EQ(smc.particles, 100);
  EXPECT_EQ(smc.replicates, 3);
  EXPECT_EQ(smc.stop.simulations, 9000u);
  options.simulations = 5099;  // one less than prior and eight last rounds may take, whose moves keep what happened
  EXPECT_THROW(read(head() + body, options), InputError);
  options.simulations = 5100;
  EXPECT_EQ(read(head() + body, options).smc.stop.simulations, 5100u);
}

TEST_F(CalibrationTest, SomeBudgetsAndOriginsCannotBe) {
  CalibrationOptions options;
  options.particles = 1'000'000, options.replicates = 10'000;
  EXPECT_THROW(read(head() + body, options), InputError) << "more runs than there are lucks";
  for (const int origin : {1984, -5, 2'147'483'646}) {
    CalibrationOptions early_or_late;
    early_or_late.origin = origin;
    EXPECT_THROW(read(head() + body, early_or_late), InputError) << origin;
  }
}

TEST_F(CalibrationTest, EqualTextsMakeEqualCalibrations) {
  EXPECT_EQ(read(head() + body).yaml, read(head() + "# a remark\n" + body).yaml);
  EXPECT_NE(read(head() + body).yaml, read(head() + body + "seed: 3\n").yaml);
}

TEST_F(CalibrationTest, EveryProblemHasItsPlace) {
  const auto with_prior = [&](const std::string& prior) {
    return head() + "years: {fit: [1984, 2017], predict: [2018, 2022]}\nmethod: {kind: abc_smc}\npriors:\n  " + prior +
           "\n";
  };
  const std::vector<std::pair<std::string, std::string>> cases{
      {with_prior("approvals.dispersionn: {uniform: [1, 20]}"),
       "cal.yaml:7:3: priors.approvals.dispersionn: is not a parameter (see `innochain describe parameters`). Did you "
       "mean `approvals.dispersion`?"},
      {with_prior("levers.award.noise: {uniform: [1, 2]}"), "is not a parameter"},
      {with_prior("approvals.dispersion: {uniform: [20, 1]}"),
       "cal.yaml:7:35: priors.approvals.dispersion.uniform: the first end must be below the second"},
      {with_prior("approvals.dispersion: {uniform: [1, 2000]}"), "reaches beyond the declared range [0.1, 100]"},
      {with_prior("approvals.dispersion: {uniform: [1, 20], bounds: [0, 10]}"),
       "must rise and lie within the declared range [0.1, 100]"},
      {with_prior("approvals.dispersion: {lognormal: {median: 1000, sigma: 0.1}}"), "has almost no mass within"},
      {with_prior("approvals.dispersion: {lognormal: {median: -1, sigma: 0.1}}"), "the median must be positive"},
      {with_prior("approvals.dispersion: {loguniform: [1e-320, 1]}"), "there is no mass between the limits"},
      {with_prior("approvals.saturation_share.etdz: {beta: [1e17, 1]}"), "both shapes must lie in [0.001, 1000000]"},
      {with_prior("approvals.dispersion: {gamma: [1, 2]}"), "priors.approvals.dispersion.gamma"},
      {with_prior("approvals.dispersion: 3"), "a distribution such as {uniform: [0, 1]}"},
      {with_prior("approvals.dispersion: {}"), "needs a distribution"},
      {with_prior("approvals.dispersion: {uniform: [1, 2], normal: {mean: 1, sd: 1}}"), "has one distribution"},
      {head() + body + "fixed: {approvals.dispersion: 3}\n", "is fitted too"},
      {head() + body + "fixed: {approvals.ambition: 30}\n", "fixed.approvals.ambition"},
      {head() + "years: {fit: [1984, 2017], predict: [2017, 2022]}\npriors: {}\nmethod: {kind: abc_smc}\n",
       "must begin after the last year that is fitted"},
      {head() +
           "years: {fit: [1990, 2017], predict: [2018, 2022]}\npriors: {approvals.dispersion: {uniform: [1, 20]}}\n"
           "method: {kind: abc_smc}\n",
       "must begin with the scenario, in 1984"},
      {head() +
           "years: {fit: [1984, 2017], predict: [2018, 2050]}\npriors: {approvals.dispersion: {uniform: [1, 20]}}\n"
           "method: {kind: abc_smc}\n",
       "the scenario ends in 2035"},
      {head() + body + "particles: 3\n", "cal.yaml:7:1: particles: unknown key"},
      {head() + body + "paths: {draws: 100000, attempts: 1000000}\n",
       "paths.attempts: draws × attempts = 100000000000 pasts: more than the 2147483647 that have luck of their own"},
      {head() + "years: {fit: [1984, 2017], predict: [2018, 2022]}\npriors: {}\nmethod: {kind: rejection}\n",
       "method.kind"},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_NE(problems(text).find(expected), std::string::npos) << expected << "\n--- but\n" << problems(text);
}

TEST_F(CalibrationTest, AParameterHasOnePlaceUnderWhateverName) {
  const auto text = [](const char* priors, const char* fixed) {
    return head() + "years: {fit: [1984, 2017], predict: [2018, 2022]}\npriors: {" + priors + "}\nfixed: {" + fixed +
           "}\nmethod: {kind: abc_smc}\n";
  };
  const auto says = [&](const std::string& file, const char* expected) {
    EXPECT_NE(problems(file).find(expected), std::string::npos) << expected << "\n--- but\n" << problems(file);
  };
  says(text("approvals.bar_raise: {uniform: [0, 1]}, parameters.approvals.bar_raise: {uniform: [0, 1]}", ""),
       "cal.yaml:5:50: priors.parameters.approvals.bar_raise: has a prior already");
  says(text("approvals.bar_raise: {uniform: [0, 1]}", "parameters.approvals.bar_raise: 1"), "is fitted too");
  says(text("approvals.bar_raise: {uniform: [0, 1]}", "approvals.ambition: 1, parameters.approvals.ambition: 2"),
       "is fixed already");
  for (const char* setting : {"approvals.bar_raise=0.3", "parameters.approvals.ambition=1"}) {
    CalibrationOptions options;
    options.scenario.settings = {setting};
    try {
      read(text("approvals.bar_raise: {uniform: [0, 1]}", "approvals.ambition: 1"), options);
      FAIL() << "draws would overwrite " << setting;
    } catch (const InputError& error) {
      EXPECT_NE(std::string(error.what()).find("is set on the command line too"), std::string::npos) << error.what();
    }
  }
}

TEST_F(CalibrationTest, CallsThatAreDataMustBeInput) {
  write("other.yaml", "schema_version: 1\nextends: " + source() +
                          "/scenarios/baseline.yaml\noverrides:\n"
                          "  - {years: [2012, 2013], lever: calls.hidz, value: drawn}\n"
                          "  - {years: [2015, 2019], lever: calls.hidz, value: closed}\n");
  const std::string text =
      problems("schema_version: 1\nscenario: other.yaml\ntargets: " + source() + "/calibration/targets.yaml\n" + body);
  EXPECT_EQ(text.find("cal.yaml:2:11: scenario: the targets hold calls of hidz for data"), 0u) << text;
  EXPECT_NE(text.find("in 2012 (open), 2013 (open), 2015 (open), 2017 (open):"), std::string::npos) << text;
}

TEST_F(CalibrationTest, AnEmptyNameIsNoFile) {
  EXPECT_EQ(
      problems("schema_version: 1\nscenario: \"\"\ntargets: \"\"\nyears: {fit: [1984, 2017], predict: [2018, 2022]}\n"
               "priors: {}\nmethod: {kind: abc_smc}\n"),
      "cal.yaml:2:11: scenario: names no file\ncal.yaml:3:10: targets: names no file");
}

TEST_F(CalibrationTest, AllProblemsAtOnceAndMissingFilesAre66) {
  try {
    read(
        "schema_version: 1\nscenario: nowhere.yaml\ntargets: none.yaml\nyears: {fit: [1984, 2017], predict: [2018, "
        "2022]}\npriors: {}\nmethod: {kind: abc_smc}\n");
    FAIL() << "two files are missing";
  } catch (const InputError& error) {
    EXPECT_EQ(error.exit_code(), 66);
    EXPECT_EQ(error.problems().size(), 2u);
  }
}

}  // namespace
}  // namespace innochain
