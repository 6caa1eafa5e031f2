#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "calibration/extrapolation.hpp"
#include "calibration/observed.hpp"

namespace innochain {
namespace {

using Numbers = std::vector<double>;

/// The smallest count at which the cumulative probability reaches p, by adding up the negative binomial.
double slow_quantile(double mean, double variance, double p) {
  const double success = mean / variance, shape = mean * mean / (variance - mean);
  double probability = std::pow(success, shape), below = probability;
  int k = 0;
  for (; below < p; ++k) {
    probability *= (k + shape) / (k + 1.0) * (1.0 - success);
    below += probability;
  }
  return k;
}

// Approvals of ETDZs in 2008-2017: mean 16.5, unbiased variance 461.83; the error of the mean of ten years adds n²/10
// times it.
TEST(ConstantRate, IsNegativeBinomialByMoments) {
  const Numbers recent{0, 2, 60, 15, 40, 39, 5, 4, 0, 0};
  double square = 0.0;
  for (const double value : recent) square += (value - 16.5) * (value - 16.5);
  for (int n = 1; n <= 5; ++n) {
    const Forecast forecast = constant_rate(recent, n);
    const double variance = square / 9 * (n + n * n / 10.0);
    EXPECT_EQ(forecast.interval.low, slow_quantile(16.5 * n, variance, 0.05)) << n;
    EXPECT_EQ(forecast.median, slow_quantile(16.5 * n, variance, 0.5)) << n;
    EXPECT_EQ(forecast.interval.high, slow_quantile(16.5 * n, variance, 0.95)) << n;
  }
}

// A series that grows by three a year has no variance of its own: Poisson numbers, of which fifteen were seen in five
// years. The number of four more years is then that of a gamma–Poisson mixture, negative binomial with 15 failures and
// a chance of 5/9 (Gelman et al. 2013, Bayesian Data Analysis, 2.6, with the prior 1/rate): mean 12, variance 21.6.
TEST(ConstantRate, OfALinearSeriesIsThatOfAPoissonRateKnownFromItsYears) {
  const Forecast forecast = constant_rate(Numbers{3, 3, 3, 3, 3}, 4);
  EXPECT_EQ(forecast.interval.low, slow_quantile(12, 21.6, 0.05));
  EXPECT_EQ(forecast.median, slow_quantile(12, 21.6, 0.5));
  EXPECT_EQ(forecast.interval.high, slow_quantile(12, 21.6, 0.95));
}

TEST(ConstantRate, WithoutApprovalsThereAreNone) {
  const Forecast forecast = constant_rate(Numbers{0, 0, 0}, 5);
  EXPECT_EQ(forecast.interval.low, 0);
  EXPECT_EQ(forecast.interval.high, 0);
  EXPECT_THROW(constant_rate(Numbers{3}, 1), std::invalid_argument);
}

// Ten thousand times the tolerance of the search, 1e-9 in log rate and midpoint.
TEST(Logistic, RecoversACurveWithoutNoise) {
  for (const double rate : {0.08, 0.25, 0.9}) {
    std::vector<CurvePoint> points;
    const LogisticCurve truth{300, rate, 2008, 0, 0};
    for (int year = 1990; year <= 2017; ++year) points.push_back({double(year), truth.at(year)});
    const LogisticCurve fitted = fit_logistic(points);
    EXPECT_NEAR(fitted.capacity, 300, 300 * 1e-5) << rate;
    EXPECT_NEAR(fitted.rate, rate, rate * 1e-5);
    EXPECT_NEAR(fitted.midpoint, 2008, 1e-5);
    EXPECT_NEAR(fitted.residual_sd, 0, 300 * 1e-5);
    EXPECT_EQ(fitted.degrees_of_freedom, 25);
  }
}

// No neighbour of the fitted curve is nearer to the points.
TEST(Logistic, IsALeastSquaresFit) {
  const std::vector<CurvePoint> points{{2000, 12}, {2003, 19}, {2006, 55}, {2009, 70}, {2012, 92}, {2015, 90}};
  const LogisticCurve fitted = fit_logistic(points);
  const auto error = [&](double capacity, double rate, double midpoint) {
    const LogisticCurve curve{capacity, rate, midpoint, 0, 0};
    double sum = 0.0;
    for (const CurvePoint& point : points) sum += std::pow(point.count - curve.at(point.year), 2);
    return sum;
  };
  const double best = error(fitted.capacity, fitted.rate, fitted.midpoint);
  EXPECT_DOUBLE_EQ(fitted.residual_sd, std::sqrt(best / 3.0));
  for (const double step : {-0.01, 0.01}) {
    EXPECT_LT(best, error(fitted.capacity * (1 + step), fitted.rate, fitted.midpoint));
    EXPECT_LT(best, error(fitted.capacity, fitted.rate * (1 + step), fitted.midpoint));
    EXPECT_LT(best, error(fitted.capacity, fitted.rate, fitted.midpoint + 10 * step));
  }
}

// 95 % quantile of Student's t with five degrees of freedom: 2.015048 in printed tables.
TEST(Logistic, ForecastsWithItsResiduals) {
  const LogisticCurve curve{100, 0.2, 2010, 3.0, 5};
  const Forecast forecast = curve.forecast(2010);
  EXPECT_DOUBLE_EQ(forecast.median, 50);
  EXPECT_NEAR(forecast.interval.low, 50 - 3 * 2.015048, 3 * 5e-7);
  EXPECT_NEAR(forecast.interval.high, 50 + 3 * 2.015048, 3 * 5e-7);
}

TEST(Logistic, NeedsFourPoints) {
  const std::vector<CurvePoint> points{{2000, 1}, {2001, 2}, {2002, 3}};
  EXPECT_THROW(fit_logistic(points), std::invalid_argument);
}

TargetItem stock_of(int year, double low, double high) {
  TargetItem item;
  item.quantity = TargetQuantity::stock;
  item.years = {Year(year), Year(year)};
  item.low = low, item.high = high;
  item.usable_total = true;
  return item;
}

/// A designation that began in 2014 and grew by three a year.
TargetSeries linear_series() {
  TargetSeries series;
  for (int year = 2014; year <= 2018; ++year) {
    series.yearly.push_back({Year(year), 3});
    series.items.push_back(stock_of(year, 3 * (year - 2013), 3 * (year - 2013)));
  }
  series.ends.push_back(stock_of(2018, 14, 16));
  series.items.push_back(stock_of(2022, 27, 27));
  return series;
}

TEST(BaselineForecast, StartsFromTheMiddleOfTheEnd) {
  const TargetSeries series = linear_series();
  const auto forecast = baseline_forecast(Baseline::constant_5, series, Year(2018), series.items.back());
  ASSERT_TRUE(forecast);
  EXPECT_EQ(forecast->interval.low, 15 + slow_quantile(12, 21.6, 0.05));
  EXPECT_EQ(forecast->median, 15 + slow_quantile(12, 21.6, 0.5));
  EXPECT_EQ(forecast->interval.high, 15 + slow_quantile(12, 21.6, 0.95));
}

TEST(BaselineForecast, YearsBeforeTheFirstHadNoApprovals) {
  const TargetSeries series = linear_series();
  const auto forecast = baseline_forecast(Baseline::constant_10, series, Year(2018), series.items.back());
  const Forecast expected = constant_rate(Numbers{3, 3, 3, 3, 3, 0, 0, 0, 0, 0}, 4);
  ASSERT_TRUE(forecast);
  EXPECT_EQ(forecast->interval.high, 15 + expected.interval.high);
}

TEST(BaselineForecast, OnlyOfLaterStocksAndCountsFromAnEnd) {
  const TargetSeries series = linear_series();
  for (const Baseline baseline : all_baselines) {
    EXPECT_FALSE(baseline_forecast(baseline, series, Year(2017), series.items.back()));  // no end
    EXPECT_FALSE(baseline_forecast(baseline, series, Year(2018), series.items.front()));
    TargetItem approvals = series.items.back();
    approvals.quantity = TargetQuantity::approvals;
    EXPECT_FALSE(baseline_forecast(baseline, series, Year(2018), approvals));
  }
}

TEST(BaselineForecast, TheLogisticCurveSeesOnlyTheYearsOfTheFit) {
  TargetSeries series = linear_series();
  const auto before = baseline_forecast(Baseline::logistic, series, Year(2018), series.items.back());
  series.items.back().low = series.items.back().high = 1000;
  const auto after = baseline_forecast(Baseline::logistic, series, Year(2018), series.items.back());
  ASSERT_TRUE(before && after);
  EXPECT_EQ(before->median, after->median);
  EXPECT_EQ(points_up_to(series, Year(2018)).size(), 5u);  // the end is no second point of its year
}

TEST(SumsOfSeries, AddUpTheirParts) {
  TargetFile targets;
  targets.series = {linear_series(), linear_series(), {}};
  targets.series[0].designation = "a", targets.series[1].designation = "b";
  targets.series[1].yearly.erase(targets.series[1].yearly.begin());  // begins a year later
  targets.series[1].ends.push_back(stock_of(2012, 0, 0));            // which the other does not have
  targets.series[2].parts = {"a", "b"};
  const TargetSeries sum = as_one_series(targets, targets.series[2]);
  ASSERT_EQ(sum.yearly.size(), 5u);
  EXPECT_EQ(sum.yearly[0].approvals, 3);
  EXPECT_EQ(sum.yearly[4].approvals, 6);
  ASSERT_EQ(sum.ends.size(), 1u);
  EXPECT_EQ(sum.ends[0].low, 28);
  EXPECT_EQ(sum.ends[0].high, 32);
  EXPECT_EQ(as_one_series(targets, targets.series[0]).yearly.size(), 5u);
  targets.series[2].parts = {"c"};
  EXPECT_THROW(as_one_series(targets, targets.series[2]), std::out_of_range);
}

// Every series can be extrapolated from both origins of the institutions model, section 10; the logistic curve needs
// counts of the years of the fit, which the sum has none of.
TEST(BaselineScores, OfTheShippedTargets) {
  const std::filesystem::path folder = std::filesystem::path(INNOCHAIN_SOURCE_DIR) / "calibration";
  const TargetFile targets = read_targets(folder / "targets.yaml", read_observed(folder / "observed"));
  const std::map<std::string, std::pair<int, int>> n_items{
      {"skl_discipline", {1, 1}}, {"skl_enterprise", {4, 2}}, {"skl_province_ministry", {4, 0}},
      {"hidz", {5, 5}},           {"etdz", {5, 4}},           {"skl_three_kinds", {4, 0}}};
  for (const TargetSeries& given : targets.series) {
    const TargetSeries series = as_one_series(targets, given);
    for (const Baseline baseline : all_baselines) {
      const bool possible = given.parts.empty() || baseline != Baseline::logistic;
      const SeriesScore late = baseline_score(baseline, series, Year(2017), {Year(2018), Year(2022)});
      const SeriesScore early = baseline_score(baseline, series, Year(2012), {Year(2013), Year(2017)});
      EXPECT_EQ(late.n_items, possible ? n_items.at(given.designation).first : 0) << given.designation;
      EXPECT_EQ(early.n_items, n_items.at(given.designation).second) << given.designation;
    }
  }
}

}  // namespace
}  // namespace innochain
