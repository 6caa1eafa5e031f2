#include "calibration/forecast_scores.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace innochain {

namespace {

/// Positions of the values, in their order.
std::vector<std::size_t> ordered(std::span<const double> values, std::span<const double> weights) {
  if (values.size() != weights.size()) throw std::invalid_argument("draws and weights differ in number");
  if (!(std::accumulate(weights.begin(), weights.end(), 0.0) > 0.0))
    throw std::invalid_argument("no draw has any weight");
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
  return order;
}

double quantile_in_order(std::span<const double> values, std::span<const double> weights,
                         const std::vector<std::size_t>& order, double p) {
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  double below = 0.0;
  std::size_t last = order.front();
  for (const std::size_t i : order) {
    if (weights[i] == 0.0) continue;
    below += weights[i];
    last = i;
    if (below >= p * total) break;
  }
  return values[last];
}

}  // namespace

double nearest_truth(const PredictionInterval& forecast, const ObservedInterval& truth) {
  return std::clamp((forecast.low + forecast.high) / 2.0, truth.low, truth.high);
}

double interval_score(const PredictionInterval& forecast, double truth, double level) {
  const double outside = std::max({forecast.low - truth, truth - forecast.high, 0.0});
  return forecast.high - forecast.low + 2.0 / (1.0 - level) * outside;
}

double weighted_quantile(std::span<const double> values, std::span<const double> weights, double p) {
  return quantile_in_order(values, weights, ordered(values, weights), p);
}

Forecast forecast_of_draws(std::span<const double> values, std::span<const double> weights) {
  const std::vector<std::size_t> order = ordered(values, weights);
  const auto quantile = [&](double p) { return quantile_in_order(values, weights, order, p); };
  constexpr double tail = (1.0 - forecast_level) / 2.0;
  return {{quantile(tail), quantile(1.0 - tail)}, quantile(0.5)};
}

double weighted_crps(std::span<const double> values, std::span<const double> weights, double truth) {
  const std::vector<std::size_t> order = ordered(values, weights);
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  // E|X − X′|/2 = Σ F (1 − F) over the gaps between neighbours, F the weight below the gap.
  double distance = 0.0, spread = 0.0, below = 0.0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    const std::size_t i = order[k];
    if (k > 0) spread += below * (1.0 - below) * (values[i] - values[order[k - 1]]);
    distance += weights[i] / total * std::abs(values[i] - truth);
    below += weights[i] / total;
  }
  return distance - spread;
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
