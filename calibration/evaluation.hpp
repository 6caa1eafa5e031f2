#pragma once

#include <optional>
#include <string>
#include <vector>

#include "calibration/calibrated_draws.hpp"
#include "calibration/extrapolation.hpp"
#include "calibration/forecast_scores.hpp"
#include "output/table.hpp"

/// How well a calibration fits, and how well it predicts what it was not shown.
namespace innochain {

/// One target against the draws.
struct ItemResult {
  const TargetSeries* series = nullptr;
  const TargetItem* item = nullptr;
  bool held_out = false;
  bool scored = false;  ///< counts in the scores of forecasts
  Forecast kept, free;  ///< draws with their past, and free-running
};

/// What a series scores, by forecaster; lower is better.
struct ForecasterScore {
  std::string forecaster;  ///< "kept", "free", "constant_10", "constant_5", "logistic"
  SeriesScore score;
};
struct SeriesResult {
  const TargetSeries* series = nullptr;
  std::optional<double> fit_error_kept, fit_error_free;  ///< of the median curve 2006–2017, as a share of 2017's level
  std::vector<ForecasterScore> scores;
};

struct Evaluation {
  YearSpan curve_years;  ///< over which errors of fit are taken
  std::vector<ItemResult> items;
  std::vector<SeriesResult> series;

  /// Usable totals and stocks of the fit: how many, and how many overlap the free-running 90 % interval.
  std::pair<int, int> usable_totals() const;
  /// Exact points held out: how many, and how many the forecaster covers; sums of designations repeat their parts and
  /// do not count.
  std::pair<int, int> exact_points(const std::string& forecaster) const;
  /// Sum over the designations of their mean interval scores; nothing where one of them has none.
  std::optional<double> total_score(const std::string& forecaster) const;
};

/// Leaves out what is not fitted: a designation of which nothing is known up to the end of the fit, and sums with one.
/// \param kept, free draws run with their past and free-running, to the end of the prediction
Evaluation evaluate(const Calibration& calibration, const PredictivePaths& kept, const PredictivePaths& free);

/// The same as tables of the posterior file.
Table item_table(const Evaluation& evaluation);
Table score_table(const Evaluation& evaluation);
Table fit_table(const Evaluation& evaluation);

}  // namespace innochain
