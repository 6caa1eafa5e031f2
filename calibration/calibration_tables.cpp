#include "calibration/calibration_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "calibration/posterior.hpp"
#include "calibration/weighted_quantiles.hpp"
#include "sim/core/maths.hpp"

namespace innochain {

namespace {

constexpr std::array<double, 3> summary_levels{0.05, 0.5, 0.95};

double value_at(const Prior& prior, std::size_t parameter, double score) {
  std::vector<double> scores(prior.size(), 0.0), values(prior.size());
  scores[parameter] = score;
  prior.values(scores, values);
  return values[parameter];
}

Table correction_table(const InstitutionalModel& model, const CalibrationResult& result) {
  return {"corrections",
          "What the institutions alone leave out, added to what they give",
          {{"statistic", "", "what is compared with the data", model.statistic_names()},
           {"correction", "1", "mean difference between runs of the whole model and of the institutions alone",
            result.corrections},
           {"standard_error", "1", "of the mean", result.correction_errors}}};
}

NamedArray path_array(const InstitutionalModel& model, const PredictivePaths& paths, const std::string& run,
                      const std::string& name, const std::string& meaning, const std::vector<std::int32_t>& values) {
  return {name,
          "1",
          meaning,
          {run, "designation", "year"},
          {paths.n_runs, model.series().size(), paths.years.size()},
          {values.begin(), values.end()},
          true};
}

/// \param run name of the dimension that counts the runs
std::vector<NamedArray> path_arrays(const InstitutionalModel& model, const PredictivePaths& paths,
                                    const std::string& run) {
  return {path_array(model, paths, run, "approvals", "approvals of the year", paths.approvals),
          path_array(model, paths, run, "stock", "stock at the end of the year", paths.stock),
          path_array(model, paths, run, "delisted", "delisted in the year", paths.delisted)};
}

}  // namespace

std::vector<ParameterSummary> summarize_parameters(const Prior& prior, const AbcState& state) {
  const AbcGeneration& last = state.history.back();
  const WeightedScores sample{prior.size(), last.scores, last.weights};
  const std::vector<double> shrinkage = shrinkages(sample);
  const AbcGeneration& before = state.history[state.history.size() - 1 - state.n_last_rounds];
  const std::vector<double> memory = memories({prior.size(), before.scores, before.weights}, sample);
  std::vector<ParameterSummary> summaries;
  for (std::size_t i = 0; i < prior.size(); ++i) {
    ParameterSummary summary;
    summary.path = prior[i].path;
    summary.unit = prior[i].unit;
    const WeightedQuantiles posterior(sample.of_parameter(i), sample.weights);
    for (std::size_t q = 0; q < summary_levels.size(); ++q) {
      summary.prior[q] = prior[i].distribution.quantile(summary_levels[q]);
      summary.posterior[q] = value_at(prior, i, posterior(summary_levels[q]));
    }
    summary.shrinkage = shrinkage[i];
    if (state.n_last_rounds > 0) summary.memory = memory[i];
    summaries.push_back(std::move(summary));
  }
  return summaries;
}

std::vector<ParameterSummary> summarize_parameters(const InstitutionalModel& model, const CalibrationResult& result) {
  std::vector<ParameterSummary> summaries = summarize_parameters(model.prior(), result.abc);
  for (std::size_t i = 0; i < summaries.size(); ++i) summaries[i].point_fit = result.point_fit.values[i];
  return summaries;
}

std::optional<NeutralShrinkage> neutral_shrinkage(const Prior& prior, const AbcState& state) {
  std::optional<std::size_t> neutral;
  for (std::size_t i = 0; i < prior.size(); ++i)
    if (prior[i].path == neutral_path) neutral = i;
  if (!neutral || state.history.size() < 2) return std::nullopt;
  NeutralShrinkage result{1.0, -maths::infinity, 0.0};
  for (std::size_t g = 1; g < state.history.size(); ++g) {
    const WeightedScores sample{prior.size(), state.history[g].scores, state.history[g].weights};
    result.last = 1.0 - weighted_variance(sample.of_parameter(*neutral), sample.weights);
    result.least = std::min(result.least, result.last);
    result.most = std::max(result.most, result.last);
  }
  return result;
}

std::optional<Drift> drift_of_last_rounds(const Prior& prior, const AbcState& state) {
  if (state.n_last_rounds < 4) return std::nullopt;
  const auto mean_of = [&](std::size_t before_last, std::size_t parameter) {
    const AbcGeneration& generation = state.history[state.history.size() - 1 - before_last];
    const WeightedScores sample{prior.size(), generation.scores, generation.weights};
    return weighted_mean(sample.of_parameter(parameter), sample.weights);
  };
  const AbcGeneration& last = state.history.back();
  const WeightedScores sample{prior.size(), last.scores, last.weights};
  Drift most;
  for (std::size_t i = 0; i < prior.size(); ++i) {
    const double spread = std::sqrt(weighted_variance(sample.of_parameter(i), sample.weights));
    const double shift = 0.5 * (mean_of(0, i) + mean_of(1, i) - mean_of(2, i) - mean_of(3, i)) / spread;
    if (most.path.empty() || std::abs(shift) > std::abs(most.shift)) most = {prior[i].path, shift};
  }
  return most;
}

Table parameter_table(const std::vector<ParameterSummary>& summaries) {
  std::vector<std::string> paths, units;
  std::vector<double> shrinkage, memory, point;
  std::array<std::vector<double>, 6> quantiles;
  for (const ParameterSummary& summary : summaries) {
    paths.push_back(summary.path);
    units.push_back(summary.unit);
    for (std::size_t i = 0; i < 3; ++i) quantiles[i].push_back(summary.prior[i]);
    for (std::size_t i = 0; i < 3; ++i) quantiles[3 + i].push_back(summary.posterior[i]);
    shrinkage.push_back(summary.shrinkage);
    memory.push_back(summary.memory);
    point.push_back(summary.point_fit);
  }
  return {"parameters",
          "Parameters before and after",
          {{"path", "", "path in scenarios", paths},
           {"unit", "", "unit", units},
           {"prior_q05", "", "prior: 5 % quantile", quantiles[0]},
           {"prior_q50", "", "median", quantiles[1]},
           {"prior_q95", "", "95 % quantile", quantiles[2]},
           {"posterior_q05", "", "posterior: 5 % quantile", quantiles[3]},
           {"posterior_q50", "", "median", quantiles[4]},
           {"posterior_q95", "", "95 % quantile", quantiles[5]},
           {"shrinkage", "1", "1 - posterior variance / prior variance, in normal scores", shrinkage},
           {"memory", "1", "correlation of the particles' normal scores before and after the last moves", memory},
           {"point_fit", "", "first guess", point}}};
}

PastsThatFit count_pasts_that_fit(const Calibration& calibration, const CalibrationResult& result) {
  PastsThatFit pasts;
  for (std::size_t i = 0; i < result.draws.size(); ++i) {
    const std::vector<double>& alone = result.draws[i].distances;
    const double farthest = std::ranges::max(alone);
    const double farthest_whole =
        std::ranges::max(std::span(result.whole_distances).subspan(i * alone.size(), alone.size()));
    pasts.alone += farthest <= calibration.paths.distance ? 1 : 0;
    pasts.whole += farthest_whole <= calibration.paths.distance ? 1 : 0;
    pasts.farthest = std::max(pasts.farthest, farthest);
  }
  return pasts;
}

void write_calibration(PosteriorWriter& writer, const InstitutionalModel& model, const CalibrationResult& result) {
  writer.write_prior();
  writer.write_generations(result.abc, result.stop);
  writer.write_draws(result.draws);
  const std::size_t n_draws = result.draws.size(), n_series = model.series().size();
  writer.write_group("whole_model", "Runs of the whole model with the past of each draw",
                     {{"distance",
                       "1",
                       "of the past, in units of the observation error",
                       {"draw", "designation"},
                       {n_draws, n_series},
                       result.whole_distances}});
  writer.write_group("predictive_kept", "Draws with their past, whole model", path_arrays(model, result.kept, "draw"));
  writer.add_dimension("free_run", result.free.n_runs,
                       fmt::format("number of the run, which has the parameters of draw number mod {}", n_draws));
  writer.write_group("predictive_free", "Draws free running, whole model", path_arrays(model, result.free, "free_run"));
  writer.write(parameter_table(summarize_parameters(model, result)), "parameter_row");
  writer.write(correction_table(model, result), "statistic_row");
  writer.write(item_table(result.evaluation), "item");
  writer.write(score_table(result.evaluation), "row");
  writer.write(fit_table(result.evaluation), "row");
  if (!result.profiles.empty()) writer.write(profile_table(model, result.profiles), "profile_row");
  if (result.second) {
    writer.write(wave_table(*result.second), "wave");
    writer.write(emulator_table(model, *result.second), "statistic_row");
    if (!result.second->comparison.empty()) writer.write(comparison_table(model, *result.second), "parameter_row");
  }
  writer.attribute("point_fit_objective", result.point_fit.objective);
}

}  // namespace innochain
