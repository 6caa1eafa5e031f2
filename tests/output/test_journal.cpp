// Journals of finished runs: nothing whole is lost and nothing torn is read, wherever the file is cut or damaged.

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "output/errors.hpp"
#include "output/journal.hpp"
#include "tests/support/temporary_folder.hpp"

namespace innochain {
namespace {

using testing::read_text;
using testing::TemporaryFolder;

using Records = std::map<std::uint64_t, std::string>;

Records records_of(const std::filesystem::path& path) {
  Records found;
  JournalReader(path).scan([&](const JournalEntry& entry, std::string_view contents) {
    EXPECT_TRUE(found.emplace(entry.run, contents).second);
    std::string again;
    JournalReader(path).read(entry, again);
    EXPECT_EQ(again, contents);
  });
  return found;
}

class Journals : public ::testing::Test {
 protected:
  /// Ten records of several lengths, one of them empty; returns where each begins and the last ends.
  std::vector<std::size_t> write_ten() {
    JournalWriter writer(path, "abc");
    std::vector<std::size_t> ends{std::filesystem::file_size(path)};
    for (std::uint64_t run = 0; run < 10; ++run) {
      const std::string contents(run * run * 7, static_cast<char>('a' + run));
      writer.append(3 * run, contents);
      expected[3 * run] = contents;
      ends.push_back(std::filesystem::file_size(path));
    }
    return ends;
  }
  TemporaryFolder folder;
  const std::filesystem::path path = folder / "shard.runs";
  Records expected;
};

TEST_F(Journals, give_back_what_was_appended) {
  write_ten();
  EXPECT_EQ(records_of(path), expected);
  EXPECT_EQ(JournalReader(path).ensemble(), "abc");
}

TEST_F(Journals, cut_anywhere_hold_all_whole_records_and_go_on_after_them) {
  const std::vector<std::size_t> ends = write_ten();
  const std::string whole = read_text(path);
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    folder.write("shard.runs", whole.substr(0, length));
    Records left;
    for (std::size_t i = 0; i + 1 < ends.size(); ++i)
      if (ends[i + 1] <= length) left[3 * i] = expected[3 * i];
    ASSERT_EQ(records_of(path), left) << length;
    JournalWriter(path, "abc").append(1000, "next");
    left[1000] = "next";
    ASSERT_EQ(records_of(path), left) << length;
  }
}

TEST_F(Journals, with_any_bit_changed_are_read_up_to_that_record) {
  const std::vector<std::size_t> ends = write_ten();
  const std::string whole = read_text(path);
  for (std::size_t at = ends.front(); at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
    folder.write("shard.runs", damaged);
    Records left;
    for (std::size_t i = 0; i + 1 < ends.size(); ++i)
      if (ends[i + 1] <= at) left[3 * i] = expected[3 * i];
    ASSERT_EQ(records_of(path), left) << at;
  }
}

TEST_F(Journals, are_written_by_one_process_and_for_one_ensemble) {
  {
    const JournalWriter writer(path, "abc");
    EXPECT_THROW(JournalWriter(path, "abc"), CannotCreate);
  }
  EXPECT_THROW(JournalWriter(path, "abd"), CannotCreate);
  const JournalWriter again(path, "abc");
}

TEST_F(Journals, must_be_journals) {
  EXPECT_THROW(JournalReader(folder / "none.runs"), InputMissing);
  EXPECT_THROW(JournalReader(folder.write("other.runs", "something else\n")), NotAResultFile);
  EXPECT_THROW(JournalWriter(folder / "none" / "shard.runs", "abc"), CannotCreate);
}

}  // namespace
}  // namespace innochain
