#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "calibration/targets.hpp"

namespace innochain {

/// What a test says of an item of targets.
struct ExpectedItem {
  std::string name;
  double low, high;
  bool operator==(const ExpectedItem&) const = default;
};
inline void PrintTo(const ExpectedItem& item, std::ostream* out) {
  *out << fmt::format("{} [{}, {}]", item.name, item.low, item.high);
}

/// By name.
inline std::vector<ExpectedItem> items_of(const TargetSeries& series) {
  std::vector<ExpectedItem> items;
  for (const TargetItem& item : series.items) items.push_back({item.name, item.low, item.high});
  std::ranges::sort(items, {}, &ExpectedItem::name);
  return items;
}

}  // namespace innochain
