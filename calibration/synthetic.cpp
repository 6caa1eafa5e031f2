#include "calibration/synthetic.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <span>

#include "calibration/luck_numbers.hpp"
#include "calibration/sampling.hpp"
#include "calibration/tolerance_noise.hpp"

namespace innochain {

namespace {

std::uint64_t seed_of_set(std::uint64_t seed, std::size_t number) {
  Stream stream = synthetic_stream(seed, SyntheticDraw::seed, number);
  // Non-negative also where a file keeps seeds as signed integers.
  const std::uint64_t high = stream() >> 1;
  return high << 32 | stream();
}

/// Moves what was observed to a middle.
void observe(TargetItem& item, double middle) {
  const double shift = middle - 0.5 * (item.low + item.high);
  item.low += shift;
  item.high += shift;
  if (item.point) *item.point += shift;
}

/// Calls a function of every statistic's number, in order, and of the target's item that it is compared with: that of
/// the calibration, and that of a copy.
template <class Function>
void for_each_item(const InstitutionalModel& model, Calibration& copy, Function&& function) {
  const std::vector<TargetSeries>& original = model.calibration().targets.series;
  std::size_t j = 0;
  for (const FittedSeries& fitted : model.series()) {
    TargetSeries& series = copy.targets.series[static_cast<std::size_t>(fitted.series - original.data())];
    for (const TargetItem* item : fitted.items)
      function(j++, series.items[static_cast<std::size_t>(item - fitted.series->items.data())]);
    if (fitted.end) function(j++, series.ends[static_cast<std::size_t>(fitted.end - fitted.series->ends.data())]);
  }
}

/// Errors that the tolerance stands for, block by block.
std::vector<double> draw_errors(const InstitutionalModel& model, Calibration& copy, Stream& stream) {
  std::vector<double> half_widths(model.n_statistics());
  for_each_item(model, copy, [&](std::size_t j, const TargetItem& item) {
    half_widths[j] = (item.high - item.low) / (2.0 * item.sigma);
  });
  std::vector<double> errors;
  for (const StatisticsBlock& block : model.blocks()) {
    const double radius = target_tolerance(model.calibration().smc) * std::sqrt(static_cast<double>(block.size));
    const std::vector<double> own =
        in_rounded_box(std::span(half_widths).subspan(block.first, block.size), radius, stream);
    errors.insert(errors.end(), own.begin(), own.end());
  }
  return errors;
}

void observe_calls(const InstitutionalModel& model, const Params& params, const Indicators& run, Calibration& copy) {
  const std::vector<TargetSeries>& original = model.calibration().targets.series;
  Params& scenario = copy.scenario.params;
  for (const FittedSeries& fitted : model.series()) {
    TargetSeries& series = copy.targets.series[static_cast<std::size_t>(fitted.series - original.data())];
    for (const CallDatum& known : fitted.calls) {
      const bool call = call_in(params, run, fitted.designation, known.year);
      for (CallDatum& datum : series.calls)
        if (datum.year == known.year) datum.call = call;
      scenario.levers[scenario.scale.years.index(known.year)].calls[fitted.designation] = {
          call ? CallLever::Kind::open : CallLever::Kind::closed, std::numeric_limits<double>::quiet_NaN()};
    }
  }
}

}  // namespace

Stream synthetic_stream(std::uint64_t seed, SyntheticDraw draw, std::size_t number) {
  return Streams(seed, design_replicate).at(Purpose::abc_smc, Year(static_cast<int>(draw)), number);
}

bool call_in(const Params& params, const Indicators& run, DesignationId designation, Year year) {
  const std::size_t n_lab_types = params.system.lab_types.size(), k = designation.index();
  return (k < n_lab_types ? run.lab_calls.at(year, k) : run.zone_calls.at(year, k - n_lab_types)) > 0;
}

Params institutions_with_drawn_calls(const InstitutionalModel& model) {
  Params params = model.institutions_until(model.calibration().fit.last);
  for (const FittedSeries& fitted : model.series())
    for (const CallDatum& datum : fitted.calls)
      params.levers[params.scale.years.index(datum.year)].calls[fitted.designation] = CallLever{};
  return params;
}

SyntheticSet make_synthetic(const InstitutionalModel& model, std::size_t number) {
  const Calibration& original = model.calibration();
  SyntheticSet set{{}, std::vector<double>(model.prior().size()), 0, {}, original};
  Stream parameters = synthetic_stream(original.seed, SyntheticDraw::truth, number);
  for (std::size_t i = 0; i < model.prior().size(); ++i) set.scores.push_back(parameters.normal());
  model.prior().values(set.scores, set.values);
  set.calibration.seed = seed_of_set(original.seed, number);
  // Samplers take luck numbers from the other end and stop before the last.
  set.luck = LuckNumbers(set.calibration.seed)(LuckNumbers::n_available - 1);
  set.calibration.yaml += fmt::format("synthetic_set: {}\n", number);

  Params params = institutions_with_drawn_calls(model);
  model.apply(set.values, params);
  Workspace workspace;
  const Indicators& run = simulate(params, set.calibration.seed, set.luck, workspace);
  std::vector<double> values(model.n_statistics());
  model.values_of(params, run, values);
  Stream errors = synthetic_stream(original.seed, SyntheticDraw::error, number);
  set.errors = draw_errors(model, set.calibration, errors);
  for_each_item(model, set.calibration,
                [&](std::size_t j, TargetItem& item) { observe(item, values[j] + set.errors[j] * item.sigma); });
  observe_calls(model, params, run, set.calibration);
  return set;
}

}  // namespace innochain
