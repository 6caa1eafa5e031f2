#include "calibration/observed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <ranges>
#include <stdexcept>

#include "calibration/csv.hpp"
#include "scenarios/reader/problem.hpp"

namespace innochain {

namespace fs = std::filesystem;

namespace {

std::string read_text(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error)) throw InputError({{path.string(), 0, 0, "", "no such file", Problem::Kind::missing}});
  const auto unreadable = [&](const std::string& why) {
    return InputError({{path.string(), 0, 0, "", "cannot read: " + why, Problem::Kind::unreadable}});
  };
  if (!fs::is_regular_file(path, error)) throw unreadable(fs::is_directory(path, error) ? "is a folder" : "is no file");
  std::ifstream stream(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (stream.fail()) throw unreadable(std::strerror(errno));
  return text;
}

/// Column names and the length of every record.
std::vector<Problem> problems_of(const std::vector<CsvRecord>& records, const std::string& file) {
  if (records.empty()) return {{file, 1, 1, "", "empty file (a line of column names is due)"}};
  std::vector<Problem> problems;
  const CsvRecord& header = records.front();
  for (std::size_t c = 0; c < header.size(); ++c) {
    const CsvField& field = header[c];
    if (field.text.empty()) problems.push_back({file, field.line, field.column, "", "a column without a name"});
    const auto same = [&](const CsvField& other) { return other.text == field.text; };
    if (std::any_of(header.begin(), header.begin() + static_cast<std::ptrdiff_t>(c), same)) {
      problems.push_back({file, field.line, field.column, "", fmt::format("a second column named \"{}\"", field.text)});
    }
  }
  for (const CsvRecord& record : records) {
    if (record.size() == header.size()) continue;
    const CsvField& place = record.size() > header.size() ? record[header.size()] : record.back();
    problems.push_back({file, place.line, place.column, "",
                        fmt::format("{} fields (the header has {})", record.size(), header.size())});
  }
  return problems;
}

std::optional<double> parse_number(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

TableColumn make_column(const std::vector<CsvRecord>& records, std::size_t c) {
  std::vector<double> as_numbers;
  std::vector<std::string> as_texts;
  bool numeric = true, any = false;
  for (std::size_t r = 1; r < records.size(); ++r) {
    const std::string& text = records[r][c].text;
    const std::optional<double> number = parse_number(text);
    numeric = numeric && (text.empty() || number.has_value());
    any = any || number.has_value();
    as_numbers.push_back(number.value_or(std::numeric_limits<double>::quiet_NaN()));
    as_texts.push_back(text);
  }
  TableColumn column{records.front()[c].text, "", records.front()[c].text, {}};
  if (numeric && any)
    column.values = std::move(as_numbers);
  else
    column.values = std::move(as_texts);
  return column;
}

const TableColumn& find_column(const Table& series, std::string_view name) {
  const auto found = std::ranges::find(series.columns, name, &TableColumn::name);
  if (found == series.columns.end()) throw std::invalid_argument(fmt::format("{} has no column {}", series.name, name));
  return *found;
}

template <class Values>
const Values& column_as(const Table& series, std::string_view name, const char* kind) {
  const auto* values = std::get_if<Values>(&find_column(series, name).values);
  if (values == nullptr) throw std::invalid_argument(fmt::format("column {} of {} is not {}", name, series.name, kind));
  return *values;
}

}  // namespace

ObservedSeries read_series(const fs::path& csv) {
  const std::vector<CsvRecord> records = parse_csv(read_text(csv), csv.string());
  if (auto problems = problems_of(records, csv.string()); !problems.empty()) throw InputError(std::move(problems));
  ObservedSeries series{{csv.stem().string(), csv.filename().string(), {}}, csv.string(), {}};
  for (std::size_t c = 0; c < records.front().size(); ++c) series.columns.push_back(make_column(records, c));
  for (const CsvRecord& record : records | std::views::drop(1)) {
    auto& places = series.places.emplace_back();
    for (const CsvField& field : record) places.push_back({field.line, field.column});
  }
  return series;
}

std::vector<ObservedSeries> read_observed(const fs::path& folder) {
  const auto missing = [&](const char* what) {
    return InputError({{folder.string(), 0, 0, "", what, Problem::Kind::missing}});
  };
  std::error_code error;
  if (!fs::is_directory(folder, error)) throw missing("no such folder of observed series");
  std::vector<fs::path> files;
  const fs::directory_iterator opened(folder, error);
  if (error)
    throw InputError({{folder.string(), 0, 0, "", "cannot read: " + error.message(), Problem::Kind::unreadable}});
  for (const auto& entry : opened) {
    if (entry.path().extension() == ".csv") files.push_back(entry.path());
  }
  if (files.empty()) throw missing("no observed series (*.csv) in this folder");
  std::ranges::sort(files);
  std::vector<ObservedSeries> series;
  std::vector<Problem> problems;
  for (const fs::path& file : files) {
    try {
      series.push_back(read_series(file));
    } catch (const InputError& wrong) {
      problems.insert(problems.end(), wrong.problems().begin(), wrong.problems().end());
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  return series;
}

const std::vector<double>& numbers(const Table& series, std::string_view column) {
  return column_as<std::vector<double>>(series, column, "numeric");
}

const std::vector<std::string>& texts(const Table& series, std::string_view column) {
  return column_as<std::vector<std::string>>(series, column, "text");
}

}  // namespace innochain
