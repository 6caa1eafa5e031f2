#pragma once

#include <filesystem>
#include <map>
#include <optional>

#include "scenarios/reader/fields.hpp"
#include "scenarios/reader/series.hpp"
#include "sim/system/params.hpp"

/// One scenario file as written, before it is resolved against its parents.
namespace innochain {

struct RegimeFields {
  std::optional<YearSpan> years;
  std::optional<std::string> label;
  const Node* era = nullptr;
  const Node* levers = nullptr;
};

struct OverrideFields {
  std::optional<YearSpan> years;  ///< absent: all years of the scenario
  std::string lever;
  const Node* value = nullptr;
};

struct TargetFields : Target {
  std::optional<Year> until;
  std::string source;
  const Node* at = nullptr;  ///< where it is written
};

struct CallFields {
  std::optional<std::vector<Year>> years;
  std::optional<Year> until;
  std::vector<YearSpan> moratorium;
  std::optional<double> yearly_probability;
  std::string source;
};

struct ShockFields : Shock {
  const Node* severity_share = nullptr;  ///< a number, or a mapping of years to numbers
  std::string source;
};

struct BudgetChange {
  YearSpan years;
  ProgrammeId programme;  ///< none(): all programmes
  double factor = 1.0;
};

struct BudgetFields {
  const Node* total = nullptr;
  std::vector<BudgetChange> changes;
};

struct ScaleFields {
  std::optional<YearSpan> years;
  std::optional<int> firms_per_agent, proposals_per_agent;
};

struct TraceFields {
  std::optional<std::vector<CategoryId>> categories;
};

struct ScenarioFields {
  int schema_version = 0;
  std::optional<std::string> name, title, extends;
  const Node* system = nullptr;
  const Node* regimes = nullptr;
  std::vector<OverrideFields> overrides;
  std::vector<TargetFields> targets;
  const Node* calls = nullptr;
  std::vector<ShockFields> shocks;
  const Node* parameters = nullptr;
  BudgetFields budget;
  ScaleFields scale;
  TraceFields trace;
};

inline constexpr std::array<const char*, 1> shock_kind_names{"export_control"};

inline Json severity_schema() {
  return {{"anyOf", {schema(NumberKind{0, 1}), schema(SeriesKind{1})}}};
}

template <class V>
void fields(V& v, RegimeFields& r) {
  v.optional("years", r.years, YearsKind{}, "first and last year");
  v.optional("label", r.label, TextKind{});
  v.optional("era", r.era, NodeKind{choice_schema(name_list(era_names))},
             "whose appetite, bar and rate of calls apply");
  v.optional("levers", r.levers, NodeKind{{{"type", "object"}}}, "values by lever path");
}

template <class V>
void fields(V& v, OverrideFields& o) {
  v.optional("years", o.years, YearsKind{}, "first and last year; left out: all years");
  v.required("lever", o.lever, TextKind{}, "path of the lever");
  v.required("value", o.value, NodeKind{}, "value, or ramp {from, to, path: linear}");
}

template <class V>
void fields(V& v, TargetFields& t) {
  v.required("designation", t.designation, ReferenceKind<DesignationId>{}, "lab or zone type");
  v.required("announced", t.announced, YearKind{}, "year from which the target is in force");
  v.required("by", t.by, YearKind{}, "year by which it is to be reached");
  v.required("stock", t.stock, IntegerKind{0, 1'000'000}, "labs or zones");
  v.optional("plan", t.plan, FlagKind{}, "an internal plan rather than a public target");
  v.optional("until", t.until, YearKind{}, "last year in force; left out: until superseded");
  v.optional("source", t.source, TextKind{});
}

template <class V>
void fields(V& v, CallFields& c) {
  v.optional("years", c.years, ListKind<YearKind>{}, "years in which a call is opened");
  v.optional("until", c.until, YearKind{},
             "last year in which only the listed years have calls; afterwards they are drawn");
  v.optional("moratorium", c.moratorium, ListKind<YearsKind>{}, "spans without any approval");
  v.optional("yearly_probability", c.yearly_probability, NumberKind{0, 1}, "of a call in years that are not listed");
  v.optional("source", c.source, TextKind{});
}

template <class V>
void fields(V& v, ShockFields& s) {
  v.required("name", s.name, NameKind{});
  v.required("kind", s.kind, WordKind<1>{shock_kind_names});
  v.required("categories", s.categories, ListKind<ReferenceKind<CategoryId>>{});
  v.required("years", s.years, YearsKind{});
  v.required("severity_share", s.severity_share, NodeKind{severity_schema()},
             "share of foreign knowledge and supply cut off: for all years, or by year");
  v.optional("source", s.source, TextKind{});
}

template <class V>
void fields(V& v, BudgetChange& c) {
  v.required("years", c.years, YearsKind{});
  v.optional("programme", c.programme, ReferenceKind<ProgrammeId>{}, "left out: all programmes");
  v.required("factor", c.factor, NumberKind{0, 1000}, "multiplies the budget");
}

template <class V>
void fields(V& v, BudgetFields& b) {
  v.optional("total", b.total, NodeKind{},
             "equal_to_baseline, or {equal_to: FILE}: the same money in every year as that scenario");
  v.optional("changes", b.changes, ListKind<NestedKind>{});
}

template <class V>
void fields(V& v, ScaleFields& s) {
  v.optional("years", s.years, YearsKind{}, "first and last simulated year");
  v.optional("firms_per_agent", s.firms_per_agent, IntegerKind{1, 1'000'000});
  v.optional("proposals_per_agent", s.proposals_per_agent, IntegerKind{1, 1'000'000});
}

template <class V>
void fields(V& v, TraceFields& t) {
  v.optional("categories", t.categories, ListKind<ReferenceKind<CategoryId>>{}, "replaces the list of the parent");
}

template <class V>
void fields(V& v, ScenarioFields& s) {
  v.required("schema_version", s.schema_version, IntegerKind{1, 1}, "1");
  v.optional("name", s.name, NameKind{}, "left out: the name of the file");
  v.optional("title", s.title, TextKind{});
  v.optional("extends", s.extends, TextKind{}, "the parent scenario, relative to this file");
  v.optional("system", s.system, NodeKind{{{"type", {"string", "object"}}}}, "the system file, relative to this file");
  v.optional("regimes", s.regimes, NodeKind{}, "spans of years with their levers, by name");
  v.optional("overrides", s.overrides, ListKind<NestedKind>{}, "applied after the regimes, in order");
  v.optional("targets", s.targets, ListKind<NestedKind>{});
  v.optional("calls", s.calls, NodeKind{}, "calls by designation, and window_end");
  v.optional("shocks", s.shocks, ListKind<NestedKind>{});
  v.optional("parameters", s.parameters, NodeKind{{{"type", "object"}}}, "values by parameter path");
  v.optional("budget", s.budget, NestedKind{});
  v.optional("scale", s.scale, NestedKind{});
  v.optional("trace", s.trace, NestedKind{}, "what is followed year by year beside the named agents");
}

/// A file of the chain of parents, with its document.
struct ScenarioDocument {
  std::filesystem::path file;
  Node document;
};

/// The file and its parents, the most distant first. A parent that is missing or extends itself is a problem at the
/// child's `extends`.
std::vector<ScenarioDocument> read_chain(const std::filesystem::path& file, std::vector<Problem>& problems);

}  // namespace innochain
