#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace innochain {

/// Where a point of a design stands in it.
struct PointRole {
  std::size_t row = 0;                   ///< trajectory, or row of the base sample
  std::string part;                      ///< "A", "AB", "BA", "B"; of a trajectory "start", "step"
  std::optional<std::size_t> changed{};  ///< factor that came from the other matrix, or that this step changed
};

/// Points for Sobol indices in the unit cube: two independent samples A and B of n rows each, the first and second half
/// of the coordinates of one scrambled Sobol sequence, and for every factor i the rows of A with column i of B (AB_i);
/// for second-order indices also the rows of B with column i of A (BA_i). Points stand row by row: A, AB_0, AB_1, …,
/// then BA_0, …, then B; n·(D + 2) of them, or n·(2D + 2).
/// Source: Saltelli et al. (2010), Computer Physics Communications 181, 259–270; Saltelli (2002), ibid. 145, 280–297.
class SaltelliDesign {
 public:
  /// \param rows n; a power of two keeps the sequence balanced. \param factors D, at most half of most_sobol_dimensions
  SaltelliDesign(std::size_t rows, std::size_t factors, bool second_order, std::uint64_t seed);

  std::size_t n_rows() const { return rows_; }
  std::size_t n_factors() const { return factors_; }
  bool second_order() const { return second_order_; }
  std::size_t points_per_row() const { return second_order_ ? 2 * factors_ + 2 : factors_ + 2; }
  std::size_t n_points() const { return rows_ * points_per_row(); }
  /// A coordinate of a point, in (0, 1).
  double at(std::size_t point, std::size_t factor) const;
  PointRole role(std::size_t point) const;

 private:
  std::size_t rows_, factors_;
  bool second_order_;
  std::vector<double> base_;  ///< row by row: A, then B
};

}  // namespace innochain
