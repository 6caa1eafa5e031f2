#include "calibration/luck_numbers.hpp"

#include <Random123/philox.h>

namespace innochain {

namespace {

/// One-to-one on 32 bits, every bit of the result depending on every bit of x.
/// Source: Appleby (2011), MurmurHash3, finalizer.
std::uint32_t scramble(std::uint32_t x) {
  x = (x ^ (x >> 16)) * 0x85ebca6bu;
  x = (x ^ (x >> 13)) * 0xc2b2ae35u;
  return x ^ (x >> 16);
}

}  // namespace

LuckNumbers::LuckNumbers(std::uint64_t seed) {
  const r123::Philox4x32::ctr_type counter{
      {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32), 0u, 0u}};
  const r123::Philox4x32::key_type fixed{{0x6162635fu, 0x6c75636bu}};
  const auto words = r123::Philox4x32()(counter, fixed);
  keys_ = {words[0], words[1]};
}

std::uint32_t LuckNumbers::operator()(std::uint64_t place) const {
  return scramble(scramble(static_cast<std::uint32_t>(place) + keys_[0]) ^ keys_[1]);
}

}  // namespace innochain
