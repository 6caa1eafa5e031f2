#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sim/core/random.hpp"

/// Errors of observation under which ABC with a tolerance is exact: uniform in the region that it accepts. A posterior
/// by ABC is right about data with such errors, and about data with others only as far as the tolerance is small
/// beside the model's own luck. Source: Wilkinson (2013), Statistical Applications in Genetics and Molecular Biology
/// 12, 129–141.
namespace innochain {

/// A point drawn uniformly from the unit ball around the origin.
std::vector<double> in_unit_ball(std::size_t n_dimensions, Stream& stream);

/// A point drawn uniformly from all that are no farther than `radius` from a box around the origin.
/// \param half_widths of the box, one a dimension, not negative; 0 where it is flat
/// \param radius positive
std::vector<double> in_rounded_box(std::span<const double> half_widths, double radius, Stream& stream);

}  // namespace innochain
