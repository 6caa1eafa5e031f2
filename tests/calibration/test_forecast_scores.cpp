#include <gtest/gtest.h>

#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <vector>

#include "calibration/forecast_scores.hpp"

namespace innochain {
namespace {

using Numbers = std::vector<double>;

const boost::math::normal unit_normal;

/// The middles of n slices of equal probability.
Numbers normal_slices(int n) {
  Numbers values;
  for (int i = 0; i < n; ++i) values.push_back(boost::math::quantile(unit_normal, (i + 0.5) / n));
  return values;
}

TargetItem item_of(double low, double high) {
  TargetItem item;
  item.quantity = TargetQuantity::stock;
  item.years = {Year(2018), Year(2018)};
  item.low = low, item.high = high;
  item.usable_total = true;
  return item;
}

TEST(IntervalScore, ByHand) {
  const PredictionInterval forecast{10, 20};
  EXPECT_EQ(interval_score(forecast, 15), 10);
  EXPECT_EQ(interval_score(forecast, 10), 10);
  EXPECT_DOUBLE_EQ(interval_score(forecast, 25), 10 + 20 * 5);  // 2/α = 20 at 90 %
  EXPECT_DOUBLE_EQ(interval_score(forecast, 7), 10 + 20 * 3);
  EXPECT_DOUBLE_EQ(interval_score(forecast, 25, 0.5), 10 + 4 * 5);
}

TEST(IntervalScore, ATruthIntervalCountsByItsPointNearestToTheMiddle) {
  const PredictionInterval forecast{10, 20};
  EXPECT_EQ(nearest_truth(forecast, {22, 30}), 22);
  EXPECT_EQ(nearest_truth(forecast, {2, 12}), 12);
  EXPECT_EQ(nearest_truth(forecast, {12, 40}), 15);
  EXPECT_EQ(nearest_truth(forecast, {18, 18}), 18);
}

// E = 2z + (4/α)(φ(z) − zα/2) = 4φ(z)/α for a forecast that knows the distribution. Slices of equal probability miss
// the mean of a function by at most its variation over their number: twice 20 · (largest value − z).
TEST(IntervalScore, OfAPerfectGaussianForecast) {
  const double z = boost::math::quantile(unit_normal, 0.95);
  const Numbers truths = normal_slices(100'000);
  double sum = 0.0;
  for (const double truth : truths) sum += interval_score({-z, z}, truth);
  const auto n = static_cast<double>(truths.size());
  EXPECT_NEAR(sum / n, 4.0 * boost::math::pdf(unit_normal, z) / 0.1, 2.0 * 20.0 * (truths.back() - z) / n);
}

TEST(IntervalScore, RewardsTheTrueQuantiles) {
  const double z = boost::math::quantile(unit_normal, 0.95);
  const Numbers truths = normal_slices(10'000);
  const auto mean_score = [&](double low, double high) {
    double sum = 0.0;
    for (const double truth : truths) sum += interval_score({low, high}, truth);
    return sum;
  };
  const double best = mean_score(-z, z);
  EXPECT_LT(best, mean_score(-z - 0.2, z + 0.2));
  EXPECT_LT(best, mean_score(-z + 0.2, z - 0.2));
  EXPECT_LT(best, mean_score(-z + 0.2, z + 0.2));
}

TEST(ForecastOfDraws, MedianAndCentralInterval) {
  Numbers values, weights;
  for (int i = 1; i <= 100; ++i) values.push_back(101 - i), weights.push_back(0.5);
  const Forecast forecast = forecast_of_draws(values, weights);
  EXPECT_EQ(forecast.interval.low, 5);
  EXPECT_EQ(forecast.median, 50);
  EXPECT_EQ(forecast.interval.high, 95);
}

TEST(FitError, MeanDistanceOverTheLevel) {
  const TargetItem first = item_of(10, 10), second = item_of(20, 20);
  const std::vector<const TargetItem*> curve{&first, &second};
  EXPECT_DOUBLE_EQ(fit_error(curve, Numbers{11, 17}, 50), (1.0 + 3.0) / 2.0 / 50.0);
  EXPECT_THROW(fit_error(curve, Numbers{11}, 50), std::invalid_argument);
  EXPECT_THROW(fit_error({}, Numbers{}, 50), std::invalid_argument);
}

TEST(ScoredItems, AreUsableStocksAndCounts) {
  const YearSpan window{Year(2018), Year(2022)};
  EXPECT_TRUE(is_scored(item_of(1, 2), window));
  TargetItem early = item_of(1, 2), unusable = item_of(1, 2), flow = item_of(1, 2);
  early.years = {Year(2017), Year(2017)};
  unusable.usable_total = false;
  flow.quantity = TargetQuantity::approvals;
  EXPECT_FALSE(is_scored(early, window));
  EXPECT_FALSE(is_scored(unusable, window));
  EXPECT_FALSE(is_scored(flow, window));
}

TEST(SeriesScores, CountAndAverage) {
  SeriesScore score;
  score.add(item_of(15, 15), {{10, 20}, 14});  // inside
  score.add(item_of(22, 30), {{10, 14}, 12});  // 8 above
  score.add(item_of(9, 9), {{10, 13}, 11});    // 1 below
  score.add(item_of(12, 99), {{10, 13}, 11});  // overlaps
  EXPECT_EQ(score.n_items, 4);
  EXPECT_EQ(score.n_covered, 2);
  EXPECT_EQ(score.n_points, 2);
  EXPECT_EQ(score.n_points_covered, 1);
  EXPECT_DOUBLE_EQ(score.mean_width, (10 + 4 + 3 + 3) / 4.0);
  EXPECT_DOUBLE_EQ(score.mean_interval_score, (10 + (4 + 160) + (3 + 20) + 3) / 4.0);
}

}  // namespace
}  // namespace innochain
