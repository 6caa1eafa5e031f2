#include "calibration/evaluation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/maths.hpp"

namespace innochain {

namespace {

constexpr Year first_of_curves{2006}, last_of_curves{2017};

std::string name_of(Baseline baseline) {
  switch (baseline) {
    case Baseline::constant_10:
      return "constant_10";
    case Baseline::constant_5:
      return "constant_5";
    case Baseline::logistic:
      return "logistic";
  }
  return "";
}

/// What the runs give for an item.
Forecast forecast_of(const PredictivePaths& paths, const TargetSeries& series, const TargetItem& item) {
  std::vector<double> values(paths.n_runs), weights(paths.n_runs, 1.0);
  ApprovalPath path;
  for (std::size_t run = 0; run < paths.n_runs; ++run) {
    paths.read(run, series, path);
    values[run] = simulated_value(item, path);
  }
  return forecast_of_draws(values, weights);
}

/// A designation that is not fitted, because nothing is known of it up to the end of the fit, is not predicted either.
bool is_predicted(const PredictivePaths& paths, const TargetSeries& series) {
  const auto known = [&](const std::string& name) {
    return std::ranges::find(paths.series, name) != paths.series.end();
  };
  return series.parts.empty() ? known(series.designation) : std::ranges::all_of(series.parts, known);
}

bool overlap(const Forecast& forecast, const TargetItem& item) {
  return forecast.interval.low <= item.high && item.low <= forecast.interval.high;
}

std::optional<double> error_of_fit(const PredictivePaths& paths, const TargetSeries& series,
                                   const std::vector<const TargetItem*>& curve) {
  if (curve.empty()) return std::nullopt;
  std::vector<double> medians;
  for (const TargetItem* item : curve) medians.push_back(forecast_of(paths, series, *item).median);
  return fit_error(curve, medians, series.level_2017);
}

SeriesResult result_of(const Evaluation& evaluation, const Calibration& calibration, const TargetSeries& series,
                       const PredictivePaths& kept_paths, const PredictivePaths& free_paths) {
  SeriesResult result;
  result.series = &series;
  const std::vector<const TargetItem*> curve = fit_curve(series, evaluation.curve_years);
  if (is_predicted(kept_paths, series)) {
    result.fit_error_kept = error_of_fit(kept_paths, series, curve);
    result.fit_error_free = error_of_fit(free_paths, series, curve);
  }
  SeriesScore kept, free;
  for (const ItemResult& item : evaluation.items) {
    if (item.series != &series || !item.held_out || !item.scored) continue;
    kept.add(*item.item, item.kept);
    free.add(*item.item, item.free);
  }
  result.scores = {{"kept", kept}, {"free", free}};
  const TargetSeries whole = as_one_series(calibration.targets, series);
  for (const Baseline baseline : all_baselines)
    result.scores.push_back(
        {name_of(baseline), baseline_score(baseline, whole, calibration.fit.last, calibration.predict)});
  return result;
}

const SeriesScore* score_of(const SeriesResult& series, const std::string& forecaster) {
  for (const ForecasterScore& score : series.scores)
    if (score.forecaster == forecaster) return &score.score;
  return nullptr;
}

}  // namespace

std::pair<int, int> Evaluation::usable_totals() const {
  int n = 0, inside = 0;
  for (const ItemResult& result : items) {
    if (result.held_out || !result.item->usable_total) continue;
    ++n;
    inside += overlap(result.free, *result.item) ? 1 : 0;
  }
  return {n, inside};
}

std::pair<int, int> Evaluation::exact_points(const std::string& forecaster) const {
  int n = 0, covered = 0;
  for (const SeriesResult& result : series) {
    const SeriesScore* score = score_of(result, forecaster);
    if (!score || !result.series->parts.empty()) continue;
    n += score->n_points;
    covered += score->n_points_covered;
  }
  return {n, covered};
}

std::optional<double> Evaluation::total_score(const std::string& forecaster) const {
  double sum = 0.0;
  for (const SeriesResult& result : series) {
    if (!result.series->parts.empty()) continue;
    const SeriesScore* own = score_of(result, "kept");
    const SeriesScore* score = score_of(result, forecaster);
    if (own->n_items == 0) continue;  // nothing held out
    if (!score || score->n_items < own->n_items) return std::nullopt;
    sum += score->mean_interval_score;
  }
  return sum;
}

Evaluation evaluate(const Calibration& calibration, const PredictivePaths& kept, const PredictivePaths& free) {
  Evaluation evaluation;
  evaluation.curve_years = {first_of_curves, std::min(last_of_curves, calibration.fit.last)};
  for (const TargetSeries& series : calibration.targets.series) {
    if (!is_predicted(kept, series)) continue;
    for (const TargetItem& item : series.items) {
      const bool fitted = in_window(item, calibration.fit), held_out = in_window(item, calibration.predict);
      if (!fitted && !held_out) continue;
      evaluation.items.push_back({&series, &item, held_out, is_scored(item, calibration.predict),
                                  forecast_of(kept, series, item), forecast_of(free, series, item)});
    }
  }
  for (const TargetSeries& series : calibration.targets.series)
    evaluation.series.push_back(result_of(evaluation, calibration, series, kept, free));
  return evaluation;
}

Table item_table(const Evaluation& evaluation) {
  std::vector<std::string> series, names, windows, sources;
  std::vector<double> first, last, low, high, sigma;
  std::vector<std::int32_t> usable, scored;
  std::array<std::vector<double>, 6> quantiles;
  for (const ItemResult& result : evaluation.items) {
    series.push_back(result.series->designation);
    names.push_back(result.item->name);
    windows.emplace_back(result.held_out ? "held out" : "fitted");
    sources.push_back(result.item->source);
    first.push_back(result.item->years.first.value());
    last.push_back(result.item->years.last.value());
    low.push_back(result.item->low);
    high.push_back(result.item->high);
    sigma.push_back(result.item->sigma);
    usable.push_back(result.item->usable_total ? 1 : 0);
    scored.push_back(result.scored ? 1 : 0);
    std::size_t i = 0;
    for (const Forecast* forecast : {&result.kept, &result.free})
      for (const double value : {forecast->interval.low, forecast->median, forecast->interval.high})
        quantiles[i++].push_back(value);
  }
  return {"items",
          "Targets against the draws: kept with their past, free running",
          {{"series", "", "designation, or sum of some", series},
           {"name", "", "quantity and years", names},
           {"window", "", "whether it was fitted", windows},
           {"first_year", "year", "first year", first},
           {"last_year", "year", "last year", last},
           {"low", "1", "observed, lower end", low},
           {"high", "1", "observed, upper end", high},
           {"sigma", "1", "error of the observation", sigma},
           {"usable_total", "1", "1: a usable stock or total of a period", usable},
           {"scored", "1", "1: counts in the scores", scored},
           {"kept_q05", "1", "draws with their past: 5 % quantile", quantiles[0]},
           {"kept_q50", "1", "median", quantiles[1]},
           {"kept_q95", "1", "95 % quantile", quantiles[2]},
           {"free_q05", "1", "free running: 5 % quantile", quantiles[3]},
           {"free_q50", "1", "median", quantiles[4]},
           {"free_q95", "1", "95 % quantile", quantiles[5]},
           {"source", "", "where it was observed", sources}}};
}

Table score_table(const Evaluation& evaluation) {
  std::vector<std::string> series, forecasters;
  std::vector<std::int32_t> items, covered, points, points_covered;
  std::vector<double> scores, widths;
  for (const SeriesResult& result : evaluation.series) {
    for (const ForecasterScore& own : result.scores) {
      series.push_back(result.series->designation);
      forecasters.push_back(own.forecaster);
      items.push_back(own.score.n_items);
      covered.push_back(own.score.n_covered);
      points.push_back(own.score.n_points);
      points_covered.push_back(own.score.n_points_covered);
      scores.push_back(own.score.n_items > 0 ? own.score.mean_interval_score : maths::nan);
      widths.push_back(own.score.n_items > 0 ? own.score.mean_width : maths::nan);
    }
  }
  return {"scores",
          "Forecasts of what was held out: 90 % intervals by forecaster",
          {{"series", "", "designation, or sum of some", series},
           {"forecaster", "", "who forecast", forecasters},
           {"items", "1", "targets held out", items},
           {"covered", "1", "of which the interval overlaps", covered},
           {"points", "1", "targets held out that are points", points},
           {"points_covered", "1", "of which the interval covers", points_covered},
           {"interval_score", "1", "mean interval score, smaller is better", scores},
           {"width", "1", "mean width", widths}}};
}

Table fit_table(const Evaluation& evaluation) {
  std::vector<std::string> series;
  std::vector<double> kept, free, level;
  for (const SeriesResult& result : evaluation.series) {
    if (!result.fit_error_free) continue;
    series.push_back(result.series->designation);
    kept.push_back(*result.fit_error_kept);
    free.push_back(*result.fit_error_free);
    level.push_back(result.series->level_2017);
  }
  return {"fit",
          fmt::format("Mean absolute error of the median curve, {} to {}, as a share of the level of 2017",
                      evaluation.curve_years.first.value(), evaluation.curve_years.last.value()),
          {{"series", "", "designation", series},
           {"kept", "1", "draws with their past", kept},
           {"free", "1", "free running", free},
           {"level_2017", "1", "level of 2017", level}}};
}

}  // namespace innochain
