#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// The year's performance of cities and of designated zones, in log points around the country's mean:
///
///     place = fundamentals + a_agg·(ln(1 + N/(n₀ ω Z)) − firm-weighted mean) − a_con·N/mean N
///     π     = place + f_fit·(value of the policy − mean value when firms began)
///     zone  = π + fundamentals of its land + a_sup·ln((support + 1)/(mean support + 1)) + noise
///
/// N are the firms of the city at the end of the last year, ω its weight, Z the number of cities; noise is an AR(1).
/// Also counts the years each zone spends in the lowest decile of its kind. Agglomeration after Combes and Gobillon
/// (2015). Source: docs/odd.md, submodel "performance of zones".
void perform_zones(const Params& params, Year year, const Streams& streams, State& state);

/// The five-yearly evaluation of zones on size and performance, and removals outside it from 2016. The last of the
/// ranking are graded poor: a first time warned, a second time in a row delisted, as two ETDZs were in 2019–2020.
void evaluate_zones(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
