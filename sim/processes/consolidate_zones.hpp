#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// Merges zones that were in the lowest decile of their kind for three years running into a stronger zone of the same
/// kind in the same city, else province, with the hazard of the lever `zone_merging_rate`.
void merge_zones(const Params& params, Year year, const Streams& streams, State& state);

/// Elevates the zones of a province that belong to no group yet, with at least one above the median performance of its
/// kind, into a supra zone, with hazard `zone_elevation_rate` / 31 for every such province; at most two a province.
/// Members keep their own designation. Source: report 4.2 (23 demonstration zones from 2009 on).
void elevate_zones(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
