#pragma once

#include <span>

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// Worth of a choice of topics relative to spreading the same money evenly over all of them, 0–1: with e_k the money of
/// topic k of n, the second and later awards on it counted by `duplicate_value`,
///
///     factor(λ) = [Σ e_k^λ / n]^(1/λ) · n / Σ m_k
///
/// 1 for even money without duplicates, and for any money when λ = 1 and duplicates are worth as much as the first.
/// \param money of each topic, all awards; \param first its largest award; \param variety λ, in (0, 1]
double topic_worth(std::span<const double> money, std::span<const double> first, double duplicate_value,
                   double variety);

/// Knowledge of each category from one year to the next. R^B, R^A are the efforts of the year, f the worth of their
/// topics, o the openness, s the severity of export controls:
///
///     B ← (1−δ_B)·B + ζ_B·(f_B (1 + χ_co o) R^B/1000)^λ_B·B^φ_B       + d_B·o·(1 − χ_F s)·(F − B)⁺
///     A ← (1−δ_A)·A + ζ_A·(f_A R^A/1000)^λ_A·A^φ_A·x                    + d_A·o·(1 − χ_F s)·(F − A)⁺
///     F ← F·exp(g_F + σ_F·N(0, 1)) + u·o·(A − F)⁺
///
/// Idea production after Jones (1995) and Bloom et al. (2020), catching up after Nelson and Phelps (1966) and Griffith,
/// Redding and Van Reenen (2004). Source: docs/odd.md, submodel "knowledge".
void advance_knowledge(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
