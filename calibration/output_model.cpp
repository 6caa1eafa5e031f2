#include "calibration/output_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "calibration/institutional_model.hpp"
#include "calibration/luck_numbers.hpp"
#include "sim/simulate.hpp"

namespace innochain {

namespace {

std::vector<std::string> paths_of(const Prior& prior) {
  std::vector<std::string> paths;
  for (const PriorParameter& parameter : prior.parameters()) paths.push_back(parameter.path);
  return paths;
}

}  // namespace

std::string OutputTarget::name() const {
  const YearSpan years = known->years;
  if (years.first == years.last) return fmt::format("{}: {}", pattern->name, years.first.value());
  return fmt::format("{}: {}-{}", pattern->name, years.first.value(), years.last.value());
}

double deviation(const KnownValue& known, double simulated) {
  if (known.value) return (simulated - *known.value) / ((known.high - known.low) / 2.0);
  const double end = std::clamp(simulated, known.low, known.high);
  if (end == simulated) return 0.0;
  const double width = known.high - known.low;
  return (simulated - end) /
         (std::isfinite(width) ? width / 2.0 : relative_error(known.confidence, known.level) * std::abs(end));
}

OutputModel::OutputModel(const Calibration& calibration)
    : calibration_(calibration),
      draws_(calibration.after->file, ParameterDraws::Kind::posterior, calibration.seed),
      rooms_([this] { return Room{whole_until(calibration_.fit.last, calibration_), {}}; }) {
  in_scenario_ = draws_.in(calibration.scenario, paths_of(calibration.prior));
  n_draws_ = draws_.n_draws();
  for (std::size_t i = 0; i < calibration.targets.outputs.size(); ++i) {
    const Pattern& pattern = calibration.targets.outputs[i];
    quantities_.emplace_back(pattern, calibration.scenario.params.system);
    for (const KnownValue& known : pattern.rows) {
      if (calibration.fit.contains(known.years.last))
        targets_.push_back({&pattern, &known, i});
      else if (calibration.predict.contains(known.years.last))
        held_out_.push_back({&pattern, &known, i});
    }
  }
  std::vector<double> rows(quantities_.size(), 0.0);
  for (const OutputTarget& target : targets_) rows[target.quantity] += 1.0;
  const double n_patterns =
      static_cast<double>(quantities_.size() - static_cast<std::size_t>(std::ranges::count(rows, 0.0)));
  for (const OutputTarget& target : targets_)
    shares_.push_back(std::sqrt(static_cast<double>(targets_.size()) / (n_patterns * rows[target.quantity])));
  blocks_ = {{"outputs", 0, targets_.size()}};
}

std::vector<std::string> OutputModel::statistic_names() const {
  std::vector<std::string> names;
  for (const OutputTarget& target : targets_) names.push_back(target.name());
  return names;
}

std::size_t OutputModel::draw_of(Luck luck) const {
  // Scrambled, for a sampler begins with blocks whose luck has the number of the replicate.
  const std::size_t own = luck.block(0) > 0 ? LuckNumbers(calibration_.seed)(luck.block(0)) : 0;
  return (luck.number + own) % n_draws_;
}

void OutputModel::apply(std::size_t draw, std::span<const double> values, Params& params) const {
  in_scenario_.apply(static_cast<std::uint32_t>(draw), params);
  for (const FixedParameter& fixed : calibration_.fixed) fixed.place.set(fixed.value, params);
  if (values.empty()) return;
  for (std::size_t i = 0; i < calibration_.places.size(); ++i) calibration_.places[i].set(values[i], params);
}

double OutputModel::value(const OutputTarget& target, const Params& params, const Indicators& run) const {
  return quantities_[target.quantity].value(run, params.scale.years, target.known->years);
}

void OutputModel::simulate(std::span<const double> values, Luck luck, std::span<double> deviations,
                           std::span<double> log_weights) const {
  Room& room = rooms_.local();
  const std::size_t draw = draw_of(luck);
  apply(draw, values, room.params);
  // Up to the end of the fit the past of the draw decides; the replicate is of the years after it.
  const Indicators& run =
      innochain::simulate(room.params, calibration_.seed, static_cast<std::uint32_t>(draw), room.workspace);
  for (std::size_t j = 0; j < targets_.size(); ++j)
    deviations[j] = shares_[j] * deviation(*targets_[j].known, value(targets_[j], room.params, run));
  log_weights.front() = 0.0;
}

}  // namespace innochain
