#include <gtest/gtest.h>

#include <algorithm>
#include <boost/algorithm/string/replace.hpp>
#include <cmath>

#include "calibration/csv.hpp"
#include "calibration/observed.hpp"
#include "scenarios/reader/problem.hpp"
#include "tests/support/temporary_folder.hpp"

namespace innochain {
namespace {

using testing::TemporaryFolder;

Table series_of(std::string_view text) {
  const TemporaryFolder folder;
  return read_series(folder.write("series.csv", text));
}

/// The messages about a text, without the folder's name.
std::string problems_with_series(std::string_view text) {
  const TemporaryFolder folder;
  const auto path = folder.write("series.csv", text);
  try {
    read_series(path);
    return "none";
  } catch (const InputError& error) {
    EXPECT_EQ(error.exit_code(), 65);
    std::string message = error.what();
    boost::replace_all(message, path.string(), "series.csv");
    return message;
  }
}

TEST(ObservedSeries, NumbersTextAndGaps) {
  const Table series = series_of("year,new,note\n1984,,ten\n1985,2.5e1,\n1986,-3,x\n");
  EXPECT_EQ(series.name, "series");
  EXPECT_EQ(numbers(series, "year"), (std::vector<double>{1984, 1985, 1986}));
  EXPECT_TRUE(std::isnan(numbers(series, "new")[0]));
  EXPECT_EQ(numbers(series, "new")[1], 25);
  EXPECT_EQ(numbers(series, "new")[2], -3);
  EXPECT_EQ(texts(series, "note"), (std::vector<std::string>{"ten", "", "x"}));
  EXPECT_THROW(numbers(series, "note"), std::invalid_argument);
  EXPECT_THROW(texts(series, "year"), std::invalid_argument);
  EXPECT_THROW(numbers(series, "month"), std::invalid_argument);
}

TEST(ObservedSeries, AColumnIsNumericOnlyIfAllOfItIs) {
  const Table series = series_of("year,programme,all_empty,inf\n2017-2035,863,,inf\n2018,zhicheng,,1\n");
  EXPECT_EQ(texts(series, "year")[1], "2018");
  EXPECT_EQ(texts(series, "programme")[0], "863");
  EXPECT_EQ(texts(series, "all_empty")[0], "");
  EXPECT_EQ(texts(series, "inf")[0], "inf");
}

// Rules 1–7 of RFC 4180, section 2.
TEST(ObservedSeries, QuotesAndLineEnds) {
  const Table series = series_of(
      "\xEF\xBB\xBF"
      "a,\"b,\r\n\"\"c\"\"\"\r\n1,\"x\ny\"\r\n\"2\",\"\"");
  EXPECT_EQ(series.columns[1].name, "b,\r\n\"c\"");
  EXPECT_EQ(numbers(series, "a"), (std::vector<double>{1, 2}));
  EXPECT_EQ(std::get<std::vector<std::string>>(series.columns[1].values), (std::vector<std::string>{"x\ny", ""}));
}

TEST(ObservedSeries, HeaderAlone) {
  EXPECT_EQ(series_of("year,new\n").n_rows(), 0u);
}

TEST(ObservedSeries, ErrorsNameThePlace) {
  EXPECT_EQ(problems_with_series(""), "series.csv:1:1: empty file (a line of column names is due)");
  EXPECT_EQ(problems_with_series("a,b\n1,2,3\n1\n"),
            "series.csv:2:5: 3 fields (the header has 2)\nseries.csv:3:1: 1 fields (the header has 2)");
  EXPECT_EQ(problems_with_series("a,b\n\n1,2\n"), "series.csv:2:1: 1 fields (the header has 2)");
  EXPECT_EQ(problems_with_series("a,,a\n"),
            "series.csv:1:3: a column without a name\nseries.csv:1:4: a second column named \"a\"");
  EXPECT_EQ(problems_with_series("a,b\n中国,x\"y\n"),
            "series.csv:2:5: a quote inside a field that is not quoted (quote the field and double the quote)");
  EXPECT_EQ(problems_with_series("a,b\n1,\"x\n2,3\n"), "series.csv:2:3: this quote is never closed");
  EXPECT_EQ(problems_with_series("a,b\n\"1\"2,3\n"),
            "series.csv:2:4: text after a closing quote (a comma or the end of the line is due)");
  EXPECT_EQ(problems_with_series("a,b\n1,\xff\n"), "series.csv:2:3: not UTF-8");
  EXPECT_EQ(problems_with_series("a,b\n1,\xe4\xb8"), "series.csv:2:3: not UTF-8");
  EXPECT_EQ(problems_with_series(std::string_view("a,b\n1,\0\n", 8)), "series.csv:2:3: a NUL byte");
}

TEST(ObservedSeries, MissingFilesAndFolders) {
  const TemporaryFolder folder;
  const auto exit_code = [](auto read_it) {
    try {
      read_it();
      return 0;
    } catch (const InputError& error) {
      return error.exit_code();
    }
  };
  EXPECT_EQ(exit_code([&] { read_series(folder / "missing.csv"); }), 66);
  EXPECT_EQ(exit_code([&] { read_series(folder.path()); }), 74);
  EXPECT_EQ(exit_code([&] { read_observed(folder / "missing"); }), 66);
  EXPECT_EQ(exit_code([&] { read_observed(folder.path()); }), 66);
}

// Published numbers: end 1999 (People's Daily, April 2000) and the cumulative ETDZ approvals of 2015.
TEST(ObservedSeries, AllFilesTellTheirProblems) {
  const TemporaryFolder folder;
  folder.write("a.csv", "");
  folder.write("b.csv", "year,new\n1984,1\n");
  folder.write("c.csv", "year,new\n1984,1,2\n");
  try {
    read_observed(folder / "");
    FAIL() << "were read";
  } catch (const InputError& error) {
    EXPECT_EQ(error.problems().size(), 2u) << error.what();
  }
}

TEST(ObservedSeries, TheShippedSeriesAreReadable) {
  const std::vector<ObservedSeries> all = read_observed(INNOCHAIN_SOURCE_DIR "/calibration/observed");
  EXPECT_GE(all.size(), 16u);
  EXPECT_TRUE(std::ranges::is_sorted(all, {}, &Table::name));
  for (const Table& series : all) EXPECT_GT(series.n_rows(), 0u) << series.name;
  const auto named = [&](std::string_view name) { return *std::ranges::find(all, name, &Table::name); };
  const Table stock = named("skl_stock");
  EXPECT_EQ(numbers(stock, "year")[1], 1999);
  EXPECT_EQ(numbers(stock, "stock")[1], 153);
  const Table etdz = named("etdz_approvals");
  const auto& years = numbers(etdz, "year");
  const auto in_2015 = static_cast<std::size_t>(std::ranges::find(years, 2015) - years.begin());
  EXPECT_EQ(numbers(etdz, "cumulative")[in_2015], 219);
}

}  // namespace
}  // namespace innochain
