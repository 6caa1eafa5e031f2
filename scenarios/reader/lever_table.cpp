#include "scenarios/reader/lever_table.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/maths.hpp"

namespace innochain {
namespace {

struct Ramp {
  double from = 0.0, to = 0.0;
};

/// A number, or a ramp over the span, as a function of the year.
std::optional<std::function<double(Year)>> read_course(Scope& scope, const Node& value, const std::string& path,
                                                       NumberKind range, YearSpan years) {
  if (!value.is_mapping()) {
    double number = 0.0;
    if (!read(scope, value, path, range, number)) return {};
    return [number](Year) { return number; };
  }
  const std::size_t before = scope.problems.size();
  const auto parts = read_by_name(scope, value, path, std::vector<std::string>{"from", "to", "path"});
  Ramp ramp;
  if (parts[0]) read(scope, *parts[0], join(path, "from"), range, ramp.from);
  if (parts[1]) read(scope, *parts[1], join(path, "to"), range, ramp.to);
  if (!parts[0] || !parts[1]) scope.error(value, path, "a ramp needs from and to");
  if (parts[2]) read_name_among(scope, *parts[2], join(path, "path"), std::vector<std::string>{"linear"});
  if (scope.problems.size() > before) return {};
  return [ramp, years](Year year) {
    if (years.first == years.last) return ramp.to;
    return ramp.from + (ramp.to - ramp.from) * (year - years.first) / (years.last - years.first);
  };
}

LeverEffect read_target(Scope& scope, const Node& value, const std::string& path, DesignationId designation,
                        YearSpan years) {
  if (value.is_plain("none")) return [=](Levers& levers, Year) { levers.target[designation] = maths::nan; };
  if (value.is_scalar()) {
    double stock = 0.0;
    if (!read(scope, value, path, NumberKind{0, 1e6}, stock)) return {};
    return [=](Levers& levers, Year) { levers.target[designation] = stock; };
  }
  const auto targets = read_target_path(scope, value, path, designation, years);
  if (!targets) return {};
  return [=](Levers& levers, Year year) {
    const auto next = std::ranges::find_if(*targets, [&](const Target& target) { return year <= target.by; });
    levers.target[designation] = (next == targets->end() ? targets->back() : *next).stock;
  };
}

LeverEffect read_calls(Scope& scope, const Node& value, const std::string& path, DesignationId designation,
                       YearSpan years) {
  if (value.is_mapping()) {
    CallFields fields;
    if (!read(scope, value, path, NestedKind{}, fields)) return {};
    return call_effect(fields, designation, years.last);
  }
  const auto word =
      read_name_among(scope, value, path, std::vector<std::string>{"drawn", "open", "closed", "moratorium"});
  if (!word) return {};
  return [=](Levers& levers, Year) { levers.calls[designation] = {static_cast<CallLever::Kind>(*word), maths::nan}; };
}

template <class Kind, class Member>
LeverEffect read_member(Scope& scope, const Node& value, const std::string& path, const Kind& kind,
                        Member Levers::* member) {
  Member read_value{};
  if (!read(scope, value, path, kind, read_value)) return {};
  return [=](Levers& levers, Year) { levers.*member = read_value; };
}

LeverEffect read_review_weights(Scope& scope, const Node& value, const std::string& path) {
  std::array<double, n_criteria> weights{};
  if (!read(scope, value, path, SharesKind<n_criteria>{criterion_names}, weights)) return {};
  return [=](Levers& levers, Year) { levers.review.weights = weights; };
}

std::string call_text(const CallLever& calls) {
  switch (calls.kind) {
    case CallLever::Kind::open:
      return "open";
    case CallLever::Kind::closed:
      return "closed";
    case CallLever::Kind::moratorium:
      return "moratorium";
    case CallLever::Kind::drawn:
      break;
  }
  return std::isnan(calls.probability) ? "drawn"
                                       : fmt::format("{{yearly_probability: {}}}", number_text(calls.probability));
}

std::string optional_text(double value) {
  return std::isnan(value) ? "" : number_text(value);
}

}  // namespace

double& number_lever(Levers& levers, std::size_t number) {
  double* found = nullptr;
  std::size_t i = 0;
  visit_number_levers(levers, [&](double& value, const LeverDeclaration&) {
    if (i++ == number) found = &value;
  });
  return *found;
}

LeverTable::LeverTable(const System& system) {
  levers_.push_back({"era", Lever::Kind::era, 0, {}});
  levers_.push_back({"centralization", Lever::Kind::centralization, 0, {}});
  Levers levers = default_levers(system);
  visit_number_levers(levers, [&](double&, const LeverDeclaration& declaration) {
    if (declaration.centralization) centralized_.push_back(levers_.size());
    levers_.push_back({std::string(declaration.path), Lever::Kind::number, declarations_.size(), {}});
    declarations_.push_back(declaration);
  });
  levers_.push_back({"allocation_rule", Lever::Kind::allocation_rule, 0, {}});
  levers_.push_back({"programme_mergers", Lever::Kind::programme_mergers, 0, {}});
  levers_.push_back({"review.weights", Lever::Kind::review_weights, 0, {}});
  for (const auto& [prefix, kind] :
       {std::pair{"quality_bar", Lever::Kind::quality_bar}, std::pair{"targets", Lever::Kind::target},
        std::pair{"calls", Lever::Kind::calls}}) {
    for (const DesignationId k : all<DesignationId>(system.n_designations())) {
      if (system.candidature(k).admission == Admission::calls) {
        levers_.push_back({join(prefix, system.institution(k).name), kind, 0, k});
      }
    }
  }
  for (const Lever& lever : levers_) paths_.push_back(lever.path);
}

std::optional<std::size_t> LeverTable::find(std::string_view path) const {
  const auto found = std::ranges::find(paths_, path);
  if (found == paths_.end()) return {};
  return static_cast<std::size_t>(found - paths_.begin());
}

LeverEffect LeverTable::read_number(Scope& scope, const Lever& lever, const Node& value, const std::string& path,
                                    YearSpan years) const {
  const LeverDeclaration& declared = declarations_[lever.number];
  const auto course = read_course(scope, value, path, {declared.low, declared.high}, years);
  if (!course) return {};
  return [course = *course, number = lever.number](Levers& levers, Year year) {
    number_lever(levers, number) = course(year);
  };
}

LeverEffect LeverTable::read_value(Scope& scope, const Lever& lever, const Node& value, const std::string& path,
                                   YearSpan years) const {
  const DesignationId k = lever.designation;
  switch (lever.kind) {
    case Lever::Kind::number:
      return read_number(scope, lever, value, path, years);
    case Lever::Kind::era:
      return read_member(scope, value, path, ChoiceKind<4>{era_names}, &Levers::era);
    case Lever::Kind::allocation_rule:
      return read_member(scope, value, path, ChoiceKind<4>{allocation_rule_names}, &Levers::allocation_rule);
    case Lever::Kind::programme_mergers:
      return read_member(scope, value, path, FlagKind{}, &Levers::programme_mergers);
    case Lever::Kind::review_weights:
      return read_review_weights(scope, value, path);
    case Lever::Kind::target:
      return read_target(scope, value, path, k, years);
    case Lever::Kind::calls:
      return read_calls(scope, value, path, k, years);
    case Lever::Kind::quality_bar: {
      if (value.is_plain("none")) return [=](Levers& levers, Year) { levers.quality_bar[k] = maths::nan; };
      const auto course = read_course(scope, value, path, {-10, 10}, years);
      if (!course) return {};
      return [course = *course, k](Levers& levers, Year year) { levers.quality_bar[k] = course(year); };
    }
    case Lever::Kind::centralization:
      break;
  }
  const auto course = read_course(scope, value, path, {0, 1}, years);
  if (!course) return {};
  return [course = *course](Levers& levers, Year year) {
    levers.centralization = course(year);
    visit_number_levers(levers, [&](double& number, const LeverDeclaration& declaration) {
      if (!declaration.centralization) return;
      const auto [at_zero, at_one] = *declaration.centralization;
      number = at_zero + levers.centralization * (at_one - at_zero);
    });
  };
}

std::string LeverTable::text(const Lever& lever, const Levers& levers) const {
  switch (lever.kind) {
    case Lever::Kind::era:
      return era_names[static_cast<std::size_t>(levers.era)];
    case Lever::Kind::allocation_rule:
      return allocation_rule_names[static_cast<std::size_t>(levers.allocation_rule)];
    case Lever::Kind::programme_mergers:
      return levers.programme_mergers ? "true" : "false";
    case Lever::Kind::quality_bar:
      return optional_text(levers.quality_bar[lever.designation]);
    case Lever::Kind::target:
      return optional_text(levers.target[lever.designation]);
    case Lever::Kind::calls:
      return call_text(levers.calls[lever.designation]);
    case Lever::Kind::centralization:
      return number_text(levers.centralization);
    case Lever::Kind::number:
      break;
    case Lever::Kind::review_weights: {
      std::string text;
      for (std::size_t i = 0; i < n_criteria; ++i) {
        text += fmt::format("{}{}: {}", i ? ", " : "", criterion_names[i], number_text(levers.review.weights[i]));
      }
      return "{" + text + "}";
    }
  }
  std::string text;
  std::size_t i = 0;
  visit_number_levers(levers, [&](double value, const LeverDeclaration&) {
    if (i++ == lever.number) text = number_text(value);
  });
  return text;
}

LeverEffect call_effect(const CallFields& fields, DesignationId designation, Year list_ends) {
  return [=](Levers& levers, Year year) {
    CallLever& calls = levers.calls[designation];
    calls = {CallLever::Kind::drawn, fields.yearly_probability.value_or(maths::nan)};
    if (std::ranges::any_of(fields.moratorium, [&](YearSpan span) { return span.contains(year); })) {
      calls = {CallLever::Kind::moratorium, maths::nan};
    } else if (fields.years && std::ranges::find(*fields.years, year) != fields.years->end()) {
      calls = {CallLever::Kind::open, maths::nan};
    } else if (fields.years && year <= fields.until.value_or(list_ends)) {
      calls = {CallLever::Kind::closed, maths::nan};
    }
  };
}

std::optional<std::vector<Target>> read_target_path(Scope& scope, const Node& value, const std::string& path,
                                                    DesignationId designation, YearSpan years) {
  std::vector<YearCount> steps;
  if (!read(scope, value, path, YearCountsKind{}, steps)) return {};
  if (steps.empty())
    return scope.error(value, path, "has no year (write {2025: 240}, a number, or none)"), std::nullopt;
  std::vector<Target> targets;
  for (const YearCount& step : steps) targets.push_back({designation, years.first, step.year, step.count, false});
  return targets;
}

const TargetFields* target_in_force(const std::vector<TargetFields>& targets, DesignationId designation, Year year) {
  const TargetFields* best = nullptr;
  for (const TargetFields& target : targets) {
    if (target.designation != designation || year < target.announced) continue;
    if (!best || best->announced < target.announced) best = &target;
    if (best->announced != target.announced) continue;
    const bool best_due = best->by < year, due = target.by < year;
    if (best_due ? (!due || best->by < target.by) : (!due && target.by < best->by)) best = &target;
  }
  // What it superseded does not come back when it lapses.
  return best && year <= best->until.value_or(year) ? best : nullptr;
}

}  // namespace innochain
