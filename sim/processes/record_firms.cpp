#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/core/maths.hpp"
#include "sim/processes/record_parts.hpp"

namespace innochain {

std::int32_t in_range(std::int64_t count) {
  return static_cast<std::int32_t>(std::min<std::int64_t>(count, std::numeric_limits<std::int32_t>::max()));
}

ZoneLand land_run_by(const State& state, CityId seat) {
  const FirmSums& sums = state.firms.sums;
  ZoneLand land;
  for (const CityId city : all<CityId>(state.cities.seat.size())) {
    if (state.cities.seat[city] != seat) continue;
    land.firms += sums.in_zone[city];
    land.revenue += sums.revenue_in_zone[city];
  }
  return land;
}

void record_zone_firms(const Params& params, Year year, const State& state, Indicators& out) {
  if (!state.hidz.exists()) return;
  const Zones& zones = state.zones;
  const FirmSums& sums = state.firms.sums;
  ZoneLand all_land;
  for (const CityId city : all<CityId>(sums.in_zone.size()))
    all_land.firms += sums.in_zone[city], all_land.revenue += sums.revenue_in_zone[city];
  out.zone_firms.at(year, state.hidz) = in_range(all_land.firms);
  out.zone_revenue.at(year, state.hidz) = static_cast<float>(all_land.revenue);
  constexpr double million_per_billion = 1000.0;
  const Inputs& inputs = params.inputs;
  out.hidz_gdp_share.at(year) = static_cast<float>(params.parameters.zones.gdp_per_revenue * all_land.revenue /
                                                   (million_per_billion * inputs.gdp_bcny[inputs.years.index(year)]));
  // A supra zone has the firms of the high-tech zones that it groups.
  for (const ZoneTypeId type : all<ZoneTypeId>(params.system.zone_types.size())) {
    const auto& kinds = params.system.zone_types[type].elevates;
    if (std::find(kinds.begin(), kinds.end(), state.hidz) == kinds.end()) continue;
    ZoneLand grouped;
    const auto [first, end] = zones.type_rows[state.hidz];
    for (ZoneId zone = first; zone != end; ++zone) {
      if (!zones.designated[zone] || !zones.part_of[zone].exists() || zones.type[zones.part_of[zone]] != type) continue;
      const ZoneLand land = land_run_by(state, zones.city[zone]);
      const double share = 1.0 / state.hidz_in_city[zones.city[zone]];
      grouped.firms += std::llround(share * static_cast<double>(land.firms));
      grouped.revenue += share * land.revenue;
    }
    out.zone_firms.at(year, type) = in_range(grouped.firms);
    out.zone_revenue.at(year, type) = static_cast<float>(grouped.revenue);
  }
}

void record_firms(const Params& params, Year year, const State& state, Indicators& out) {
  const System& system = params.system;
  const FirmSums& sums = state.firms.sums;
  double revenue = 0.0, rd = 0.0;
  for (const ProvinceId province : all<ProvinceId>(system.provinces.size())) out.firm_revenue.at(year, province) = 0.0f;
  for (const CityId city : all<CityId>(system.cities.size())) {
    out.firm_revenue.at(year, system.cities[city].province) += static_cast<float>(sums.revenue[city]);
    revenue += sums.revenue[city];
  }
  for (const double x : sums.rd_of) rd += x;
  out.firms.at(year) = in_range(sums.firms);
  out.firms_certified.at(year) = in_range(sums.certified);
  out.firm_entries.at(year) = in_range(state.firms.entries);
  out.firm_exits.at(year) = in_range(sums.exits);
  out.hidz_firms_above_100m.at(year) = in_range(sums.above_100m);
  out.hidz_firms_above_10bn.at(year) = in_range(sums.above_10bn);
  out.revenue.at(year) = static_cast<float>(revenue);
  out.rd_spending.at(year) = static_cast<float>(rd);
  for (std::size_t age = 0; age < FirmSums::n_ages; ++age) {
    out.firms_by_age.at(year, age) = in_range(sums.by_age[age]);
    out.firm_exits_by_age.at(year, age) = in_range(sums.exits_by_age[age]);
  }
  if (sums.firms == 0) return;
  out.productivity.at(year) = static_cast<float>(sums.productivity / static_cast<double>(sums.firms));
  if (sums.certified > 0)
    out.certified_share_in_hidz.at(year) =
        static_cast<float>(static_cast<double>(sums.certified_inside) / static_cast<double>(sums.certified));
  const double tail = hill_exponent(sums.sizes_inside, 0.1);
  if (tail > 0.0) out.firm_size_tail.at(year) = static_cast<float>(tail);
  if (!(sums.n_grown > 0.0)) return;
  const double mean_growth = sums.growth / sums.n_grown;
  const double variance = sums.growth_squares / sums.n_grown - mean_growth * mean_growth;
  if (variance > 0.0)
    out.firm_growth_shape.at(year) =
        static_cast<float>(exponential_power_shape(sums.growth_size / sums.n_grown / std::sqrt(variance)));
}

}  // namespace innochain
