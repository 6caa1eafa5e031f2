#pragma once

#include <span>

#include "calibration/targets.hpp"

/// How good a forecast was: scores that are best for whoever reports what they believe (Gneiting and Raftery 2007,
/// "Strictly proper scoring rules, prediction, and estimation", JASA 102: 359–378).
namespace innochain {

inline constexpr double forecast_level = 0.9;  ///< probability of the central intervals that are judged

struct PredictionInterval {
  double low = 0.0, high = 0.0;
};
/// A central interval and its median.
struct Forecast {
  PredictionInterval interval;
  double median = 0.0;
};

/// What is known of a truth.
struct ObservedInterval {
  double low = 0.0, high = 0.0;
};

/// The point of a truth that is nearest to the middle of the forecast interval: a forecast is not to blame for what
/// nobody knows.
double nearest_truth(const PredictionInterval& forecast, const ObservedInterval& truth);

/// Width plus 2/α times the distance of the truth from the interval, α = 1 − level (Gneiting and Raftery 2007, equation
/// 43), in the unit of the forecast; smaller is better.
double interval_score(const PredictionInterval& forecast, double truth, double level = forecast_level);

/// Median and central 90 % interval of weighted draws. Throws as WeightedQuantiles.
Forecast forecast_of_draws(std::span<const double> values, std::span<const double> weights);

/// Mean distance of median and observed curve, as a share of the level of 2017. `medians` belong to the items of
/// `curve`, one each. Throws std::invalid_argument if there are none, or another number of them.
double fit_error(std::span<const TargetItem* const> curve, std::span<const double> medians, double level_2017);

/// Whether an item counts where forecasts are scored: a usable stock or cumulative count of the window.
bool is_scored(const TargetItem& item, YearSpan window);

/// How the forecasts of one series did.
struct SeriesScore {
  int n_items = 0, n_covered = 0;                      ///< covered: interval and truth overlap
  int n_points = 0, n_points_covered = 0;              ///< of which the truth is a point
  double mean_interval_score = 0.0, mean_width = 0.0;  ///< labs or zones; 0 without items

  void add(const TargetItem& item, const Forecast& forecast);
};

}  // namespace innochain
