#include "sim/core/random.hpp"

namespace innochain {

Streams::Streams(std::uint64_t seed, std::uint32_t replicate) {
  // One Philox block under a fixed key spreads (seed, replicate) over the 64 bits of the run's own key.
  const r123::Philox4x32::ctr_type counter{
      {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32), replicate, 0u}};
  const r123::Philox4x32::key_type fixed{{0x696e6e6fu, 0x63686169u}};
  const auto words = r123::Philox4x32()(counter, fixed);
  key_ = {{words[0], words[1]}};
}

}  // namespace innochain
