#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/reader/problem.hpp"

namespace innochain {

/// A cell of a CSV file and its place there, from 1.
struct CsvCell {
  std::string text;
  bool quoted = false;
  int line = 0, column = 0;
};

/// Reads CSV text as in RFC 4180 (fields in double quotes may hold commas, line breaks and doubled quotes; lines end
/// with CRLF or LF; a byte order mark and empty lines are skipped). Calls `use(row)` for every row, the header first,
/// one at a time, so that long files need no memory. Rows that are not as wide as the header, and broken quotes, are
/// problems and are not used. `name` stands for the file in messages.
void read_csv(std::string_view text, const std::string& name, std::vector<Problem>& problems,
              const std::function<void(const std::vector<CsvCell>&)>& use);

}  // namespace innochain
