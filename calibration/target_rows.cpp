#include "calibration/target_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace innochain {

namespace {

constexpr std::array<const char*, 3> count_columns{"count", "stock", "new"};

/// `low` and `high` belong to the column before them.
bool has_interval(const SeriesRows& rows, const std::string& column) {
  const std::vector<std::string> names = column_names(rows.series());
  const auto low = std::ranges::find(names, "low");
  return low != names.begin() && low != names.end() && *(low - 1) == column && rows.has("high");
}

std::optional<std::string> count_column(const SeriesRows& rows) {
  for (const char* name : count_columns) {
    if (rows.has(name)) return name;
  }
  return std::nullopt;
}

/// Ends and value of a field; nothing where it is empty. The ends are those of the row where it has some.
std::optional<RowValue> value_of(const SeriesRows& rows, const std::string& column, std::size_t row) {
  RowValue value;
  value.point = rows.number(column, row);
  const bool interval = has_interval(rows, column);
  const auto low = interval ? rows.number("low", row) : value.point;
  const auto high = interval ? rows.number("high", row) : value.point;
  if (!value.point && (!low || !high)) return std::nullopt;
  value.low = low ? *low : *value.point;
  value.high = high ? *high : *value.point;
  value.confidence = rows.text("confidence", row);
  value.level = rows.text("level", row);
  if (value.level.empty()) value.level = default_level;
  value.source = fmt::format("{}.csv: {}", rows.series().name, rows.text("source", row));
  return value;
}

/// A row of several years is chosen by these years, a row of one year by any span around it.
bool takes(const YearSpan& choice, const YearSpan& row) {
  return row == choice || (row.first == row.last && choice.contains(row.first));
}

std::string dashed(const YearSpan& years) {
  return years.first == years.last ? fmt::format("{}", years.first.value())
                                   : fmt::format("{}-{}", years.first.value(), years.last.value());
}

}  // namespace

RowBook::RowBook(Scope& scope, const std::vector<ObservedSeries>& observed) : scope_(scope) {
  for (const ObservedSeries& table : observed) {
    names_.push_back(table.name);
    const std::vector<bool> none(table.n_rows(), false);
    series_.push_back({SeriesRows(table), none, none, nullptr, ""});
  }
}

std::optional<std::size_t> RowBook::find_series(const Node& node, const std::string& path) {
  const auto found = read_name_among(scope_, node, path, names_);
  if (found && series_[*found].named_at == nullptr) {
    series_[*found].named_at = &node;
    series_[*found].named_path = path;
  }
  return found;
}

std::optional<YearSpan> RowBook::years_of(const SeriesRows& rows, std::size_t row) const {
  if (rows.has("year_start")) {
    const auto first = parse_years(rows.text("year_start", row)), last = parse_years(rows.text("year_end", row));
    if (!first || !last) return std::nullopt;
    return YearSpan{first->first, last->last};
  }
  for (const char* column : year_columns) {
    if (rows.has(column)) return parse_years(rows.text(column, row));
  }
  return std::nullopt;
}

std::string RowBook::row_text(std::size_t series, std::size_t row) const {
  const SeriesRows& rows = series_[series].rows;
  const auto years = years_of(rows, row);
  std::string text = years ? dashed(*years) : rows.text(column_names(rows.series()).front(), row);
  for (const char* column : {"type", "field"}) {
    if (rows.has(column)) text += fmt::format(" {}", rows.text(column, row));
  }
  return fmt::format("row {} of {}", text, names_[series]);
}

bool RowBook::read_where(const RowChoice& choice, const std::string& path, const SeriesRows& rows,
                         std::vector<std::pair<std::string, std::string>>& where) {
  if (choice.where == nullptr) return true;
  const std::size_t before = scope_.problems.size();
  const std::vector<std::string> columns = column_names(rows.series());
  const std::string at = join(path, "where");
  const auto values = read_by_name(scope_, *choice.where, at, columns);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] == nullptr) continue;
    const std::vector<std::string> known = rows.distinct(columns[i]);
    if (std::ranges::find(known, values[i]->text) == known.end()) {
      scope_.error(*values[i], join(at, columns[i]),
                   fmt::format("no row of {} has `{}` there.{}", rows.series().name, values[i]->text,
                               did_you_mean(values[i]->text, known)));
    }
    where.emplace_back(columns[i], values[i]->text);
  }
  return scope_.problems.size() == before;
}

std::vector<RowId> RowBook::choose(const RowChoice& choice, const Node& node, const std::string& path) {
  const auto series = find_series(*choice.series, join(path, "series"));
  if (!series) return {};
  const SeriesRows& rows = series_[*series].rows;
  const std::size_t before = scope_.problems.size();
  std::vector<std::pair<std::string, std::string>> where;
  read_where(choice, path, rows, where);
  std::optional<YearSpan> years;
  std::vector<Year> only;
  if (choice.years != nullptr) read(scope_, *choice.years, join(path, "years"), PeriodKind{}, years);
  if (choice.only != nullptr) read(scope_, *choice.only, join(path, "only"), ListKind<YearKind>{}, only);
  if (choice.only != nullptr && choice.years != nullptr) scope_.error(node, path, "has both `years` and `only`");
  if (scope_.problems.size() > before) return {};
  std::vector<RowId> chosen;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto holds = [&](const auto& item) { return rows.text(item.first, row) == item.second; };
    const auto own = years_of(rows, row);
    const auto is_own = [&](Year year) { return own && *own == YearSpan{year, year}; };
    const bool in_years =
        (!years || (own && takes(*years, *own))) && (choice.only == nullptr || std::ranges::any_of(only, is_own));
    if (in_years && std::ranges::all_of(where, holds)) chosen.push_back({*series, row});
  }
  if (chosen.empty()) scope_.error(node, path, fmt::format("no row of {} is chosen by this", names_[*series]));
  return chosen;
}

/// Every year has a row, and no years have two.
bool RowBook::check_years(const RowChoice& choice, const std::string& path, const std::vector<RowId>& chosen) {
  const std::size_t before = scope_.problems.size();
  std::vector<YearSpan> seen;
  for (const RowId& id : chosen) {
    const auto own = years_of(series_[id.series].rows, id.row);
    if (!own) continue;
    if (std::ranges::find(seen, *own) != seen.end()) {
      scope_.error(*choice.series, path,
                   fmt::format("a second {} is chosen (choose one with `where`)", row_text(id.series, id.row)));
    }
    seen.push_back(*own);
  }
  const auto need = [&](Year year, const Node& at) {
    if (std::ranges::none_of(seen, [&](const YearSpan& own) { return own.contains(year); })) {
      scope_.error(at, path, fmt::format("no row of {} is chosen for {}", names_[chosen.front().series], year.value()));
    }
  };
  if (choice.only != nullptr) {
    for (const Node& item : choice.only->items) need(Year(std::stoi(item.text)), item);
  }
  YearSpan years;
  if (choice.years != nullptr && read(scope_, *choice.years, path, PeriodKind{}, years)) {
    for (Year year = years.first; year <= years.last; ++year) need(year, *choice.years);
  }
  return scope_.problems.size() == before;
}

std::optional<std::string> RowBook::value_column(const RowChoice& choice, const std::string& path,
                                                 const SeriesRows& rows) {
  if (choice.column == nullptr) {
    const auto column = count_column(rows);
    if (!column)
      scope_.error(*choice.series, path, fmt::format("{} has no counts (name a `column`)", rows.series().name));
    return column;
  }
  const std::vector<std::string> columns = column_names(rows.series());
  const auto found = read_name_among(scope_, *choice.column, join(path, "column"), columns);
  if (!found) return std::nullopt;
  return columns[*found];
}

std::vector<RowValue> RowBook::use(const RowChoice& choice, const Node& node, const std::string& path,
                                   bool only_looks) {
  const std::vector<RowId> chosen = choose(choice, node, path);
  if (chosen.empty() || !check_years(choice, path, chosen)) return {};
  const SeriesRows& rows = series_[chosen.front().series].rows;
  const auto column = value_column(choice, path, rows);
  if (!column) return {};
  std::vector<RowValue> values;
  for (const RowId& id : chosen) {
    if (!only_looks) mark_used(id);
    const auto value = value_of(rows, *column, id.row);
    if (!value) {
      const std::string text = rows.text(*column, id.row);
      std::string what =
          text.empty() ? fmt::format("{} says nothing in `{}`", row_text(id.series, id.row), *column)
                       : fmt::format("`{}` in `{}` of {} is no number", text, *column, row_text(id.series, id.row));
      scope_.problems.push_back(chosen_by(rows.problem(*column, id.row, std::move(what)), node, path));
      continue;
    }
    values.push_back(*value);
    values.back().row = id;
    values.back().years = years_of(rows, id.row);
  }
  return values;
}

std::vector<RowValue> RowBook::use_with_errors(const RowChoice& choice, const Node& node, const std::string& path) {
  std::vector<RowValue> known;
  for (RowValue& value : use(choice, node, path)) {
    try {
      relative_error(value.confidence, value.level);
      known.push_back(std::move(value));
    } catch (const std::invalid_argument& error) {
      const SeriesRows& rows = series_[value.row.series].rows;
      scope_.problems.push_back(chosen_by(rows.problem("confidence", value.row.row, error.what()), node, path));
    }
  }
  return known;
}

void RowBook::exclude(const RowChoice& choice, const Node& node, const std::string& path) {
  for (const RowId& id : choose(choice, node, path)) {
    Account& account = series_[id.series];
    if (account.used[id.row])
      scope_.error(node, path, fmt::format("{} is used by a target as well", row_text(id.series, id.row)));
    else if (account.excluded[id.row])
      scope_.error(node, path, fmt::format("{} is excluded twice", row_text(id.series, id.row)));
    account.excluded[id.row] = true;
  }
}

void RowBook::check_series(const std::vector<CumulativeBreak>& breaks) {
  for (std::size_t series = 0; series < series_.size(); ++series) {
    const Account& account = series_[series];
    if (account.named_at == nullptr) continue;
    if (account.rows.size() == 0) {
      scope_.error(*account.named_at, account.named_path, fmt::format("{} has no rows", names_[series]));
      continue;
    }
    check_intervals(account, series);
    check_cumulative(account, series, breaks);
  }
}

void RowBook::check_intervals(const Account& account, std::size_t series) {
  const SeriesRows& rows = account.rows;
  const auto column = count_column(rows);
  if (!column || !has_interval(rows, *column)) return;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto value = value_of(rows, *column, row);
    const auto complain = [&](const std::string& what) {
      scope_.problems.push_back(rows.problem(*column, row, fmt::format("{}: {}", row_text(series, row), what)));
    };
    if (!value) continue;
    if (value->low > value->high)
      complain(fmt::format("low {} is above high {}", value->low, value->high));
    else if (value->point && (*value->point < value->low || *value->point > value->high))
      complain(fmt::format("{} is outside [{}, {}]", *value->point, value->low, value->high));
  }
}

void RowBook::check_cumulative(const Account& account, std::size_t series, const std::vector<CumulativeBreak>& breaks) {
  const SeriesRows& rows = account.rows;
  if (!rows.has("new") || !rows.has("cumulative")) return;
  double low = 0.0, high = 0.0;  // the last count, and the new ones since then
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto added = value_of(rows, "new", row);
    low += added ? added->point.value_or(added->low) : 0.0;
    high += added ? added->point.value_or(added->high) : 0.0;
    for (const CumulativeBreak& step : breaks) {
      if (step.series->text != names_[series] || step.year->text != rows.text("year", row)) continue;
      low += step.by, high += step.by;
    }
    const auto count = rows.number("cumulative", row);
    if (!count) continue;
    if (*count < low || *count > high) {
      const std::string due = low == high ? fmt::format("{}", low) : fmt::format("{} to {}", low, high);
      scope_.problems.push_back(
          rows.problem("cumulative", row,
                       fmt::format("{}: cumulative is {}, but {} by the count before, the new ones and `breaks`",
                                   row_text(series, row), *count, due)));
    }
    low = high = *count;
  }
}

void RowBook::check_complete(std::size_t series, const Node& node, const std::string& path) {
  const Account& account = series_[series];
  for (std::size_t row = 0; row < account.rows.size(); ++row) {
    if (!account.used[row] && !account.excluded[row])
      scope_.error(node, path, fmt::format("{} is neither used nor excluded", row_text(series, row)));
  }
}

}  // namespace innochain
