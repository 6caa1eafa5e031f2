#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/output/sample_file.hpp"
#include "tests/support/temporary_folder.hpp"

// The result file is read by other people's programs: here they are.
namespace innochain {
namespace {

using testing::Sample;
using testing::TemporaryFolder;

int run(const std::string& command) {
  return std::system(command.c_str());
}

class Xarray : public ::testing::TestWithParam<const char*> {};

TEST_P(Xarray, OpensTheFileAsItIs) {
  const TemporaryFolder folder;
  Sample().write(folder / "out.h5");
  EXPECT_EQ(run("/usr/bin/python3 " INNOCHAIN_SOURCE_DIR "/tests/output/open_with_xarray.py " +
                (folder / "out.h5").string() + " " + GetParam()),
            0);
}

INSTANTIATE_TEST_SUITE_P(Engines, Xarray, ::testing::Values("h5netcdf", "netcdf4"));

// An attribute beyond 64 kB is stored differently; all readers must cope with a long scenario.
TEST(Readers, LongScenarioInAnAttribute) {
  const TemporaryFolder folder;
  Sample sample;
  sample.header.scenarios[0].yaml = std::string(500000, 'x');
  sample.write(folder / "out.h5");
  const std::string path = (folder / "out.h5").string();
  EXPECT_EQ(run("ncdump -h " + path + " | grep -q 'scenario_yaml = \"xxxx'"), 0);
  for (const char* engine : {"h5netcdf", "netcdf4"}) {
    EXPECT_EQ(run("/usr/bin/python3 -c 'import xarray; d = xarray.open_dataset(\"" + path + "\", engine=\"" + engine +
                  "\"); assert d.attrs[\"scenario_yaml\"] == \"x\" * 500000'"),
              0)
        << engine;
  }
}

TEST(Readers, NcdumpShowsEverything) {
  const TemporaryFolder folder;
  Sample().write(folder / "out.h5");
  const std::string dump = "ncdump " + (folder / "out.h5").string() + " > " + (folder / "dump.txt").string();
  ASSERT_EQ(run(dump), 0);
  const std::string text = testing::read_text(folder / "dump.txt");
  for (const char* part : {"run = UNLIMITED ; // (10 currently)", "int awards_by_host(run, year, programme, host) ;",
                           "int64 programme_budget(run, year, programme) ;", "float funding(run, year, province) ;",
                           "lab_stock:_FillValue = -2147483647 ;", "lab_stock:cell_methods = \"year: point\" ;",
                           "group: observed {", "group: skl_stock {", "group: traces {"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part;
  }
}

}  // namespace
}  // namespace innochain
