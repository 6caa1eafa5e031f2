#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// Pays what is due this year. Labs that were merged into another since the award are paid through their organisation.
/// `recent_funding` ← ⅘·recent_funding + this year's in million CNY of 2010: of a steady income, the sum of five years.
void pay_projects(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
