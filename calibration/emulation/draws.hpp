#pragma once

#include "sim/core/random.hpp"

namespace innochain {

/// What random numbers of the emulation are for, in the place of the year of a stream; the wave is added in steps of
/// `n_draw_kinds`.
enum class DrawKind : int { initial_points, moves, choices, chains, resampling };
inline constexpr int n_draw_kinds = 5;

inline Stream emulation_stream(std::uint64_t seed, DrawKind kind, std::size_t wave, std::size_t agent,
                               std::uint32_t draw = 0) {
  const Year place(static_cast<int>(kind) + n_draw_kinds * static_cast<int>(wave));
  return Streams(seed, design_replicate).at(Purpose::emulation, place, agent, draw);
}

}  // namespace innochain
