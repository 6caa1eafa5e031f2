#include "calibration/forecast_scores.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "calibration/weighted_quantiles.hpp"

namespace innochain {

double nearest_truth(const PredictionInterval& forecast, const ObservedInterval& truth) {
  return std::clamp((forecast.low + forecast.high) / 2.0, truth.low, truth.high);
}

double interval_score(const PredictionInterval& forecast, double truth, double level) {
  const double outside = std::max({forecast.low - truth, truth - forecast.high, 0.0});
  return forecast.high - forecast.low + 2.0 / (1.0 - level) * outside;
}

Forecast forecast_of_draws(std::span<const double> values, std::span<const double> weights) {
  const WeightedQuantiles quantile(values, weights);
  constexpr double tail = (1.0 - forecast_level) / 2.0;
  return {{quantile(tail), quantile(1.0 - tail)}, quantile(0.5)};
}

double fit_error(std::span<const TargetItem* const> curve, std::span<const double> medians, double level_2017) {
  if (curve.empty() || curve.size() != medians.size())
    throw std::invalid_argument("a median is due for each point of the curve");
  double sum = 0.0;
  for (std::size_t i = 0; i < curve.size(); ++i) sum += std::abs(medians[i] - curve[i]->low);
  return sum / static_cast<double>(curve.size()) / level_2017;
}

bool is_scored(const TargetItem& item, YearSpan window) {
  const bool dated = item.quantity == TargetQuantity::stock || item.quantity == TargetQuantity::cumulative;
  return dated && item.usable_total && in_window(item, window);
}

void SeriesScore::add(const TargetItem& item, const Forecast& forecast) {
  const double truth = nearest_truth(forecast.interval, {item.low, item.high});
  const bool covered = forecast.interval.low <= truth && truth <= forecast.interval.high;
  const double n = n_items++;
  n_covered += covered;
  n_points += item.exact();
  n_points_covered += item.exact() && covered;
  const auto mean_with = [&](double mean, double value) { return (mean * n + value) / (n + 1.0); };
  mean_interval_score = mean_with(mean_interval_score, interval_score(forecast.interval, truth));
  mean_width = mean_with(mean_width, forecast.interval.high - forecast.interval.low);
}

}  // namespace innochain
