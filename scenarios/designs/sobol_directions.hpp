#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace innochain {

inline constexpr std::size_t most_sobol_dimensions = 512;
inline constexpr std::size_t n_sobol_direction_numbers = 5947;

/// For the dimensions from the second on: the primitive polynomial over GF(2) as bits (x² + x + 1 is 7), then as many
/// initial direction numbers m₁, m₂, … as its degree. Source: Joe and Kuo (2008), new-joe-kuo-6.
extern const std::array<std::uint16_t, n_sobol_direction_numbers> sobol_direction_numbers;

}  // namespace innochain
