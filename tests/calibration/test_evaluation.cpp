#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "calibration/evaluation.hpp"

namespace innochain {
namespace {

TargetItem item_of(TargetQuantity quantity, int year, double low, double high, bool usable_total = true) {
  TargetItem item;
  item.name = "item of " + std::to_string(year);
  item.quantity = quantity;
  item.years = {Year(year), Year(year)};
  item.low = low;
  item.high = high;
  item.usable_total = usable_total;
  return item;
}

TargetSeries series_of(const std::string& designation, double level_2017, std::vector<TargetItem> items) {
  TargetSeries series;
  series.designation = designation;
  series.level_2017 = level_2017;
  series.items = std::move(items);
  return series;
}

/// Of each designation and draw the same number of approvals in every year from 1984 to 2017, and nothing closed: by
/// the end of 2010 27 times that number, by the end of 2012 29 times, of 2014 31 times, of 2015 32 times.
PredictivePaths paths_of(std::vector<std::string> designations, std::initializer_list<std::vector<int>> draws) {
  PredictivePaths paths;
  paths.years = {Year(1984), Year(2017)};
  paths.series = std::move(designations);
  paths.n_runs = draws.size();
  for (const std::vector<int>& draw : draws) {
    for (const int approvals : draw) {
      for (std::size_t t = 0; t < paths.years.size(); ++t) {
        paths.approvals.push_back(approvals);
        paths.stock.push_back(approvals * static_cast<int>(t + 1));
        paths.delisted.push_back(0);
      }
    }
  }
  return paths;
}

/// Zones of two kinds and their sum. Labs are not fitted: nothing is simulated of them.
class EvaluationByHand : public ::testing::Test {
 protected:
  void SetUp() override {
    calibration_.fit = {Year(1984), Year(2012)};
    calibration_.predict = {Year(2013), Year(2017)};
    using enum TargetQuantity;
    TargetSeries sum = series_of("zones", 100, {item_of(stock, 2014, 124, 124)});
    sum.parts = {"hidz", "etdz"};
    calibration_.targets.series = {
        series_of("hidz", 100,
                  {item_of(stock, 2010, 50, 50), item_of(cumulative, 2012, 80, 80), item_of(stock, 2014, 90, 100),
                   item_of(cumulative, 2015, 120, 120), item_of(approvals, 2013, 3, 3),
                   item_of(stock, 2016, 999, 999, false), item_of(stock, 2018, 999, 999)}),
        series_of("etdz", 10, {item_of(stock, 2014, 31, 31)}), sum,
        series_of("labs", 10, {item_of(stock, 2010, 1, 1), item_of(stock, 2014, 1, 1)})};
    const auto& series = calibration_.targets.series;
    const PredictivePaths kept = paths_of({"hidz", "etdz"}, {{3, 1}, {3, 1}, {3, 1}});
    const PredictivePaths free = paths_of({"hidz", "etdz"}, {{3, 1}, {4, 2}, {2, 1}});
    evaluation_ = evaluate(calibration_, kept, free);
    ASSERT_EQ(evaluation_.series.size(), series.size());
  }

  const SeriesScore& score(std::size_t series, const std::string& forecaster) const {
    for (const ForecasterScore& own : evaluation_.series[series].scores)
      if (own.forecaster == forecaster) return own.score;
    throw std::invalid_argument(forecaster);
  }

  Calibration calibration_;
  Evaluation evaluation_;
};

TEST_F(EvaluationByHand, ItemsOfBothWindowsOfWhatIsFitted) {
  ASSERT_EQ(evaluation_.items.size(), 8u);  // not that of 2018, none of labs
  const ItemResult& fitted = evaluation_.items[0];
  EXPECT_FALSE(fitted.held_out);
  EXPECT_EQ(fitted.free.interval.low, 2 * 27);
  EXPECT_EQ(fitted.free.median, 3 * 27);
  EXPECT_EQ(fitted.free.interval.high, 4 * 27);
  const ItemResult& sum = evaluation_.items[7];
  EXPECT_TRUE(sum.held_out && sum.scored);
  EXPECT_EQ(sum.free.interval.low, 3 * 31);
  EXPECT_EQ(sum.free.median, 4 * 31);
  EXPECT_EQ(sum.free.interval.high, 6 * 31);
}

TEST_F(EvaluationByHand, CurvesMissByTheMeanOfTheirPoints) {
  const double after_27_years = 3 * 27 - 50, after_29_years = 3 * 29 - 80;
  EXPECT_DOUBLE_EQ(*evaluation_.series[0].fit_error_free, (after_27_years + after_29_years) / 2 / 100);
  EXPECT_DOUBLE_EQ(*evaluation_.series[0].fit_error_kept, (after_27_years + after_29_years) / 2 / 100);
  EXPECT_FALSE(evaluation_.series[1].fit_error_free) << "no point before 2013";
  EXPECT_FALSE(evaluation_.series[3].fit_error_free) << "labs are not fitted";
}

TEST_F(EvaluationByHand, UsableTotalsAreThoseOfTheFitWithin90Percent) {
  // 50 of 2010 is below 54 to 108; 80 of 2012 is within 58 to 116.
  EXPECT_EQ(evaluation_.usable_totals(), std::pair(2, 1));
}

TEST_F(EvaluationByHand, ScoresOfHeldOutStocksAndCounts) {
  // Free: 62 to 124 around [90, 100] and 64 to 128 around 120; single years and stocks that are no usable total do not
  // count. Kept: 93, inside, and 96, which misses 120 by 24, times 2/0.1.
  EXPECT_EQ(score(0, "free").n_items, 2);
  EXPECT_EQ(score(0, "free").n_covered, 2);
  EXPECT_DOUBLE_EQ(score(0, "free").mean_interval_score, (62 + 64) / 2.0);
  EXPECT_DOUBLE_EQ(score(0, "kept").mean_interval_score, 24 * 20 / 2.0);
  EXPECT_EQ(score(0, "kept").mean_width, 0.0);
  EXPECT_EQ(score(0, "kept").n_covered, 1);
  EXPECT_EQ(score(3, "kept").n_items, 0) << "labs are not fitted";
}

TEST_F(EvaluationByHand, SumsOfDesignationsDoNotCountTwice) {
  EXPECT_EQ(evaluation_.exact_points("kept"), std::pair(2, 1));
  EXPECT_EQ(evaluation_.exact_points("free"), std::pair(2, 2));
  EXPECT_DOUBLE_EQ(*evaluation_.total_score("kept"), 240.0);
  EXPECT_DOUBLE_EQ(*evaluation_.total_score("free"), 63.0 + 31.0);
  EXPECT_EQ(score(2, "kept").n_points_covered, 1) << "has a score of its own";
}

TEST_F(EvaluationByHand, AForecasterWithoutDataHasNoTotal) {
  // No yearly approvals are known, which extrapolations go on with.
  EXPECT_FALSE(evaluation_.total_score("constant_10"));
  EXPECT_FALSE(evaluation_.total_score("logistic"));
}

}  // namespace
}  // namespace innochain
