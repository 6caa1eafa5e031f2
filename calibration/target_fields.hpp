#pragma once

#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "calibration/target_rows.hpp"
#include "calibration/targets.hpp"
#include "scenarios/reader/fields.hpp"

/// One file of targets as written, before rows of the observed series are looked up.
namespace innochain {

inline constexpr std::array<const char*, 5> quantity_names{"approvals", "cumulative", "stock", "delisted",
                                                           "net_change"};
inline constexpr std::array<const char*, 4> grade_names{"excellent", "good", "rectify", "failed"};
inline constexpr double most_counted = 1e6;  ///< labs or zones: more is a slip

inline bool is_count(double value) {
  return value >= 0.0 && value <= most_counted;
}

inline bool is_whole_count(double value) {
  return is_count(value) && value == std::floor(value);
}

/// The items of a list that is not empty.
inline const std::vector<Node>& filled_list(Scope& scope, const Node& node, const std::string& path) {
  if (!node.is_sequence())
    expect_kind(scope, node, path, "a list");
  else if (node.items.empty())
    scope.error(node, path, "is an empty list");
  return node.items;
}

/// A number, or [low, high].
struct ShiftKind {};

inline bool read(Scope& scope, const Node& node, const std::string& path, const ShiftKind&,
                 std::pair<double, double>& out) {
  if (!node.is_sequence()) {
    if (!read(scope, node, path, NumberKind{}, out.first)) return false;
    out.second = out.first;
    return true;
  }
  std::vector<double> ends;
  if (!read(scope, node, path, ListKind<NumberKind>{}, ends)) return false;
  if (ends.size() != 2 || ends[0] > ends[1]) return scope.error(node, path, "is not [low, high]"), false;
  out = {ends[0], ends[1]};
  return true;
}

/// From rows to numbers.
struct ItemRule {
  const Node* each = nullptr;
  const Node* sum = nullptr;
  const Node* between = nullptr;
  std::optional<YearSpan> years;
  std::optional<std::pair<double, double>> plus;
  std::string level, reason;
};
template <class V>
void fields(V& v, ItemRule& r) {
  v.optional("each", r.each, NodeKind{}, "rows, one item for each");
  v.optional("sum", r.sum, NodeKind{}, "rows that make one item together");
  v.optional("between", r.between, NodeKind{}, "two rows, of which the item lies between");
  v.optional("years", r.years, PeriodKind{}, "in place of those of the rows");
  v.optional("plus", r.plus, ShiftKind{}, "added to what the rows say");
  v.optional("level", r.level, WordKind<3>{level_names}, "in place of that of the rows");
  v.optional("reason", r.reason, TextKind{});
}

struct ItemFields : ItemRule {
  TargetQuantity quantity = TargetQuantity::approvals;
};
template <class V>
void fields(V& v, ItemFields& i) {
  v.required("quantity", i.quantity, ChoiceKind<5>{quantity_names});
  fields(v, static_cast<ItemRule&>(i));
}

struct TargetCallFields : RowChoice {
  int at_least = 0;
};
template <class V>
void fields(V& v, TargetCallFields& c) {
  fields(v, static_cast<RowChoice&>(c));
  v.required("at_least", c.at_least, IntegerKind{1, 1000}, "approvals that show a call");
}

struct SeriesFields {
  std::string designation;
  std::optional<std::vector<std::string>> parts;
  std::optional<double> last_sigma;
  std::optional<TargetCallFields> calls;
  std::optional<RowChoice> yearly;
  const Node* ends = nullptr;
  const Node* curve = nullptr;
  const Node* items = nullptr;
};
template <class V>
void fields(V& v, SeriesFields& s) {
  v.required("designation", s.designation, NameKind{});
  v.optional("parts", s.parts, ListKind<NameKind>{}, "designations whose sum it is");
  v.optional("last_sigma", s.last_sigma, NumberKind{1e-6, 1e6});
  v.optional("calls", s.calls, NestedKind{});
  v.optional("yearly", s.yearly, NestedKind{}, "approvals of every year");
  v.optional("ends", s.ends, NodeKind{});
  v.optional("curve", s.curve, NodeKind{}, "cumulative counts by year, where they are known beside the items");
  v.required("items", s.items, NodeKind{});
}

struct RoundFields {
  const Node* year = nullptr;
  const Node* field = nullptr;
  std::vector<std::string> grades;
};
template <class V>
void fields(V& v, RoundFields& r) {
  v.required("year", r.year, NodeKind{}, "as the series writes it");
  v.required("field", r.field, NodeKind{}, "as the series writes it");
  v.required("grades", r.grades, ListKind<WordKind<4>>{{grade_names}}, "those that are counted");
}

struct ReviewFields {
  const Node* series = nullptr;
  const Node* rounds = nullptr;
};
template <class V>
void fields(V& v, ReviewFields& r) {
  v.required("series", r.series, NodeKind{});
  v.required("rounds", r.rounds, NodeKind{});
}

struct OutputFields {
  std::string patterns;
  const Node* names = nullptr;
};
template <class V>
void fields(V& v, OutputFields& o) {
  v.required("patterns", o.patterns, TextKind{}, "a file of patterns, relative to this file");
  v.required("names", o.names, NodeKind{});
}

struct ExcludedFields : RowChoice {
  std::string reason;
};
template <class V>
void fields(V& v, ExcludedFields& e) {
  fields(v, static_cast<RowChoice&>(e));
  v.required("reason", e.reason, TextKind{});
}

struct TargetFileFields {
  int schema_version = 0;
  const Node* series = nullptr;
  std::vector<CumulativeBreak> breaks;
  const Node* coverage = nullptr;
  const Node* reviews = nullptr;
  const Node* outputs = nullptr;
  const Node* complete = nullptr;
  const Node* excluded = nullptr;
};
template <class V>
void fields(V& v, TargetFileFields& f) {
  v.required("schema_version", f.schema_version, IntegerKind{1, 1});
  v.required("series", f.series, NodeKind{});
  v.optional("breaks", f.breaks, ListKind<NestedKind>{});
  v.optional("coverage", f.coverage, NodeKind{});
  v.optional("reviews", f.reviews, NodeKind{});
  v.optional("outputs", f.outputs, NodeKind{});
  v.optional("complete", f.complete, NodeKind{});
  v.optional("excluded", f.excluded, NodeKind{});
}

}  // namespace innochain
