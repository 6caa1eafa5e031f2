#include "calibration/series_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace innochain {

std::optional<std::pair<double, double>> parse_interval(std::string_view text) {
  std::array<double, 2> ends{};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (double& number : ends) {
    const auto [rest, error] = std::from_chars(at, end, number);
    if (error != std::errc()) return std::nullopt;
    if (rest == end) {
      if (&number == &ends[0]) ends[1] = ends[0];
      return ends[0] <= ends[1] ? std::optional(std::pair(ends[0], ends[1])) : std::nullopt;
    }
    if (*rest != '-') return std::nullopt;
    at = rest + 1;
  }
  return std::nullopt;
}

std::optional<YearSpan> parse_years(std::string_view text) {
  const auto years = parse_interval(text);
  if (!years || years->first != std::floor(years->first) || years->second != std::floor(years->second)) return {};
  return YearSpan{Year(static_cast<int>(years->first)), Year(static_cast<int>(years->second))};
}

std::vector<std::string> column_names(const Table& series) {
  std::vector<std::string> names;
  for (const TableColumn& column : series.columns) names.push_back(column.name);
  return names;
}

std::string SeriesRows::text(std::string_view column, std::size_t row) const {
  const TableColumn* found = find(column);
  if (found == nullptr) return "";
  if (const auto* texts = std::get_if<std::vector<std::string>>(&found->values)) return (*texts)[row];
  const double number = std::get<std::vector<double>>(found->values)[row];
  return std::isnan(number) ? "" : fmt::format("{}", number);
}

std::optional<double> SeriesRows::number(std::string_view column, std::size_t row) const {
  const auto interval = parse_interval(text(column, row));
  if (!interval || interval->first != interval->second) return std::nullopt;
  return interval->first;
}

Problem SeriesRows::problem(std::string_view column, std::size_t row, std::string message) const {
  const TableColumn* found = find(column);
  const std::size_t c = found == nullptr ? 0 : static_cast<std::size_t>(found - series_.columns.data());
  const ObservedSeries::Place place = series_.places[row][c];
  return {series_.file, place.line, place.column, "", std::move(message)};
}

std::vector<std::string> SeriesRows::distinct(std::string_view column) const {
  std::vector<std::string> found;
  for (std::size_t row = 0; row < size(); ++row) found.push_back(text(column, row));
  std::ranges::sort(found);
  const auto [first, last] = std::ranges::unique(found);
  found.erase(first, last);
  return found;
}

const TableColumn* SeriesRows::find(std::string_view name) const {
  const auto found = std::ranges::find(series_.columns, name, &TableColumn::name);
  return found == series_.columns.end() ? nullptr : &*found;
}

Problem chosen_by(Problem problem, const Node& node, const std::string& path) {
  const Problem choice = problem_at(node, path, "");
  problem.message += fmt::format(" (chosen by {} in {}:{}:{})", path, choice.file, choice.line, choice.column);
  return problem;
}

}  // namespace innochain
