#include <gtest/gtest.h>

#include <cstdlib>

#include "output/digest.hpp"
#include "output/errors.hpp"
#include "tests/output/sample_file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace innochain {
namespace {

using testing::Sample;
using testing::TemporaryFolder;

std::string digest_of(const Sample& sample, const StorageOptions& storage = {}) {
  const TemporaryFolder folder;
  sample.write(folder / "out.h5", storage);
  return digest(folder / "out.h5");
}

TEST(Digest, DoesNotDependOnChunksAndCompression) {
  const Sample sample;
  const std::string expected = digest_of(sample);
  EXPECT_EQ(digest_of(sample, {.chunk_bytes = 1, .deflate_level = 4}), expected);
  EXPECT_EQ(digest_of(sample, {.chunk_bytes = 777, .deflate_level = 9}), expected);
  EXPECT_EQ(digest_of(sample, {.chunk_bytes = 1 << 20, .deflate_level = 0}), expected);
}

TEST(Digest, DoesNotDependOnPlannedRunsAndVolatileAttributes) {
  Sample sample;
  const std::string expected = digest_of(sample);
  sample.header.planned_runs = 3;
  sample.header.threads = 64;
  sample.header.command_line = "innochain run --threads 64 late early";
  sample.header.program = "innochain 9.9.9";
  sample.header.build = "Debug";
  EXPECT_EQ(digest_of(sample), expected);
}

// nccopy is an independent program that rewrites every byte: other chunks, no compression, its own order of creation.
TEST(Digest, SurvivesACopyByNetcdf) {
  const TemporaryFolder folder;
  const Sample sample;
  sample.write(folder / "out.h5");
  const std::string command =
      "nccopy -k nc4 -d 0 -c run/3,year/5 " + (folder / "out.h5").string() + " " + (folder / "copy.h5").string();
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
  EXPECT_NE(testing::read_text(folder / "out.h5"), testing::read_text(folder / "copy.h5"));
  EXPECT_EQ(digest(folder / "out.h5"), digest(folder / "copy.h5"));
}

TEST(Digest, ChangesWithOneValue) {
  const Sample sample;
  Sample changed;
  Count& stock = changed.indicators.back().lab_stock;
  stock.at(Year(2009), 2) += 1;
  EXPECT_NE(digest_of(changed), digest_of(sample));
  stock.at(Year(2009), 2) -= 1;
  EXPECT_EQ(digest_of(changed), digest_of(sample));
}

TEST(Digest, ChangesWithEveryPart) {
  const Sample sample;
  const std::string original = digest_of(sample);
  const auto differs = [&](const char* what, auto change) {
    Sample changed;
    change(changed);
    EXPECT_NE(digest_of(changed), original) << what;
  };
  differs("the order of runs", [](Sample& s) {
    std::swap(s.runs[0], s.runs[2]);
    std::swap(s.indicators[0], s.indicators[2]);
  });
  differs("the name of a category", [](Sample& s) {
    s.early.system.provinces[ProvinceId(1)].name = s.late.system.provinces[ProvinceId(1)].name = "jilin";
  });
  differs("the name of a swept parameter", [](Sample& s) { s.header.swept[0].path = "approvals.bar_raise"; });
  differs("the unit of a swept parameter", [](Sample& s) { s.header.swept[0].unit = "sd"; });
  differs("an arm", [](Sample& s) { s.runs[0].arm = "other"; });
  differs("text moved between neighbours", [](Sample& s) { s.runs[0].arm = "evene", s.runs[1].arm = "ven"; });
  differs("the scenario", [](Sample& s) { s.header.scenarios[1].yaml += "\n"; });
  differs("the seed", [](Sample& s) { s.header.seed += 1; });
  differs("a run less", [](Sample& s) { s.runs.pop_back(), s.indicators.pop_back(); });
  differs("a trace", [](Sample& s) { s.indicators[0].traces.staff.at(Year(1995), 1) = 0.125f; });
  differs("no traces", [](Sample& s) { s.header.traces = false; });
}

TEST(Digest, NanHasNoSign) {
  Sample plus, minus;
  plus.indicators[0].funding_gini.at(Year(1995)) = std::nanf("");
  minus.indicators[0].funding_gini.at(Year(1995)) = -std::nanf("");
  EXPECT_EQ(digest_of(plus), digest_of(minus));
  EXPECT_NE(digest_of(plus), digest_of(Sample()));
}

template <class Error>
void expect_error(const std::filesystem::path& path, int exit_code, const std::string& part) {
  try {
    digest(path);
    ADD_FAILURE() << path << " has a digest";
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), exit_code);
    EXPECT_TRUE(std::string(error.what()).starts_with(path.string() + ": ")) << error.what();
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

TEST(Digest, SaysWhatIsWrongWithAFile) {
  const TemporaryFolder folder;
  const Sample sample;
  sample.write(folder / "out.h5");
  const std::string whole = testing::read_text(folder / "out.h5");
  expect_error<InputMissing>(folder / "missing.h5", 66, "no such file");
  expect_error<NotAResultFile>(folder.path(), 65, "folder");
  expect_error<NotAResultFile>(folder.write("empty.h5", ""), 65, "not an HDF5 file");
  expect_error<NotAResultFile>(folder.write("text.h5", "year,new\n"), 65, "not an HDF5 file");
  expect_error<NotAResultFile>(folder.write("short.h5", whole.substr(0, whole.size() / 2)), 65, "truncated");
  const std::string foreign = "ncgen -k nc4 -o " + (folder / "foreign.h5").string() + " " +
                              folder.write("foreign.cdl", "netcdf foreign { variables: int x; data: x = 1; }").string();
  ASSERT_EQ(std::system(foreign.c_str()), 0);
  expect_error<NotAResultFile>(folder / "foreign.h5", 65, "not a result of this program");
}

// A byte that changes inside a compressed chunk must be noticed, whether as an error or as another digest.
TEST(Digest, NoticesDamage) {
  const TemporaryFolder folder;
  const Sample sample;
  sample.write(folder / "out.h5");
  const std::string expected = digest(folder / "out.h5");
  hdf5::Handle file = hdf5::open_file(folder / "out.h5");
  const hdf5::Handle dataset = hdf5::open_dataset(file.id(), "awards_by_host");
  haddr_t address = 0;
  hsize_t size = 0;
  unsigned mask = 0;
  const hsize_t origin[4] = {0, 0, 0, 0};
  ASSERT_GE(H5Dget_chunk_info_by_coord(dataset.id(), origin, &mask, &address, &size), 0);
  std::string bytes = testing::read_text(folder / "out.h5");
  bytes[address + size / 2] ^= 0x10;
  folder.write("damaged.h5", bytes);
  try {
    EXPECT_NE(digest(folder / "damaged.h5"), expected);
  } catch (const ReadFailed& error) {
    EXPECT_EQ(error.exit_code(), 74);
  }
}

}  // namespace
}  // namespace innochain
