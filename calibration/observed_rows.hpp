#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "calibration/observed.hpp"
#include "calibration/patterns.hpp"
#include "output/table.hpp"
#include "scenarios/reader/fields.hpp"

namespace innochain {

inline constexpr std::array<const char*, 3> level_names{"high", "medium", "low"};
inline constexpr const char* default_level = "medium";  ///< where a series has none

/// A year, or [first, last].
struct PeriodKind {};
bool read(Scope& scope, const Node& node, const std::string& path, const PeriodKind&, YearSpan& out);

/// A row of a series that is left out.
struct ExcludedRow {
  const Node* year = nullptr;  ///< as the series writes it
  std::string reason;
};
template <class V>
void fields(V& v, ExcludedRow& e) {
  v.required("year", e.year, NodeKind{}, "as the series writes it");
  v.required("reason", e.reason, TextKind{});
}

/// Which values of an observed series a pattern takes.
struct ObservedChoice {
  const Node* series = nullptr;
  const Node* metric = nullptr;       ///< in the column `metric`, or else `key`
  const Node* where = nullptr;        ///< further columns and what they hold
  const Node* column = nullptr;       ///< of the value; default `value`
  const Node* over_metric = nullptr;  ///< the value is divided by that of another metric, in the same year …
  const Node* over_column = nullptr;  ///< … or of another column, in the same row
  std::optional<YearSpan> years;      ///< only rows of these years
  const Node* units = nullptr;        ///< factors from the units of the series to that of the pattern
  std::string level;                  ///< in place of the series' own; medium where it has none
  std::vector<ExcludedRow> exclude;
};
template <class V>
void fields(V& v, ObservedChoice& o) {
  v.required("series", o.series, NodeKind{}, "a file of calibration/observed, without .csv");
  v.optional("metric", o.metric, NodeKind{});
  v.optional("where", o.where, NodeKind{});
  v.optional("column", o.column, NodeKind{});
  v.optional("over_metric", o.over_metric, NodeKind{});
  v.optional("over_column", o.over_column, NodeKind{});
  v.optional("years", o.years, PeriodKind{});
  v.optional("units", o.units, NodeKind{});
  v.optional("level", o.level, WordKind<3>{level_names});
  v.optional("exclude", o.exclude, ListKind<NestedKind>{});
}

/// The known values that a choice stands for, one for each row that is used. `years` (of the pattern) replaces those of
/// the series' row, of which there must be one only. Adds problems to the scope; remembers series and metric in
/// `pattern`.
void add_observed_rows(Scope& scope, const Node& node, const std::string& path, const ObservedChoice& choice,
                       const std::vector<ObservedSeries>& all_series, const std::optional<YearSpan>& years,
                       Pattern& pattern);

/// [low, high] of a value by the confidence rule.
void set_width(KnownValue& known);

}  // namespace innochain
