#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include "calibration/observed.hpp"
#include "calibration/targets.hpp"
#include "scenarios/reader/document.hpp"
#include "scenarios/reader/scenario.hpp"
#include "tests/support/temporary_folder.hpp"

namespace innochain {
namespace {

using testing::TemporaryFolder;

const std::filesystem::path calibration_folder = std::filesystem::path(INNOCHAIN_SOURCE_DIR) / "calibration";

const TargetFile& shipped_targets() {
  static const TargetFile file =
      read_targets(calibration_folder / "targets.yaml", read_observed(calibration_folder / "observed"));
  return file;
}

const TargetSeries& shipped_series(const std::string& designation) {
  return *std::ranges::find(shipped_targets().series, designation, &TargetSeries::designation);
}

struct ExpectedItem {
  std::string name;
  double low, high;
  bool operator==(const ExpectedItem&) const = default;
};
void PrintTo(const ExpectedItem& item, std::ostream* out) {
  *out << fmt::format("{} [{}, {}]", item.name, item.low, item.high);
}

std::vector<ExpectedItem> items_of(const TargetSeries& series) {
  std::vector<ExpectedItem> items;
  for (const TargetItem& item : series.items) items.push_back({item.name, item.low, item.high});
  std::ranges::sort(items, {}, &ExpectedItem::name);
  return items;
}

std::vector<ExpectedItem> sorted(std::vector<ExpectedItem> items) {
  std::ranges::sort(items, {}, &ExpectedItem::name);
  return items;
}

// The items of the institutions model, section 9 (observation model): its table for the fit, its list for 2018-2022.
TEST(ShippedTargets, DisciplineLabs) {
  EXPECT_EQ(items_of(shipped_series("skl_discipline")), sorted({{"approvals_1984_1995", 152, 156},
                                                                {"approvals_1984_2000", 156, 160},
                                                                {"approvals_1998_2003", 21, 21},
                                                                {"approvals_2004_2006", 28, 40},
                                                                {"approvals_2007", 27, 27},
                                                                {"approvals_2008_2010", 0, 15},
                                                                {"approvals_2011", 49, 49},
                                                                {"approvals_2012_2015", 0, 12},
                                                                {"approvals_2016_2017", 0, 8},
                                                                {"delisted_1998_2003", 12, 12},
                                                                {"net_change_2012_2016", -20, -10},
                                                                {"stock_1999", 153, 153},
                                                                {"stock_2003", 161, 161},
                                                                {"stock_2004", 160, 160},
                                                                {"stock_2006", 200, 200},
                                                                {"stock_2009", 220, 220},
                                                                {"stock_2016", 254, 254},
                                                                {"stock_2018", 253, 253}}));
}

TEST(ShippedTargets, EnterpriseLabs) {
  EXPECT_EQ(items_of(shipped_series("skl_enterprise")), sorted({{"cumulative_2007", 36, 36},
                                                                {"cumulative_2009", 76, 94},
                                                                {"cumulative_2010", 94, 96},
                                                                {"cumulative_2011", 96, 96},
                                                                {"cumulative_2014", 96, 99},
                                                                {"cumulative_2016", 177, 177},
                                                                {"approvals_2015", 75, 78},
                                                                {"approvals_2017", 0, 4},
                                                                {"stock_2018", 175, 175},
                                                                {"stock_2019", 173, 179},
                                                                {"stock_2020", 172, 181},
                                                                {"stock_2021", 172, 184}}));
}

TEST(ShippedTargets, LabsOfProvincesAndMinistries) {
  EXPECT_EQ(items_of(shipped_series("skl_province_ministry")), sorted({{"cumulative_2013", 7, 7},
                                                                       {"cumulative_2014", 9, 9},
                                                                       {"cumulative_2015", 14, 14},
                                                                       {"cumulative_2016", 21, 21},
                                                                       {"approvals_2017", 2, 10},
                                                                       {"stock_2018", 33, 33},
                                                                       {"stock_2019", 36, 45},
                                                                       {"stock_2020", 39, 57},
                                                                       {"stock_2021", 50, 56}}));
}

// 2019-2022: official totals less Suzhou Industrial Park.
TEST(ShippedTargets, HighTechZones) {
  std::vector<ExpectedItem> expected{{"stock_2018", 168, 168},
                                     {"stock_2019", 168, 168},
                                     {"stock_2020", 168, 168},
                                     {"stock_2021", 168, 168},
                                     {"stock_2022", 176, 176}};
  const std::map<int, double> cumulative{{1988, 1},   {1991, 27},  {1992, 52},  {1997, 53},  {2007, 54},
                                         {2009, 56},  {2010, 83},  {2011, 88},  {2012, 105}, {2013, 114},
                                         {2014, 115}, {2015, 146}, {2016, 146}, {2017, 156}};
  for (const auto& [year, count] : cumulative) expected.push_back({fmt::format("cumulative_{}", year), count, count});
  EXPECT_EQ(items_of(shipped_series("hidz")), sorted(std::move(expected)));
}

// Gross to 2017, net (two zones removed) afterwards. 1986 is the sum of 9-11, 1-2 and 2-3 zones.
TEST(ShippedTargets, DevelopmentZones) {
  std::vector<ExpectedItem> expected{{"cumulative_1986", 12, 16}, {"stock_2018", 219, 219}, {"stock_2019", 218, 218},
                                     {"stock_2020", 217, 217},    {"stock_2021", 230, 230}, {"stock_2022", 230, 230}};
  const std::map<int, double> cumulative{{1988, 14},  {1994, 32},  {2002, 54},  {2009, 56},  {2010, 116}, {2011, 131},
                                         {2012, 171}, {2013, 210}, {2014, 215}, {2015, 219}, {2017, 219}};
  for (const auto& [year, count] : cumulative) expected.push_back({fmt::format("cumulative_{}", year), count, count});
  EXPECT_EQ(items_of(shipped_series("etdz")), sorted(std::move(expected)));
}

TEST(ShippedTargets, TheThreeKindsOfLabsTogether) {
  const TargetSeries& sum = shipped_series("skl_three_kinds");
  EXPECT_EQ(
      items_of(sum),
      sorted({{"stock_2018", 461, 461}, {"stock_2019", 471, 477}, {"stock_2020", 476, 484}, {"stock_2021", 485, 495}}));
  EXPECT_EQ(sum.parts, (std::vector<std::string>{"skl_discipline", "skl_enterprise", "skl_province_ministry"}));
  EXPECT_EQ(sum.level_2017, 254 + 177 + 27);
}

// Section 9: σ_last, and the state of 2017 that a path has to reach; of the labs of provinces it is 23-31.
TEST(ShippedTargets, EndsOfTheTwoFits) {
  const std::map<std::string, std::tuple<double, double, double, double>> expected{
      {"skl_discipline", {4, 254, 254, 269}},
      {"skl_enterprise", {2, 177, 177, 96}},
      {"hidz", {1.5, 156, 156, 105}},
      {"etdz", {2, 219, 219, 171}}};
  for (const auto& [designation, numbers] : expected) {
    const TargetSeries& series = shipped_series(designation);
    const auto [sigma, low, high, earlier] = numbers;
    EXPECT_EQ(series.last_sigma, sigma) << designation;
    EXPECT_EQ(end_of_fit(series, Year(2017))->low, low) << designation;
    EXPECT_EQ(end_of_fit(series, Year(2017))->high, high) << designation;
    EXPECT_EQ(end_of_fit(series, Year(2017))->sigma, sigma) << designation;
    EXPECT_EQ(end_of_fit(series, Year(2012))->low, earlier) << designation;
    EXPECT_EQ(series.level_2017, low) << designation;
  }
  const TargetSeries& province = shipped_series("skl_province_ministry");
  EXPECT_EQ(province.last_sigma, 1.5);
  EXPECT_EQ(end_of_fit(province, Year(2017))->low, 23);
  EXPECT_EQ(end_of_fit(province, Year(2017))->high, 31);
  EXPECT_EQ(province.level_2017, 27);
  EXPECT_EQ(end_of_fit(province, Year(2012)), nullptr);  // it did not exist
}

TEST(ShippedTargets, ErrorsByHand) {
  const auto sigma = [](const std::string& designation, const std::string& name) {
    return std::ranges::find(shipped_series(designation).items, name, &TargetItem::name)->sigma;
  };
  EXPECT_DOUBLE_EQ(sigma("skl_discipline", "stock_2006"), 0.10 * 200);           // sourced, read as medium
  EXPECT_DOUBLE_EQ(sigma("skl_discipline", "approvals_2007"), 0.02 * 254);       // 3 % of 27 is less
  EXPECT_DOUBLE_EQ(sigma("skl_discipline", "stock_2016"), 0.03 * 254);           // sourced, high
  EXPECT_DOUBLE_EQ(sigma("skl_discipline", "approvals_2004_2006"), 0.02 * 254);  // an interval
  EXPECT_DOUBLE_EQ(sigma("skl_province_ministry", "cumulative_2013"), 1.0);      // 2 % of 27 is less than a lab
  EXPECT_DOUBLE_EQ(sigma("hidz", "cumulative_2015"), 0.05 * 146);                // derived, high
  EXPECT_DOUBLE_EQ(sigma("etdz", "cumulative_2002"), 0.15 * 54);                 // recalled, medium
  EXPECT_DOUBLE_EQ(sigma("skl_three_kinds", "stock_2019"), 0.02 * 458);
}

// Section 10: 23 items of 2018-2022, 14 of them exact, by which the coverage of forecasts is counted.
TEST(ShippedTargets, ForecastsAreJudgedByAllItemsAfterTheFit) {
  int usable = 0, exact = 0, later = 0;
  for (const TargetSeries& series : shipped_targets().series) {
    for (const TargetItem& item : series.items) {
      if (!in_window(item, {Year(2018), Year(2022)})) continue;
      ++later;
      usable += item.usable_total;
      exact += item.usable_total && item.exact();
    }
  }
  EXPECT_EQ(later, 23);
  EXPECT_EQ(usable, 23);
  EXPECT_EQ(exact, 14);
}

TEST(ShippedTargets, SingleYearsAndRoundNumbersAreNoUsableTotals) {
  std::set<std::string> unusable;
  for (const TargetItem& item : shipped_series("skl_discipline").items) {
    if (!item.usable_total) unusable.insert(item.name);
  }
  EXPECT_EQ(unusable,
            (std::set<std::string>{"approvals_2007", "approvals_2008_2010", "approvals_2011", "approvals_2012_2015",
                                   "approvals_2016_2017", "stock_2004", "stock_2006"}));
}

// The two origins of section 10: an item belongs to the window of its last year.
TEST(ShippedTargets, WindowsOfTheTwoOrigins) {
  const TargetSeries& labs = shipped_series("skl_discipline");
  const auto names = [&](int first, int last) {
    std::set<std::string> found;
    for (const TargetItem& item : labs.items) {
      if (in_window(item, {Year(first), Year(last)})) found.insert(item.name);
    }
    return found;
  };
  EXPECT_EQ(names(2013, 2017), (std::set<std::string>{"approvals_2012_2015", "approvals_2016_2017",
                                                      "net_change_2012_2016", "stock_2016"}));
  EXPECT_EQ(names(2018, 2022), (std::set<std::string>{"stock_2018"}));
  EXPECT_EQ(names(1984, 2012).size() + 4 + 1, labs.items.size());
}

TEST(ShippedTargets, TheCurveOfTheFitIsDatedAndExact) {
  const auto curve = [](const std::string& designation) {
    std::vector<std::pair<int, double>> points;
    for (const TargetItem* item : fit_curve(shipped_series(designation), {Year(2006), Year(2017)}))
      points.emplace_back(item->years.last.value(), item->low);
    std::ranges::sort(points);
    return points;
  };
  using Points = std::vector<std::pair<int, double>>;
  EXPECT_EQ(curve("skl_discipline"), (Points{{2006, 200}, {2009, 220}, {2016, 254}}));
  EXPECT_EQ(curve("skl_enterprise"), (Points{{2007, 36}, {2011, 96}, {2016, 177}}));
  EXPECT_EQ(curve("skl_province_ministry"), (Points{{2013, 7}, {2014, 9}, {2015, 14}, {2016, 21}}));
  EXPECT_EQ(curve("hidz").size(), 12u) << "every year";
  EXPECT_EQ(curve("etdz").size(), 12u) << "every year";
}

// The calls that approvals show are those of the policy history, which a fit is given up to 2017.
TEST(ShippedTargets, CallsAreThoseOfThePolicyHistory) {
  const std::map<std::string, std::vector<int>> expected{{"skl_discipline", {2007, 2011}},
                                                         {"skl_enterprise", {2007, 2009, 2015}},
                                                         {"skl_province_ministry", {2013, 2014, 2015, 2016, 2017}},
                                                         {"hidz", {2009, 2010, 2011, 2012, 2013, 2015, 2017}},
                                                         {"etdz", {2009, 2010, 2011, 2012, 2013, 2014, 2015}}};
  for (const auto& [designation, years] : expected) {
    std::vector<int> calls;
    for (const CallDatum& datum : shipped_series(designation).calls) {
      if (datum.call && datum.year <= Year(2017)) calls.push_back(datum.year.value());
    }
    EXPECT_EQ(calls, years) << designation;
  }
  EXPECT_EQ(shipped_series("skl_discipline").calls.front().year, Year(2007));
  EXPECT_EQ(shipped_series("skl_discipline").calls.size(), 15u);
  EXPECT_EQ(shipped_series("skl_province_ministry").calls.front().year, Year(2013));
  EXPECT_EQ(shipped_series("etdz").calls.front().year, Year(2009));
  EXPECT_EQ(shipped_series("etdz").calls.back().year, Year(2022));
}

// Section 4: 35 of 134 excellent, 17 of 169 on notice, 5 of 169 delisted; 12 of 161 in 1998-2003.
TEST(ShippedTargets, ReviewGradesAddUpToThoseOfTheModel) {
  const auto counted = [](std::optional<int> ReviewRound::* grade, int first_year) {
    std::pair<int, int> sum{0, 0};
    for (const ReviewRound& round : shipped_targets().reviews) {
      if (!(round.*grade) || round.years.first < Year(first_year)) continue;
      sum.first += *(round.*grade);
      sum.second += round.evaluated;
    }
    return sum;
  };
  EXPECT_EQ(counted(&ReviewRound::excellent, 1984), std::pair(35, 134));
  EXPECT_EQ(counted(&ReviewRound::good, 1984), std::pair(19, 32));
  EXPECT_EQ(counted(&ReviewRound::rectify, 1984), std::pair(17, 169));
  EXPECT_EQ(counted(&ReviewRound::failed, 2004), std::pair(5, 169));
  EXPECT_EQ(counted(&ReviewRound::failed, 1984), std::pair(17, 169 + 161));
}

TEST(ShippedTargets, OutputsAreThoseOfThePatterns) {
  std::vector<std::string> names;
  for (const Pattern& output : shipped_targets().outputs) {
    names.push_back(output.name);
    EXPECT_FALSE(output.rows.empty()) << output.name;
  }
  EXPECT_EQ(names, (std::vector<std::string>{"sci_papers", "patents_granted", "information_lab_papers",
                                             "information_lab_patents"}));
}

// ---- what items measure

ApprovalPath small_path() {
  return {{Year(2000), Year(2003)}, {1, 2, 3, 4}, {11, 12, 15, 17}, {0, 1, 0, 2}, 10};
}

TargetItem item_of(TargetQuantity quantity, int first, int last, double low = 0, double high = 0, double sigma = 1) {
  TargetItem item;
  item.name = "item";
  item.quantity = quantity;
  item.years = {Year(first), Year(last)};
  item.low = low, item.high = high, item.sigma = sigma;
  return item;
}

TEST(SimulatedValue, OfEachQuantity) {
  const ApprovalPath path = small_path();
  EXPECT_EQ(simulated_value(item_of(TargetQuantity::approvals, 2001, 2002), path), 2 + 3);
  EXPECT_EQ(simulated_value(item_of(TargetQuantity::approvals, 2003, 2003), path), 4);
  EXPECT_EQ(simulated_value(item_of(TargetQuantity::cumulative, 2002, 2002), path), 10 + 1 + 2 + 3);
  EXPECT_EQ(simulated_value(item_of(TargetQuantity::stock, 2001, 2001), path), 12);
  EXPECT_EQ(simulated_value(item_of(TargetQuantity::delisted, 2001, 2003), path), 1 + 0 + 2);
  EXPECT_EQ(simulated_value(item_of(TargetQuantity::net_change, 2002, 2003), path), 17 - 12);
  EXPECT_EQ(simulated_value(item_of(TargetQuantity::net_change, 2000, 2001), path), 12 - 10);  // the initial stock
}

TEST(SimulatedValue, OutsideThePathThereIsNone) {
  EXPECT_THROW(simulated_value(item_of(TargetQuantity::approvals, 1999, 2001), small_path()), std::invalid_argument);
  EXPECT_THROW(simulated_value(item_of(TargetQuantity::stock, 2004, 2004), small_path()), std::invalid_argument);
}

TEST(Deviation, SignedAndInUnitsOfTheError) {
  const TargetItem interval = item_of(TargetQuantity::stock, 2000, 2000, 28, 40, 5);
  EXPECT_EQ(deviation(interval, 18), -2.0);
  EXPECT_EQ(deviation(interval, 28), 0.0);
  EXPECT_EQ(deviation(interval, 33), 0.0);
  EXPECT_EQ(deviation(interval, 40), 0.0);
  EXPECT_EQ(deviation(interval, 50), 2.0);
  const TargetItem point = item_of(TargetQuantity::net_change, 2000, 2000, -15, -15, 4);
  EXPECT_EQ(deviation(point, -13), 0.5);
  EXPECT_EQ(deviation(point, -17), -0.5);
}

// ---- what is refused

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
      for (auto at = message.find(path); at != std::string::npos; at = message.find(path))
        message.replace(at, path.size(), "f");
      const std::string folder = folder_.path().generic_string() + "/";
      for (auto at = message.find(folder); at != std::string::npos; at = message.find(folder))
        message.erase(at, folder.size());
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

TEST_F(SmallTargets, OutputsComeFromAFileOfPatterns) {
  text_ += "outputs: {patterns: p.yaml, names: [papers]}\n";
  folder_.write("p.yaml",
                "schema_version: 1\npatterns:\n  - {name: papers, group: outputs, title: t, unit: u, simulated: "
                "{variable: papers}, value: 1, years: 2000, confidence: sourced, level: high, source: s}\n");
  ASSERT_EQ(read().outputs.size(), 1u);
  EXPECT_EQ(read().outputs[0].name, "papers");
  change("names: [papers]", "names: [paper]");
  EXPECT_EQ(problems(), "f:23:37: outputs.names[0]: `paper` is not known (allowed: papers). Did you mean `papers`?");
}

TEST(TargetFiles, AreAKindOfFile) {
  std::vector<Problem> problems;
  EXPECT_EQ(file_kind(read_document(calibration_folder / "targets.yaml", problems)), FileKind::targets);
}

}  // namespace
}  // namespace innochain
