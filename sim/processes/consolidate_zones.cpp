#include "sim/processes/consolidate_zones.hpp"

#include <algorithm>

#include "sim/state/membership.hpp"

namespace innochain {

namespace {

constexpr int weak_years_before_merging = 3;

/// The best zone of the kind in the same city, else in the same province, that performs better.
ZoneId stronger_neighbour(const Zones& zones, ZoneId weak) {
  const auto [first, end] = zones.type_rows[zones.type[weak]];
  ZoneId best;
  bool best_in_city = false;
  for (ZoneId zone = first; zone != end; ++zone) {
    if (zone == weak || !zones.designated[zone] || zones.performance[zone] <= zones.performance[weak]) continue;
    if (zones.province[zone] != zones.province[weak]) continue;
    const bool in_city = zones.city[zone] == zones.city[weak];
    const bool better = !best.exists() || (in_city && !best_in_city) ||
                        (in_city == best_in_city && zones.performance[zone] > zones.performance[best]);
    if (better) best = zone, best_in_city = in_city;
  }
  return best;
}

double median_performance(const Zones& zones, ZoneTypeId type, std::vector<double>& values) {
  values.clear();
  const auto [first, end] = zones.type_rows[type];
  for (ZoneId zone = first; zone != end; ++zone)
    if (zones.designated[zone]) values.push_back(zones.performance[zone]);
  if (values.empty()) return 0.0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Zones of a province that could be grouped; `ready` if one of them stands above its kind's median.
struct Group {
  std::vector<ZoneId>& members;
  bool ready = false;
};

void collect(const Zones& zones, ZoneTypeId kind, ProvinceId province, double median, Group& group) {
  const auto [first, end] = zones.type_rows[kind];
  for (ZoneId zone = first; zone != end; ++zone) {
    if (!zones.designated[zone] || zones.province[zone] != province || zones.part_of[zone].exists()) continue;
    group.members.push_back(zone);
    if (zones.performance[zone] > median) group.ready = true;
  }
}

}  // namespace

void merge_zones(const Params& params, Year year, const Streams& streams, State& state) {
  const double rate = params.levers_in(year).zone_merging_rate;
  if (!(rate > 0.0)) return;
  Zones& zones = state.zones;
  for (const ZoneId zone : all<ZoneId>(zones.size())) {
    if (!zones.designated[zone] || zones.weak_years[zone] < weak_years_before_merging || zones.since[zone] == year)
      continue;
    if (!params.system.zone_types[zones.type[zone]].evaluated) continue;
    if (!streams.at(Purpose::zone_merging, year, zone.index()).bernoulli(rate)) continue;
    const ZoneId stronger = stronger_neighbour(zones, zone);
    if (stronger.exists()) merge(params.system, zone, stronger, state);
  }
}

void elevate_zones(const Params& params, Year year, const Streams& streams, State& state) {
  const System& system = params.system;
  const double rate = params.levers_in(year).zone_elevation_rate;
  const auto n_provinces =
      static_cast<double>(std::count_if(system.provinces.begin(), system.provinces.end(), [](const Province& province) {
        return !province.special_administrative_region;
      }));
  Zones& zones = state.zones;
  for (const ZoneTypeId type : all<ZoneTypeId>(system.zone_types.size())) {
    const ZoneType& entry = system.zone_types[type];
    if (entry.admission != Admission::elevation || year < entry.since || (entry.closes && year > *entry.closes))
      continue;
    const auto [first, end] = zones.type_rows[type];
    const double hazard = std::min(1.0, rate / n_provinces);
    YearOfDesignation& outcome = state.year_of[system.designation(type)];
    ProvinceId tried;  // one seat a province and year: seats of a province stand side by side
    for (ZoneId seat = first; seat != end; ++seat) {
      if (zones.designated[seat] || zones.province[seat] == tried) continue;
      tried = zones.province[seat];
      Group group{state.scratch.zones};
      group.members.clear();
      for (const ZoneTypeId kind : entry.elevates)
        collect(zones, kind, zones.province[seat], median_performance(zones, kind, state.scratch.values), group);
      if (!group.ready) continue;
      ++outcome.eligible;
      if (!streams.at(Purpose::zone_elevation, year, seat.index()).bernoulli(hazard)) continue;
      admit(system, year, seat, state);
      for (const ZoneId member : group.members) zones.part_of[member] = seat;
    }
  }
}

}  // namespace innochain
