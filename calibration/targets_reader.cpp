#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>
#include <stdexcept>

#include "calibration/target_rows.hpp"
#include "calibration/targets.hpp"

namespace innochain {

namespace {

constexpr std::array<const char*, 5> quantity_names{"approvals", "cumulative", "stock", "delisted", "net_change"};
constexpr std::array<const char*, 4> grade_names{"excellent", "good", "rectify", "failed"};
constexpr Year level_year{2017};         ///< whose stock errors are relative to
constexpr double smallest_error = 0.02;  ///< share of that stock below which nothing is told apart
constexpr bool only_looks = true;        ///< calls and extrapolations do not make an item of a row
constexpr double one_unit = 1.0;         ///< lab or zone
constexpr double most_counted = 1e6;     ///< labs or zones: more is a slip

bool is_count(double value) {
  return value >= 0.0 && value <= most_counted;
}

bool is_whole_count(double value) {
  return is_count(value) && value == std::floor(value);
}

/// A number, or [low, high].
struct ShiftKind {};

bool read(Scope& scope, const Node& node, const std::string& path, const ShiftKind&, std::pair<double, double>& out) {
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

/// The items of a list that is not empty.
const std::vector<Node>& items_of(Scope& scope, const Node& node, const std::string& path) {
  if (!node.is_sequence())
    expect_kind(scope, node, path, "a list");
  else if (node.items.empty())
    scope.error(node, path, "is an empty list");
  return node.items;
}

std::string item_name(TargetQuantity quantity, const YearSpan& years) {
  std::string name = fmt::format("{}_{}", quantity_names[static_cast<std::size_t>(quantity)], years.first.value());
  if (years.first != years.last) name += fmt::format("_{}", years.last.value());
  return name;
}

/// Several rows as one value; the least certain of them says how certain it is.
RowValue added_up(const std::vector<RowValue>& values) {
  RowValue sum = values.front();
  for (std::size_t i = 1; i < values.size(); ++i) {
    const RowValue& value = values[i];
    sum.low += value.low, sum.high += value.high;
    sum.point = sum.point && value.point ? std::optional(*sum.point + *value.point) : std::nullopt;
    if (sum.years && value.years)
      sum.years =
          YearSpan{std::min(sum.years->first, value.years->first), std::max(sum.years->last, value.years->last)};
    if (relative_error(value.confidence, value.level) > relative_error(sum.confidence, sum.level))
      sum.confidence = value.confidence, sum.level = value.level;
    if (sum.source.find(value.source) == std::string::npos) sum.source += " ; " + value.source;
  }
  return sum;
}

/// σ of an item: an interval has no error but the smallest.
double sigma_of(const TargetItem& item, double level) {
  const double relative = item.exact() ? relative_error(item.confidence, item.level) * std::abs(item.low) : 0.0;
  return std::max({relative, smallest_error * level, one_unit});
}

class TargetsReader {
 public:
  TargetsReader(Scope& scope, std::filesystem::path folder, const std::vector<ObservedSeries>& observed)
      : scope_(scope), folder_(std::move(folder)), observed_(observed), book_(scope, observed) {}

  TargetFile read_file(const Node& document) {
    TargetFileFields given;
    read(scope_, document, "", NestedKind{}, given);
    if (given.series != nullptr) read_all_series(*given.series);
    if (given.reviews != nullptr) read_reviews(*given.reviews);
    if (given.outputs != nullptr) read_outputs(*given.outputs);
    if (given.excluded != nullptr) read_excluded(*given.excluded);
    // Where items could not be read, names and rows would only seem to be missing.
    const bool items_are_read = scope_.problems.empty();
    if (given.coverage != nullptr && items_are_read) read_coverage(*given.coverage);
    if (given.complete != nullptr && items_are_read) read_complete(*given.complete);
    book_.check_series(known_breaks(document, given.breaks));
    return std::move(result_);
  }

 private:
  void read_all_series(const Node& node) {
    const auto& nodes = items_of(scope_, node, "series");
    for (std::size_t i = 0; i < nodes.size(); ++i) read_series(nodes[i], join(std::string("series"), i));
  }

  void read_series(const Node& node, const std::string& path) {
    SeriesFields given;
    if (!read(scope_, node, path, NestedKind{}, given)) return;
    if (find(given.designation) != nullptr)
      scope_.error(node, path, fmt::format("a second series named {}", given.designation));
    TargetSeries series;
    series.designation = given.designation;
    if (given.parts)
      read_parts(node, path, given, series);
    else
      read_start(node, path, given, series);
    read_items(*given.items, join(path, "items"), series);
    result_.series.push_back(std::move(series));
  }

  void read_parts(const Node& node, const std::string& path, const SeriesFields& given, TargetSeries& series) {
    if (given.parts->empty()) scope_.error(node, join(path, "parts"), "is an empty list");
    if (given.last_sigma || given.calls || given.yearly || given.ends != nullptr)
      scope_.error(node, path, "is a sum, which has no ends, last_sigma, calls and yearly approvals of its own");
    for (const std::string& part : *given.parts) {
      const TargetSeries* found = find(part);
      if (found == nullptr)
        scope_.error(node, join(path, "parts"), fmt::format("no series above is named {}", part));
      else if (std::ranges::count(*given.parts, part) > 1)
        scope_.error(node, join(path, "parts"), fmt::format("{} is named twice", part));
      else
        series.level_2017 += found->level_2017;
    }
    series.parts = *given.parts;
  }

  void read_curve(const Node& given, const std::string& where, TargetSeries& series) {
    const auto& nodes = items_of(scope_, given, where);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      ItemRule rule;
      const std::string at = join(where, i);
      if (!read(scope_, nodes[i], at, NestedKind{}, rule)) continue;
      for (TargetItem& point : items_by(nodes[i], at, rule, TargetQuantity::cumulative))
        series.curve.push_back(std::move(point));
    }
  }

  /// All but the items: what the errors of items are relative to.
  void read_start(const Node& node, const std::string& path, const SeriesFields& given, TargetSeries& series) {
    if (!given.last_sigma || given.ends == nullptr)
      return scope_.error(node, path, "has no ends with their last_sigma");
    series.last_sigma = *given.last_sigma;
    const std::string where = join(path, "ends");
    const auto& nodes = items_of(scope_, *given.ends, where);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      ItemRule rule;
      const std::string at = join(where, i);
      if (!read(scope_, nodes[i], at, NestedKind{}, rule)) continue;
      for (TargetItem& end : items_by(nodes[i], at, rule, TargetQuantity::stock)) {
        if (end_of_fit(series, end.years.last) != nullptr)
          scope_.error(nodes[i], at, fmt::format("a second end in {}", end.years.last.value()));
        end.sigma = series.last_sigma;
        series.ends.push_back(std::move(end));
      }
    }
    if (given.curve != nullptr) read_curve(*given.curve, join(path, "curve"), series);
    const TargetItem* last = end_of_fit(series, level_year);
    if (last != nullptr)
      series.level_2017 = (last->low + last->high) / 2.0;
    else if (scope_.problems.empty())
      scope_.error(*given.ends, where, fmt::format("none in {} (errors are relative to it)", level_year.value()));
    if (given.calls) read_calls(node, join(path, "calls"), *given.calls, series);
    if (given.yearly) read_yearly(node, join(path, "yearly"), *given.yearly, series);
  }

  void read_yearly(const Node& node, const std::string& path, const RowChoice& given, TargetSeries& series) {
    for (const RowValue& value : book_.use(given, *node.find("yearly"), path, only_looks))
      series.yearly.push_back({value.years->first, value.point.value_or((value.low + value.high) / 2.0)});
  }

  void read_calls(const Node& node, const std::string& path, const TargetCallFields& given, TargetSeries& series) {
    for (const RowValue& value : book_.use(given, *node.find("calls"), path, only_looks))
      series.calls.push_back({value.years->first, value.point.value_or(value.low) >= given.at_least});
  }

  void read_items(const Node& node, const std::string& path, TargetSeries& series) {
    const auto& nodes = items_of(scope_, node, path);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const std::string at = join(path, i);
      ItemFields given;
      if (!read(scope_, nodes[i], at, NestedKind{}, given)) continue;
      for (TargetItem& item : items_by(nodes[i], at, given, given.quantity)) {
        item.sigma = sigma_of(item, series.level_2017);
        if (std::ranges::find(series.items, item.name, &TargetItem::name) != series.items.end())
          scope_.error(nodes[i], at, fmt::format("a second {} of {}", item.name, series.designation));
        series.items.push_back(std::move(item));
      }
    }
  }

  std::vector<TargetItem> items_by(const Node& node, const std::string& path, const ItemRule& rule,
                                   TargetQuantity quantity) {
    if ((rule.each != nullptr) + (rule.sum != nullptr) + (rule.between != nullptr) != 1)
      return scope_.error(node, path, "needs one of each, sum and between"), std::vector<TargetItem>();
    if ((rule.plus || !rule.level.empty()) && rule.reason.empty())
      scope_.error(node, path, "changes what the rows say without a reason");
    std::vector<RowValue> values = values_by(path, rule);
    if (rule.years && values.size() > 1)
      scope_.error(node, path, fmt::format("{} rows are chosen for the years of one item", values.size()));
    std::vector<TargetItem> items;
    for (RowValue& value : values) {
      if (!rule.level.empty()) value.level = rule.level;
      if (rule.years) value.years = rule.years;
      if (!value.years) return scope_.error(node, path, "its rows have no years (give `years`)"), items;
      items.push_back(item_from(node, path, value, rule, quantity));
    }
    return items;
  }

  std::vector<RowValue> values_by(const std::string& path, const ItemRule& rule) {
    if (rule.each != nullptr) {
      RowChoice choice;
      const std::string at = join(path, "each");
      if (!read(scope_, *rule.each, at, NestedKind{}, choice)) return {};
      return book_.use_with_errors(choice, *rule.each, at);
    }
    const Node& list = rule.sum != nullptr ? *rule.sum : *rule.between;
    const std::string at = join(path, rule.sum != nullptr ? "sum" : "between");
    const std::size_t before = scope_.problems.size();
    std::vector<RowValue> values;
    const auto& nodes = items_of(scope_, list, at);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      RowChoice choice;
      if (!read(scope_, nodes[i], join(at, i), NestedKind{}, choice)) continue;
      for (RowValue& value : book_.use_with_errors(choice, nodes[i], join(at, i))) {
        if (std::ranges::find(values, value.row, &RowValue::row) != values.end())
          scope_.error(nodes[i], join(at, i), "chooses a row that this list has already");
        values.push_back(std::move(value));
      }
    }
    if (scope_.problems.size() > before) return {};
    RowValue value = added_up(values);
    if (rule.between != nullptr) {
      if (values.size() != 2) return scope_.error(list, at, "needs two rows"), std::vector<RowValue>();
      value.low = values[0].low, value.high = values[1].high, value.point.reset();
    }
    return {value};
  }

  TargetItem item_from(const Node& node, const std::string& path, const RowValue& value, const ItemRule& rule,
                       TargetQuantity quantity) {
    const auto [down, up] = rule.plus.value_or(std::pair(0.0, 0.0));
    TargetItem item;
    item.quantity = quantity;
    item.years = *value.years;
    const bool dated = quantity == TargetQuantity::stock || quantity == TargetQuantity::cumulative;
    if (dated) item.years.first = item.years.last;
    item.name = item_name(quantity, item.years);
    item.low = value.low + down, item.high = value.high + up;
    if (item.low > item.high)
      scope_.error(node, path, fmt::format("its low end {} is above its high end {}", item.low, item.high));
    // A low end below zero says no more than one of zero.
    if (quantity != TargetQuantity::net_change && !is_count(item.high))
      scope_.error(node, path,
                   fmt::format("{} of {} to {} is no count ({})", item.name, item.low, item.high, value.source));
    if (value.point && down == up) item.point = *value.point + up;
    item.confidence = value.confidence, item.level = value.level, item.source = value.source;
    item.place = problem_at(node, path, "");
    return item;
  }

  TargetSeries* find(const std::string& designation) {
    const auto found = std::ranges::find(result_.series, designation, &TargetSeries::designation);
    return found == result_.series.end() ? nullptr : &*found;
  }

  void read_coverage(const Node& node) {
    std::vector<std::string> designations;
    for (const TargetSeries& series : result_.series) designations.push_back(series.designation);
    const auto lists = read_by_name(scope_, node, "coverage", designations);
    for (std::size_t s = 0; s < lists.size(); ++s) {
      if (lists[s] == nullptr) continue;
      const std::string path = join(std::string("coverage"), designations[s]);
      for (const Node& name : items_of(scope_, *lists[s], path)) mark_usable(name, path, result_.series[s]);
    }
  }

  void mark_usable(const Node& name, const std::string& path, TargetSeries& series) {
    const NotCompared pattern{series.designation, {name.text}, ""};
    bool any = false;
    std::vector<std::string> names;
    for (TargetItem& item : series.items) {
      names.push_back(item.name);
      if (!pattern.names(item.name)) continue;
      item.usable_total = any = true;
    }
    if (any) return;
    scope_.error(
        name, path,
        fmt::format("no item of {} is named `{}`.{}", series.designation, name.text, did_you_mean(name.text, names)));
  }

  void read_reviews(const Node& node) {
    ReviewFields given;
    const bool good = read(scope_, node, "reviews", NestedKind{}, given);
    if (!good || given.series == nullptr || given.rounds == nullptr) return;
    if (!book_.find_series(*given.series, "reviews.series")) return;
    const auto& nodes = items_of(scope_, *given.rounds, "reviews.rounds");
    for (std::size_t i = 0; i < nodes.size(); ++i)
      read_round(nodes[i], join(std::string("reviews.rounds"), i), *given.series);
  }

  void read_round(const Node& node, const std::string& path, const Node& series_node) {
    RoundFields given;
    if (!read(scope_, node, path, NestedKind{}, given)) return;
    if (given.grades.empty()) return scope_.error(node, join(path, "grades"), "is an empty list");
    const std::size_t series = *book_.find_series(series_node, "reviews.series");
    const SeriesRows& rows = book_.rows(series);
    std::optional<std::size_t> row;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      if (rows.text("review_year", r) == given.year->text && rows.text("field", r) == given.field->text) row = r;
    }
    if (!row) return scope_.error(node, path, fmt::format("no row of {} is chosen by this", rows.series().name));
    const auto years = parse_years(given.year->text);
    if (!years) return scope_.error(*given.year, join(path, "year"), "is neither a year nor a span of years");
    ReviewRound round{*years, given.field->text, 0, {}, {}, {}, {}};
    if (!read_grades(node, path, given, rows, *row, round)) return;
    check_overlap(node, path, round);
    book_.mark_used({series, *row});
    result_.reviews.push_back(std::move(round));
  }

  bool read_grades(const Node& node, const std::string& path, const RoundFields& given, const SeriesRows& rows,
                   std::size_t row, ReviewRound& round) {
    const std::array<std::optional<int>*, 4> counts{&round.excellent, &round.good, &round.rectify, &round.failed};
    const auto evaluated = rows.number("evaluated", row);
    const auto fault = [&](const std::string& column, const std::string& what) {
      scope_.problems.push_back(chosen_by(rows.problem(column, row, what), node, path));
      return false;
    };
    if (!evaluated) return fault("evaluated", "how many were evaluated is not known");
    if (!is_whole_count(*evaluated)) return fault("evaluated", fmt::format("{} is no count", *evaluated));
    round.evaluated = static_cast<int>(*evaluated);
    int sum = 0;
    for (const std::string& grade : given.grades) {
      const auto count = rows.number(grade, row);
      if (!count) return fault(grade, fmt::format("the row says nothing in `{}`", grade));
      if (!is_whole_count(*count)) return fault(grade, fmt::format("{} is no count", *count));
      *counts[static_cast<std::size_t>(std::ranges::find(grade_names, grade) - grade_names.begin())] =
          static_cast<int>(*count);
      sum += static_cast<int>(*count);
    }
    if (sum > round.evaluated)
      return fault("evaluated", fmt::format("{} grades of {} evaluated", sum, round.evaluated));
    return true;
  }

  /// A lab must not be counted in its own round and in a sum of rounds.
  void check_overlap(const Node& node, const std::string& path, const ReviewRound& round) {
    for (const ReviewRound& other : result_.reviews) {
      const bool same_years = round.years.first <= other.years.last && other.years.first <= round.years.last;
      const bool sums = round.years.first != round.years.last || other.years.first != other.years.last;
      const bool both = (round.excellent && other.excellent) || (round.good && other.good) ||
                        (round.rectify && other.rectify) || (round.failed && other.failed);
      if (same_years && both && (sums || round.field == other.field))
        scope_.error(node, path, fmt::format("counts a grade that the round `{}` counts too", other.field));
    }
  }

  void read_outputs(const Node& node) {
    OutputFields given;
    if (!read(scope_, node, "outputs", NestedKind{}, given) || given.names == nullptr) return;
    std::vector<Pattern> patterns;
    try {
      patterns = read_patterns(folder_ / given.patterns, observed_).patterns;
    } catch (const InputError& error) {
      for (const Problem& problem : error.problems()) {
        const bool is_file = problem.kind == Problem::Kind::missing && problem.line == 0;
        scope_.problems.push_back(is_file ? problem_at(node, "outputs.patterns",
                                                       fmt::format("there is no file {}", problem.file), problem.kind)
                                          : problem);
      }
      return;
    }
    std::vector<std::string> known;
    for (const Pattern& pattern : patterns) known.push_back(pattern.name);
    const auto& nodes = items_of(scope_, *given.names, "outputs.names");
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const std::string at = join(std::string("outputs.names"), i);
      const auto found = read_name_among(scope_, nodes[i], at, known);
      if (!found) continue;
      if (std::ranges::find(result_.outputs, patterns[*found].name, &Pattern::name) != result_.outputs.end())
        scope_.error(nodes[i], at, "is named twice, and would count twice");
      result_.outputs.push_back(patterns[*found]);
    }
  }

  /// The breaks that name a row.
  std::vector<CumulativeBreak> known_breaks(const Node& document, const std::vector<CumulativeBreak>& breaks) {
    std::vector<CumulativeBreak> known;
    for (std::size_t i = 0; i < breaks.size(); ++i) {
      RowChoice choice;
      choice.series = breaks[i].series, choice.years = breaks[i].year;
      if (choice.series == nullptr || choice.years == nullptr) continue;  // a problem already
      const Node& node = document.find("breaks")->items[i];
      if (!book_.choose(choice, node, join(std::string("breaks"), i)).empty()) known.push_back(breaks[i]);
    }
    return known;
  }

  void read_excluded(const Node& node) {
    const auto& nodes = items_of(scope_, node, "excluded");
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const std::string path = join(std::string("excluded"), i);
      ExcludedFields given;
      if (read(scope_, nodes[i], path, NestedKind{}, given)) book_.exclude(given, nodes[i], path);
    }
  }

  void read_complete(const Node& node) {
    const auto& nodes = items_of(scope_, node, "complete");
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const std::string path = join(std::string("complete"), i);
      if (const auto series = book_.find_series(nodes[i], path)) book_.check_complete(*series, nodes[i], path);
    }
  }

  Scope& scope_;
  std::filesystem::path folder_;
  const std::vector<ObservedSeries>& observed_;
  RowBook book_;
  TargetFile result_;
};

}  // namespace

TargetFile read_targets(const std::filesystem::path& file, const std::vector<ObservedSeries>& observed) {
  std::vector<Problem> problems;
  const Node document = read_document(file, problems);
  Scope scope{problems};
  TargetFile result = TargetsReader(scope, file.parent_path(), observed).read_file(document);
  if (!problems.empty()) throw InputError(std::move(problems));
  return result;
}

}  // namespace innochain
