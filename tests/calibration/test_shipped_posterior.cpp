/// The shipped posterior belongs to the model as it is.
#include <gtest/gtest.h>

#include "calibration/calibrate.hpp"
#include "calibration/parameter_draws.hpp"
#include "output/result_reader.hpp"
#include "sim/model_revision.hpp"

namespace innochain {
namespace {

const std::string source = INNOCHAIN_SOURCE_DIR;
const std::string shipped = source + "/scenarios/posterior/china.h5";

TEST(ShippedPosterior, IsOfThisModelRevision) {
  EXPECT_EQ(read_posterior(shipped).model_revision, model_revision) << "stale: make it again with scripts/calibrate";
}

TEST(ShippedPosterior, IsOfTheCalibrationAsItIsWritten) {
  const hdf5::Handle file = open_result(shipped);
  const Calibration calibration =
      read_calibration(source + "/calibration/china.yaml", source + "/calibration/observed");
  EXPECT_EQ(hdf5::read_text_attribute(file.id(), "calibration_yaml").value_or(""), calibration.yaml)
      << "targets, priors or settings have changed: make it again with scripts/calibrate";
}

TEST(ShippedPosterior, SuitsTheBaselineAndIsSmall) {
  const ParameterDraws draws(shipped, ParameterDraws::Kind::posterior, 1);
  EXPECT_EQ(draws.misfit(read_scenario(source + "/scenarios/baseline.yaml")), "");
  EXPECT_LT(std::filesystem::file_size(shipped), 5u << 20);
}

}  // namespace
}  // namespace innochain
