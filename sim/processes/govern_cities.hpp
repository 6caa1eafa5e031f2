#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// How cities find the policies of their zones. A policy is a point x in K dimensions; the best of city z is
/// x* = √(1−h)·c + √h·l_z, partly common, partly its own. With κ = 1 − zone_autonomy_share:
///
///     experiment, probability p_e(1−κ): x' = x + σ_e·N(0, I)/√K, kept if its fit, seen with error σ_o, looks better
///     imitate,    probability p_i(1−κ): x' = x + ι(x_best − x), x_best the best of five cities as seen; kept likewise
///     centre:     x̂ ← x̂ + η(√(1−h)·c + σ_c·N(0, I) − x̂), η = min(1, η_c + η_c1·p_e(1−κ));  x ← x + r_c·κ·(x̂ − x)
///     promoted disciplines: g → ∝ g^(1−κ)·hot^(χ_h(1−κ))·strength^κ
///     fit = −|x − x*|²/K,   value = fit − s·|x − x̄|²/K − s_o·overlap
///
/// hot is the growth of a discipline's firms in the country, strength the city's labs in it, overlap the cosine of what
/// the city promotes with what all do. Cities look at their own fit only: compatibility is the externality that the
/// centre internalizes (attribute matching: Qian, Roland and Xu 2006). A city whose zone was merged into that of
/// another follows the other's policy. Source: docs/odd.md, submodel "zones' policies".
void govern_cities(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
