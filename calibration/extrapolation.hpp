#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "calibration/forecast_scores.hpp"
#include "calibration/targets.hpp"

/// Forecasts without a model, by which those of the model are judged. They see the same years.
namespace innochain {

enum class Baseline {
  constant_10,  ///< approvals go on as in the last ten years
  constant_5,   ///< … in the last five
  logistic      ///< the count follows a logistic curve
};
inline constexpr std::array<Baseline, 3> all_baselines{Baseline::constant_10, Baseline::constant_5, Baseline::logistic};

/// Approvals of `n_years` further years if yearly approvals are independent with the mean of `recent` and their
/// unbiased variance, or that of a Poisson number where this is larger: negative binomial by moments, whose variance
/// holds the error of a mean that is known from few years (n_years²·variance/years of `recent`). Nothing leaves. Throws
/// std::invalid_argument with less than two recent years.
Forecast constant_rate(std::span<const double> recent, int n_years);

/// A count in some year.
struct CurvePoint {
  double year = 0.0, count = 0.0;
};

/// capacity / (1 + exp(−rate (year − midpoint))).
struct LogisticCurve {
  double capacity = 0.0, rate = 0.0, midpoint = 0.0;
  double residual_sd = 0.0;    ///< with degrees_of_freedom in the denominator
  int degrees_of_freedom = 0;  ///< points less three

  double at(double year) const;
  /// The curve and the residuals around it as a t distribution; the uncertainty of the curve itself is left out.
  Forecast forecast(double year) const;
};

/// Least squares, with rates of 0.01 to 2 a year and the midpoint up to 25 years outside the data.
/// Throws std::invalid_argument with less than four points.
LogisticCurve fit_logistic(std::span<const CurvePoint> points);

/// What the curve of a fit up to a year is fitted to: stocks and cumulative counts (middles of intervals) and the end.
std::vector<CurvePoint> points_up_to(const TargetSeries& series, Year last_year);

/// A sum of designations with the yearly approvals of its parts and the ends that all of them have, so that it can be
/// extrapolated as one series. Other series are returned as they are. Throws std::out_of_range if a part is missing.
TargetSeries as_one_series(const TargetFile& targets, const TargetSeries& series);

/// The forecast of a stock or cumulative count after a fit up to `last_year`; nothing for other quantities, and where
/// the series has no end in that year, or not enough years or points before.
std::optional<Forecast> baseline_forecast(Baseline baseline, const TargetSeries& series, Year last_year,
                                          const TargetItem& item);

/// Score of all items of a window that have a forecast.
SeriesScore baseline_score(Baseline baseline, const TargetSeries& series, Year last_year, YearSpan window);

}  // namespace innochain
