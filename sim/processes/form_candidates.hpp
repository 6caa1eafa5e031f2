#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// Updates the quality of all labs that exist and of all localities, in standard deviations of the candidates of 2006:
///
///     q_i(t) = z_i + g·(t − 2006) + γ·ln((F_i + f) / (F̄_pool + f)) + u_i(t)
///
/// z is lasting, u an AR(1), F the public funding of the last five years (labs only); f = 1 million CNY keeps labs
/// without any funding in range. Source: docs/odd.md, submodel "candidates".
void form_candidates(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
