#include "calibration/synthetic.hpp"

#include <fmt/format.h>

#include <limits>

#include "calibration/luck_numbers.hpp"

namespace innochain {

namespace {

std::uint64_t seed_of_set(std::uint64_t seed, std::size_t number) {
  Stream stream = synthetic_stream(seed, SyntheticDraw::seed, number);
  // Non-negative also where a file keeps seeds as signed integers.
  const std::uint64_t high = stream() >> 1;
  return high << 32 | stream();
}

/// Moves what was observed to a value.
void observe(TargetItem& item, double value, Stream& stream) {
  const double width = item.high - item.low, before = item.low;
  item.low = value - stream.uniform() * width;
  item.high = item.low + width;
  if (item.point) *item.point += item.low - before;
}

void observe_items(const InstitutionalModel& model, const std::vector<double>& values,
                   const std::vector<double>& errors, Stream& stream, Calibration& copy) {
  const std::vector<TargetSeries>& original = model.calibration().targets.series;
  std::size_t j = 0;
  const auto observe_next = [&](TargetItem& item) {
    observe(item, values[j] + errors[j] * item.sigma, stream);
    ++j;
  };
  for (const FittedSeries& fitted : model.series()) {
    TargetSeries& series = copy.targets.series[static_cast<std::size_t>(fitted.series - original.data())];
    for (const TargetItem* item : fitted.items)
      observe_next(series.items[static_cast<std::size_t>(item - fitted.series->items.data())]);
    if (fitted.end) observe_next(series.ends[static_cast<std::size_t>(fitted.end - fitted.series->ends.data())]);
  }
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
  for (std::size_t j = 0; j < values.size(); ++j) set.errors.push_back(errors.normal());
  Stream places = synthetic_stream(original.seed, SyntheticDraw::place, number);
  observe_items(model, values, set.errors, places, set.calibration);
  observe_calls(model, params, run, set.calibration);
  return set;
}

}  // namespace innochain
