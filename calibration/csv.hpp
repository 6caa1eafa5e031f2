#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace innochain {

/// A field of a CSV file and where it starts (from 1, columns in characters).
struct CsvField {
  std::string text;
  int line = 0, column = 0;
};

using CsvRecord = std::vector<CsvField>;

/// Splits a CSV text (RFC 4180; LF or CRLF; a byte order mark is skipped) into records. `file` is named in messages.
/// Throws InputError at the first quote out of place, or byte that is NUL or not UTF-8.
std::vector<CsvRecord> parse_csv(std::string_view text, const std::string& file);

}  // namespace innochain
