#pragma once

#include <cstdint>

#include "sim/state/indicators.hpp"
#include "sim/state/state.hpp"

/// Parts of record(), by what they write down. Each reads the state and changes nothing but scratch space.
namespace innochain {

/// A count as the result file holds it; larger ones are cut off.
std::int32_t in_range(std::int64_t count);

/// Firms on the land that one HIDZ runs.
struct ZoneLand {
  std::int64_t firms = 0;
  double revenue = 0.0;  ///< million CNY
};
ZoneLand land_run_by(const State& state, CityId seat);

void record_research(const Params& params, Year year, State& state, Indicators& out);
void record_technology(const Params& params, Year year, const State& state, Indicators& out);
void record_zone_firms(const Params& params, Year year, const State& state, Indicators& out);
void record_firms(const Params& params, Year year, const State& state, Indicators& out);
void record_traces(const Params& params, Year year, const State& state, Indicators& out);

}  // namespace innochain
