/// A whole calibration in small: resumed after any part, on any number of threads, written, read and drawn from.
#include <fmt/format.h>

#include "calibration/calibrate.hpp"
#include "calibration/calibration_tables.hpp"
#include "calibration/parameter_draws.hpp"
#include "calibration/posterior_file.hpp"
#include "output/digest.hpp"
#include "output/errors.hpp"
#include "sim/model_revision.hpp"
#include "tests/calibration/calibration_fixture.hpp"

namespace innochain {
namespace {

class CalibrateTest : public CalibrationTest {
 protected:
  /// Calibrates, stopped after a number of news of finished generations, and again until it is done. The digest.
  std::string calibrated(const std::string& name, std::size_t threads, int stop_after) {
    const Calibration calibration = read(small(12, 1200));
    const std::filesystem::path output = folder_ / name;
    return done_in_pieces(output, calibration, threads, stop_after,
                          [&](const CalibrationStore& store, const WorkOptions& work, const CalibrationNews& news) {
                            InstitutionalModel model(calibration);
                            const CalibrationResult result = calibrate(model, store, work, news);
                            PosteriorWriter writer(output, false, subject_of(model), {});
                            write_calibration(writer, model, result);
                            writer.finish();
                          });
  }
};

TEST_F(CalibrateTest, IsTheSameResumedAfterEveryGenerationAndOnAnyThreads) {
  const std::string whole = calibrated("whole.h5", 1, 0);
  EXPECT_EQ(n_attempts_, 1);
  EXPECT_EQ(calibrated("resumed.h5", 2, 1), whole);
  EXPECT_GT(n_attempts_, 3) << "it was stopped after each generation";
  EXPECT_EQ(calibrated("eight.h5", 8, 2), whole);
}

TEST_F(CalibrateTest, PartsOfAnotherCalibrationAreNotMixed) {
  const Calibration first = read(small(12, 1200)), second = read(small(13, 1200));
  InstitutionalModel a(first), b(second);
  CalibrationStore store(folder_ / "p.h5");
  store.open(identity_of(a.calibration()));
  store.open(identity_of(a.calibration()));
  EXPECT_THROW(store.open(identity_of(b.calibration())), AnotherEnsemble);
}

TEST_F(CalibrateTest, DrawsComeBackFromTheFileWithTheirPast) {
  calibrated("p.h5", 2, 0);
  const Posterior posterior = read_posterior(folder_ / "p.h5");
  EXPECT_EQ(posterior.model_revision, model_revision);
  EXPECT_EQ(posterior.last_pinned, Year(2012));
  ASSERT_EQ(posterior.paths.size(), 2u) << "the neutral parameter is left out";
  ASSERT_EQ(posterior.n_draws(), 4u);
  EXPECT_EQ(posterior.fixed_paths, std::vector<std::string>{"parameters.approvals.bar_raise"});

  const ParameterDraws draws(folder_ / "p.h5", ParameterDraws::Kind::posterior, 1);
  const Resolved scenario =
      read_scenario(source() + "/scenarios/baseline.yaml",
                    {{"scale.firms_per_agent=1000", "scale.proposals_per_agent=1000", "scale.years=[1984, 2017]"}});
  EXPECT_EQ(draws.misfit(scenario), "");
  const auto in = draws.in(scenario);
  Params params = scenario.params;
  in.apply(5, params);
  EXPECT_EQ(draws.draw_of(5), 1);
  EXPECT_EQ(params.parameters.approvals.appetite_expansion, posterior.values[1][0]);
  EXPECT_EQ(params.parameters.approvals.bar_raise, 0.4);
  ASSERT_TRUE(params.pinned_luck.has_value());
  EXPECT_EQ(params.pinned_luck->replicate, posterior.luck[1].replicate);

  // The past is that which the calibration chose, whatever the seed and replicate; the future is the run's own.
  Workspace a, b;
  const Indicators& first = simulate(params, 11, 0, a);
  const Indicators& second = simulate(params, 12, 7, b);
  for (Year year(1984); year <= Year(2012); ++year)
    for (std::size_t i = 0; i < params.system.zone_types.size(); ++i)
      ASSERT_EQ(first.zone_approvals.at(year, i), second.zone_approvals.at(year, i));
}

TEST_F(CalibrateTest, WhatAScenarioSaysBeatsTheDraw) {
  calibrated("p.h5", 2, 0);
  const ParameterDraws draws(folder_ / "p.h5", ParameterDraws::Kind::posterior, 1);
  const Resolved scenario =
      read_scenario(source() + "/scenarios/baseline.yaml", {{"approvals.appetite.expansion=0.77"}});
  Params params = scenario.params;
  draws.in(scenario).apply(0, params);
  EXPECT_EQ(params.parameters.approvals.appetite_expansion, 0.77);
  const std::vector<std::string> axes{"parameters.approvals.bar_raise"};
  const double own = params.parameters.approvals.bar_raise = 0.9;
  draws.in(scenario, axes).apply(0, params);
  EXPECT_EQ(params.parameters.approvals.bar_raise, own) << "an axis beats the draw";
}

TEST_F(CalibrateTest, DrawsFromThePriorFollowIt) {
  calibrated("p.h5", 2, 0);
  const ParameterDraws draws(folder_ / "p.h5", ParameterDraws::Kind::prior, 1);
  const Resolved scenario = read_scenario(source() + "/scenarios/baseline.yaml");
  const auto in = draws.in(scenario);
  Params params = scenario.params;
  constexpr int n = 4000;
  double mean = 0.0, squares = 0.0;
  for (int i = 0; i < n; ++i) {
    in.apply(static_cast<std::uint32_t>(i), params);
    const double z = (std::log(params.parameters.approvals.appetite_expansion) - std::log(0.2)) / 0.5;
    mean += z / n, squares += z * z / n;
  }
  EXPECT_FALSE(params.pinned_luck.has_value());
  EXPECT_NEAR(mean, 0.0, 4.0 / std::sqrt(n));
  EXPECT_NEAR(squares, 1.0, 4.0 * std::sqrt(2.0 / n));
}

TEST_F(CalibrateTest, ACutPosteriorIsRefused) {
  calibrated("p.h5", 2, 0);
  std::filesystem::resize_file(folder_ / "p.h5", std::filesystem::file_size(folder_ / "p.h5") / 2);
  EXPECT_THROW(read_posterior(folder_ / "p.h5"), FileError);
  EXPECT_THROW(read_posterior(folder_ / "none.h5"), InputMissing);
}

}  // namespace
}  // namespace innochain
