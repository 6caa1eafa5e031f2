#include "calibration/patterns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include "calibration/observed_rows.hpp"
#include "scenarios/reader/fields.hpp"

namespace innochain {

namespace {

constexpr std::array<const char*, 8> group_names{"outputs",    "firms",   "zones",    "labs",
                                                 "programmes", "reviews", "robotics", "goals"};
constexpr const char* goals_group = "goals";
constexpr std::array<const char*, 3> reduce_names{"sum", "mean", "last"};
constexpr std::array<const char*, 4> confidence_names{"sourced", "seed", "derived", "recalled"};
constexpr const char* every_name = "all";

/// One term or a list of terms.
struct TermsKind {};

struct TermFields {
  std::optional<std::string> variable, trace;
  const Node* select = nullptr;
  std::optional<YearSpan> years;
};
template <class V>
void fields(V& v, TermFields& t) {
  v.optional("variable", t.variable, NameKind{}, "of the result file");
  v.optional("trace", t.trace, NameKind{}, "or of its group of named agents");
  v.optional("select", t.select, NodeKind{}, "by dimension: a name, a list of names, or all");
  v.optional("years", t.years, PeriodKind{}, "in place of those of the row");
}

std::vector<std::string> read_names(Scope& scope, const Node& node, const std::string& path) {
  if (node.is_plain(every_name)) return {};
  std::vector<std::string> names;
  const auto add = [&](const Node& item, const std::string& where) {
    if (item.is_scalar() && !item.text.empty())
      names.push_back(item.text);  // also a number, such as an age
    else
      expect_kind(scope, item, where, "a name");
  };
  if (!node.is_sequence()) return add(node, path), names;
  if (node.items.empty()) scope.error(node, path, "is empty (a name, a list of names, or all)");
  for (std::size_t i = 0; i < node.items.size(); ++i) add(node.items[i], join(path, i));
  return names;
}

bool read_term(Scope& scope, const Node& node, const std::string& path, SimulatedTerm& out) {
  const std::size_t before = scope.problems.size();
  TermFields given;
  if (!read(scope, node, path, NestedKind{}, given)) return false;
  if (given.variable.has_value() == given.trace.has_value())
    scope.error(node, path, "needs either a variable or a trace, not both");
  out.trace = given.trace.has_value();
  out.variable = out.trace ? *given.trace : given.variable.value_or("");
  out.years = given.years;
  if (given.select != nullptr && !given.select->is_mapping()) {
    expect_kind(scope, *given.select, join(path, "select"), "a mapping of dimensions to names");
  } else if (given.select != nullptr) {
    for (const Entry& entry : given.select->entries) {
      const std::string where = join(join(path, "select"), entry.key.text);
      out.select[entry.key.text] = read_names(scope, entry.value, where);
    }
  }
  return scope.problems.size() == before;
}

bool read(Scope& scope, const Node& node, const std::string& path, const TermsKind&, std::vector<SimulatedTerm>& out) {
  out.clear();
  if (!node.is_sequence()) return read_term(scope, node, path, out.emplace_back());
  if (node.items.empty()) return scope.error(node, path, "is empty (a term or a list of terms)"), false;
  bool good = true;
  for (std::size_t i = 0; i < node.items.size(); ++i)
    good = read_term(scope, node.items[i], join(path, i), out.emplace_back()) && good;
  return good;
}

struct RatioFields {
  SimulatedRatio ratio;
};
template <class V>
void fields(V& v, RatioFields& r) {
  v.required("simulated", r.ratio.terms, TermsKind{});
  v.optional("per", r.ratio.per, TermsKind{});
}

struct MustFields {
  std::string reason;
  std::vector<Year> only;
  std::optional<double> median_within;
  std::string median_reason;
};
template <class V>
void fields(V& v, MustFields& m) {
  v.required("reason", m.reason, TextKind{});
  v.optional("only", m.only, ListKind<YearKind>{}, "the rows that must hold; all if left out");
  v.optional("median_within", m.median_within, NumberKind{0, 10});
  v.optional("median_reason", m.median_reason, TextKind{});
}

/// A value that is given in the file itself.
struct GivenValue {
  std::optional<double> value, low, high;
  std::string confidence, level, source;
};

struct PatternFields {
  std::string name, group, title, unit, note;
  const Node* observed_node = nullptr;
  const Node* must_node = nullptr;
  std::optional<YearSpan> years;
  std::optional<Year> growth_since;
  std::string reduce;
  double scale = 1.0;
  RatioFields ratio;
  std::optional<RatioFields> relative_to;
  GivenValue given;
};
template <class V>
void fields(V& v, PatternFields& p) {
  v.required("name", p.name, NameKind{});
  v.required("group", p.group, WordKind<8>{group_names});
  v.required("title", p.title, TextKind{});
  v.required("unit", p.unit, TextKind{}, "of the observed value; \"1\" for shares");
  fields(v, p.ratio);
  v.optional("relative_to", p.relative_to, NestedKind{});
  v.optional("growth_since", p.growth_since, YearKind{});
  v.optional("scale", p.scale, NumberKind{1e-12, 1e12});
  v.optional("years", p.years, PeriodKind{});
  v.optional("reduce", p.reduce, WordKind<3>{reduce_names});
  v.optional("value", p.given.value, NumberKind{});
  v.optional("low", p.given.low, NumberKind{});
  v.optional("high", p.given.high, NumberKind{});
  v.optional("confidence", p.given.confidence, WordKind<4>{confidence_names});
  v.optional("level", p.given.level, WordKind<3>{level_names});
  v.optional("source", p.given.source, TextKind{});
  v.optional("observed", p.observed_node, NodeKind{});
  v.optional("must", p.must_node, NodeKind{});
  v.optional("note", p.note, TextKind{});
}

struct NotComparedFields {
  NotCompared item;
  const Node* series = nullptr;
  const Node* metrics = nullptr;
};
template <class V>
void fields(V& v, NotComparedFields& n) {
  v.required("series", n.series, NodeKind{});
  v.optional("metrics", n.metrics, NodeKind{});
  v.required("reason", n.item.reason, TextKind{});
}

struct PatternFileFields {
  int schema_version = 0;
  const Node* patterns = nullptr;
  const Node* not_compared = nullptr;
};
template <class V>
void fields(V& v, PatternFileFields& f) {
  v.required("schema_version", f.schema_version, IntegerKind{1, 1});
  v.required("patterns", f.patterns, NodeKind{});
  v.optional("not_compared", f.not_compared, NodeKind{});
}

Reduce reduce_named(const std::string& name) {
  const auto found = std::ranges::find(reduce_names, name);
  if (found == reduce_names.end()) return Reduce::none;
  return static_cast<Reduce>(1 + (found - reduce_names.begin()));
}

class PatternReader {
 public:
  PatternReader(Scope& scope, const std::vector<ObservedSeries>& series) : scope_(scope), series_(series) {}

  void read_pattern(const Node& node, const std::string& path, Pattern& pattern) {
    const std::size_t before = scope_.problems.size();
    PatternFields given;
    const bool good = read(scope_, node, path, NestedKind{}, given);
    if (!node.is_mapping()) return;
    if (!given.name.empty() && !names_.insert(given.name).second)
      scope_.error(*node.find("name"), join(path, "name"), fmt::format("a second pattern named `{}`", given.name));
    pattern.name = given.name, pattern.group = given.group, pattern.title = given.title, pattern.unit = given.unit;
    pattern.place = problem_at(node, path, "");
    pattern.quantity = {given.ratio.ratio, std::nullopt, given.growth_since, reduce_named(given.reduce), given.scale};
    if (given.relative_to) pattern.quantity.relative_to = given.relative_to->ratio;
    if (given.observed_node != nullptr && !given.unit.empty())
      read_observed_rows(node, path, given, pattern);
    else if (good)
      read_given_row(node, path, given, pattern);
    if (scope_.problems.size() == before) check_years(node, path, pattern);
    if (given.must_node != nullptr) read_must(*given.must_node, join(path, "must"), pattern);
  }

 private:
  void read_observed_rows(const Node& node, const std::string& path, const PatternFields& given, Pattern& pattern) {
    for (const char* key : {"value", "low", "high", "confidence", "level", "source"}) {
      if (const Node* own = node.find(key))
        scope_.error(*own, join(path, key), "stands beside `observed` (values come from the series)");
    }
    ObservedChoice choice;
    const std::string where = join(path, "observed");
    if (!read(scope_, *given.observed_node, where, NestedKind{}, choice)) return;
    add_observed_rows(scope_, *given.observed_node, where, choice, series_, given.years, pattern);
  }

  void read_given_row(const Node& node, const std::string& path, const PatternFields& given, Pattern& pattern) {
    const std::size_t before = scope_.problems.size();
    const GivenValue& g = given.given;
    if (!g.value && !g.low && !g.high)
      return scope_.error(node, path, "says nothing known (value, low, high or observed is due)");
    if (g.source.empty()) scope_.error(node, path, "has no source");
    if (g.confidence.empty()) scope_.error(node, path, "has no confidence");
    if (g.level.empty()) scope_.error(node, path, "has no level");
    if (!given.years) scope_.error(node, path, "has no years");
    const double endless = std::numeric_limits<double>::infinity();
    if (g.low.value_or(-endless) > g.high.value_or(endless))
      scope_.error(*node.find("low"), join(path, "low"), "is above `high`");
    else if (g.value && (*g.value < g.low.value_or(-endless) || *g.value > g.high.value_or(endless)))
      scope_.error(*node.find("value"), join(path, "value"), "is outside [low, high]");
    if (scope_.problems.size() > before) return;
    KnownValue known{*given.years, g.value, g.low.value_or(-endless), g.high.value_or(endless), g.confidence, g.level,
                     g.source,     {}};
    if (!g.low && !g.high) set_width(known);
    pattern.rows.push_back(std::move(known));
  }

  /// A span of years says nothing without a rule for reading it.
  void check_years(const Node& node, const std::string& path, const Pattern& pattern) {
    if (pattern.quantity.reduce != Reduce::none) return;
    const auto is_span = [](const YearSpan& years) { return years.first != years.last; };
    bool any = std::ranges::any_of(pattern.rows, [&](const KnownValue& row) { return is_span(row.years); });
    const auto look = [&](const SimulatedRatio& ratio) {
      for (const auto* terms : {&ratio.terms, &ratio.per})
        for (const SimulatedTerm& term : *terms) any = any || (term.years && is_span(*term.years));
    };
    look(pattern.quantity.value);
    if (pattern.quantity.relative_to) look(*pattern.quantity.relative_to);
    if (any) scope_.error(node, join(path, "reduce"), "is missing (several years are read as sum, mean or last)");
  }

  void read_must(const Node& node, const std::string& path, Pattern& pattern) {
    MustFields given;
    if (!read(scope_, node, path, NestedKind{}, given)) return;
    if (pattern.group == goals_group) scope_.error(node, path, "goals are not facts (a goal can never be a must)");
    if (given.median_within && given.median_reason.empty())
      scope_.error(node, path, "median_within needs a median_reason");
    if (!given.median_within && !given.median_reason.empty())
      scope_.error(node, path, "median_reason without median_within");
    for (KnownValue& row : pattern.rows) {
      if (given.only.empty() || std::ranges::find(given.only, row.years.first) != given.only.end())
        row.must = MustHold{given.reason, given.median_within};
    }
    const Node* only = node.find("only");
    for (std::size_t i = 0; i < given.only.size(); ++i) {
      const auto has = [&](const KnownValue& row) { return row.years.first == given.only[i]; };
      if (!pattern.rows.empty() && std::ranges::none_of(pattern.rows, has))
        scope_.error(only->items[i], join(join(path, "only"), i), "no row of this pattern begins in that year");
    }
  }

  Scope& scope_;
  const std::vector<ObservedSeries>& series_;
  std::set<std::string> names_;
};

void read_not_compared(Scope& scope, const Node& node, const std::string& path,
                       const std::vector<ObservedSeries>& series, NotCompared& out) {
  NotComparedFields given;
  if (!read(scope, node, path, NestedKind{}, given)) return;
  std::vector<std::string> names;
  for (const Table& table : series) names.push_back(table.name);
  const auto found = read_name_among(scope, *given.series, join(path, "series"), names);
  if (!found) return;
  out = std::move(given.item);
  out.series = names[*found];
  if (given.metrics == nullptr) return;
  const std::string where = join(path, "metrics");
  const std::vector<std::string> metrics = metrics_of(series[*found]);
  const std::vector<std::string> names_given = read_names(scope, *given.metrics, where);
  for (const std::string& name : names_given) {
    out.metrics = {name};
    const auto named = [&](const std::string& metric) { return out.names(metric); };
    if (std::ranges::none_of(metrics, named)) {
      scope.error(*given.metrics, where,
                  fmt::format("`{}` is not a metric of {}.{}", name, out.series, did_you_mean(name, metrics)));
    }
  }
  out.metrics = names_given;
}

template <class Item, class ReadItem>
void read_list(Scope& scope, const Node* node, const char* key, std::vector<Item>& out, ReadItem read_item) {
  if (node == nullptr) return;
  if (!node->is_sequence()) return expect_kind(scope, *node, key, "a list");
  out.resize(node->items.size());
  for (std::size_t i = 0; i < out.size(); ++i) read_item(node->items[i], join(std::string(key), i), out[i]);
}

}  // namespace

const std::vector<std::string>& pattern_groups() {
  static const std::vector<std::string> groups(group_names.begin(), group_names.end());
  return groups;
}

bool NotCompared::names(std::string_view metric) const {
  const auto fits = [&](std::string_view name) {
    if (name.ends_with('*')) return metric.starts_with(name.substr(0, name.size() - 1));
    if (name.starts_with('*')) return metric.ends_with(name.substr(1));
    return metric == name;
  };
  return metrics.empty() || std::ranges::any_of(metrics, fits);
}

PatternFile read_patterns(const std::filesystem::path& file, const std::vector<ObservedSeries>& series) {
  std::vector<Problem> problems;
  const Node document = read_document(file, problems);
  Scope scope{problems};
  PatternFile result;
  PatternFileFields given;
  read(scope, document, "", NestedKind{}, given);
  PatternReader reader(scope, series);
  read_list(scope, given.patterns, "patterns", result.patterns,
            [&](const Node& node, const std::string& path, Pattern& out) { reader.read_pattern(node, path, out); });
  read_list(scope, given.not_compared, "not_compared", result.not_compared,
            [&](const Node& node, const std::string& path, NotCompared& out) {
              read_not_compared(scope, node, path, series, out);
            });
  if (!problems.empty()) throw InputError(std::move(problems));
  return result;
}

}  // namespace innochain
