#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace innochain {

/// One named column of a table; missing numbers are NaN or the netCDF fill of int32.
struct TableColumn {
  std::string name;
  std::string unit;  ///< empty for text
  std::string long_name;
  std::variant<std::vector<double>, std::vector<std::int32_t>, std::vector<std::string>> values;
};

/// A small table that stands beside the runs in the result file (observed series, institutions, regimes …).
struct Table {
  std::string name;
  std::string title;
  std::vector<TableColumn> columns;

  std::size_t n_rows() const {
    if (columns.empty()) return 0;
    return std::visit([](const auto& values) { return values.size(); }, columns.front().values);
  }
};

}  // namespace innochain
