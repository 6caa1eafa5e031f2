#include "scenarios/reader/sweep_keep.hpp"

#include <algorithm>

#include "sim/state/indicators.hpp"

namespace innochain {
namespace {

constexpr std::array<const char*, 3> reducer_keys{"variable", "sum", "mean"};

struct KnownVariable {
  std::string name;
  Axis axis;
};

std::vector<KnownVariable> known_variables() {
  std::vector<KnownVariable> known;
  Indicators indicators;
  visit_indicators(indicators, [&](const auto&, const IndicatorDeclaration& declaration) {
    known.push_back({std::string(declaration.name), declaration.axis});
  });
  return known;
}

template <class Table>
std::vector<std::string> names_of(const Table& table) {
  std::vector<std::string> names;
  for (const auto& item : table) names.push_back(item.name);
  return names;
}

/// The dimensions of an axis and the names of its members.
struct AxisWords {
  std::vector<std::string> dimensions, members;
};

AxisWords words_of(Axis axis, const System& system) {
  switch (axis) {
    case Axis::lab_type:
      return {{"lab_type"}, names_of(system.lab_types)};
    case Axis::zone_type:
      return {{"zone_type"}, names_of(system.zone_types)};
    case Axis::programme:
      return {{"programme"}, names_of(system.programmes)};
    case Axis::discipline:
      return {{"discipline"}, names_of(system.fields)};
    case Axis::province:
      return {{"province"}, names_of(system.provinces)};
    case Axis::host:
      return {{"host"}, name_list(host_names)};
    case Axis::programme_host:
      return {{"programme", "host"}, {}};
    case Axis::firm_age:
      return {{"firm_age"}, {}};
    case Axis::none:
      break;
  }
  return {};
}

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == text.npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

/// "a, b" as {a, b}.
std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t comma = text.find(',');
    parts.push_back(trimmed(text.substr(0, comma)));
    if (comma == text.npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

class KeepReader {
 public:
  KeepReader(Scope& scope, const System& system) : scope_(scope), system_(system), known_(known_variables()) {
    for (const KnownVariable& variable : known_) names_.push_back(variable.name);
  }

  std::optional<Kept> read_entry(const Node& node, const std::string& path) {
    Kept kept;
    if (!node.is_mapping()) return read_variable(node, path, kept) ? std::optional(kept) : std::nullopt;
    const std::size_t before = scope_.problems.size();
    const auto parts = read_by_name(scope_, node, path, std::vector<std::string>{"variable", "sum", "mean", "years"});
    for (std::size_t i = 0; i < reducer_keys.size(); ++i) {
      if (!parts[i]) continue;
      if (!kept.variable.empty()) scope_.error(node, path, "says twice what is kept (one of variable, sum, mean)");
      kept.reducer = static_cast<Kept::Reducer>(i);
      read_variable(*parts[i], join(path, reducer_keys[i]), kept);
    }
    if (parts[3]) read(scope_, *parts[3], join(path, "years"), YearsKind{}, kept.years);
    if (scope_.problems.size() > before) return {};
    if (kept.variable.empty() && !kept.years) {
      scope_.error(node, path, "is empty (write {sum: NAME, years: [a, b]} or {years: [a, b]})");
      return {};
    }
    return kept;
  }

 private:
  /// "name" or "name[dimension]" or "name[member, …]".
  bool read_variable(const Node& node, const std::string& path, Kept& kept) {
    const auto text = as_text(node);
    if (!text) {
      expect_kind(scope_, node, path, "a variable such as self_reliance or {sum: revenue, years: [2026, 2035]}");
      return false;
    }
    const std::size_t bracket = text->find('[');
    kept.variable = trimmed(std::string_view(*text).substr(0, bracket));
    const auto found = std::ranges::find(known_, kept.variable, &KnownVariable::name);
    if (found == known_.end()) {
      scope_.error(node, path,
                   fmt::format("`{}` is not a variable (`innochain describe indicators` lists them).{}", kept.variable,
                               did_you_mean(kept.variable, names_)));
      return false;
    }
    if (bracket == text->npos) return true;
    if (!text->ends_with(']')) return scope_.error(node, path, "has no closing bracket"), false;
    return read_members(node, path, text->substr(bracket + 1, text->size() - bracket - 2), found->axis, kept);
  }

  bool read_members(const Node& node, const std::string& path, const std::string& inside, Axis axis, Kept& kept) {
    const AxisWords words = words_of(axis, system_);
    const std::vector<std::string> parts = split(inside);
    if (parts == words.dimensions) return true;  // the whole axis
    bool good = true;
    for (const std::string& part : parts) {
      if (std::ranges::find(words.members, part) != words.members.end()) continue;
      good = false;
      std::vector<std::string> allowed = words.dimensions;
      allowed.insert(allowed.end(), words.members.begin(), words.members.end());
      scope_.error(node, path,
                   words.dimensions.empty()
                       ? fmt::format("`{}` has no dimension but the year", kept.variable)
                       : fmt::format("`{}` is not on the axis of `{}` (allowed: {}, or names of its members).{}", part,
                                     kept.variable, fmt::join(words.dimensions, ", "), did_you_mean(part, allowed)));
    }
    kept.members = parts;
    return good;
  }

  Scope& scope_;
  const System& system_;
  std::vector<KnownVariable> known_;
  std::vector<std::string> names_;
};

}  // namespace

std::vector<Kept> read_keep(Scope& scope, const Node& list, const System& system) {
  std::vector<Kept> keep;
  if (!list.is_sequence()) {
    expect_kind(scope, list, "keep", "a list such as [self_reliance, {sum: revenue, years: [2026, 2035]}]");
    return keep;
  }
  KeepReader reader(scope, system);
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const auto kept = reader.read_entry(list.items[i], join("keep", i));
    if (!kept) continue;
    if (std::ranges::find(keep, *kept) != keep.end()) scope.error(list.items[i], join("keep", i), "is listed twice");
    keep.push_back(*kept);
  }
  return keep;
}

std::string keep_text(const std::vector<Kept>& keep) {
  std::vector<std::string> entries;
  for (const Kept& kept : keep) {
    std::string variable = kept.variable;
    if (!kept.members.empty()) variable += fmt::format("[{}]", fmt::join(kept.members, ", "));
    std::vector<std::string> parts;
    if (!variable.empty())
      parts.push_back(fmt::format("{}: \"{}\"", reducer_keys[static_cast<std::size_t>(kept.reducer)], variable));
    if (kept.years)
      parts.push_back(fmt::format("years: [{}, {}]", kept.years->first.value(), kept.years->last.value()));
    entries.push_back(fmt::format("{{{}}}", fmt::join(parts, ", ")));
  }
  return fmt::format("[{}]", fmt::join(entries, ", "));
}

}  // namespace innochain
