#pragma once

#include "sim/core/random.hpp"
#include "sim/run_luck.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// Updates the quality of all labs that exist and of all localities, in standard deviations of the candidates of 2006:
///
///     q_i(t) = z_i + g·(t − 2006) + γ·(ln(F_i + f) − mean of ln(F + f) over the pool) + u_i(t)
///
/// z is lasting, u an AR(1), F the public funding of the last five years (labs only); f = 1 million CNY keeps labs
/// without any funding in range. Centred on the mean of the logarithm, funding moves labs against each other and leaves
/// the pool where its bar was set. Source: docs/odd.md, submodel "candidates".
void form_candidates(const Params& params, Year year, const Streams& streams, State& state);

/// The qualities of all years of a run of institutions alone, where nothing that is decided reaches quality.
/// \param state at the start; its changing part of quality is used up
KnownQualities foresee_candidates(const Params& params, const RunLuck& luck, State& state);

}  // namespace innochain
