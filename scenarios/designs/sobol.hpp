#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "scenarios/designs/sobol_directions.hpp"

namespace innochain {

/// The Sobol sequence in the unit cube, in Gray-code order (Antonov and Saleev 1979), with the direction numbers of Joe
/// and Kuo (2008): plain, or with Owen's nested uniform scrambling (Owen 1995, in: Monte Carlo and Quasi-Monte Carlo
/// Methods in Scientific Computing, 299–317), which keeps the net and makes every point uniform. The first 2^m points
/// are balanced. A coordinate does not depend on how many follow it, nor a point on how many follow it.
class Sobol {
 public:
  /// \param dimensions at most most_sobol_dimensions
  /// \param scramble_seed absent: the plain sequence, which begins with the origin
  Sobol(std::size_t dimensions, std::optional<std::uint64_t> scramble_seed);

  /// A coordinate of a point below 2³²: of the plain sequence in [0, 1), of the scrambled one in (0, 1).
  double at(std::size_t point, std::size_t dimension) const;

 private:
  static constexpr std::size_t n_digits = 32;

  std::vector<std::array<std::uint32_t, n_digits>> directions_;  ///< by dimension and digit of the Gray code
  std::optional<std::uint64_t> scramble_seed_;
};

}  // namespace innochain
