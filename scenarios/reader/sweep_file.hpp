#pragma once

#include <optional>

#include "scenarios/reader/fields.hpp"

/// One sweep file as written, before it is resolved against its scenarios.
namespace innochain {

enum class DesignKind : std::uint8_t { grid, list, lhs, sobol, csv };
inline constexpr std::array<const char*, 5> design_kind_names{"grid", "list", "lhs", "sobol", "csv"};
inline constexpr std::array<const char*, 2> axis_scale_names{"linear", "log"};

inline constexpr int most_points = 1'000'000;
inline constexpr int most_replicates = 10'000'000;
inline constexpr int largest_seed = 2'000'000'000;

struct DesignFields {
  DesignKind kind = DesignKind::grid;
  std::optional<int> points, seed, scramble_seed;
  std::optional<bool> scramble;
  std::optional<std::string> file;
  const Node* columns = nullptr;
  const Node* rows = nullptr;
};

struct AxisFields {
  const Node* path = nullptr;  ///< a path, or a list of paths that share one value
  std::optional<YearSpan> years;
  const Node* values = nullptr;
  const Node* range = nullptr;
  std::optional<std::string> scale;
  std::optional<int> steps;
  std::optional<bool> integer;
  std::optional<std::string> linked;
};

struct ParameterSourceFields {
  std::optional<std::string> source;
  std::optional<std::string> pairing;
};

struct SweepFields {
  int schema_version = 0;
  std::optional<std::string> title, baseline;
  const Node* scenarios = nullptr;
  std::optional<DesignFields> design;
  std::vector<AxisFields> axes;
  std::optional<int> replicates, seed;
  ParameterSourceFields parameters;
  std::optional<Year> branch_from;
  const Node* keep = nullptr;
  const Node* set = nullptr;
};

inline constexpr std::array<const char*, 1> pairing_names{"one_draw_per_replicate"};

inline Json list_schema() {
  return {{"type", "array"}};
}
inline Json text_or_list_schema() {
  return {{"anyOf", {{{"type", "string"}}, {{"type", "array"}, {"items", {{"type", "string"}}}, {"minItems", 1}}}}};
}

template <class V>
void fields(V& v, DesignFields& d) {
  v.required("kind", d.kind, ChoiceKind<5>{design_kind_names},
             "grid: every combination of values; list, csv: the rows given; lhs, sobol: points spread over the axes");
  v.optional("points", d.points, IntegerKind{1, most_points}, "of lhs and sobol");
  v.optional("seed", d.seed, IntegerKind{0, largest_seed}, "of lhs, and of the scrambling of sobol; default 1");
  v.optional("scramble_seed", d.scramble_seed, IntegerKind{0, largest_seed}, "of sobol: the same as seed");
  v.optional("scramble", d.scramble, FlagKind{}, "of sobol: false gives the plain sequence");
  v.optional("file", d.file, TextKind{}, "of csv: the file, relative to this one; its header names the paths");
  v.optional("columns", d.columns, NodeKind{list_schema()}, "of list and csv: paths, where rows are lists of values");
  v.optional("rows", d.rows, NodeKind{list_schema()},
             "of list: {path: value, …} for each point, with `name` if wanted; what is left out keeps its own value");
}

template <class V>
void fields(V& v, AxisFields& a) {
  v.required("path", a.path, NodeKind{text_or_list_schema()},
             "parameters.X, levers.X or scale.X, or a list of paths that share one value");
  v.optional("years", a.years, YearsKind{}, "of a lever: first and last year; left out: all years");
  v.optional("values", a.values, NodeKind{list_schema()});
  v.optional("range", a.range, NodeKind{{{"type", "array"}, {"minItems", 2}, {"maxItems", 2}}}, "[lowest, highest]");
  v.optional("scale", a.scale, WordKind<2>{axis_scale_names}, "of a range; left out: linear");
  v.optional("steps", a.steps, IntegerKind{2, most_points}, "values of a range in a grid, both ends included");
  v.optional("integer", a.integer, FlagKind{}, "only whole numbers of the range");
  v.optional("linked", a.linked, NameKind{}, "axes with the same name here move together");
}

template <class V>
void fields(V& v, ParameterSourceFields& p) {
  v.optional("source", p.source, TextKind{},
             "default, prior, posterior (of the shipped file), or a posterior file relative to this one; left out: "
             "posterior, where it suits the scenarios");
  v.optional("pairing", p.pairing, WordKind<1>{pairing_names});
}

template <class V>
void fields(V& v, SweepFields& s) {
  v.required("schema_version", s.schema_version, IntegerKind{1, 1}, "1");
  v.optional("title", s.title, TextKind{});
  v.required("scenarios", s.scenarios, NodeKind{{{"type", {"object", "array"}}}},
             "files by name, or a list of files; relative to this file");
  v.optional("baseline", s.baseline, NameKind{}, "the scenario with which the others are compared");
  v.optional("design", s.design, NestedKind{}, "how points are chosen; left out: a grid");
  v.optional("axes", s.axes, ListKind<NestedKind>{}, "what is varied");
  v.optional("replicates", s.replicates, IntegerKind{1, most_replicates}, "of every arm; default 1");
  v.optional("seed", s.seed, IntegerKind{0, largest_seed}, "master seed");
  v.optional("parameters", s.parameters, NestedKind{}, "where parameter values come from");
  v.optional("branch_from", s.branch_from, YearKind{},
             "all arms share the years before, which are simulated once for each replicate");
  v.optional("keep", s.keep, NodeKind{list_schema()}, "what the result file holds; left out: everything");
  v.optional("set", s.set, NodeKind{{{"type", {"object", "array"}}}},
             "path=value for all scenarios, as with --set; beats the axes");
}

}  // namespace innochain
