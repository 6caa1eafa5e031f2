#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace innochain {

/// Latin hypercube sample of the unit cube: along every coordinate each of n equal strata holds one point, which lies
/// anywhere in it (McKay, Beckman and Conover 1979, Technometrics 21, 239–245). A function of points, dimensions and
/// seed: a coordinate does not depend on how many follow it.
class LatinHypercube {
 public:
  /// \param points at least 1, at most 2²⁰
  LatinHypercube(std::size_t points, std::size_t dimensions, std::uint64_t seed);

  std::size_t size() const { return points_; }
  /// A coordinate of a point, in (0, 1).
  double at(std::size_t point, std::size_t dimension) const;

 private:
  std::size_t points_;
  std::uint64_t seed_;
  std::vector<std::uint32_t> strata_;  ///< by dimension and point
};

}  // namespace innochain
