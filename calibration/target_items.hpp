#pragma once

#include <string>
#include <vector>

#include "calibration/target_fields.hpp"
#include "calibration/targets.hpp"

namespace innochain {

/// From the rows that a rule chooses to items, without their σ, which needs the level of their series.
class TargetItemsReader {
 public:
  TargetItemsReader(Scope& scope, RowBook& book) : scope_(scope), book_(book) {}

  /// The items of a rule written at `node`. Problems: rows that cannot be chosen or have no years, changes of what rows
  /// say without a reason, intervals that end below where they begin, and numbers that are no counts.
  std::vector<TargetItem> items_by(const Node& node, const std::string& path, const ItemRule& rule,
                                   TargetQuantity quantity);

 private:
  std::vector<RowValue> values_by(const std::string& path, const ItemRule& rule);
  TargetItem item_from(const Node& node, const std::string& path, const RowValue& value, const ItemRule& rule,
                       TargetQuantity quantity);

  Scope& scope_;
  RowBook& book_;
};

}  // namespace innochain
