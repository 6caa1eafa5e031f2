#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "calibration/observed.hpp"
#include "output/errors.hpp"
#include "output/export.hpp"
#include "tests/output/sample_file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace innochain {
namespace {

using testing::Sample;
using testing::TemporaryFolder;

// Reference: the indicators that were written, looked up row by row through the CSV reader for observed series.
TEST(Export, RowsAreTidyAndExact) {
  const TemporaryFolder folder;
  const Sample sample;
  sample.write(folder / "out.h5");
  export_csv(folder / "out.h5", folder / "csv", false);
  const Table sheet = read_series(folder / "csv" / "run_year_lab_type.csv");
  const std::vector<std::string> types{"skl_discipline", "skl_enterprise", "nerc"};
  std::set<std::vector<double>> rows;
  for (std::size_t i = 0; i < sheet.n_rows(); ++i) {
    const auto run = static_cast<std::size_t>(numbers(sheet, "run")[i]);
    const Year year(static_cast<int>(numbers(sheet, "year")[i]));
    const auto type = static_cast<std::size_t>(std::ranges::find(types, texts(sheet, "lab_type")[i]) - types.begin());
    rows.insert({static_cast<double>(run), static_cast<double>(year.value()), static_cast<double>(type)});
    EXPECT_EQ(texts(sheet, "scenario")[i], sample.runs[run].scenario);
    EXPECT_EQ(texts(sheet, "arm")[i], sample.runs[run].arm);
    EXPECT_EQ(numbers(sheet, "replicate")[i], sample.runs[run].replicate);
    const auto same = [](double value, auto written, auto fill) {
      return written == fill ? std::isnan(value) : static_cast<decltype(written)>(value) == written;
    };
    const Indicators& written = sample.indicators[run];
    EXPECT_TRUE(same(numbers(sheet, "lab_stock")[i], written.lab_stock.at(year, type), Count::fill()));
    EXPECT_TRUE(same(numbers(sheet, "lab_quality_mean")[i], written.lab_quality_mean.at(year, type), Measure::fill()));
  }
  EXPECT_EQ(rows.size(), sheet.n_rows());
  EXPECT_EQ(sheet.n_rows(), 9u * 10 * 3) << "nine runs that did not fail, ten years, three types";
}

TEST(Export, RunsTablesAndSeries) {
  const TemporaryFolder folder;
  const Sample sample;
  sample.write(folder / "out.h5");
  const auto files = export_csv(folder / "out.h5", folder / "csv", false);
  for (const auto& file : files) EXPECT_NO_THROW(read_series(file)) << file;
  const Table runs = read_series(folder / "csv" / "runs.csv");
  EXPECT_EQ(runs.n_rows(), 10u);
  EXPECT_EQ(texts(runs, "failure")[3], "the budget is “negative”");
  EXPECT_NE(testing::read_text(folder / "csv" / "runs.csv").find("18364758544493064720"), std::string::npos)
      << "seeds are whole numbers";
  EXPECT_EQ(texts(read_series(folder / "csv" / "scenarios.csv"), "yaml")[1], sample.header.scenarios[1].yaml);
  EXPECT_EQ(texts(read_series(folder / "csv" / "observed_skl_stock.csv"), "note")[0], "gross, “81+75”");
  EXPECT_EQ(texts(read_series(folder / "csv" / "traces_run_agent_year.csv"), "agent")[0], "skl_robotics");
}

TEST(Export, OverwritesOnlyWhenForced) {
  const TemporaryFolder folder;
  Sample(1).write(folder / "out.h5");
  std::filesystem::create_directory(folder / "csv");
  folder.write("csv/targets.csv", "precious");
  EXPECT_THROW(export_csv(folder / "out.h5", folder / "csv", false), CannotCreate);
  EXPECT_EQ(testing::read_text(folder / "csv" / "targets.csv"), "precious");
  EXPECT_FALSE(std::filesystem::exists(folder / "csv" / "runs.csv")) << "nothing is written before all is checked";
  export_csv(folder / "out.h5", folder / "csv", true);
  EXPECT_EQ(read_series(folder / "csv" / "targets.csv").n_rows(), 2u);
}

TEST(Export, RefusesWhatIsNoResult) {
  const TemporaryFolder folder;
  EXPECT_THROW(export_csv(folder / "missing.h5", folder / "csv", false), InputMissing);
  EXPECT_THROW(export_csv(folder.write("text.h5", "x"), folder / "csv", false), NotAResultFile);
  Sample(1).write(folder / "out.h5");
  EXPECT_THROW(export_csv(folder / "out.h5", folder / "text.h5" / "csv", false), CannotCreate);
  EXPECT_FALSE(std::filesystem::exists(folder / "csv"));
}

}  // namespace
}  // namespace innochain
