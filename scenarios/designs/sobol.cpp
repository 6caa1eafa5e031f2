#include "scenarios/designs/sobol.hpp"

#include <bit>

#include "sim/core/random.hpp"

namespace innochain {
namespace {

/// Flips binary digits after the point by Owen's tree: whether a digit flips is drawn anew for every way in which the
/// digits before it may stand. One block of 128 random bits serves the 127 nodes of seven levels of the tree.
std::uint32_t scramble(std::uint32_t digits, const Streams& streams, std::uint32_t dimension) {
  constexpr int levels = 7;
  std::uint32_t flips = 0;
  for (int before = 0; before < 32; before += levels) {
    const std::uint32_t prefix = before == 0 ? 0u : digits >> (32 - before);
    const auto bits = streams.words(Purpose::sobol_scrambling, Year(before / levels), dimension, prefix);
    std::uint32_t node = 1;  // numbered as in a heap
    for (int level = before; level < before + levels && level < 32; ++level) {
      const std::uint32_t shift = 31 - static_cast<std::uint32_t>(level);
      flips |= (bits[node / 32] >> (node % 32) & 1u) << shift;
      node = 2 * node + (digits >> shift & 1u);
    }
  }
  return digits ^ flips;
}

}  // namespace

Sobol::Sobol(std::size_t dimensions, std::optional<std::uint64_t> scramble_seed)
    : directions_(dimensions), scramble_seed_(scramble_seed) {
  std::size_t next = 0;
  for (std::size_t k = 0; k < dimensions; ++k) {
    std::array<std::uint32_t, n_digits>& v = directions_[k];
    if (k == 0) {  // van der Corput
      for (std::size_t i = 0; i < n_digits; ++i) v[i] = 1u << (n_digits - 1 - i);
      continue;
    }
    const std::uint32_t polynomial = sobol_direction_numbers[next++];
    const auto degree = static_cast<std::size_t>(std::bit_width(polynomial)) - 1;
    for (std::size_t i = 0; i < degree; ++i) {
      v[i] = static_cast<std::uint32_t>(sobol_direction_numbers[next++]) << (n_digits - 1 - i);
    }
    // Bratley and Fox 1988 (ACM Trans. Math. Softw. 14, 88–100), with numbers scaled to fractions.
    for (std::size_t i = degree; i < n_digits; ++i) {
      v[i] = v[i - degree] ^ (v[i - degree] >> degree);
      for (std::size_t j = 1; j < degree; ++j) {
        if (polynomial >> (degree - j) & 1u) v[i] ^= v[i - j];
      }
    }
  }
}

double Sobol::at(std::size_t point, std::size_t dimension) const {
  const auto index = static_cast<std::uint32_t>(point);
  std::uint32_t digits = 0;
  for (std::uint32_t gray = index ^ (index >> 1); gray != 0; gray &= gray - 1) {
    digits ^= directions_[dimension][static_cast<std::size_t>(std::countr_zero(gray))];
  }
  if (!scramble_seed_) return digits * 0x1.0p-32;
  const Streams streams(*scramble_seed_, design_replicate);
  return (scramble(digits, streams, static_cast<std::uint32_t>(dimension)) + 0.5) * 0x1.0p-32;
}

}  // namespace innochain
