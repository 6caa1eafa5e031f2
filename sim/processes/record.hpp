#pragma once

#include "sim/state/indicators.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// Clears what counts events of one year.
void start_year(const Params& params, State& state);

/// Writes what the year did to every designation: all that is recorded of a run of the institutions alone.
void record_designations(const Params& params, Year year, State& state, Indicators& indicators);

/// Writes the year's indicators and traces. Reads the state and changes nothing but scratch space.
void record(const Params& params, Year year, State& state, Indicators& indicators);

}  // namespace innochain
