#include "calibration/weighted_quantiles.hpp"

#include <algorithm>
#include <stdexcept>

namespace innochain {

WeightedQuantiles::WeightedQuantiles(std::span<const double> values, std::span<const double> weights) {
  if (values.size() != weights.size()) throw std::invalid_argument("numbers and weights differ in number");
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (weights[i] > 0.0) items_.push_back({values[i], weights[i]});
  }
  if (items_.empty()) throw std::invalid_argument("no number has any weight");
  std::ranges::sort(items_, {}, &Item::value);
  for (std::size_t i = 1; i < items_.size(); ++i) items_[i].weight += items_[i - 1].weight;
}

double WeightedQuantiles::operator()(double p) const {
  // Sums of weights are rounded: twenty of 0.01 may be a little more or less than 0.2.
  constexpr double rounding = 1e-12;
  const double wanted = p * items_.back().weight * (1.0 - rounding);
  const auto found = std::ranges::lower_bound(items_, wanted, {}, &Item::weight);
  return found == items_.end() ? items_.back().value : found->value;
}

}  // namespace innochain
