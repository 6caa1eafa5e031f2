#include "calibration/second_stage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "calibration/calibration_tables.hpp"
#include "output/digest.hpp"
#include "output/errors.hpp"
#include "sim/core/maths.hpp"
#include "sim/core/random.hpp"
#include "sim/simulate.hpp"

namespace innochain {

namespace {

/// Equally probable pairs of a draw of the first stage and output parameters, from the last generation, in a drawn
/// order.
std::vector<OutputDraw> choose_draws(const OutputModel& model, const AbcState& state) {
  const Calibration& calibration = model.calibration();
  const auto n = static_cast<std::size_t>(calibration.paths.draws);
  std::vector<OutputDraw> draws;
  for (const std::size_t i : choose_particles(state.history.back().weights, n, calibration.seed)) {
    const AbcParticle& particle = state.population[i];
    OutputDraw& draw =
        draws.emplace_back(model.draw_of(particle.luck.of(0)), std::vector<double>(model.prior().size()));
    model.prior().values(particle.scores, draw.values);
  }
  return draws;
}

/// All targets in the runs of all draws: [target][draw].
std::vector<std::vector<double>> run_draws(const OutputModel& model, const std::vector<OutputDraw>& draws,
                                           const std::vector<OutputTarget>& targets, bool with_parameters,
                                           const WorkOptions& options) {
  struct Room {
    Params params;
    Workspace workspace;
  };
  const Calibration& calibration = model.calibration();
  tbb::enumerable_thread_specific<Room> rooms(
      [&] { return Room{whole_until(calibration.predict.last, calibration), {}}; });
  std::vector<std::vector<double>> values(targets.size(), std::vector<double>(draws.size()));
  for_each_parallel(draws.size(), options, [&](std::size_t i) {
    Room& room = rooms.local();
    model.apply(draws[i].first_stage_draw,
                with_parameters ? std::span<const double>(draws[i].values) : std::span<const double>(), room.params);
    const Indicators& run = simulate(room.params, calibration.seed, static_cast<std::uint32_t>(i), room.workspace);
    for (std::size_t j = 0; j < targets.size(); ++j) values[j][i] = model.value(targets[j], room.params, run);
  });
  return values;
}

std::vector<OutputResult> predict_outputs(const OutputModel& model, const std::vector<OutputDraw>& draws,
                                          const WorkOptions& options, const CalibrationNews& news) {
  std::vector<OutputTarget> targets = model.targets();
  targets.insert(targets.end(), model.held_out().begin(), model.held_out().end());
  news.begin("outputs before this stage", draws.size());
  const auto before = run_draws(model, draws, targets, false, options);
  news.begin("outputs with the draws", draws.size());
  const auto fitted = run_draws(model, draws, targets, true, options);
  const std::vector<double> weights(draws.size(), 1.0);
  std::vector<OutputResult> results;
  for (std::size_t j = 0; j < targets.size(); ++j)
    results.push_back({targets[j], j >= model.targets().size(), forecast_of_draws(fitted[j], weights),
                       forecast_of_draws(before[j], weights)});
  return results;
}

std::size_t n_different_pasts(const std::vector<OutputDraw>& draws) {
  std::set<std::size_t> pasts;
  for (const OutputDraw& draw : draws) pasts.insert(draw.first_stage_draw);
  return pasts.size();
}

/// Draws of both stages: this stage's parameters, without the neutral one, after those of the first.
std::vector<CalibratedDraw> joined_draws(const Posterior& first, const SecondStage& result) {
  std::vector<CalibratedDraw> joined;
  for (const OutputDraw& draw : result.draws) {
    CalibratedDraw& both = joined.emplace_back();
    const std::size_t k = draw.first_stage_draw;
    both.values = first.values[k];
    both.values.insert(both.values.end(), draw.values.begin(), draw.values.end());
    both.luck = first.luck[k];
    both.distances = first.distances[k];
    both.attempts = first.attempts[k];
  }
  return joined;
}

Table output_table(const SecondStage& result) {
  std::vector<std::string> patterns, titles, units, windows, sources;
  std::vector<double> first, last, low, high, value;
  std::array<std::vector<double>, 6> quantiles;
  for (const OutputResult& output : result.outputs) {
    const KnownValue& known = *output.target.known;
    patterns.push_back(output.target.pattern->name);
    titles.push_back(output.target.pattern->title);
    units.push_back(output.target.pattern->unit);
    windows.emplace_back(output.held_out ? "held out" : "fitted");
    sources.push_back(known.source);
    first.push_back(known.years.first.value());
    last.push_back(known.years.last.value());
    low.push_back(known.low);
    high.push_back(known.high);
    value.push_back(known.value.value_or(maths::nan));
    std::size_t i = 0;
    for (const Forecast* forecast : {&output.fitted, &output.before})
      for (const double q : {forecast->interval.low, forecast->median, forecast->interval.high})
        quantiles[i++].push_back(q);
  }
  return {"outputs",
          "Known outputs against the draws",
          {{"pattern", "", "name of the output", patterns},
           {"title", "", "what it is", titles},
           {"unit", "", "unit of its values", units},
           {"window", "", "whether it was fitted", windows},
           {"first_year", "year", "first year", first},
           {"last_year", "year", "last year", last},
           {"low", "1", "observed, lower end", low},
           {"high", "1", "observed, upper end", high},
           {"value", "1", "observed; missing where only the interval is known", value},
           {"fitted_q05", "1", "draws of this stage: 5 % quantile", quantiles[0]},
           {"fitted_q50", "1", "median", quantiles[1]},
           {"fitted_q95", "1", "95 % quantile", quantiles[2]},
           {"before_q05", "1", "with the scenario's own parameters of outputs: 5 % quantile", quantiles[3]},
           {"before_q50", "1", "median", quantiles[4]},
           {"before_q95", "1", "95 % quantile", quantiles[5]},
           {"source", "", "where it was observed", sources}}};
}

}  // namespace

Posterior first_stage_of(const OutputModel& model) {
  const FirstStage& after = *model.calibration().after;
  Posterior first = read_posterior(after.file);
  if (digest(after.file) != after.digest)
    throw ReadFailed(fmt::format("{}: was replaced while this command read it", after.file.string()));
  return first;
}

SecondStage fit_outputs(const OutputModel& model, const CalibrationStore& store, std::size_t n_shards,
                        const WorkOptions& given, const CalibrationNews& news) {
  WorkOptions options = given;
  options.progress = news.progress;
  SecondStage result;
  AbcResult sampled = sample_posterior(model, model.calibration(), store, {1, n_shards}, options, news);
  result.abc = std::move(sampled.state);
  result.stop = sampled.stop;
  news.say(fmt::format("ABC-SMC ended: {}", to_string(result.stop)));
  result.draws = choose_draws(model, result.abc);
  news.say(fmt::format("{} draws have {} different pasts of the first stage", result.draws.size(),
                       n_different_pasts(result.draws)));
  result.outputs = predict_outputs(model, result.draws, options, news);
  return result;
}

void help_fit_outputs(const OutputModel& model, const CalibrationStore& store, Shard shard, const WorkOptions& options,
                      const CalibrationNews& news) {
  sample_posterior(model, model.calibration(), store, shard, options, news);
}

PosteriorSubject subject_of(const OutputModel& model, const Posterior& first) {
  const Calibration& calibration = model.calibration();
  PosteriorSubject subject{&calibration, {}, {}, {}, first.designations, model.statistic_names(), first.seed};
  std::vector<PriorParameter> parameters;
  for (std::size_t i = 0; i < first.paths.size(); ++i)
    parameters.push_back({first.paths[i], first.units[i], first.priors[i]});
  for (const PriorParameter& parameter : calibration.prior.parameters()) {
    parameters.push_back(parameter);
    subject.fitted.push_back(parameter.path);
  }
  subject.prior = Prior(std::move(parameters));
  for (std::size_t i = 0; i < first.fixed_paths.size(); ++i)
    subject.fixed.emplace_back(first.fixed_paths[i], first.fixed_values[i]);
  for (const FixedParameter& fixed : calibration.fixed) subject.fixed.emplace_back(fixed.path, fixed.value);
  return subject;
}

void write_second_stage(PosteriorWriter& writer, const OutputModel& model, const Posterior& first,
                        const SecondStage& result) {
  writer.write_prior();
  writer.write_generations(result.abc, result.stop);
  writer.write_draws(joined_draws(first, result));
  writer.write(parameter_table(summarize_parameters(model.prior(), result.abc)), "parameter_row");
  writer.write(output_table(result), "output_row");
  writer.attribute("first_stage_digest", model.calibration().after->digest);
}

}  // namespace innochain
