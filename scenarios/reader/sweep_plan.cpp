#include "scenarios/reader/sweep_plan.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/maths.hpp"

namespace innochain {
namespace {

constexpr double most_agents_a_firm = 1e6;

/// Where a member lies in its struct. Parameters and Levers have standard layout.
template <class Struct>
std::ptrdiff_t offset_of(const Struct& whole, const double& member) {
  return reinterpret_cast<const char*>(&member) - reinterpret_cast<const char*>(&whole);
}
template <class Struct>
double& member_at(Struct& whole, std::ptrdiff_t offset) {
  return *reinterpret_cast<double*>(reinterpret_cast<char*>(&whole) + offset);
}
template <class Struct>
double member_at(const Struct& whole, std::ptrdiff_t offset) {
  return *reinterpret_cast<const double*>(reinterpret_cast<const char*>(&whole) + offset);
}

void copy_lever(const Place& place, const Levers& from, Levers& to) {
  switch (place.lever) {
    case Lever::Kind::number:
      member_at(to, place.offset) = member_at(from, place.offset);
      return;
    case Lever::Kind::era:
      to.era = from.era;
      return;
    case Lever::Kind::centralization:
      to.centralization = from.centralization;
      return;
    case Lever::Kind::allocation_rule:
      to.allocation_rule = from.allocation_rule;
      return;
    case Lever::Kind::programme_mergers:
      to.programme_mergers = from.programme_mergers;
      return;
    case Lever::Kind::review_weights:
      to.review.weights = from.review.weights;
      return;
    case Lever::Kind::quality_bar:
      to.quality_bar[place.designation] = from.quality_bar[place.designation];
      return;
    case Lever::Kind::target:
      to.target[place.designation] = from.target[place.designation];
      return;
    case Lever::Kind::calls:
      to.calls[place.designation] = from.calls[place.designation];
      return;
  }
}

/// The lever that holds a number, in the levers of one year.
double& lever_number(const Place& place, Levers& levers) {
  switch (place.lever) {
    case Lever::Kind::centralization:
      return levers.centralization;
    case Lever::Kind::quality_bar:
      return levers.quality_bar[place.designation];
    case Lever::Kind::target:
      return levers.target[place.designation];
    default:
      return member_at(levers, place.offset);
  }
}

Sweepable sweepable_lever(const LeverTable& table, std::size_t i) {
  const Lever& lever = table.levers()[i];
  Sweepable item{.path = join("levers", lever.path), .family = lever.designation.exists(), .lever = i, .place = {}};
  switch (lever.kind) {
    case Lever::Kind::number:
      item.unit = table.declaration(lever).unit;
      item.low = table.declaration(lever).low;
      item.high = table.declaration(lever).high;
      return item;
    case Lever::Kind::centralization:
      item.high = 1;
      return item;
    case Lever::Kind::quality_bar:
      item.low = -10, item.high = 10, item.unit = "sd";
      return item;
    case Lever::Kind::target:
      item.high = 1e6;
      return item;
    default:
      item.number = false;
      return item;
  }
}

}  // namespace

void Place::set(double value, Params& params) const {
  switch (kind) {
    case Kind::parameter:
      member_at(params.parameters, offset) = value;
      return;
    case Kind::kappa:
      params.kappa[designation] = value;
      return;
    case Kind::saturation_share:
      params.saturation_share[designation] = value;
      return;
    case Kind::firms_per_agent:
      params.scale.firms_per_agent = static_cast<int>(value);
      return;
    case Kind::proposals_per_agent:
      params.scale.proposals_per_agent = static_cast<int>(value);
      return;
    case Kind::lever:
      lever_number(*this, params.levers[year]) = value;
      return;
  }
}

void Place::copy(const Params& from, Params& to) const {
  switch (kind) {
    case Kind::parameter:
      member_at(to.parameters, offset) = member_at(from.parameters, offset);
      return;
    case Kind::kappa:
      to.kappa[designation] = from.kappa[designation];
      return;
    case Kind::saturation_share:
      to.saturation_share[designation] = from.saturation_share[designation];
      return;
    case Kind::firms_per_agent:
      to.scale.firms_per_agent = from.scale.firms_per_agent;
      return;
    case Kind::proposals_per_agent:
      to.scale.proposals_per_agent = from.scale.proposals_per_agent;
      return;
    case Kind::lever:
      return copy_lever(*this, from.levers[year], to.levers[year]);
  }
}

Sweepables::Sweepables(const Params& params) : levers_(params.system), years_(params.scale.years) {
  const Parameters parameters = params.parameters;
  visit_parameters(parameters, [&](const double& value, const Declaration& declaration) {
    items_.push_back({.path = join("parameters", declaration.path),
                      .unit = std::string(declaration.unit),
                      .low = declaration.low,
                      .high = declaration.high,
                      .lever = {},
                      .place = {.offset = offset_of(parameters, value), .designation = {}}});
  });
  for (const DesignationId k : all<DesignationId>(params.system.n_designations())) {
    if (params.system.candidature(k).admission != Admission::calls) continue;
    const std::string& name = params.system.institution(k).name;
    items_.push_back({.path = join("parameters.approvals.kappa", name),
                      .family = true,
                      .high = 100,
                      .lever = {},
                      .place = {.kind = Place::Kind::kappa, .designation = k}});
    items_.push_back({.path = join("parameters.approvals.saturation_share", name),
                      .family = true,
                      .high = 1,
                      .lever = {},
                      .place = {.kind = Place::Kind::saturation_share, .designation = k}});
  }
  for (std::size_t i = 0; i < levers_.levers().size(); ++i) items_.push_back(sweepable_lever(levers_, i));
  for (const auto& [path, kind] : {std::pair{"scale.firms_per_agent", Place::Kind::firms_per_agent},
                                   std::pair{"scale.proposals_per_agent", Place::Kind::proposals_per_agent}}) {
    items_.push_back({.path = path,
                      .whole = true,
                      .low = 1,
                      .high = most_agents_a_firm,
                      .lever = {},
                      .place = {.kind = kind, .designation = {}}});
  }
  for (const Sweepable& item : items_) paths_.push_back(item.path);
}

const Sweepable* Sweepables::find(std::string_view path) const {
  const auto found = std::ranges::find(items_, path, &Sweepable::path);
  return found == items_.end() ? nullptr : &*found;
}

Place Sweepables::place(std::size_t lever, std::size_t year) const {
  const Lever& what = levers_.levers()[lever];
  Place place{.kind = Place::Kind::lever, .lever = what.kind, .designation = what.designation, .year = year};
  if (what.kind == Lever::Kind::number) {
    Levers levers{};
    place.offset = offset_of(levers, number_lever(levers, what.number));
  }
  return place;
}

std::vector<Place> Sweepables::places(std::size_t lever, YearSpan years) const {
  std::vector<Place> places;
  const Year last = std::min(years.last, years_.last);
  for (Year year = std::max(years.first, years_.first); year <= last; ++year) {
    places.push_back(place(lever, years_.index(year)));
    if (levers_.levers()[lever].kind != Lever::Kind::centralization) continue;
    for (const std::size_t moved : levers_.centralized()) places.push_back(place(moved, years_.index(year)));
  }
  return places;
}

bool is_share_of_one(std::size_t group, std::string_view path) {
  return std::ranges::any_of(shares_of_one[group],
                             [&](std::string_view lever) { return path == join("levers", lever); });
}

std::string excess_of_shares(std::size_t group, const Params& params) {
  const auto& paths = shares_of_one[group];
  const auto excess = std::ranges::find_if(params.levers, [&](const Levers& levers) {
    return (paths[2].empty() ? levers.review.excellent_share + levers.review.poor_share
                             : levers.reorganization.keep_share + levers.reorganization.merge_share +
                                   levers.reorganization.drop_share) > 1.0 + share_tolerance;
  });
  if (excess == params.levers.end()) return "";
  const Year year = params.scale.years.first + static_cast<int>(excess - params.levers.begin());
  return fmt::format("{} sum to more than 1 in {}",
                     fmt::join(paths.begin(), paths.end() - (paths[2].empty() ? 1 : 0), " + "), year.value());
}

void announce(const Announcement& announcement, std::vector<Target>& targets) {
  std::erase_if(targets, [&](const Target& target) {
    return target.designation == announcement.targets.front().designation &&
           announcement.years.contains(target.announced);
  });
  targets.insert(targets.end(), announcement.targets.begin(), announcement.targets.end());
}

AxisInScenario::AxisInScenario(const Sweepables& sweepables, const Sweepable& what, YearSpan years, YearSpan simulated)
    : years_(years), simulated_(simulated) {
  if (!what.lever) {
    places_ = direct_ = {what.place};
    return;
  }
  const LeverTable& table = sweepables.levers();
  lever_ = table.levers()[*what.lever];
  places_ = sweepables.places(*what.lever, years);
  if (!what.number) return;
  if (!is_centralization()) {
    direct_ = places_;
    return;
  }
  std::vector<CentralizationPath> paths;
  for (const std::size_t moved : table.centralized()) {
    paths.push_back(*table.declaration(table.levers()[moved]).centralization);
  }
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const std::size_t in_year = i % (paths.size() + 1);
    if (in_year == 0)
      direct_.push_back(places_[i]);
    else
      moved_.push_back({places_[i], paths[in_year - 1]});
  }
}

bool AxisInScenario::add_choice(Scope& scope, const LeverTable& table, const Node& value, const std::string& path) {
  const std::size_t before = scope.problems.size();
  LeverEffect effect = table.read_value(scope, *lever_, value, path, years_);
  if (!effect || scope.problems.size() > before) return false;
  choices_.push_back(std::move(effect));
  announcements_.emplace_back();
  if (lever_->kind == Lever::Kind::target && value.is_mapping()) {
    const auto targets = read_target_path(scope, value, path, lever_->designation, years_);
    if (targets) announcements_.back() = {*targets, years_};
  }
  return true;
}

void AxisInScenario::set(double value, Params& params) const {
  for (const Place& place : direct_) place.set(value, params);
  for (const auto& [place, path] : moved_) {
    member_at(params.levers[place.year], place.offset) = path.at_zero + value * (path.at_one - path.at_zero);
  }
}

void AxisInScenario::choose(std::size_t choice, Params& params) const {
  const Year last = std::min(years_.last, simulated_.last);
  for (Year year = std::max(years_.first, simulated_.first); year <= last; ++year) {
    choices_[choice](params.levers[simulated_.index(year)], year);
  }
}

void AxisInScenario::restore(const Params& own, Params& params) const {
  for (const Place& place : places_) place.copy(own, params);
}

const Announcement* AxisInScenario::announcement(std::size_t choice) const {
  return announcements_[choice] ? &*announcements_[choice] : nullptr;
}

bool AxisInScenario::announces() const {
  return std::ranges::any_of(announcements_, [](const auto& announcement) { return announcement.has_value(); });
}

void Levels::push_back(const Level& level) {
  numbers_.push_back(level.kind == Level::Kind::nothing ? maths::nan : level.number);
  if (level.kind == Level::Kind::choice) {
    choices_.resize(numbers_.size(), -1);
    choices_.back() = static_cast<std::int32_t>(level.choice);
  } else if (!choices_.empty()) {
    choices_.push_back(-1);
  }
}

Level Levels::operator[](std::size_t i) const {
  if (!choices_.empty() && choices_[i] >= 0) return {Level::Kind::choice, 0.0, static_cast<std::size_t>(choices_[i])};
  if (std::isnan(numbers_[i])) return {};
  return {Level::Kind::number, numbers_[i], 0};
}

double AxisRange::at(double u) const {
  const double end = integer ? high + 1.0 : high;
  double value =
      logarithmic ? maths::exp(maths::log(low) + u * (maths::log(end) - maths::log(low))) : low + u * (end - low);
  if (integer) value = std::floor(value);
  return std::clamp(value, low, high);
}

AxisValue PlannedAxis::value(const Level& level, bool text) const {
  switch (level.kind) {
    case Level::Kind::number:
      return text ? AxisValue(number_text(level.number)) : AxisValue(level.number);
    case Level::Kind::choice:
      return choices[level.choice];
    case Level::Kind::nothing:
      break;
  }
  return {};
}

Level SweepPlan::level(const PlannedAxis& axis, std::size_t point) const {
  switch (design) {
    case DesignKind::grid:
      return axis.levels[grid->at(point, axis.coordinate)];
    case DesignKind::list:
    case DesignKind::csv:
      return axis.levels[point];
    case DesignKind::lhs:
    case DesignKind::sobol:
      break;
  }
  const double u = latin_hypercube ? latin_hypercube->at(point, axis.coordinate) : sobol->at(point, axis.coordinate);
  if (axis.range) return {Level::Kind::number, axis.range->at(u), 0};
  const auto i = static_cast<std::size_t>(u * static_cast<double>(axis.levels.size()));
  return axis.levels[std::min(i, axis.levels.size() - 1)];
}

std::size_t Sweep::n_points() const {
  return plan_->n_points;
}

SweepArm Sweep::arm(std::size_t arm) const {
  SweepArm result{scenario_of(arm), arm / scenarios.size(), "", {}};
  result.name = scenario_names[result.scenario];
  const bool numbered = plan_->design == DesignKind::lhs || plan_->design == DesignKind::sobol ||
                        (plan_->design == DesignKind::csv && plan_->point_names.empty());
  if (numbered) result.name += fmt::format(", point {}", result.point + 1);
  const bool named = !plan_->point_names.empty() && !plan_->point_names[result.point].empty();
  if (named) result.name += ", " + plan_->point_names[result.point];
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const PlannedAxis& axis = plan_->axes[i];
    const Level level = plan_->level(axis, result.point);
    result.values.push_back(axis.value(level, axes[i].text));
    if (numbered || named || axis.label.empty() || level.kind == Level::Kind::nothing) continue;
    result.name += fmt::format(", {}={}", axis.label, std::get<std::string>(axis.value(level, true)));
  }
  return result;
}

void Sweep::apply(std::size_t arm, Params& params) const {
  const std::size_t scenario = scenario_of(arm), point = arm / scenarios.size();
  const Params& own = scenarios[scenario].params;
  const SweepPlan::Settings& settings = plan_->settings[scenario];
  if (plan_->announces) params.targets = settings.targets;
  // What an arm leaves alone goes back first, since another axis may write it too.
  for (const PlannedAxis& axis : plan_->axes) {
    if (plan_->level(axis, point).kind == Level::Kind::nothing) axis.in[scenario].restore(own, params);
  }
  for (const std::size_t i : plan_->order) {
    const PlannedAxis& axis = plan_->axes[i];
    const Level level = plan_->level(axis, point);
    if (level.kind == Level::Kind::number) axis.in[scenario].set(level.number, params);
    if (level.kind != Level::Kind::choice) continue;
    axis.in[scenario].choose(level.choice, params);
    const Announcement* announcement = axis.in[scenario].announcement(level.choice);
    if (announcement) announce(*announcement, params.targets);
  }
  for (const Place& place : settings.places) place.copy(own, params);
  if (!plan_->announces) return;
  for (const Announcement& announcement : settings.announcements) announce(announcement, params.targets);
}

}  // namespace innochain
