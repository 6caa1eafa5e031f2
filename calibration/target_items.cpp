#include "calibration/target_items.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace innochain {

namespace {

std::string item_name(TargetQuantity quantity, const YearSpan& years) {
  std::string name = fmt::format("{}_{}", quantity_names[static_cast<std::size_t>(quantity)], years.first.value());
  if (years.first != years.last) name += fmt::format("_{}", years.last.value());
  return name;
}

/// Several rows as one value; the least certain of them says how certain it is.
RowValue added_up(const std::vector<RowValue>& values) {
  RowValue sum = values.front();
  for (std::size_t i = 1; i < values.size(); ++i) {
    const RowValue& value = values[i];
    sum.low += value.low, sum.high += value.high;
    sum.point = sum.point && value.point ? std::optional(*sum.point + *value.point) : std::nullopt;
    if (sum.years && value.years)
      sum.years =
          YearSpan{std::min(sum.years->first, value.years->first), std::max(sum.years->last, value.years->last)};
    if (relative_error(value.confidence, value.level) > relative_error(sum.confidence, sum.level))
      sum.confidence = value.confidence, sum.level = value.level;
    if (sum.source.find(value.source) == std::string::npos) sum.source += " ; " + value.source;
  }
  return sum;
}

}  // namespace

std::vector<TargetItem> TargetItemsReader::items_by(const Node& node, const std::string& path, const ItemRule& rule,
                                                    TargetQuantity quantity) {
  if ((rule.each != nullptr) + (rule.sum != nullptr) + (rule.between != nullptr) != 1)
    return scope_.error(node, path, "needs one of each, sum and between"), std::vector<TargetItem>();
  if ((rule.plus || !rule.level.empty()) && rule.reason.empty())
    scope_.error(node, path, "changes what the rows say without a reason");
  std::vector<RowValue> values = values_by(path, rule);
  if (rule.years && values.size() > 1)
    scope_.error(node, path, fmt::format("{} rows are chosen for the years of one item", values.size()));
  std::vector<TargetItem> items;
  for (RowValue& value : values) {
    if (!rule.level.empty()) value.level = rule.level;
    if (rule.years) value.years = rule.years;
    if (!value.years) return scope_.error(node, path, "its rows have no years (give `years`)"), items;
    items.push_back(item_from(node, path, value, rule, quantity));
  }
  return items;
}

std::vector<RowValue> TargetItemsReader::values_by(const std::string& path, const ItemRule& rule) {
  if (rule.each != nullptr) {
    RowChoice choice;
    const std::string at = join(path, "each");
    if (!read(scope_, *rule.each, at, NestedKind{}, choice)) return {};
    return book_.use_with_errors(choice, *rule.each, at);
  }
  const Node& list = rule.sum != nullptr ? *rule.sum : *rule.between;
  const std::string at = join(path, rule.sum != nullptr ? "sum" : "between");
  const std::size_t before = scope_.problems.size();
  std::vector<RowValue> values;
  const auto& nodes = filled_list(scope_, list, at);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    RowChoice choice;
    if (!read(scope_, nodes[i], join(at, i), NestedKind{}, choice)) continue;
    for (RowValue& value : book_.use_with_errors(choice, nodes[i], join(at, i))) {
      if (std::ranges::find(values, value.row, &RowValue::row) != values.end())
        scope_.error(nodes[i], join(at, i), "chooses a row that this list has already");
      values.push_back(std::move(value));
    }
  }
  if (scope_.problems.size() > before) return {};
  RowValue value = added_up(values);
  if (rule.between != nullptr) {
    if (values.size() != 2) return scope_.error(list, at, "needs two rows"), std::vector<RowValue>();
    value.low = values[0].low, value.high = values[1].high, value.point.reset();
  }
  return {value};
}

TargetItem TargetItemsReader::item_from(const Node& node, const std::string& path, const RowValue& value,
                                        const ItemRule& rule, TargetQuantity quantity) {
  const auto [down, up] = rule.plus.value_or(std::pair(0.0, 0.0));
  TargetItem item;
  item.quantity = quantity;
  item.years = *value.years;
  const bool dated = quantity == TargetQuantity::stock || quantity == TargetQuantity::cumulative;
  if (dated) item.years.first = item.years.last;
  item.name = item_name(quantity, item.years);
  item.low = value.low + down, item.high = value.high + up;
  if (item.low > item.high)
    scope_.error(node, path, fmt::format("its low end {} is above its high end {}", item.low, item.high));
  // A low end below zero says no more than one of zero.
  if (quantity != TargetQuantity::net_change && !is_count(item.high))
    scope_.error(node, path,
                 fmt::format("{} of {} to {} is no count ({})", item.name, item.low, item.high, value.source));
  if (value.point && down == up) item.point = *value.point + up;
  item.confidence = value.confidence, item.level = value.level, item.source = value.source;
  item.place = problem_at(node, path, "");
  return item;
}

}  // namespace innochain
