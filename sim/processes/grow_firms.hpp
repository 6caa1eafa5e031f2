#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// Gain of absorption from labs' transferable results in reach, 1 + a_lab·ln(1 + TR/T₀), into the rows of
/// `firms.reach_gain`, one value for each category; `firms.reach_row` names the rows of each city outside and inside
/// its zone, which are one where there is no zone. Results reach firms of the same zone whole, of the rest of the city
/// by w_city, of the same cluster by w_clu and of other places by w_far; those of other categories of the discipline
/// count w_rel (distance decay: Jaffe, Trajtenberg and Henderson 1993). Sums over cities, clusters and disciplines,
/// never pairs.
void measure_reach(const Params& params, State& state);

/// A year of all firms. With r R&D over revenue, p log productivity, ℓ log revenue, A the category's applied knowledge,
/// π the performance of the place, n ~ Poisson(μ·Exp(1)) business opportunities:
///
///     Δp = a·r/(r + r_half)·gain·(ln A − p) + σ_p (1 + y·exp(−age/t_y))·N(0, 1)
///     v  = clip(v₀·(revenue/median)^−β, min(0.10, v₀), 0.60)
///     Δℓ = θ_D·ln(GDP growth) + ψ_p Δp + ψ_z π + v·√(n/μ)·N(0, 1) − loss of the category
///     exit if p − reference < −d − ν·(ℓ − median ℓ)⁺, or with probability h₀·min(1, (age − 1)/2)
///
/// The reference is ln A plus the mean lead of the whole discipline. Absorption after Cohen and Levinthal (1990),
/// opportunities after Bottazzi and Secchi (2006) in the limit of many firms, where a Polya urn gives each a geometric
/// number; size-dependent variance after Stanley et al. (1996). New firms only face the exit test. Applicants to
/// national programmes spend their public money on R&D too, draw on the labs they host once more, and are restructured
/// rather than closed. High-tech certificates are given for three years to firms with enough R&D that are not far
/// behind. An agent of several firms that grows beyond a share of all revenue is split, the parts with luck of their
/// own. Source: docs/odd.md, submodel "firms".
void grow_firms(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
