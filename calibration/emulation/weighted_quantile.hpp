#pragma once

#include <algorithm>
#include <vector>

#include "calibration/linear_algebra.hpp"

namespace innochain {

/// Quantiles of weighted numbers: the smallest number whose numbers up to it have at least the share q of the weight.
class WeightedQuantiles {
 public:
  WeightedQuantiles(const VectorXd& values, const VectorXd& weights) {
    for (Eigen::Index i = 0; i < values.size(); ++i) {
      if (weights[i] > 0.0) items_.push_back({values[i], weights[i]});
    }
    std::ranges::sort(items_, {}, &Item::value);
    for (std::size_t i = 1; i < items_.size(); ++i) items_[i].weight += items_[i - 1].weight;
  }

  /// \param q in [0, 1]
  double operator()(double q) const {
    const double target = q * items_.back().weight;
    const auto found = std::ranges::lower_bound(items_, target, {}, &Item::weight);
    return found == items_.end() ? items_.back().value : found->value;
  }

 private:
  struct Item {
    double value, weight;  ///< first its own, then of all up to it
  };
  std::vector<Item> items_;
};

}  // namespace innochain
