#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "output/table.hpp"

/// The observed series: CSV files with one header line (RFC 4180, UTF-8). They reach the result file and the
/// calibration; the simulation never reads them.
namespace innochain {

/// A series, and where its fields stand, so that what is wrong with a row is told where it can be mended.
struct ObservedSeries : Table {
  struct Place {
    int line = 0, column = 0;  ///< from 1
  };
  std::string file;
  std::vector<std::vector<Place>> places;  ///< [row][column]
};

/// Reads one series; its name is that of the file without the ending. A column is numeric when every field that is not
/// empty is a number, and some are; an empty field is then NaN. All other columns are text. Throws InputError with
/// `file:line:column`: no such file, unreadable, a quote or a number of fields that breaks the rules, bytes that are
/// not UTF-8, a column name that is missing or used twice.
ObservedSeries read_series(const std::filesystem::path& csv);

/// All series of a folder, by name. Throws InputError as read_series does, or if the folder does not exist or has none.
std::vector<ObservedSeries> read_observed(const std::filesystem::path& folder);

/// A column of a series by name. Throw std::invalid_argument when there is none, or of the other type.
const std::vector<double>& numbers(const Table& series, std::string_view column);
const std::vector<std::string>& texts(const Table& series, std::string_view column);

}  // namespace innochain
