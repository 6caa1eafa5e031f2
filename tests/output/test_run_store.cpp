#include <gtest/gtest.h>

#include <set>

#include "output/errors.hpp"
#include "output/run_record.hpp"
#include "output/run_store.hpp"
#include "tests/output/random_indicators.hpp"
#include "tests/support/indicator_bits.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/tiny_params.hpp"

namespace innochain {
namespace {

using namespace testing;
using nlohmann::json;

json manifest_with(int replicates) {
  return {{"ensemble", {{"replicates", replicates}, {"seed", 1}}}, {"program", "innochain 1"}};
}

TEST(RunStore, refuses_another_ensemble_and_says_what_differs) {
  const TemporaryFolder folder;
  RunStore store(folder / "a.h5");
  EXPECT_FALSE(store.exists());
  store.open(manifest_with(10));
  json other_program = manifest_with(10);
  other_program["program"] = "innochain 2";
  RunStore(folder / "a.h5").open(other_program);
  try {
    store.open(manifest_with(12));
    FAIL();
  } catch (const AnotherEnsemble& error) {
    EXPECT_NE(std::string(error.what()).find("replicates was 10, is 12"), std::string::npos) << error.what();
    EXPECT_EQ(error.exit_code(), 65);
  }
  EXPECT_EQ(store.manifest(), manifest_with(10));
  store.remove();
  EXPECT_EQ(folder.contents(), std::vector<std::string>{});
}

TEST(RunStore, does_not_begin_among_the_parts_of_a_calibration) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "a.h5.parts");
  folder.write("a.h5.parts/calibration", "priors");
  EXPECT_THROW(RunStore(folder / "a.h5").open(manifest_with(1)), AnotherEnsemble);
  EXPECT_FALSE(RunStore(folder / "a.h5").exists());
}

TEST(RunStore, needs_its_folder_and_a_whole_manifest) {
  const TemporaryFolder folder;
  EXPECT_THROW(RunStore(folder / "none" / "a.h5").open(manifest_with(1)), CannotCreate);
  EXPECT_THROW(RunStore(folder / "a.h5").manifest(), InputMissing);
  std::filesystem::create_directory(folder / "a.h5.parts");
  folder.write("a.h5.parts/manifest.json", "{\"ensemble\": ");
  EXPECT_THROW(RunStore(folder / "a.h5").manifest(), NotAResultFile);
}

TEST(RunStore, gathers_the_journals_of_all_shards) {
  const TemporaryFolder folder;
  RunStore store(folder / "a.h5");
  store.open(manifest_with(10));
  const std::string ensemble = RunStore::identity(manifest_with(10));
  constexpr std::size_t n = 20;
  for (const std::size_t of : {1u, 3u}) {
    for (std::size_t index = 1; index <= of; ++index) {
      JournalWriter writer(store.journal_of({index, of}), ensemble);
      for (std::size_t run = index - 1; run < n; run += of)
        if ((run + of) % 4 != 0) writer.append(run, run % 5 == 0 ? "\1why" : '\0' + std::to_string(run));
    }
  }
  const StoredRuns stored(store, ensemble, n);
  EXPECT_EQ(stored.n_done(), n);  // (run + 1) % 4 and (run + 3) % 4 are never both 0
  EXPECT_EQ(stored.n_failed(), 4u);
  std::string contents;
  for (std::size_t run = 0; run < n; ++run) {
    stored.read(run, contents);
    EXPECT_EQ(contents, run % 5 == 0 ? "\1why" : '\0' + std::to_string(run));
    EXPECT_EQ(stored.failed(run), run % 5 == 0);
  }
  EXPECT_THROW(StoredRuns(store, "another", n), AnotherEnsemble);
}

TEST(RunStore, shards_divide_the_missing_runs) {
  const TemporaryFolder folder;
  RunStore store(folder / "a.h5");
  store.open(manifest_with(10));
  {
    JournalWriter writer(store.journal_of({}), "e");
    for (const std::uint64_t run : {0, 5, 6, 21}) writer.append(run, "\0");
  }
  const StoredRuns stored(store, "e", 22);
  std::multiset<std::size_t> all;
  for (std::size_t index = 1; index <= 4; ++index)
    for (const std::size_t run : stored.missing({index, 4})) {
      EXPECT_EQ(run % 4, index - 1);
      all.insert(run);
    }
  EXPECT_EQ(all.size(), 18u);
  const std::vector<std::size_t> missing = stored.missing({});
  EXPECT_TRUE(std::equal(all.begin(), all.end(), missing.begin(), missing.end()));
}

TEST(RunRecord, keeps_every_bit_of_what_is_kept) {
  const Params params = tiny_params("tiny", {Year(1995), Year(2004)});
  const Indicators run = random_indicators(params, 7);
  for (const bool traces : {true, false}) {
    const KeptIndicators all;
    Indicators back;
    back.prepare(params);
    RunRecord::unpack(RunRecord::packed(&run, "", all, traces), all, traces, back);
    if (traces) {
      EXPECT_EQ(bits_of(back), bits_of(run));
    }
    EXPECT_EQ(back.revenue.values().size(), run.revenue.values().size());
    EXPECT_TRUE(std::ranges::equal(std::as_const(back).zone_stock.values(), run.zone_stock.values()));
  }
  const KeptIndicators some({{"revenue", {}, KeptIndicator::Reducer::sum, {}}, {"labs", {}, {}, {}}});
  const std::string record = RunRecord::packed(&run, "", some, false);
  EXPECT_LT(record.size(), 500u);
  Indicators back;
  back.prepare(params);
  RunRecord::unpack(record, some, false, back);
  EXPECT_TRUE(std::ranges::equal(std::as_const(back).revenue.values(), run.revenue.values()));
  EXPECT_TRUE(std::ranges::equal(std::as_const(back).labs.values(), run.labs.values()));
  EXPECT_EQ(back.firms.at(Year(2000)), Count::fill());
  EXPECT_THROW(RunRecord::unpack(record.substr(1), some, false, back), ReadFailed);
  EXPECT_THROW(RunRecord::unpack(record + " ", some, false, back), ReadFailed);
}

TEST(RunRecord, keeps_why_a_run_failed) {
  const std::string record = RunRecord::packed(nullptr, "the budget is “negative”", KeptIndicators(), true);
  EXPECT_TRUE(RunRecord::failed(record));
  EXPECT_EQ(RunRecord::failure(record), "the budget is “negative”");
}

}  // namespace
}  // namespace innochain
