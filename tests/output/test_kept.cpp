// Files that hold a part of the indicators: the same values as files that hold all, at their places, and nothing else.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "output/result_file.hpp"
#include "output/result_reader.hpp"
#include "tests/output/random_indicators.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/tiny_params.hpp"

namespace innochain {
namespace {

using namespace testing;
using Reducer = KeptIndicator::Reducer;

class KeptFiles : public ::testing::Test {
 protected:
  hdf5::Handle write(std::vector<KeptIndicator> kept) {
    ResultHeader header;
    header.scenarios = {{"tiny", &params, "schema_version: 1\n"}};
    header.kept = std::move(kept);
    header.traces = false;
    ResultWriter writer(folder / "a.h5", true, header);
    for (const Indicators& run : runs) {
      RunInfo info;
      info.scenario = "tiny";
      writer.append(info, run);
    }
    writer.finish();
    return open_result(folder / "a.h5");
  }
  template <class Number>
  std::vector<Number> values(const hdf5::Handle& file, const char* name) {
    return std::get<std::vector<Number>>(Variable(file.id(), name).all());
  }
  TemporaryFolder folder;
  const Params params = tiny_params("tiny", {Year(1995), Year(2004)});
  const std::vector<Indicators> runs{random_indicators(params, 1), random_indicators(params, 2)};
};

TEST_F(KeptFiles, hold_only_what_was_named) {
  const hdf5::Handle file = write({{"revenue", {}, {}, {}}, {"firms", {}, Reducer::sum, {}}});
  const std::vector<std::string> names = variable_names(file.id());
  const auto holds = [&](const char* name) { return std::ranges::find(names, name) != names.end(); };
  EXPECT_TRUE(holds("revenue"));
  EXPECT_TRUE(holds("firms_sum_1995_2004"));
  EXPECT_TRUE(holds("lab_initial_stock"));
  EXPECT_FALSE(holds("firms"));
  EXPECT_FALSE(holds("zone_stock"));
}

TEST_F(KeptFiles, fill_other_years_and_members) {
  const hdf5::Handle file = write({{"zone_stock", {1}, {}, YearSpan{Year(1997), Year(1999)}},
                                   {"zone_stock", {0}, {}, YearSpan{Year(2004), Year(2004)}}});
  const auto found = values<std::int64_t>(file, "zone_stock");
  for (std::size_t run = 0; run < 2; ++run)
    for (int y = 1995; y <= 2004; ++y)
      for (std::size_t zone = 0; zone < 2; ++zone) {
        const bool kept = zone == 1 ? y >= 1997 && y <= 1999 : y == 2004;
        EXPECT_EQ(found[(run * 10 + static_cast<std::size_t>(y - 1995)) * 2 + zone],
                  kept ? runs[run].zone_stock.at(Year(y), zone) : Count::fill());
      }
}

TEST_F(KeptFiles, sum_and_average_over_years) {
  const hdf5::Handle file = write({{"labs", {}, Reducer::sum, YearSpan{Year(1996), Year(1998)}},
                                   {"labs", {}, Reducer::mean, YearSpan{Year(1996), Year(1998)}}});
  const auto sums = values<double>(file, "labs_sum_1996_1998"), means = values<double>(file, "labs_mean_1996_1998");
  EXPECT_EQ(Variable(file.id(), "labs_sum_1996_1998").dimensions(), (std::vector<std::string>{"run", "province"}));
  int n_whole = 0;
  for (std::size_t run = 0; run < 2; ++run)
    for (std::size_t province = 0; province < 2; ++province) {
      double sum = 0.0;
      bool whole = true;
      for (int y = 1996; y <= 1998; ++y) {
        const std::int32_t x = runs[run].labs.at(Year(y), province);
        whole = whole && x != Count::fill();
        sum += x;
      }
      n_whole += whole;
      EXPECT_EQ(sums[run * 2 + province], whole ? sum : 9.9692099683868690e+36);
      EXPECT_EQ(means[run * 2 + province], whole ? sum / 3.0 : 9.9692099683868690e+36);
    }
  EXPECT_GT(n_whole, 0);
}

}  // namespace
}  // namespace innochain
