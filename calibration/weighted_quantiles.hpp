#pragma once

#include <span>
#include <vector>

namespace innochain {

/// Quantiles of weighted numbers: the smallest number whose numbers up to it have at least the share p of the weight.
class WeightedQuantiles {
 public:
  /// `values` need no order; weights are not negative, and numbers without weight are not there. Throws
  /// std::invalid_argument if there is no weight, or not one for each number.
  WeightedQuantiles(std::span<const double> values, std::span<const double> weights);

  /// \param p in [0, 1]
  double operator()(double p) const;

 private:
  struct Item {
    double value, weight;  ///< weight: first its own, then of all up to it
  };
  std::vector<Item> items_;
};

}  // namespace innochain
