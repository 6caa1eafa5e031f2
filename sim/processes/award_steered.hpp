#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// Megaprojects: designated, not competed for. `subtopics` a year share the money equally and the categories by
/// criticality. Those of a category go to its strongest labs and firms by score without reviewers' error (if it has
/// none, to those of its field), in turn if there are more sub-topics than of these.
void award_steered(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
