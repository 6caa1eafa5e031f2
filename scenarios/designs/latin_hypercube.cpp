#include "scenarios/designs/latin_hypercube.hpp"

#include <numeric>

#include "sim/core/random.hpp"

namespace innochain {
namespace {

constexpr Year order_of_strata(0), place_in_stratum(1);  // two kinds of draw

}  // namespace

LatinHypercube::LatinHypercube(std::size_t points, std::size_t dimensions, std::uint64_t seed)
    : points_(points), seed_(seed), strata_(points * dimensions) {
  const Streams streams(seed, design_replicate);
  for (std::size_t k = 0; k < dimensions; ++k) {
    const auto strata = strata_.begin() + static_cast<std::ptrdiff_t>(k * points);
    std::iota(strata, strata + static_cast<std::ptrdiff_t>(points), 0u);
    Stream stream = streams.at(Purpose::latin_hypercube, order_of_strata, k);
    for (std::size_t i = points; i > 1; --i) {
      std::swap(strata[static_cast<std::ptrdiff_t>(i - 1)], strata[static_cast<std::ptrdiff_t>(stream.index(i))]);
    }
  }
}

double LatinHypercube::at(std::size_t point, std::size_t dimension) const {
  Stream stream = Streams(seed_, design_replicate)
                      .at(Purpose::latin_hypercube, place_in_stratum, dimension, static_cast<std::uint32_t>(point));
  // 32 bits in the stratum and 20 for the stratum add exactly, so that no point slips into the next one.
  return (strata_[dimension * points_ + point] + stream.coarse_uniform()) / static_cast<double>(points_);
}

}  // namespace innochain
