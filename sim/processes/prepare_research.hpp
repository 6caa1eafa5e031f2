#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// The conditions of the year's research: the severity of export controls in each category (the largest of the shocks
/// in force), the share of working time that proposals took, and how far what is known helps,
///
///     x = (B/A)^φ,   papers ∝ B^ψ_B,   patents ∝ x·A^ψ_I,   transferable results ∝ x·A^ψ_V
///
/// x is the chain: applied work runs dry as it outruns the basic knowledge that it draws on. Clears the year's outputs.
/// Source: docs/odd.md, submodel "knowledge".
void prepare_research(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
