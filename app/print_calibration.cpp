#include "app/print_calibration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/short_number.hpp"
#include "calibration/calibration_tables.hpp"
#include "calibration/second_stage.hpp"

namespace innochain {

namespace {

std::string interval_text(const std::array<double, 3>& quantiles) {
  return fmt::format("{} [{}, {}]", short_number(quantiles[1]), short_number(quantiles[0]), short_number(quantiles[2]));
}

void print_parameters(const std::vector<ParameterSummary>& summaries, const Prior& prior, const AbcState& state) {
  const std::optional<NeutralShrinkage> neutral = neutral_shrinkage(prior, state);
  const std::optional<Drift> drift = drift_of_last_rounds(prior, state);
  fmt::print("{:<49} {:<26} {:<26} {:>9} {:>7}\n", "parameter (median [90 % interval])", "prior", "posterior",
             "shrinkage", "memory");
  for (const ParameterSummary& summary : summaries) {
    fmt::print("{:<49} {:<26} {:<26} {:>9.2f} {:>7}\n", summary.path, interval_text(summary.prior),
               interval_text(summary.posterior), summary.shrinkage,
               std::isnan(summary.memory) ? "-" : fmt::format("{:.2f}", summary.memory));
  }
  if (const double tolerance = state.history.back().tolerance; std::isinf(tolerance))
    fmt::print(
        "The sampler ended before its first tolerance: these are draws of the prior (allow more simulations).\n");
  else
    fmt::print("Tolerance reached: {}\n", short_number(tolerance));
  if (std::ranges::any_of(summaries, [](const ParameterSummary& s) { return !std::isnan(s.memory); }))
    fmt::print(
        "Memory: correlation, over the particles, of where they were before the last moves and after. Near 0 in every "
        "parameter (its error is about 1/√particles), particles have forgotten where they came from; else draws are "
        "fewer than they seem.\n");
  if (drift)
    fmt::print(
        "Between the two last rounds of moves and the two before, the mean of {} moved most, by {:+.2f} posterior "
        "standard deviations.\n",
        drift->path, drift->shift);
  if (neutral)
    fmt::print(
        "The neutral parameter does nothing: its shrinkage of {:.2f} (from {:.2f} to {:.2f} over the generations) is "
        "the sampler's error, and as much of another is no information.\n",
        neutral->last, neutral->least, neutral->most);
}

void print_fit(const Calibration& calibration, const CalibrationResult& result) {
  const YearSpan years = result.evaluation.curve_years;
  fmt::print("\n{:<26} {:>14} {:>14}\n", fmt::format("fit {}-{}, median", years.first.value(), years.last.value()),
             "free running", "with its past");
  for (const SeriesResult& series : result.evaluation.series)
    if (series.fit_error_free)
      fmt::print("{:<26} {:>12.1f} % {:>12.1f} %\n", series.series->designation, 100.0 * *series.fit_error_free,
                 100.0 * *series.fit_error_kept);
  const auto [n, inside] = result.evaluation.usable_totals();
  fmt::print("{} of {} usable totals and stocks inside the 90 % interval, free running\n", inside, n);
  const PastsThatFit pasts = count_pasts_that_fit(calibration, result);
  fmt::print("pasts within {} of every series: {} of {} draws, {} in the whole model; the farthest series of any: {}\n",
             short_number(calibration.paths.distance), pasts.alone, result.draws.size(), pasts.whole,
             short_number(pasts.farthest));
}

void print_items(const InstitutionalModel& model, const CalibrationResult& result) {
  const YearSpan years = model.calibration().predict;
  fmt::print("\nheld out, {}-{}: median [90 % interval] of draws with their past\n", years.first.value(),
             years.last.value());
  for (const ItemResult& item : result.evaluation.items) {
    if (!item.held_out || !item.scored) continue;
    const std::string observed =
        item.item->exact() ? short_number(item.item->low)
                           : fmt::format("{}-{}", short_number(item.item->low), short_number(item.item->high));
    fmt::print("{:<26} {:<18} {:>9}  {}\n", item.series->designation, item.item->name, observed,
               interval_text({item.kept.interval.low, item.kept.median, item.kept.interval.high}));
  }
}

void print_scores(const CalibrationResult& result) {
  fmt::print("\n{:<26}", "interval score (width)");
  for (const ForecasterScore& score : result.evaluation.series.front().scores) fmt::print(" {:>16}", score.forecaster);
  fmt::print("\n");
  for (const SeriesResult& series : result.evaluation.series) {
    fmt::print("{:<26}", series.series->designation);
    for (const ForecasterScore& own : series.scores)
      fmt::print(" {:>16}", own.score.n_items > 0 ? fmt::format("{} ({})", short_number(own.score.mean_interval_score),
                                                                short_number(own.score.mean_width))
                                                  : "-");
    fmt::print("\n");
  }
  fmt::print("{:<26}", "sum over designations");
  for (const ForecasterScore& score : result.evaluation.series.front().scores) {
    const auto total = result.evaluation.total_score(score.forecaster);
    fmt::print(" {:>16}", total ? short_number(*total) : "-");
  }
  fmt::print("\n{:<26}", "exact points covered");
  for (const ForecasterScore& score : result.evaluation.series.front().scores) {
    const auto [n, covered] = result.evaluation.exact_points(score.forecaster);
    fmt::print(" {:>16}", fmt::format("{} of {}", covered, n));
  }
  fmt::print("\n");
}

void print_profiles(const InstitutionalModel& model, const std::vector<Profile>& profiles) {
  fmt::print("\n{:<49} {}\n{:<49}", "profiles: objective over the best fit, held at",
             "the prior's quantiles (normal scores)", "");
  for (const double score : profile_scores) fmt::print(" {:>7}", score);
  fmt::print("\n");
  for (std::size_t p = 0; p < profiles.size(); ++p) {
    fmt::print("{:<49}", model.prior()[p].path);
    for (const double rise : profiles[p].rises) fmt::print(" {:>7.2f}", rise);
    fmt::print("\n");
  }
}

void print_second_method(const InstitutionalModel& model, const SecondMethod& method) {
  fmt::print("\nhistory matching with emulators: {}\n", method.end);
  for (std::size_t i = 0; i < method.waves.size(); ++i)
    fmt::print("wave {}: {} points, {} statistics, {} [{}, {}] of the prior is not implausible\n", i + 1,
               method.waves[i].n_points, method.waves[i].n_statistics_used, short_number(method.waves[i].share),
               short_number(method.waves[i].share_low), short_number(method.waves[i].share_high));
  if (method.comparison.empty()) return;
  fmt::print("{:<49} {:<22} {:<22} {}\n", "normal scores: median [90 % interval]", "ABC-SMC", "emulators",
             "distance (noise)");
  for (std::size_t i = 0; i < method.comparison.size(); ++i) {
    const MarginalComparison& c = method.comparison[i];
    const auto text = [](const PosteriorInterval& q) {
      return fmt::format("{:.2f} [{:.2f}, {:.2f}]", q.median, q.low, q.high);
    };
    fmt::print("{:<49} {:<22} {:<22} {:.2f} ({:.2f}){}\n", model.prior()[i].path, text(c.a), text(c.b), c.distance,
               c.noise, c.disagree ? " disagree" : "");
  }
  const double r_hat = method.diagnostics->r_hat.maxCoeff();
  fmt::print("potential scale reduction of the emulators' Markov chains: {:.2f} at most{}\n", r_hat,
             r_hat > most_r_hat ? "; they do not agree, and the comparison is worth little" : "");
}

std::string known_text(const KnownValue& known) {
  if (known.value) return short_number(*known.value);
  return fmt::format("{}-{}", short_number(known.low), short_number(known.high));
}

void print_outputs(const SecondStage& result, bool held_out) {
  fmt::print("\n{:<34} {:>9}  {:<26} {}\n", held_out ? "outputs held out" : "outputs, median [90 % interval]",
             "observed", "with the draws", "before this stage");
  for (const OutputResult& output : result.outputs) {
    if (output.held_out != held_out) continue;
    const auto text = [](const Forecast& f) { return interval_text({f.interval.low, f.median, f.interval.high}); };
    fmt::print("{:<34} {:>9}  {:<26} {}\n", output.target.name(), known_text(*output.target.known), text(output.fitted),
               text(output.before));
  }
}

}  // namespace

void print_second_stage(const OutputModel& model, const SecondStage& result, bool predict) {
  print_parameters(summarize_parameters(model.prior(), result.abc), model.prior(), result.abc);
  print_outputs(result, false);
  if (!predict) return;
  if (model.held_out().empty())
    fmt::print("\nThe series end with the fit: nothing is held out.\n");
  else
    print_outputs(result, true);
}

void print_calibration(const InstitutionalModel& model, const CalibrationResult& result, bool predict) {
  print_parameters(summarize_parameters(model, result), model.prior(), result.abc);
  print_fit(model.calibration(), result);
  const auto is_judged = [](const ItemResult& item) { return item.held_out && item.scored; };
  if (predict && std::ranges::none_of(result.evaluation.items, is_judged)) {
    const YearSpan years = model.calibration().predict;
    fmt::print("\nNo target lies in {}-{}: there is nothing to judge forecasts by.\n", years.first.value(),
               years.last.value());
  } else if (predict) {
    print_items(model, result);
    print_scores(result);
  }
  if (!result.profiles.empty()) print_profiles(model, result.profiles);
  if (result.second) print_second_method(model, *result.second);
}

}  // namespace innochain
