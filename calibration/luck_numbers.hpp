#pragma once

#include <array>
#include <cstdint>

namespace innochain {

/// The luck numbers of a sampler: places in the order of asking, 0, 1, 2, …, each turned into 32 bits by a one-to-one
/// scrambling that depends on the seed. No two places of a run share luck, and runs of other seeds do not meet the same
/// luck at the same place.
class LuckNumbers {
 public:
  static constexpr std::uint64_t n_available = std::uint64_t{1} << 32;

  explicit LuckNumbers(std::uint64_t seed);
  std::uint32_t operator()(std::uint64_t place) const;

 private:
  std::array<std::uint32_t, 2> keys_;
};

}  // namespace innochain
