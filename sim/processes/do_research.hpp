#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// Staff, effort, outputs and learning of nationally designated labs for the year. With M the lab's money in million
/// CNY of 2010 (public funding and its other income), S staff in FTE, q quality, productivity and own knowledge k, o
/// orientation, τ the time spent applying, and the factors of prepare_research():
///
///     S ← S + η (S* − S),  S* = S₀ (M/M₀)^ε      staff follow money with a lag
///     E = (1 − τ) S^α M^(1−α)                     effort
///     papers    ~ Poisson–lognormal(κ_P q E (o_basic + b o_applied)·B^ψ_B)
///     patents   ~ Poisson–lognormal(κ_I b_IL q E (o_applied + ω_C o_commercial)·x·A^ψ_I)
///     standards ~ Poisson(κ_S q E o_commercial)   labs of enterprises only
///     T         = q E (o_commercial + b_TA o_applied)·x·A^ψ_V
///     top       ~ Binomial(papers, k^θ (B/F)^θ₂ exp(−θ₃ (w_papers − 0.45))·share)
///     ln k ← (1 − ρ) ln k + g_own·2(y − 1)/(y + 1) + g_co·ln(1 + labs of the field in the city) + g_F·openness·gap,
///            y = own basic effort over the mean of the type
///
/// Also adds to the evidence that the next review looks at, and to the efforts and results of category and city.
/// Source: docs/odd.md, submodel "research".
void do_research(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
