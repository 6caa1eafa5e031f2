#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "calibration/observed.hpp"
#include "scenarios/reader/kinds.hpp"
#include "scenarios/reader/problem.hpp"
#include "sim/core/year.hpp"

namespace innochain {

/// "2017" or "8-9.5" as one or two numbers that do not fall.
std::optional<std::pair<double, double>> parse_interval(std::string_view text);

/// "2017" or "2012-2016" as years.
std::optional<YearSpan> parse_years(std::string_view text);

/// Where a series has its years, the first of these that it has.
inline constexpr std::array<const char*, 3> year_columns{"year", "review_year", "period"};

std::vector<std::string> column_names(const Table& series);

/// The rows of a series as the file writes them. The series must outlive it.
class SeriesRows {
 public:
  explicit SeriesRows(const ObservedSeries& series) : series_(series) {}

  const ObservedSeries& series() const { return series_; }
  std::size_t size() const { return series_.n_rows(); }
  bool has(std::string_view column) const { return find(column) != nullptr; }
  /// Empty where there is no such column.
  std::string text(std::string_view column, std::size_t row) const;
  /// The number of a field; nothing where it is empty, an interval, or no number.
  std::optional<double> number(std::string_view column, std::size_t row) const;
  /// Something is wrong with a field, or with the row where there is no such column.
  Problem problem(std::string_view column, std::size_t row, std::string message) const;
  /// In alphabetical order.
  std::vector<std::string> distinct(std::string_view column) const;

 private:
  const TableColumn* find(std::string_view name) const;

  const ObservedSeries& series_;
};

/// A problem of a row, with who chose the row.
Problem chosen_by(Problem problem, const Node& node, const std::string& path);

}  // namespace innochain
