#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/system/institutions.hpp"

namespace innochain {

/// Cities as governments: what policies they follow in their zones, and how the place performs.
struct Cities {
  static constexpr std::size_t most_dimensions = 12;
  using Policy = std::array<double, most_dimensions>;  ///< the first K count, the rest are 0

  std::size_t dimensions = 0;         ///< [K]
  Column<CityId, std::uint8_t> open;  ///< 1 where firms and zones can be (not in special administrative regions)
  Column<CityId, Policy> policy;      ///< [x_z]
  Column<CityId, Policy> local;       ///< local part of the optimum [l_z]; mean 0 over cities, mean square 1
  Policy common{};                    ///< common part of the optimum [c], mean square 1
  Policy central{};                   ///< the centre's template [x̂]
  Column<CityId, double> fit;         ///< −|x − x*|²/K
  Column<CityId, double> value;       ///< fit less what incompatible and overlapping policies cost
  double reference_value = 0.0;       ///< mean value when firms began

  Column<CityId, double> fundamentals;      ///< log points
  Column<CityId, double> place;             ///< performance without policy, log points
  Column<CityId, double> performance;       ///< with policy [π_z], log points around the country's mean
  Column<CityId, double> zone_performance;  ///< of the land of its HIDZ, if it has one
  std::vector<double> promoted;             ///< share of entrants by city and field [g_zk]; sums to 1 in each city
  Column<FieldId, double> firms_before;     ///< firms by field a year ago
  /// The city whose HIDZ runs the zone land of this one: itself, after a merger another, or none().
  Column<CityId, CityId> seat;

  std::span<double> promoted_in(CityId city) {
    const std::size_t n = promoted.size() / policy.size();
    return std::span(promoted).subspan(city.index() * n, n);
  }
  std::span<const double> promoted_in(CityId city) const {
    const std::size_t n = promoted.size() / policy.size();
    return std::span(promoted).subspan(city.index() * n, n);
  }
};

}  // namespace innochain
