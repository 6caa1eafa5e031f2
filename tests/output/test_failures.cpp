#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "output/digest.hpp"
#include "output/errors.hpp"
#include "tests/output/sample_file.hpp"
#include "tests/support/temporary_folder.hpp"

/// For the leak sanitizer: HDF5 itself forgets a few bytes of a file that it could not write.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libhdf5";
}

namespace innochain {
namespace {

using testing::Sample;
using testing::TemporaryFolder;

/// Files cannot grow beyond a size, as on a disk that is full: writes fail with EFBIG. Needs no privilege.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_;
  sighandler_t handler_;
};

TEST(ResultFileFailures, ExistingFileStaysUnlessForced) {
  const TemporaryFolder folder;
  const Sample sample(1);
  folder.write("out.h5", "precious");
  try {
    sample.write(folder / "out.h5");
    FAIL() << "overwrote a file";
  } catch (const CannotCreate& error) {
    EXPECT_EQ(error.exit_code(), 73);
    EXPECT_NE(std::string(error.what()).find("--force"), std::string::npos);
  }
  EXPECT_EQ(testing::read_text(folder / "out.h5"), "precious");
  {
    ResultWriter writer(folder / "out.h5", true, sample.header);
    sample.append_all(writer);
    EXPECT_EQ(testing::read_text(folder / "out.h5"), "precious") << "before finish()";
    writer.finish();
  }
  EXPECT_EQ(digest(folder / "out.h5").size(), 64u);
  EXPECT_EQ(folder.contents(), std::vector<std::string>{"out.h5"});
}

TEST(ResultFileFailures, FileThatAppearsMeanwhileStays) {
  const TemporaryFolder folder;
  const Sample sample(1);
  {
    ResultWriter writer(folder / "out.h5", false, sample.header);
    sample.append_all(writer);
    folder.write("out.h5", "precious");
    EXPECT_THROW(writer.finish(), CannotCreate);
  }
  EXPECT_EQ(testing::read_text(folder / "out.h5"), "precious");
  EXPECT_EQ(folder.contents(), std::vector<std::string>{"out.h5"});
}

TEST(ResultFileFailures, NoFolderNotAFolderAFolder) {
  const TemporaryFolder folder;
  const Sample sample(1);
  folder.write("file", "");
  EXPECT_THROW(sample.write(folder / "missing" / "out.h5"), CannotCreate);
  EXPECT_THROW(sample.write(folder / "file" / "out.h5"), CannotCreate);
  EXPECT_THROW(sample.write(folder.path()), CannotCreate);
  EXPECT_THROW(sample.write("/proc/out.h5"), CannotCreate) << "a folder in which nobody may create files";
  EXPECT_EQ(folder.contents(), std::vector<std::string>{"file"});
}

TEST(ResultFileFailures, TwoWritersOfOneFile) {
  const TemporaryFolder folder;
  const Sample sample(1);
  ResultWriter first(folder / "out.h5", false, sample.header);
  EXPECT_THROW(ResultWriter(folder / "out.h5", false, sample.header), CannotCreate);
  sample.append_all(first);
  first.finish();
  sample.write(folder / "other.h5");
  EXPECT_EQ(digest(folder / "out.h5"), digest(folder / "other.h5"));
}

TEST(ResultFileFailures, AbandonedWriterLeavesNothing) {
  const TemporaryFolder folder;
  const Sample sample;
  for (const std::size_t chunk_bytes : {1, 1 << 20}) {
    ResultWriter writer(folder / "out.h5", false, sample.header, {.chunk_bytes = chunk_bytes});
    sample.append_all(writer);
    EXPECT_EQ(folder.contents(), std::vector<std::string>{"out.h5.part"});
  }
  EXPECT_TRUE(folder.contents().empty());
}

// At whatever byte the disk becomes full (in a header, a chunk, or only when the file is closed): either the file is
// there and equal to one written with room enough, or WriteFailed and nothing is.
TEST(ResultFileFailures, FullDiskAtAnySize) {
  const TemporaryFolder folder;
  const Sample sample;
  sample.write(folder / "whole.h5");
  const std::string whole = digest(folder / "whole.h5");
  const auto size = std::filesystem::file_size(folder / "whole.h5");
  std::filesystem::remove(folder / "whole.h5");
  int n_failed = 0, n_written = 0;
  for (std::uintmax_t limit = 0; limit <= size + size / 16; limit += size / 32) {
    try {
      const FullDisk disk(limit);
      sample.write(folder / "out.h5");
      ++n_written;
    } catch (const WriteFailed& error) {
      EXPECT_EQ(error.exit_code(), 74);
      EXPECT_NE(std::string(error.what()).find("File too large"), std::string::npos) << error.what();
      EXPECT_TRUE(folder.contents().empty()) << "limit " << limit;
      ++n_failed;
      continue;
    }
    EXPECT_EQ(digest(folder / "out.h5"), whole);
    std::filesystem::remove(folder / "out.h5");
  }
  EXPECT_GE(n_failed, 31);
  EXPECT_GE(n_written, 1);
}

// HDF5 keeps what it could not write and tries again when the process ends.
TEST(ResultFileFailuresDeathTest, ProcessEndsQuietlyAfterAFullDisk) {
  const auto fill_disk = [] {
    const TemporaryFolder folder;
    const Sample sample;
    try {
      const FullDisk disk(20000);
      sample.write(folder / "out.h5");
    } catch (const WriteFailed& error) {
      std::exit(error.exit_code());
    }
  };
  EXPECT_EXIT(fill_disk(), ::testing::ExitedWithCode(74), "^$");
}

TEST(ResultFileFailures, KilledWriterLeavesNoResultAndNoObstacle) {
  const TemporaryFolder folder;
  const Sample sample;
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ResultWriter writer(folder / "out.h5", false, sample.header, {.chunk_bytes = 1});
    sample.append_all(writer);
    [[maybe_unused]] const auto written = ::write(ready[1], "x", 1);
    ::pause();
    std::_Exit(0);
  }
  char byte;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  ::waitpid(child, nullptr, 0);
  ::close(ready[0]);
  ::close(ready[1]);
  EXPECT_EQ(folder.contents(), std::vector<std::string>{"out.h5.part"});
  sample.write(folder / "out.h5");
  EXPECT_EQ(folder.contents(), std::vector<std::string>{"out.h5"});
  sample.write(folder / "other.h5");
  EXPECT_EQ(digest(folder / "out.h5"), digest(folder / "other.h5"));
}

TEST(ResultFileFailures, RunsThatDoNotFit) {
  const TemporaryFolder folder;
  const Sample sample;
  ResultWriter writer(folder / "out.h5", false, sample.header);
  RunInfo run = sample.runs[0];
  run.scenario = "unknown";
  EXPECT_THROW(writer.append(run, sample.indicators[0]), std::invalid_argument);
  run = sample.runs[0];
  run.swept.pop_back();
  EXPECT_THROW(writer.append(run, sample.indicators[0]), std::invalid_argument);
}

}  // namespace
}  // namespace innochain
