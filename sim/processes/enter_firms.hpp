#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// New high-tech firms of the year: in the first year of the record a population (and the firms among the applicants to
/// national programmes), later entrants and spin-offs,
///
///     entrants of city z ~ Poisson(e·(N_z + n₀)·exp(χ_e π_z)·(1 + ξ_d [HIDZ]))
///     spin-offs of lab i ~ Poisson(k_so T_i/10)
///
/// An entrant's field is drawn from what the city promotes, its category from the research weights, its place in or
/// outside the zone by chance; its revenue and R&D are log-normal, its productivity a little above the reference. Where
/// firms are thinned, an entrant stands for `firms_per_agent` of them, but not while fewer than `agents_at_least`
/// agents would be left. Firms outside zones are counted as high-tech because they meet the demands on R&D, so that
/// their R&D is drawn above it. Source: docs/odd.md, submodel "firms".
void enter_firms(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
