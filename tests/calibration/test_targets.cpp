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
#include "tests/calibration/expected_items.hpp"

namespace innochain {
namespace {

const std::filesystem::path calibration_folder = std::filesystem::path(INNOCHAIN_SOURCE_DIR) / "calibration";

const TargetFile& shipped_targets() {
  static const TargetFile file =
      read_targets(calibration_folder / "targets.yaml", read_observed(calibration_folder / "observed"));
  return file;
}

const TargetSeries& shipped_series(const std::string& designation) {
  return *std::ranges::find(shipped_targets().series, designation, &TargetSeries::designation);
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

TEST(TargetFiles, AreAKindOfFile) {
  std::vector<Problem> problems;
  EXPECT_EQ(file_kind(read_document(calibration_folder / "targets.yaml", problems)), FileKind::targets);
}

}  // namespace
}  // namespace innochain
