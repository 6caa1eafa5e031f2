#include "calibration/targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace innochain {

namespace {

double sum_over(const std::vector<std::int32_t>& by_year, const YearSpan& path_years, YearSpan years) {
  const auto first = by_year.begin() + (years.first - path_years.first);
  return std::accumulate(first, first + static_cast<std::ptrdiff_t>(years.size()), 0.0);
}

double stock_at(const ApprovalPath& path, Year year) {
  return year < path.years.first ? path.initial_stock : path.stock[path.years.index(year)];
}

}  // namespace

bool in_window(const TargetItem& item, YearSpan window) {
  return window.contains(item.years.last);
}

const TargetItem* end_of_fit(const TargetSeries& series, Year last_year) {
  const auto is_of_year = [&](const TargetItem& item) { return item.years.last == last_year; };
  const auto found = std::ranges::find_if(series.ends, is_of_year);
  return found == series.ends.end() ? nullptr : &*found;
}

bool is_fitted(const TargetSeries& series, YearSpan fit) {
  const auto is_inside = [&](const TargetItem& item) { return in_window(item, fit); };
  return series.parts.empty() && (std::ranges::any_of(series.items, is_inside) || end_of_fit(series, fit.last));
}

std::vector<const TargetItem*> fit_curve(const TargetSeries& series, YearSpan years) {
  std::vector<const TargetItem*> curve;
  for (const TargetItem& item : series.curve)
    if (item.exact() && in_window(item, years)) curve.push_back(&item);
  if (!curve.empty()) return curve;
  for (const TargetItem& item : series.items) {
    const bool dated = item.quantity == TargetQuantity::stock || item.quantity == TargetQuantity::cumulative;
    if (dated && item.exact() && in_window(item, years)) curve.push_back(&item);
  }
  return curve;
}

double simulated_value(const TargetItem& item, const ApprovalPath& path) {
  if (!path.years.contains(item.years.first) || !path.years.contains(item.years.last))
    throw std::invalid_argument(fmt::format("{} reaches beyond the simulated years", item.name));
  switch (item.quantity) {
    case TargetQuantity::approvals:
      return sum_over(path.approvals, path.years, item.years);
    case TargetQuantity::cumulative:
      return path.initial_stock + sum_over(path.approvals, path.years, {path.years.first, item.years.last});
    case TargetQuantity::stock:
      return stock_at(path, item.years.last);
    case TargetQuantity::delisted:
      return sum_over(path.delisted, path.years, item.years);
    case TargetQuantity::net_change:
      break;
  }
  return stock_at(path, item.years.last) - stock_at(path, item.years.first - 1);
}

double deviation(const TargetItem& item, double simulated) {
  if (simulated < item.low) return (simulated - item.low) / item.sigma;
  if (simulated > item.high) return (simulated - item.high) / item.sigma;
  return 0.0;
}

}  // namespace innochain
