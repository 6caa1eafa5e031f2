#include <gtest/gtest.h>

#include "output/errors.hpp"
#include "output/part_file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace innochain {
namespace {

using testing::TemporaryFolder;

std::string refusal(const std::filesystem::path& target, bool replace) {
  try {
    refuse_unwritable(target, replace);
  } catch (const CannotCreate& error) {
    EXPECT_EQ(error.exit_code(), 73);
    return error.what();
  }
  return "";
}

TEST(PartFile, RefusesWhatItCouldNotWriteBeforeAnyWork) {
  const TemporaryFolder folder;
  const std::string there = folder.write("there.h5", "1");
  EXPECT_EQ(refusal(folder / "new.h5", false), "");
  EXPECT_EQ(refusal(there, true), "");
  EXPECT_NE(refusal(there, false).find("exists already"), std::string::npos);
  EXPECT_NE(refusal(folder / "none" / "new.h5", true).find("does not exist"), std::string::npos);
  EXPECT_NE(refusal(folder / "", true).find("is a folder"), std::string::npos);
  EXPECT_NE(refusal(folder / "none" / "", true).find("is not the name of a file"), std::string::npos);
  EXPECT_NE(refusal("/dev/null", true).find("is not a regular file"), std::string::npos);
}

TEST(PartFile, ReplacesNoYaml) {
  const TemporaryFolder folder;
  const std::string scenario = folder.write("scenario.yaml", "schema_version: 1\n");
  EXPECT_NE(refusal(scenario, true).find("is a YAML file"), std::string::npos);
  EXPECT_EQ(refusal(folder / "new.yaml", true), "") << "nothing is lost";
}

}  // namespace
}  // namespace innochain
