#include "calibration/observed_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "calibration/series_rows.hpp"

namespace innochain {

namespace {

constexpr std::array<const char*, 2> metric_columns{"metric", "key"};
constexpr const char* default_column = "value";

template <std::size_t n>
std::string first_column_of(const Table& series, const std::array<const char*, n>& candidates) {
  const std::vector<std::string> names = column_names(series);
  for (const char* name : candidates) {
    if (std::ranges::find(names, name) != names.end()) return name;
  }
  return "";
}

/// Turns the rows of one series that a choice names into known values.
class RowsOfSeries {
 public:
  RowsOfSeries(Scope& scope, const Node& node, const std::string& path, const ObservedChoice& choice,
               const ObservedSeries& series, Pattern& pattern)
      : scope_(scope), node_(node), path_(path), choice_(choice), series_(series), rows_(series), pattern_(pattern) {}

  void add(const std::optional<YearSpan>& years) {
    if (!read_columns() || !read_units()) return;
    const std::size_t before = scope_.problems.size();
    std::vector<std::size_t> used;
    std::vector<bool> excluded(choice_.exclude.size(), false);
    for (std::size_t row = 0; row < series_.n_rows(); ++row) {
      if (matches(row, metric_) && !is_excluded(row, excluded)) used.push_back(row);
    }
    for (std::size_t i = 0; i < excluded.size(); ++i) {
      if (!excluded[i])
        scope_.error(*choice_.exclude[i].year, join(path_, "exclude"), "no row that is chosen has this year");
    }
    std::size_t n_added = 0;
    for (const std::size_t row : used) n_added += add_row(row, years) ? 1 : 0;
    if (scope_.problems.size() == before && n_added == 0)
      scope_.error(node_, path_, fmt::format("no row of {} has such a value", series_.name));
    if (years && n_added > 1) {
      scope_.error(
          node_, path_,
          fmt::format("{} rows of {} are chosen for the years of the pattern (choose one)", n_added, series_.name));
    }
  }

 private:
  bool read_columns() {
    const std::size_t before = scope_.problems.size();
    const std::vector<std::string> columns = column_names(series_);
    year_column_ = first_column_of(series_, year_columns);
    metric_column_ = first_column_of(series_, metric_columns);
    const auto read_column = [&](const Node* node, const char* key, std::string& out) {
      if (node == nullptr) return;
      if (const auto found = read_name_among(scope_, *node, join(path_, key), columns)) out = columns[*found];
    };
    const auto read_metric = [&](const Node* node, const char* key, std::string& out) {
      if (node == nullptr) return;
      const std::vector<std::string> metrics = metrics_of(series_);
      if (const auto found = read_name_among(scope_, *node, join(path_, key), metrics)) out = metrics[*found];
    };
    read_column(choice_.column, "column", column_);
    read_column(choice_.over_column, "over_column", over_column_);
    read_metric(choice_.metric, "metric", metric_);
    read_metric(choice_.over_metric, "over_metric", over_metric_);
    if (choice_.column == nullptr && !rows_.has(column_))
      scope_.error(node_, path_, fmt::format("{} has no column value (name one as `column`)", series_.name));
    if (choice_.where != nullptr) read_where(columns);
    pattern_.metric = metric_.empty() && choice_.column != nullptr ? column_ : metric_;
    return scope_.problems.size() == before;
  }

  void read_where(const std::vector<std::string>& columns) {
    const auto values = read_by_name(scope_, *choice_.where, join(path_, "where"), columns);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i] == nullptr) continue;
      const std::vector<std::string> known = rows_.distinct(columns[i]);
      if (std::ranges::find(known, values[i]->text) == known.end()) {
        scope_.error(*values[i], join(join(path_, "where"), columns[i]),
                     fmt::format("no row of {} has `{}` there.{}", series_.name, values[i]->text,
                                 did_you_mean(values[i]->text, known)));
      }
      where_[columns[i]] = values[i]->text;
    }
  }

  bool read_units() {
    if (choice_.units == nullptr) return true;
    const std::string path = join(path_, "units");
    if (!choice_.units->is_mapping())
      return expect_kind(scope_, *choice_.units, path, "a mapping of units to factors"), false;
    const std::size_t before = scope_.problems.size();
    for (const Entry& entry : choice_.units->entries)
      read(scope_, entry.value, join(path, entry.key.text), NumberKind{1e-12, 1e12}, units_[entry.key.text]);
    return scope_.problems.size() == before;
  }

  bool matches(std::size_t row, const std::string& metric) const {
    if (!metric.empty() && rows_.text(metric_column_, row) != metric) return false;
    for (const auto& [column, text] : where_) {
      if (rows_.text(column, row) != text) return false;
    }
    if (!choice_.years) return true;
    const auto years = parse_years(rows_.text(year_column_, row));
    return !years || (choice_.years->contains(years->first) && choice_.years->contains(years->last));
  }

  bool is_excluded(std::size_t row, std::vector<bool>& excluded) const {
    for (std::size_t i = 0; i < choice_.exclude.size(); ++i) {
      if (choice_.exclude[i].year->text != rows_.text(year_column_, row)) continue;
      excluded[i] = true;
      return true;
    }
    return false;
  }

  bool add_row(std::size_t row, const std::optional<YearSpan>& years) {
    const std::string text = rows_.text(column_, row);
    const auto value = parse_interval(text), low = parse_interval(rows_.text("low", row)),
               high = parse_interval(rows_.text("high", row));
    if (text.empty() && (!low || !high)) return false;  // nothing known in this row
    const std::string year_text = rows_.text(year_column_, row);
    if (!text.empty() && !value)
      return fault(column_, row, fmt::format("`{}` is neither a number nor an interval such as 8-9.5", text));
    const auto factor = factor_of(row, year_text);
    if (!factor) return false;
    KnownValue known;
    const auto own_years = parse_years(year_text);
    if (!years && !own_years) return fail(year_text, "its year is neither a year nor a span (give `years`)");
    known.years = years ? *years : *own_years;
    known.confidence = rows_.text("confidence", row);
    known.level = level_of(row);
    known.source = fmt::format("{}.csv: {}", series_.name, rows_.text("source", row));
    if (low && high && low->first < high->first) {
      known.low = low->first * *factor, known.high = high->first * *factor;
    } else if (value && value->first < value->second) {
      known.low = value->first * *factor, known.high = value->second * *factor;
    }
    if (value && value->first == value->second)
      known.value = value->first * *factor;
    else if (low && high && low->first == high->first)
      known.value = low->first * *factor;
    try {
      if (known.low == known.high) set_width(known);
    } catch (const std::invalid_argument& error) {
      return fault("confidence", row, error.what());
    }
    pattern_.rows.push_back(std::move(known));
    return true;
  }

  std::string level_of(std::size_t row) const {
    if (!choice_.level.empty()) return choice_.level;
    const std::string level = rows_.text("level", row);
    return level.empty() ? default_level : level;
  }

  /// From the unit of the series, or from that of its quotient, to that of the pattern.
  std::optional<double> factor_of(std::size_t row, const std::string& year_text) {
    double factor = 1.0;
    const bool quotient = !over_metric_.empty() || !over_column_.empty();
    if (quotient) {
      const auto divisor = divisor_of(row);
      if (!divisor) return fail(year_text, "it has nothing to be divided by"), std::nullopt;
      factor = 1.0 / *divisor;
    }
    const std::string unit = rows_.text("unit", row);
    if (choice_.units != nullptr) {
      const auto found = units_.find(unit);
      if (found == units_.end()) {
        return fail(year_text, fmt::format("its unit is `{}`, which `units` does not convert", unit)), std::nullopt;
      }
      return factor * found->second;
    }
    // The unit is that of the column `value`.
    if (!quotient && column_ == default_column && rows_.has("unit") && unit != pattern_.unit) {
      return fail(year_text, fmt::format("its unit is `{}` (convert it with `units: {{{}: …}}`)", unit, unit)),
             std::nullopt;
    }
    return factor;
  }

  std::optional<double> divisor_of(std::size_t row) const {
    std::string text;
    if (!over_column_.empty()) text = rows_.text(over_column_, row);
    for (std::size_t other = 0; over_column_.empty() && other < series_.n_rows(); ++other) {
      const auto same = [&](const std::string& column) { return rows_.text(column, other) == rows_.text(column, row); };
      if (rows_.text(metric_column_, other) == over_metric_ && same(year_column_) && same("unit"))
        text = rows_.text(column_, other);
    }
    const auto divisor = parse_interval(text);
    if (!divisor || divisor->first <= 0.0) return std::nullopt;
    return divisor->first;
  }

  /// Something is wrong with the series itself.
  bool fault(const std::string& column, std::size_t row, const std::string& what) {
    scope_.problems.push_back(chosen_by(rows_.problem(column, row, what), node_, path_));
    return false;
  }

  bool fail(const std::string& year_text, const std::string& what) {
    scope_.error(node_, path_, fmt::format("row {} of {}: {}", year_text, series_.name, what));
    return false;
  }

  Scope& scope_;
  const Node& node_;
  const std::string& path_;
  const ObservedChoice& choice_;
  const ObservedSeries& series_;
  SeriesRows rows_;
  Pattern& pattern_;
  std::string year_column_, metric_column_, column_ = default_column, over_column_, metric_, over_metric_;
  std::map<std::string, std::string> where_;
  std::map<std::string, double> units_;
};

}  // namespace

bool read(Scope& scope, const Node& node, const std::string& path, const PeriodKind&, YearSpan& out) {
  if (node.is_sequence()) return read(scope, node, path, YearsKind{}, out);
  if (!read(scope, node, path, YearKind{}, out.first)) return false;
  out.last = out.first;
  return true;
}

double relative_error(std::string_view confidence, std::string_view level) {
  struct Errors {
    std::string_view confidence;
    double high, medium;
  };
  constexpr std::array<Errors, 4> table{
      {{"sourced", 0.03, 0.10}, {"seed", 0.03, 0.10}, {"derived", 0.05, 0.10}, {"recalled", 0.05, 0.15}}};
  constexpr double low_error = 0.30;
  const auto found = std::ranges::find(table, confidence, &Errors::confidence);
  if (found == table.end()) throw std::invalid_argument(fmt::format("confidence `{}` is not known", confidence));
  if (level == "high") return found->high;
  if (level == "medium") return found->medium;
  if (level == "low") return low_error;
  throw std::invalid_argument(fmt::format("level `{}` is not known", level));
}

std::vector<std::string> metrics_of(const ObservedSeries& series) {
  const std::string column = first_column_of(series, metric_columns);
  return column.empty() ? std::vector<std::string>() : SeriesRows(series).distinct(column);
}

void set_width(KnownValue& known) {
  const double half_width = std::abs(*known.value) * relative_error(known.confidence, known.level);
  known.low = *known.value - half_width;
  known.high = *known.value + half_width;
}

void add_observed_rows(Scope& scope, const Node& node, const std::string& path, const ObservedChoice& choice,
                       const std::vector<ObservedSeries>& all_series, const std::optional<YearSpan>& years,
                       Pattern& pattern) {
  std::vector<std::string> names;
  for (const Table& series : all_series) names.push_back(series.name);
  const auto found = read_name_among(scope, *choice.series, join(path, "series"), names);
  if (!found) return;
  pattern.series = names[*found];
  RowsOfSeries(scope, node, path, choice, all_series[*found], pattern).add(years);
}

}  // namespace innochain
