#pragma once

#include <Eigen/Dense>
#include <span>

/// Eigen, with results that do not depend on the processor: include this in place of Eigen's headers.
///
/// Eigen asks the processor for the sizes of its caches and cuts matrix products into blocks of a size that depends on
/// them; the order of the sums, and with it their last bits, follows the blocks. Sizes are therefore set once, before
/// main, to those of a small present-day core.
namespace innochain {

inline const bool cache_sizes_are_fixed = [] {
  Eigen::setCpuCacheSizes(32 * 1024, 512 * 1024, 4 * 1024 * 1024);
  return true;
}();

using Eigen::MatrixXd;
using Eigen::VectorXd;

inline std::span<const double> numbers_of(const VectorXd& vector) {
  return {vector.data(), static_cast<std::size_t>(vector.size())};
}

}  // namespace innochain
