#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// Import reliance m of each category follows the gap to the frontier, faster where export controls bite, and what
/// controls cost in output:
///
///     m* = 1 − exp(−gap⁺/γ),   m ← m + (ν₀ + ν₁ s)·(m*·(1 − s/2) − m),   loss = χ·(s m − s₋₁ m₋₁)
///
/// Source: docs/odd.md, submodel "imports".
void substitute_imports(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
