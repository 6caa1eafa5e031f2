#pragma once

#include <optional>

#include "calibration/sensitivity/sobol_indices.hpp"
#include "scenarios/reader/fields.hpp"
#include "scenarios/reader/sweep_file.hpp"

/// One sensitivity file as written, before it is resolved against its scenario.
namespace innochain {

enum class StudyMethodKind : std::uint8_t { morris, sobol };
inline constexpr std::array<const char*, 2> study_method_names{"morris", "sobol"};
inline constexpr std::array<const char*, 2> missing_rows_names{"refuse", "drop"};

inline constexpr int most_base_points = 1 << 20;
inline constexpr int most_trajectories = 100'000;
inline constexpr int most_candidates = 2'000;  // their distances are computed pair by pair
inline constexpr int most_levels = 1'000;

struct StudyMethodFields {
  StudyMethodKind kind = StudyMethodKind::sobol;
  std::optional<int> base_points, trajectories, levels, candidates, seed, resamples;
  std::optional<bool> second_order;
  std::optional<double> confidence;
  MissingRows missing = MissingRows::refuse;
};

struct FactorFields {
  const Node* path = nullptr;
  std::optional<YearSpan> years;
  const Node* range = nullptr;
  std::optional<std::string> scale;
  const Node* uniform = nullptr;
  const Node* log_uniform = nullptr;
};

struct StudyFields {
  int schema_version = 0;
  std::optional<std::string> title;
  const Node* scenario = nullptr;
  StudyMethodFields method;
  std::vector<FactorFields> factors;
  const Node* outputs = nullptr;
  std::optional<int> replicates, seed;
  const Node* set = nullptr;
};

inline Json ends_schema() {
  return {{"type", "array"}, {"items", {{"type", "number"}}}, {"minItems", 2}, {"maxItems", 2}};
}

template <class V>
void fields(V& v, StudyMethodFields& m) {
  v.required("kind", m.kind, ChoiceKind<2>{study_method_names},
             "morris: elementary effects, to screen many factors; sobol: shares of the variance");
  v.optional("base_points", m.base_points, IntegerKind{2, most_base_points},
             "of sobol: N; the design has N(D + 2) points, with second order N(2D + 2); default 1024");
  v.optional("second_order", m.second_order, FlagKind{}, "of sobol: indices of pairs of factors too; default false");
  v.optional("trajectories", m.trajectories, IntegerKind{2, most_trajectories},
             "of morris: r; the design has r(D + 1) points; default 20");
  v.optional("levels", m.levels, IntegerKind{2, most_levels}, "of morris: p, even; default 4");
  v.optional("candidates", m.candidates, IntegerKind{2, most_candidates},
             "of morris: trajectories drawn, of which those far apart are kept; left out: all are kept");
  v.optional("seed", m.seed, IntegerKind{0, largest_seed}, "of the design and the resamples; default 1");
  v.optional("resamples", m.resamples, IntegerKind{100, 100'000}, "of the bootstrap; default 1000");
  v.optional("confidence", m.confidence, NumberKind{0.5, 0.9999}, "of the intervals; default 0.95");
  v.optional("missing", m.missing, ChoiceKind<2>{missing_rows_names},
             "where runs failed or have no value; refuse: no index is given; drop: the others stand for them");
}

template <class V>
void fields(V& v, FactorFields& f) {
  v.required("path", f.path, NodeKind{schema(TextKind{})}, "parameters.X, levers.X or scale.X");
  v.optional("years", f.years, YearsKind{}, "of a lever: first and last year; left out: all years");
  v.optional("range", f.range, NodeKind{ends_schema()}, "[lowest, highest]");
  v.optional("scale", f.scale, WordKind<2>{axis_scale_names}, "of a range; left out: linear");
  v.optional("uniform", f.uniform, NodeKind{ends_schema()}, "the same as a linear range");
  v.optional("loguniform", f.log_uniform, NodeKind{ends_schema()}, "the same as a range on the scale log");
}

template <class V>
void fields(V& v, StudyFields& s) {
  v.required("schema_version", s.schema_version, IntegerKind{1, 1}, "1");
  v.optional("title", s.title, TextKind{});
  v.required("scenario", s.scenario, NodeKind{schema(TextKind{})}, "the scenario, relative to this file");
  v.required("method", s.method, NestedKind{}, "how factors are screened");
  v.required("factors", s.factors, ListKind<NestedKind>{}, "what is varied, independently");
  v.required("outputs", s.outputs, NodeKind{{{"type", "array"}, {"items", {{"type", "string"}}}, {"minItems", 1}}},
             "INDICATOR@YEAR, INDICATOR[MEMBER]@YEAR, INDICATOR@FIRST..LAST:sum or :mean");
  v.optional("replicates", s.replicates, IntegerKind{1, most_replicates},
             "of every point; their mean is analysed; default 1");
  v.optional("seed", s.seed, IntegerKind{0, largest_seed}, "master seed of the runs");
  v.optional("set", s.set, NodeKind{{{"type", {"object", "array"}}}}, "path=value for the scenario, as with --set");
}

}  // namespace innochain
