#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// Staff, effort and outputs of nationally designated labs for the year. With M the lab's money in million CNY of 2010
/// (public funding and its other income), S staff in FTE, q quality and productivity, o orientation:
///
///     S ← S + η (S* − S),  S* = S₀ (M/M₀)^ε      staff follow money with a lag
///     E = S^α M^(1−α)                             effort
///     papers    ~ Poisson–lognormal(κ_P q E (o_basic + b o_applied))
///     patents   ~ Poisson–lognormal(κ_I q E (o_applied + 0.3 o_commercial))
///     standards ~ Poisson(κ_S q E o_commercial)   labs of enterprises only
///
/// Also adds to the evidence that the next review looks at. Source: docs/odd.md, submodel "research".
void do_research(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
