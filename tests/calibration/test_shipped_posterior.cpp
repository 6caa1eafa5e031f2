/// The shipped posterior belongs to the model as it is.
#include <gtest/gtest.h>

#include "calibration/calibrate.hpp"
#include "calibration/parameter_draws.hpp"
#include "output/result_reader.hpp"
#include "sim/model_revision.hpp"
#include "tests/support/shipped_files.hpp"

namespace innochain {
namespace {

const std::filesystem::path shipped_posterior = testing::shipped_scenarios / "posterior/china.h5";

TEST(ShippedPosterior, IsOfThisModelRevision) {
  EXPECT_EQ(read_posterior(shipped_posterior).model_revision, model_revision)
      << "stale: make it again with scripts/calibrate";
}

TEST(ShippedPosterior, IsOfTheCalibrationAsItIsWritten) {
  const hdf5::Handle file = open_result(shipped_posterior);
  const Calibration calibration = read_calibration(testing::source_folder / "calibration/china.yaml",
                                                   testing::source_folder / "calibration/observed");
  EXPECT_EQ(hdf5::read_text_attribute(file.id(), "calibration_yaml").value_or(""), calibration.yaml)
      << "targets, priors or settings have changed: make it again with scripts/calibrate";
  EXPECT_EQ(hdf5::read_text_attribute(file.id(), "judged_by_yaml").value_or(""), calibration.judged_by)
      << "what fit and forecasts are held against has changed: make it again with scripts/calibrate";
}

TEST(ShippedPosterior, SuitsTheBaselineAndIsSmall) {
  const ParameterDraws draws(shipped_posterior, ParameterDraws::Kind::posterior, 1);
  EXPECT_EQ(draws.misfit(read_scenario(testing::shipped_scenarios / "baseline.yaml")), "");
  EXPECT_LT(std::filesystem::file_size(shipped_posterior), 5u << 20);
}

}  // namespace
}  // namespace innochain
