#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace innochain {

/// Rows of a design, `per_row` points each, whose points all have a finite output.
inline std::vector<std::size_t> whole_rows(std::span<const double> outputs, std::size_t per_row) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < outputs.size() / per_row; ++row)
    if (std::ranges::all_of(outputs.subspan(row * per_row, per_row), [](double y) { return std::isfinite(y); }))
      rows.push_back(row);
  return rows;
}

}  // namespace innochain
