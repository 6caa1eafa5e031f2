/// How a file of targets is read, and what is refused, over series of a few rows.
#include <gtest/gtest.h>

#include <boost/algorithm/string/erase.hpp>
#include <boost/algorithm/string/replace.hpp>
#include <string>
#include <vector>

#include "calibration/observed.hpp"
#include "calibration/targets.hpp"
#include "scenarios/reader/problem.hpp"
#include "tests/calibration/expected_items.hpp"
#include "tests/support/temporary_folder.hpp"

namespace innochain {
namespace {

using testing::TemporaryFolder;

/// A folder with small series and a file of targets that uses all of them.
class SmallTargets : public ::testing::Test {
 protected:
  void SetUp() override {
    zones("2015,3,3\n2016,0,3\n2017,2,5\n");
    labs("2016,a,2,1,4\n2017,a,,0,3\n2017,b,1,1,1\n");
    write_rounds("2009,chemistry,27,6,2\n2015-2017,three,169,,17\n");
  }
  void zones(const std::string& rows) {
    write("zones.csv", "year,new,cumulative,confidence,level,source\n", rows, ",sourced,high,z\n");
  }
  void labs(const std::string& rows, const std::string& confidence = "derived") {
    write("labs.csv", "year,type,count,low,high,confidence,level,source\n", rows, "," + confidence + ",medium,l\n");
  }
  void write_rounds(const std::string& rows) {
    write("rounds.csv", "review_year,field,evaluated,excellent,rectify,confidence,source\n", rows, ",sourced,r\n");
  }

  /// Replaces `from`, which must be there, by `to`.
  void change(const std::string& from, const std::string& to) {
    const auto at = text_.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text_.replace(at, from.size(), to);
  }
  TargetFile read() { return read_targets(folder_.write("targets.yaml", text_), read_observed(folder_.path())); }
  /// The messages, without the folder's name.
  std::string problems() {
    const std::string path = folder_.write("targets.yaml", text_).generic_string();
    try {
      read_targets(path, read_observed(folder_.path()));
      return "none";
    } catch (const InputError& error) {
      EXPECT_EQ(error.exit_code(), 65);
      std::string message = error.what();
      boost::replace_all(message, path, "f");
      boost::erase_all(message, folder_.path().generic_string() + "/");
      return message;
    }
  }

  std::string text_ =
      "schema_version: 1\n"
      "series:\n"
      "  - designation: zone\n"
      "    last_sigma: 2\n"
      "    calls: {series: zones, years: [2015, 2017], at_least: 2}\n"
      "    yearly: {series: zones}\n"
      "    ends: [{each: {series: zones, column: cumulative, years: 2017}}]\n"
      "    items:\n"
      "      - {quantity: approvals, sum: [{series: zones, years: [2015, 2016]}]}\n"
      "      - {quantity: cumulative, each: {series: zones, column: cumulative, only: [2015, 2017]}}\n"
      "  - designation: lab\n"
      "    last_sigma: 1\n"
      "    ends: [{each: {series: labs, where: {type: b}, years: 2017}}]\n"
      "    items:\n"
      "      - {quantity: approvals, each: {series: labs, where: {type: a}, years: 2016}}\n"
      "coverage: {zone: [cumulative_2017]}\n"
      "reviews:\n"
      "  series: rounds\n"
      "  rounds: [{year: 2009, field: chemistry, grades: [excellent]}, {year: 2015-2017, field: three, grades: "
      "[rectify]}]\n"
      "complete: [zones, labs, rounds]\n"
      "excluded:\n"
      "  - {series: labs, where: {type: a}, years: 2017, reason: r}\n";
  TemporaryFolder folder_;

 private:
  void write(const char* name, std::string text, const std::string& rows, const std::string& ending) {
    for (const char c : rows) text += c == '\n' ? ending : std::string(1, c);
    folder_.write(name, text);
  }
};

TEST_F(SmallTargets, CountNoRowTwice) {
  const std::string good = "sum: [{series: zones, years: [2015, 2016]}]";
  text_.replace(text_.find(good), good.size(),
                "sum: [{series: zones, years: [2015, 2016]}, {series: zones, years: 2016}]");
  EXPECT_NE(problems().find("f:9:75: series[0].items[0].sum[1]: chooses a row that this list has already"),
            std::string::npos)
      << problems();
}

TEST_F(SmallTargets, AreRead) {
  ASSERT_EQ(problems(), "none");
  const TargetFile file = read();
  const TargetSeries& zone = file.series.at(0);
  EXPECT_EQ(items_of(zone), (std::vector<ExpectedItem>{
                                {"approvals_2015_2016", 3, 3}, {"cumulative_2015", 3, 3}, {"cumulative_2017", 5, 5}}));
  EXPECT_EQ(zone.level_2017, 5);
  ASSERT_EQ(zone.calls.size(), 3u);
  EXPECT_TRUE(zone.calls[0].call);
  EXPECT_FALSE(zone.calls[1].call);
  ASSERT_EQ(zone.yearly.size(), 3u);
  EXPECT_EQ(zone.yearly[2].year, Year(2017));
  EXPECT_EQ(zone.yearly[2].approvals, 2);
  EXPECT_FALSE(zone.items[1].usable_total);
  EXPECT_TRUE(zone.items[2].usable_total);
  EXPECT_EQ(zone.items[2].source, "zones.csv: z");
  EXPECT_EQ(zone.items[0].place.line, 9);
  const TargetItem& interval = file.series.at(1).items.at(0);
  EXPECT_EQ(interval.low, 1);
  EXPECT_EQ(interval.high, 4);
  EXPECT_EQ(interval.point, 2);
  ASSERT_EQ(file.reviews.size(), 2u);
  EXPECT_EQ(file.reviews[0].excellent, 6);
  EXPECT_FALSE(file.reviews[0].rectify);
  EXPECT_EQ(file.reviews[1].years, (YearSpan{Year(2015), Year(2017)}));
}

TEST_F(SmallTargets, EveryRowIsUsedOrExcluded) {
  change("    items:\n      - {quantity: approvals, each: {series: labs, where: {type: a}, years: 2016}}",
         "    items:\n      - {quantity: approvals, each: {series: labs, where: {type: b}, years: 2017}}");
  EXPECT_EQ(problems(), "f:20:19: complete[1]: row 2016 a of labs is neither used nor excluded");
}

TEST_F(SmallTargets, CallsAreNoUseOfARow) {
  change("      - {quantity: approvals, sum: [{series: zones, years: [2015, 2016]}]}\n", "");
  EXPECT_EQ(problems(), "f:19:12: complete[0]: row 2016 of zones is neither used nor excluded");
}

TEST_F(SmallTargets, ExclusionsNameRowsThatNothingUses) {
  change("years: 2017, reason: r", "years: [2016, 2017], reason: r");
  EXPECT_EQ(problems(), "f:22:5: excluded[0]: row 2016 a of labs is used by a target as well");
  change("years: [2016, 2017], reason: r", "years: 2030, reason: r");
  EXPECT_EQ(problems(), "f:22:5: excluded[0]: no row of labs is chosen by this");
  change("years: 2030, reason: r}", "years: 2017}");
  EXPECT_EQ(problems(), "f:22:5: excluded[0].reason: is missing");
}

TEST_F(SmallTargets, ChoicesThatChooseNothing) {
  change("only: [2015, 2017]", "only: [2015, 2030]");
  EXPECT_EQ(problems(), "f:10:87: series[0].items[1].each: no row of zones is chosen for 2030");
  change("only: [2015, 2030]", "years: [2016, 2018]");
  EXPECT_EQ(problems(), "f:10:81: series[0].items[1].each: no row of zones is chosen for 2018");
  change("years: [2016, 2018]", "years: 2030");
  EXPECT_EQ(problems(), "f:10:38: series[0].items[1].each: no row of zones is chosen by this");
}

TEST_F(SmallTargets, ChoicesThatChooseTwice) {
  change("where: {type: b}, years: 2017}}]", "years: 2017}}]");
  EXPECT_EQ(problems(),
            "f:13:28: series[1].ends[0].each: a second row 2017 b of labs is chosen (choose one with "
            "`where`)");
}

TEST_F(SmallTargets, WordsThatTheSeriesDoNotKnow) {
  change("column: cumulative, years", "column: cumulated, years");
  change("{type: a}, years: 2016", "{type: aa}, years: 2016");
  change("[{series: zones, years: [2015", "[{series: zone, years: [2015");
  EXPECT_EQ(
      problems(),
      "f:7:43: series[0].ends[0].each.column: `cumulated` is not known (allowed: year, new, cumulative, "
      "confidence, level, source). Did you mean `cumulative`?\n"
      "f:9:46: series[0].items[0].sum[0].series: `zone` is not known (allowed: labs, rounds, zones). Did you mean "
      "`zones`?\n"
      "f:15:66: series[1].items[0].each.where.type: no row of labs has `aa` there. Did you mean `a`?");
}

TEST_F(SmallTargets, SeriesWithoutWhatTheyNeed) {
  change("  - designation: zone\n    last_sigma: 2\n", "  - last_sigma: 2\n");
  EXPECT_EQ(problems(), "f:3:5: series[0].designation: is missing");
  change("  - last_sigma: 2\n", "  - designation: zone\n");
  EXPECT_EQ(problems(), "f:3:5: series[0]: has no ends with their last_sigma");
}

TEST_F(SmallTargets, SumsOfSeries) {
  const std::string sum =
      "  - {designation: both, parts: [zone, lab], items: [{quantity: stock, sum: [{series: zones, "
      "column: cumulative, years: 2016}, {series: labs, where: {type: a}, years: 2016}]}]}\n";
  change("coverage:", sum + "coverage:");
  EXPECT_EQ(read().series.at(2).level_2017, 5 + 1);
  EXPECT_EQ(items_of(read().series.at(2)), (std::vector<ExpectedItem>{{"stock_2016", 4, 7}}));
  change("[zone, lab]", "[zone, labs]");
  EXPECT_EQ(problems(), "f:16:5: series[2].parts: no series above is named labs");
  change("parts: [zone, labs]", "last_sigma: 1, parts: [zone]");
  EXPECT_EQ(problems(),
            "f:16:5: series[2]: is a sum, which has no ends, last_sigma, calls and yearly approvals of its own");
}

TEST_F(SmallTargets, ItemsNeedOneRuleAndReasons) {
  change("sum: [{series: zones, years: [2015, 2016]}]}", "plus: 1, each: {series: zones, years: 2016}}");
  EXPECT_EQ(problems(), "f:9:9: series[0].items[0]: changes what the rows say without a reason");
  change("each: {series: zones, years: 2016}}", "reason: r}");
  EXPECT_EQ(problems(), "f:9:9: series[0].items[0]: needs one of each, sum and between");
}

TEST_F(SmallTargets, ShiftsAndRowsBetween) {
  change("sum: [{series: zones, years: [2015, 2016]}]}",
         "between: [{series: zones, years: 2016}, {series: zones, column: cumulative, years: 2017}], "
         "years: 2016, plus: [-1, 2], reason: r}");
  EXPECT_EQ(items_of(read().series[0])[0], (ExpectedItem{"approvals_2016", -1, 7}));
  change("plus: [-1, 2]", "plus: [2, -1]");
  EXPECT_EQ(problems(), "f:9:141: series[0].items[0].plus: is not [low, high]");
  change("plus: [2, -1]", "plus: [9, 9]");
  change("{series: zones, years: 2016}, {series: zones, column: cumulative, years: 2017}",
         "{series: zones, column: cumulative, years: 2017}, {series: zones, years: 2016}");
  EXPECT_EQ(problems(), "f:9:9: series[0].items[0]: its low end 14 is above its high end 9");
}

TEST_F(SmallTargets, TwoItemsOfOneName) {
  change("sum: [{series: zones, years: [2015, 2016]}]}", "each: {series: zones, years: [2015, 2016]}}");
  change("only: [2015, 2017]}}\n",
         "only: [2015, 2017]}}\n      - {quantity: approvals, each: {series: zones, years: 2015}}\n");
  EXPECT_EQ(problems(), "f:11:9: series[0].items[2]: a second approvals_2015 of zone");
}

TEST_F(SmallTargets, ErrorsAreRelativeToTheEndOf2017) {
  change("column: cumulative, years: 2017}}]", "column: cumulative, years: 2016}}]");
  EXPECT_EQ(problems(), "f:7:11: series[0].ends: none in 2017 (errors are relative to it)");
}

TEST_F(SmallTargets, CoverageNamesItems) {
  change("[cumulative_2017]", "[cumulative_2071]");
  EXPECT_EQ(problems(),
            "f:16:19: coverage.zone: no item of zone is named `cumulative_2071`. Did you mean "
            "`cumulative_2017`?");
  change("[cumulative_2071]", "[\"cumulative_*\"]");
  EXPECT_TRUE(read().series[0].items[1].usable_total);
}

TEST_F(SmallTargets, EmptyLists) {
  change("coverage: {zone: [cumulative_2017]}", "coverage: {zone: []}");
  EXPECT_EQ(problems(), "f:16:18: coverage.zone: is an empty list");
  change("[{series: zones, years: [2015, 2016]}]", "[]");
  EXPECT_EQ(problems(), "f:9:36: series[0].items[0].sum: is an empty list");
}

TEST_F(SmallTargets, AFileWithoutSeries) {
  text_ = "schema_version: 1\nseries: []\n";
  EXPECT_EQ(problems(), "f:2:9: series: is an empty list");
}

TEST_F(SmallTargets, SeriesThatContradictThemselves) {
  zones("2015,3,3\n2016,0,2\n2017,2,5\n");
  labs("2016,a,2,4,1\n2017,a,,0,3\n2017,b,2,1,1\n");
  EXPECT_EQ(problems(),
            "f:15:9: series[1].items[0]: its low end 4 is above its high end 1\n"
            "labs.csv:2:8: row 2016 a of labs: low 4 is above high 1\n"
            "labs.csv:4:8: row 2017 b of labs: 2 is outside [1, 1]\n"
            "zones.csv:3:8: row 2016 of zones: cumulative is 2, but 3 by the count before, the new ones and `breaks`\n"
            "zones.csv:4:8: row 2017 of zones: cumulative is 5, but 4 by the count before, the new ones and `breaks`");
}

TEST_F(SmallTargets, BreaksExplainStepsThatAreNoApprovals) {
  zones("2015,3,3\n2016,0,2\n2017,2,4\n");
  text_ += "breaks: [{series: zones, year: 2016, by: -1, reason: removed}]\n";
  EXPECT_EQ(problems(), "none");
  change("year: 2016, by: -1", "year: 2031, by: -1");
  EXPECT_NE(problems().find("f:23:10: breaks[0]: no row of zones is chosen by this"), std::string::npos);
  zones("2015,3,3\n2016,0,3\n2017,2,5\n");  // nothing left to explain
  change("year: 2031, by: -1", "year: 2016, by: -1");
  EXPECT_NE(problems().find("row 2016 of zones: cumulative is 3, but 2"), std::string::npos);
}

TEST_F(SmallTargets, AnEmptySeries) {
  zones("");
  EXPECT_NE(problems().find("zones has no rows"), std::string::npos);
}

TEST_F(SmallTargets, RowsOfUnknownConfidence) {
  labs("2016,a,2,1,4\n2017,a,,0,3\n2017,b,1,1,1\n", "sure");
  EXPECT_EQ(problems(),
            "labs.csv:4:14: confidence `sure` is not known (chosen by series[1].ends[0].each in f:13:19)\n"
            "labs.csv:2:14: confidence `sure` is not known (chosen by series[1].items[0].each in f:15:37)");
}

TEST_F(SmallTargets, RoundsOfReviews) {
  change("grades: [rectify]", "grades: [excellent]");
  EXPECT_EQ(problems(),
            "rounds.csv:3:21: the row says nothing in `excellent` (chosen by reviews.rounds[1] in f:19:65)");
  write_rounds("2009,chemistry,5,6,2\n2015-2017,three,169,1,17\n");
  EXPECT_EQ(problems(), "rounds.csv:2:16: 6 grades of 5 evaluated (chosen by reviews.rounds[0] in f:19:12)");
  write_rounds("2016,chemistry,27,6,2\n2015-2017,three,169,40,17\n");
  change("year: 2009", "year: 2016");
  EXPECT_EQ(problems(), "f:19:65: reviews.rounds[1]: counts a grade that the round `chemistry` counts too");
}

TEST_F(SmallTargets, CountsThatCannotBe) {
  labs("2016,a,-2,-4,-1\n2017,a,,0,3\n2017,b,2e6,2e6,2e6\n");
  EXPECT_NE(problems().find("series[1].items[0]: approvals_2016 of -4 to -1 is no count"), std::string::npos)
      << problems();
  labs("2016,a,n/a,,\n2017,a,,0,3\n2017,b,1,1,1\n");
  EXPECT_NE(problems().find("`n/a` in `count` of row 2016 a of labs is no number"), std::string::npos) << problems();
  labs("2016,a,2,1,4\n2017,a,,0,3\n2017,b,1,1,1\n");
  write_rounds("2009,chemistry,27,6.5,2\n2015-2017,three,169,1,17\n");
  EXPECT_NE(problems().find("6.5 is no count"), std::string::npos) << problems();
  write_rounds("2009,chemistry,3000000000,6,2\n2015-2017,three,169,1,17\n");
  EXPECT_NE(problems().find("is no count"), std::string::npos) << problems();
}

TEST_F(SmallTargets, OutputsComeFromAFileOfPatterns) {
  text_ += "outputs: {patterns: p.yaml, names: [papers]}\n";
  folder_.write("p.yaml",
                "schema_version: 1\npatterns:\n  - {name: papers, group: outputs, title: t, unit: u, simulated: "
                "{variable: papers}, value: 1, years: 2000, confidence: sourced, level: high, source: s}\n");
  ASSERT_EQ(read().outputs.size(), 1u);
  EXPECT_EQ(read().outputs[0].name, "papers");
  change("names: [papers]", "names: [papers, papers]");
  EXPECT_EQ(problems(), "f:23:45: outputs.names[1]: is named twice, and would count twice");
  change("names: [papers, papers]", "names: [paper]");
  EXPECT_EQ(problems(), "f:23:37: outputs.names[0]: `paper` is not known (allowed: papers). Did you mean `papers`?");
}

TEST_F(SmallTargets, AFileOfPatternsThatIsMissingIsPlacedWhereItIsNamed) {
  text_ += "outputs: {patterns: p.yaml, names: [papers]}\n";
  try {
    read();
    FAIL() << "was read";
  } catch (const InputError& error) {
    EXPECT_EQ(error.exit_code(), 66);
    EXPECT_NE(std::string(error.what()).find("targets.yaml:23:10: outputs.patterns: there is no file"),
              std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace innochain
