#include <algorithm>
#include <charconv>
#include <cmath>

#include "scenarios/reader/resolver.hpp"
#include "scenarios/reader/sweep_reader.hpp"

/// The axes of a sweep: what each varies, and between which values.
namespace innochain {
namespace {

/// The last `n` components of a path, or all.
std::string tail(const std::string& path, std::size_t n) {
  std::size_t at = path.size();
  for (; n > 0 && at != std::string::npos && at > 0; --n) at = path.rfind('.', at - 1);
  return at == std::string::npos ? path : path.substr(at + 1);
}

YearSpan overlap(YearSpan a, YearSpan b) {
  return {std::max(a.first, b.first), std::min(a.last, b.last)};
}

}  // namespace

std::optional<YearSpan> read_years(std::string_view text) {
  const std::size_t dots = text.find("..");
  const auto year = [](std::string_view digits) -> std::optional<Year> {
    int value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size()) return {};
    if (value < earliest_year || latest_year < value) return {};
    return Year(value);
  };
  const auto first = year(text.substr(0, dots));
  const auto last = dots == text.npos ? first : year(text.substr(dots + 2));
  if (!first || !last || *last < *first) return {};
  return YearSpan{*first, *last};
}

void SweepReader::read_axes() {
  for (std::size_t i = 0; i < fields_.axes.size(); ++i) read_axis(i);
}

void SweepReader::read_axis(std::size_t number) {
  const AxisFields& fields = fields_.axes[number];
  const std::string where = join("axes", number) + ".path";
  if (!fields.path) return;
  std::vector<std::pair<const Node*, std::string>> paths{{fields.path, where}};
  if (fields.path->is_sequence()) {
    paths.clear();
    for (std::size_t i = 0; i < fields.path->items.size(); ++i)
      paths.emplace_back(&fields.path->items[i], join(where, i));
    if (paths.empty()) scope_.error(*fields.path, where, "is empty (at least one path is needed)");
  }
  std::size_t coordinate = n_coordinates_;
  if (fields.linked) coordinate = linked_.try_emplace(*fields.linked, coordinate).first->second;
  bool labelled = true;
  for (const auto& [at, path] : paths) {
    std::string text;
    if (!innochain::read(scope_, *at, path, TextKind{}, text)) continue;
    Draft draft{.at = at, .where = path, .fields = &fields, .path = {}, .years = {}, .in = {}, .labelled = labelled};
    const auto axis = add_axis(std::move(draft), text);
    if (!axis) continue;
    plan_.axes[*axis].coordinate = coordinate;
    labelled = false;
    if (fields.values) read_values(*axis);
    if (fields.range) read_range(*axis);
  }
  n_coordinates_ = std::max(n_coordinates_, coordinate + 1);
}

std::optional<std::size_t> SweepReader::add_axis(Draft draft, const std::string& path_text) {
  const std::size_t at_sign = path_text.find('@');
  draft.path = path_text.substr(0, at_sign);
  if (draft.fields) draft.years = draft.fields->years;
  if (at_sign != std::string::npos) {
    if (draft.years) scope_.error(*draft.at, draft.where, "has its years twice (after @ and in `years`)");
    draft.years = read_years(std::string_view(path_text).substr(at_sign + 1));
    if (!draft.years) {
      scope_.error(*draft.at, draft.where,
                   fmt::format("`{}` is not a span of years (write @2026..2035)", path_text.substr(at_sign)));
      return {};
    }
  }
  if (!find_sweepables(draft) || overlaps(draft)) return {};
  PlannedAxis axis;
  for (std::size_t s = 0; s < sweep_.scenarios.size(); ++s) {
    const YearSpan simulated = sweep_.scenarios[s].params.scale.years;
    axis.in.emplace_back(sweepables_[s], *draft.in[s], draft.years.value_or(simulated), simulated);
  }
  const bool idle = std::ranges::all_of(axis.in, [](const AxisInScenario& in) { return in.places().empty(); });
  if (idle) {
    sweep_.notes.push_back(problem_at(*draft.at, draft.where,
                                      fmt::format("has no effect: {} is not simulated", years_text(*draft.years)),
                                      Problem::Kind::note));
  }
  sweep_.axes.push_back({draft.path, draft.in[0]->unit, false});
  plan_.axes.push_back(std::move(axis));
  drafts_.push_back(std::move(draft));
  return drafts_.size() - 1;
}

bool SweepReader::find_sweepables(Draft& draft) {
  for (std::size_t s = 0; s < sweep_.scenarios.size(); ++s) {
    const Sweepable* what = sweepables_[s].find(draft.path);
    if (!what && draft.path == "scale.years") {
      scope_.error(*draft.at, draft.where, "cannot be varied (all runs of a sweep have the same years)");
      return false;
    }
    if (!what) {
      scope_.error(*draft.at, draft.where,
                   fmt::format("`{}` is not known{} (allowed: parameters.X, levers.X and scale.X; `innochain describe` "
                               "lists them).{}",
                               draft.path, s == 0 ? "" : fmt::format(" in scenario `{}`", sweep_.scenario_names[s]),
                               did_you_mean(draft.path, sweepables_[s].paths())));
      return false;
    }
    draft.in.push_back(what);
  }
  if (draft.years && !draft.in[0]->lever) {
    scope_.error(*draft.at, draft.where, "has years, which only levers have");
    return false;
  }
  return true;
}

bool SweepReader::overlaps(const Draft& draft) {
  const YearSpan always{Year(earliest_year), Year(latest_year)};
  for (const Draft& other : drafts_) {
    if (other.path != draft.path) continue;
    const YearSpan both = overlap(other.years.value_or(always), draft.years.value_or(always));
    if (both.last < both.first) continue;
    scope_.error(*draft.at, draft.where,
                 fmt::format("`{}` is varied already by {} in {}", draft.path, other.where,
                             both == always ? "all years" : years_text(both)));
    return true;
  }
  return false;
}

/// A number, or a choice, which is added to the axis when it is new.
std::optional<Level> SweepReader::read_level(std::size_t axis, const Node& value, const std::string& where) {
  const Sweepable& what = *drafts_[axis].in[0];
  PlannedAxis& planned = plan_.axes[axis];
  if (value.kind == Node::Kind::null) {
    expect_kind(scope_, value, where, "a value");
    return {};
  }
  if (what.number && (as_number(value) || !what.lever)) {
    Level level{.kind = Level::Kind::number};
    int whole = 0;
    const bool good = what.whole
                          ? innochain::read(scope_, value, where,
                                            IntegerKind{static_cast<int>(what.low), static_cast<int>(what.high)}, whole)
                          : innochain::read(scope_, value, where, NumberKind{what.low, what.high}, level.number);
    if (what.whole) level.number = whole;
    if (level.number == 0.0) level.number = 0.0;  // −0 would be another value with the same name
    return good ? std::optional(level) : std::nullopt;
  }
  const std::string text = flow_text(value);
  const auto known = std::ranges::find(planned.choices, text);
  if (known != planned.choices.end())
    return Level{Level::Kind::choice, 0.0, static_cast<std::size_t>(known - planned.choices.begin())};
  for (std::size_t s = 0; s < planned.in.size(); ++s) {
    // The names of institutions may differ between the scenarios' systems.
    if (!planned.in[s].add_choice(scope_, sweepables_[s].levers(), value, where)) return {};
  }
  planned.choices.push_back(text);
  sweep_.axes[axis].text = true;
  return Level{Level::Kind::choice, 0.0, planned.choices.size() - 1};
}

void SweepReader::read_values(std::size_t axis) {
  const AxisFields& fields = *drafts_[axis].fields;
  const std::string where = join("axes", static_cast<std::size_t>(&fields - fields_.axes.data())) + ".values";
  const Node& values = *fields.values;
  if (fields.range) scope_.error(values, where, "and range cannot both be given");
  if (!values.is_sequence() || values.items.empty())
    return expect_kind(scope_, values, where, "a list of values such as [0, 0.5, 1]");
  std::vector<Level> seen;
  for (std::size_t i = 0; i < values.items.size(); ++i) {
    const auto level = read_level(axis, values.items[i], join(where, i));
    if (!level) continue;
    // Values that share a coordinate with others may repeat, as long as the combination does not.
    if (!fields.linked && std::ranges::find(seen, *level) != seen.end())
      scope_.error(values.items[i], join(where, i), fmt::format("{} is listed twice", flow_text(values.items[i])));
    seen.push_back(*level);
    plan_.axes[axis].levels.push_back(*level);
  }
}

void SweepReader::read_range(std::size_t axis) {
  const AxisFields& fields = *drafts_[axis].fields;
  const Sweepable& what = *drafts_[axis].in[0];
  const std::string where = join("axes", static_cast<std::size_t>(&fields - fields_.axes.data())) + ".range";
  const Node& range = *fields.range;
  if (!what.number) return scope_.error(range, where, "is for numbers (list the values of this lever in `values`)");
  if (!range.is_sequence() || range.items.size() != 2) return expect_kind(scope_, range, where, "[lowest, highest]");
  const auto number_at = [&](std::size_t i) -> std::optional<double> {
    double number = 0.0;
    if (!innochain::read(scope_, range.items[i], join(where, i), NumberKind{what.low, what.high}, number)) return {};
    return number;
  };
  const auto low = number_at(0), high = number_at(1);
  if (!low || !high) return;
  AxisRange planned{*low, *high, fields.scale == "log", fields.integer.value_or(what.whole)};
  if (*high <= *low) return scope_.error(range, where, "does not go up (write [lowest, highest])");
  if (planned.logarithmic && *low <= 0.0)
    return scope_.error(range, where, "begins at 0 or below, which has no logarithm (the lowest must be above 0)");
  if (planned.integer && (*low != std::floor(*low) || *high != std::floor(*high)))
    return scope_.error(range, where, "of whole numbers has ends that are not whole");
  plan_.axes[axis].range = planned;
}

void SweepReader::add_grid_steps(std::size_t axis) {
  const AxisFields& fields = *drafts_[axis].fields;
  PlannedAxis& planned = plan_.axes[axis];
  const std::string where = join("axes", static_cast<std::size_t>(&fields - fields_.axes.data()));
  if (!planned.range) {
    if (fields.steps && !fields.range)
      scope_.error(*fields.path, where + ".steps", "is for a range (values have as many as are listed)");
    return;
  }
  if (!fields.steps) {
    scope_.error(*fields.range, where + ".range", "needs `steps: N` in a grid, or `values` instead");
    return;
  }
  AxisRange range = *planned.range;
  const bool integer = std::exchange(range.integer, false);
  for (int i = 0; i < *fields.steps; ++i) {
    double value = i + 1 == *fields.steps ? range.high : range.at(static_cast<double>(i) / (*fields.steps - 1));
    if (integer) value = std::floor(value + 0.5);
    const bool twice = !planned.levels.empty() && planned.levels[planned.levels.size() - 1].number == value;
    if (twice) {
      scope_.error(*fields.range, where + ".range",
                   fmt::format("has fewer whole numbers than its {} steps", *fields.steps));
      return;
    }
    planned.levels.push_back({Level::Kind::number, value, 0});
  }
}

void SweepReader::name_axes() {
  const auto twice = [&](std::size_t axis) {
    return std::ranges::count(drafts_, drafts_[axis].path, &Draft::path) > 1;
  };
  std::vector<std::size_t> n(drafts_.size());
  for (std::size_t i = 0; i < drafts_.size(); ++i) n[i] = drafts_[i].in[0]->family ? 2 : 1;
  const auto ambiguous = [&](std::size_t i) {
    return std::ranges::any_of(drafts_, [&](const Draft& other) {
      return other.path != drafts_[i].path && tail(other.path, n[i]) == tail(drafts_[i].path, n[i]);
    });
  };
  for (std::size_t i = 0; i < drafts_.size(); ++i) {
    while (ambiguous(i)) ++n[i];
    const std::string years = twice(i) && drafts_[i].years ? fmt::format("@{}", years_text(*drafts_[i].years)) : "";
    sweep_.axes[i].path += years;
    if (drafts_[i].labelled) plan_.axes[i].label = tail(drafts_[i].path, n[i]) + years;
  }
  for (std::size_t pass = 0; pass < 2; ++pass) {
    for (std::size_t i = 0; i < drafts_.size(); ++i) {
      if (plan_.axes[i].in[0].is_centralization() == (pass == 0)) plan_.order.push_back(i);
    }
  }
}

}  // namespace innochain
