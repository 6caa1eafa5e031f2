#include "calibration/sensitivity/saltelli_design.hpp"

#include "scenarios/designs/sobol.hpp"
#include "sim/core/parallel.hpp"

namespace innochain {

SaltelliDesign::SaltelliDesign(std::size_t rows, std::size_t factors, bool second_order, std::uint64_t seed)
    : rows_(rows), factors_(factors), second_order_(second_order), base_(rows * 2 * factors) {
  const std::size_t width = 2 * factors;
  const Sobol sequence(width, seed);
  for_each_index(rows, [&](std::size_t row) {
    for (std::size_t k = 0; k < width; ++k) base_[row * width + k] = sequence.at(row, k);
  });
}

double SaltelliDesign::at(std::size_t point, std::size_t factor) const {
  const std::size_t place = point % points_per_row();
  const double* a = base_.data() + point / points_per_row() * 2 * factors_;
  const double* b = a + factors_;
  if (place == 0) return a[factor];
  if (place == points_per_row() - 1) return b[factor];
  if (place <= factors_) return place - 1 == factor ? b[factor] : a[factor];
  return place - 1 - factors_ == factor ? a[factor] : b[factor];
}

PointRole SaltelliDesign::role(std::size_t point) const {
  const std::size_t row = point / points_per_row(), place = point % points_per_row();
  if (place == 0) return {row, "A"};
  if (place == points_per_row() - 1) return {row, "B"};
  if (place <= factors_) return {row, "AB", place - 1};
  return {row, "BA", place - 1 - factors_};
}

}  // namespace innochain
