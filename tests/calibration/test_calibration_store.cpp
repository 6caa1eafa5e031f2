#include <gtest/gtest.h>

#include "calibration/calibration_store.hpp"
#include "output/errors.hpp"
#include "tests/support/temporary_folder.hpp"

namespace innochain {
namespace {

using testing::TemporaryFolder;
namespace fs = std::filesystem;

TEST(CalibrationStore, GivesBackItsPartsToTheSameCalibrationAlone) {
  const TemporaryFolder folder;
  CalibrationStore store(folder / "p.h5");
  store.open("one");
  store.write("point_fit", "1.5");
  CalibrationStore again(folder / "p.h5");
  again.open("one");
  EXPECT_EQ(again.read("point_fit"), "1.5");
  EXPECT_EQ(again.read("corrections"), std::nullopt);
  EXPECT_THROW(CalibrationStore(folder / "p.h5").open("two"), AnotherEnsemble);
}

/// As happens where files are copied by hand: a part that is whole, but is not what its name says.
TEST(CalibrationStore, RefusesAPartUnderAnotherNameOrOfAnotherCalibration) {
  const TemporaryFolder folder;
  CalibrationStore one(folder / "one.h5"), two(folder / "two.h5");
  one.open("one");
  two.open("two");
  one.write("point_fit", "1.5");
  fs::copy_file(one.folder() / "point_fit", one.folder() / "corrections");
  fs::copy_file(one.folder() / "point_fit", two.folder() / "point_fit");
  EXPECT_THROW(one.read("corrections"), ReadFailed);
  EXPECT_THROW(two.read("point_fit"), ReadFailed);
}

TEST(CalibrationStore, DoesNotBeginAmongTheRunsOfASweep) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "s.h5.parts");
  folder.write("s.h5.parts/manifest.json", "{}");
  EXPECT_THROW(CalibrationStore(folder / "s.h5").open("one"), AnotherEnsemble);
  EXPECT_FALSE(fs::exists(folder / "s.h5.parts/calibration"));
}

TEST(CalibrationStore, NeedsItsFolder) {
  const TemporaryFolder folder;
  EXPECT_THROW(CalibrationStore(folder / "none" / "p.h5").open("one"), CannotCreate);
}

}  // namespace
}  // namespace innochain
