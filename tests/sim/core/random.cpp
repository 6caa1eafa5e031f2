#include "sim/core/random.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace innochain {
namespace {

using Words = std::array<std::uint32_t, 4>;

struct KnownAnswer {
  Words counter;
  std::array<std::uint32_t, 2> key;
  Words answer;
};

// Published answers: the lines "philox4x32 10" of kat_vectors in the Random123 distribution (Salmon et al. 2011).
const std::vector<KnownAnswer> known_answers{{{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
                                             {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
                                              {0xffffffff, 0xffffffff},
                                              {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
                                             {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                                              {0xa4093822, 0x299f31d0},
                                              {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}};

Words philox(const Words& counter, const std::array<std::uint32_t, 2>& key) {
  const auto words = r123::Philox4x32()({{counter[0], counter[1], counter[2], counter[3]}}, {{key[0], key[1]}});
  return {words[0], words[1], words[2], words[3]};
}

TEST(Philox, reproduces_the_published_answers) {
  for (const KnownAnswer& known : known_answers) EXPECT_EQ(philox(known.counter, known.key), known.answer);
}

TEST(Stream, words_are_the_philox_blocks_of_its_address) {
  // Compared with Philox called directly: counter (agent, year << 16 | purpose, draw, block).
  const std::array<std::uint32_t, 2> key{0xa4093822, 0x299f31d0};
  Stream stream({{key[0], key[1]}}, 77u, Year(2016), Purpose::lab_review, 5u);
  for (std::uint32_t block = 0; block < 8; ++block) {
    const Words expected = philox({77u, (2016u << 16) | 10u, 5u, block}, key);
    for (const std::uint32_t word : expected) EXPECT_EQ(stream(), word) << "block " << block;
  }
}

TEST(Streams, key_is_the_philox_block_of_seed_and_replicate) {
  const std::uint64_t seed = 0x0123456789abcdefULL;
  const Words spread = philox({0x89abcdef, 0x01234567, 42u, 0u}, {0x696e6e6f, 0x63686169});
  Stream direct({{spread[0], spread[1]}}, 9u, Year(1999), Purpose::quota);
  Stream addressed = Streams(seed, 42).at(Purpose::quota, Year(1999), 9);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(direct(), addressed());
}

TEST(Streams, block_gives_four_words_of_the_stream_at_the_address) {
  const Streams streams(7, 3);
  Stream stream = streams.at(Purpose::lab_quality, Year(2003), 12345u);
  for (std::uint32_t block = 0; block < 5; ++block)
    for (const std::uint32_t word : streams.block(Purpose::lab_quality, Year(2003), 12345u, block))
      EXPECT_EQ(stream(), word);
}

TEST(Streams, same_address_gives_the_same_draws) {
  // Common random numbers: another Streams object, whatever was drawn in between.
  const Streams one(11, 4), other(11, 4);
  Stream busy = one.at(Purpose::call, Year(2000), 1);
  for (int i = 0; i < 1000; ++i) busy.uniform();
  Stream a = one.at(Purpose::quota, Year(2001), 2), b = other.at(Purpose::quota, Year(2001), 2);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.uniform(), b.uniform());
}

TEST(Streams, distinct_addresses_give_distinct_blocks) {
  // Philox is a bijection of the counter, so no two blocks under one key may agree; among keys, 2⁻¹²⁸ is never.
  std::set<Words> blocks;
  std::size_t n = 0;
  for (std::uint32_t replicate = 0; replicate < 3; ++replicate) {
    const Streams streams(5, replicate);
    for (int purpose = 1; purpose <= 25; ++purpose) {
      for (int year = 1984; year <= 2035; year += 3) {
        for (const std::uint32_t agent : {0u, 1u, 2u, 65536u, 1u << 20, 0xfffffffeu}) {
          for (const std::uint32_t draw : {0u, 1u, 1000u}) {
            Stream stream = streams.at(static_cast<Purpose>(purpose), Year(year), agent, draw);
            for (int block = 0; block < 2; ++block, ++n) blocks.insert({stream(), stream(), stream(), stream()});
          }
        }
      }
    }
  }
  EXPECT_EQ(blocks.size(), n);
}

TEST(Streams, seeds_and_replicates_give_distinct_keys) {
  std::set<Words> blocks;
  for (const std::uint64_t seed : {0ULL, 1ULL, 1ULL << 32, (1ULL << 32) + 1, ~0ULL})
    for (std::uint32_t replicate = 0; replicate < 200; ++replicate)
      blocks.insert(Streams(seed, replicate).block(Purpose::call, Year(2000), 0, 0));
  EXPECT_EQ(blocks.size(), 1000u);
}

TEST(Stream, uniform_takes_two_words_and_normal_no_more) {
  const Streams streams(1, 0);
  Stream uniform = streams.at(Purpose::call, Year(2000), 0), normal = uniform, words = uniform;
  uniform.uniform();
  normal.normal();
  words();
  words();
  const std::uint32_t third = words();
  EXPECT_EQ(uniform(), third);
  EXPECT_EQ(normal(), third);
}

TEST(OpenUnitInterval, is_open_at_both_ends_and_rises_with_its_words) {
  // The extreme words are the ones at which rounding could reach 0 or 1.
  EXPECT_GT(open_unit_interval(0u, 0u), 0.0);
  EXPECT_LT(open_unit_interval(0xffffffffu, 0xffffffffu), 1.0);
  EXPECT_LT(open_unit_interval(0u, 0u), open_unit_interval(0u, 0xffffffffu));
  EXPECT_LT(open_unit_interval(0x7fffffffu, 0xffffffffu), 0.5);
  EXPECT_GT(open_unit_interval(0x80000000u, 0u), 0.5);
}

}  // namespace
}  // namespace innochain
