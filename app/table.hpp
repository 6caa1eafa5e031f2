#pragma once

#include <string>
#include <vector>

namespace innochain {

/// A table to be printed for people (aligned columns), for documents (Markdown) or for programs (JSON).
struct PrintedTable {
  std::vector<std::string> headers;
  std::vector<std::vector<std::string>> rows;
  std::size_t aligned = 0;  ///< columns printed side by side; the others follow on lines of their own
};

enum class TableFormat { text, markdown, json };

void print_table(const PrintedTable& table, TableFormat format);

}  // namespace innochain
