#include "sim/processes/approve_zones.hpp"

#include "sim/processes/approval_rule.hpp"
#include "sim/state/membership.hpp"

namespace innochain {

double core_industry_mcny(const Params& params, Year year, CityId city) {
  const Inputs& inputs = params.inputs;
  const double gdp_mcny = inputs.gdp_bcny[inputs.years.index(year)] * 1e3;
  return params.parameters.zones.core_industry_share * gdp_mcny * params.system.cities[city].weight;
}

namespace {

bool meets_rule(const Params& params, Year year, const ZoneType& type, CityId city) {
  return !type.core_industry_min_mcny || core_industry_mcny(params, year, city) >= *type.core_industry_min_mcny;
}

void count_by_province(const System& system, ZoneTypeId type, const Zones& zones, std::vector<double>& count) {
  count.assign(system.provinces.size(), 0.0);
  const auto [first, end] = zones.type_rows[type];
  for (ZoneId zone = first; zone != end; ++zone)
    if (zones.designated[zone]) count[zones.province[zone].index()] += 1.0;
}

void approve_kind(const Params& params, Year year, const Streams& streams, ZoneTypeId type, State& state) {
  const System& system = params.system;
  const ZoneType& entry = system.zone_types[type];
  const DesignationId k = system.designation(type);
  if (year < entry.since || (entry.closes && year > *entry.closes) || !params.simulates(k)) return;

  Zones& zones = state.zones;
  Entrance entrance(params, year, k, zones.stock[type], state);
  std::vector<double>& need = state.scratch.values;
  count_by_province(system, type, zones, need);
  weigh_regional_need(params, entry, zones.stock[type], need);

  auto& ranking = state.scratch.ranking;
  ranking.clear();
  const auto [first, end] = zones.type_rows[type];
  for (ZoneId zone = first; zone != end; ++zone) {
    if (zones.designated[zone] || zones.barred_until[zone] > year || !meets_rule(params, year, entry, zones.city[zone]))
      continue;
    const bool named = zones.named[zone] >= 0;
    if (named && year < system.named_zones[static_cast<std::size_t>(zones.named[zone])].admitted) continue;
    const bool due = named && zones.since[zone] == Year();  // once a zone has been designated it is like every other
    const double score = zones.quality[zone] + need[zones.province[zone].index()];
    if (entrance.passes(score, due))
      ranking.emplace_back(due ? -1e9 : -score, static_cast<std::uint32_t>(zone.index()));
  }

  const std::int64_t quota = decide_quota(params, streams, entrance.occasion(), state);
  for (const auto& [score, row] : take_best(ranking, quota)) admit(system, year, ZoneId(row), state);
}

}  // namespace

void approve_zones(const Params& params, Year year, const Streams& streams, State& state) {
  for (const ZoneTypeId type : all<ZoneTypeId>(params.system.zone_types.size())) {
    const Admission admission = params.system.zone_types[type].admission;
    if (admission == Admission::calls || admission == Admission::listed)
      approve_kind(params, year, streams, type, state);
  }
}

}  // namespace innochain
