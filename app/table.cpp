#include "app/table.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace innochain {
namespace {

/// Characters of UTF-8 text: its bytes without continuation bytes.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t columns) {
  return text + std::string(columns - std::min(columns, width(text)), ' ');
}

void print_text(const PrintedTable& table) {
  std::vector<std::size_t> widths(table.aligned);
  for (std::size_t column = 0; column < table.aligned; ++column) {
    widths[column] = width(table.headers[column]);
    for (const auto& row : table.rows) widths[column] = std::max(widths[column], width(row[column]));
  }
  const auto print_line = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t column = 0; column < table.aligned; ++column) line += padded(cells[column], widths[column]) + "  ";
    line.erase(line.find_last_not_of(' ') + 1);
    fmt::print("{}\n", line);
  };
  print_line(table.headers);
  for (const auto& row : table.rows) {
    print_line(row);
    for (std::size_t column = table.aligned; column < row.size(); ++column) {
      if (!row[column].empty()) fmt::print("    {}\n", row[column]);
    }
  }
}

void print_markdown(const PrintedTable& table) {
  const auto print_line = [](const std::vector<std::string>& cells) {
    std::string line = "|";
    for (std::string cell : cells) {
      for (std::size_t bar = cell.find('|'); bar != std::string::npos; bar = cell.find('|', bar + 2))
        cell.insert(bar, 1, '\\');
      line += " " + cell + " |";
    }
    fmt::print("{}\n", line);
  };
  print_line(table.headers);
  print_line(std::vector<std::string>(table.headers.size(), "---"));
  for (const auto& row : table.rows) print_line(row);
}

void print_json(const PrintedTable& table) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& row : table.rows) {
    auto item = nlohmann::ordered_json::object();
    for (std::size_t column = 0; column < row.size(); ++column) item[table.headers[column]] = row[column];
    list.push_back(std::move(item));
  }
  fmt::print("{}\n", list.dump(2));
}

}  // namespace

void print_table(const PrintedTable& table, TableFormat format) {
  switch (format) {
    case TableFormat::text:
      return print_text(table);
    case TableFormat::markdown:
      return print_markdown(table);
    case TableFormat::json:
      return print_json(table);
  }
}

}  // namespace innochain
