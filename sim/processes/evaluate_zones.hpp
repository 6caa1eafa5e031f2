#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// The year's performance of designated zones, in log points around the mean candidate city:
///
///     π = fundamentals + a_agg·ln(activity) − a_con·(activity − 1) + a_sup·ln((support + 1)/(mean support + 1)) +
///     noise
///
/// Activity is the city's share of the country's research and industry, half by weight and half by designated labs,
/// relative to the mean locality of the kind; noise is an AR(1). Also counts the years each zone spends in the lowest
/// decile of its kind.
void perform_zones(const Params& params, Year year, const Streams& streams, State& state);

/// The five-yearly evaluation of zones on size and performance, and removals outside it from 2016. The last of the
/// ranking are graded poor: a first time warned, a second time in a row delisted, as two ETDZs were in 2019–2020.
void evaluate_zones(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
