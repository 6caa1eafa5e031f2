#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// Research outside designated labs, without which national totals cannot be met (all State Key Laboratories together
/// are about 6 % of academic research): one academic performer in each category, with the academic part of GERD less
/// the labs' income, and enterprises' development with the rest of GERD. Both have the labs' production function with
/// quality 1; academic papers and patents are Poisson, since thousands of groups average out their luck. Enterprises'
/// money goes to the categories by research weight as far as it is not spent by the simulated firms, and by where these
/// are for the rest, more to those under export control: ∝ (…)·(1 + ξ_s s m). Its results:
///
///     patents   += κ_I ω_E E_ent x·A^ψ_I,   contracts = κ_V P (Σ T + ω_V Σ E_ent x·A^ψ_V)
///
/// Source: docs/odd.md, submodel "research".
void research_elsewhere(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
