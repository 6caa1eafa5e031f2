#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// Labs and academic research move the mix of their work toward what is rewarded. With D the share of each activity in
/// what a review criterion looks at, w the weights of the field's last review, m the mix of work that the year's calls
/// pay for and o⁰ the natural mix of the type:
///
///     ρ = (1 − c)·D·w + c·m,   o*_k ∝ o⁰_k·ρ_k^β,   o ← o + η (1 + η_poor·[last grade poor])·(o* − o)
///
/// m is the mix of the programmes weighted by the money they awarded, with the commercial share that the lever
/// `commercialization_emphasis` says. A logit response to rewards for several tasks (Holmström and Milgrom 1991) with
/// the inertia of skills. Source: docs/odd.md, submodel "orientation".
void move_orientation(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
