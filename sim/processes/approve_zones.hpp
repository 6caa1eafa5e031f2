#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// Designates localities of every zone kind that admits by calls or by list, as approve_labs does for labs. Kinds with
/// an admission rule of their own (AI pilot zones: a core industry of CNY 5 billion) take only cities that meet it.
void approve_zones(const Params& params, Year year, const Streams& streams, State& state);

/// The core industry of a city in million CNY: the country's (a share of GDP), divided over cities by weight.
double core_industry_mcny(const Params& params, Year year, CityId city);

}  // namespace innochain
