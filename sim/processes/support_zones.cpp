#include "sim/processes/support_zones.hpp"

#include <algorithm>

#include "sim/core/apportion.hpp"
#include "sim/state/funds.hpp"

namespace innochain {

namespace {

constexpr double equal_part = 0.5;

}  // namespace

void support_zones(const Params& params, Year year, const Streams&, State& state) {
  Zones& zones = state.zones;
  zones.funding.fill(Money());
  std::vector<ZoneId>& supported = state.scratch.zones;
  std::vector<double>& weights = state.applications.shares;
  std::vector<std::int64_t>& parts = state.applications.parts;
  const Column<CityId, City>& cities = params.system.cities;
  for_each_funder(params, year, Competition::zones, state, [&](ProgrammeId p) {
    const std::vector<ZoneTypeId>& kinds = params.system.programmes[p].zone_recipients;
    supported.clear();
    double total = 0.0;
    for (const ZoneId zone : all<ZoneId>(zones.size())) {
      if (!zones.designated[zone] || std::find(kinds.begin(), kinds.end(), zones.type[zone]) == kinds.end()) continue;
      supported.push_back(zone);
      total += cities[zones.city[zone]].weight;
    }
    if (supported.empty()) return;
    const auto n = static_cast<double>(supported.size());
    weights.clear();
    for (const ZoneId zone : supported)
      weights.push_back(equal_part / n +
                        (total > 0.0 ? (1.0 - equal_part) * cities[zones.city[zone]].weight / total : 0.0));
    parts.resize(supported.size());
    const Money money = state.accounts.available(p);
    apportion(money.in_thousand_cny(), weights, parts, state.scratch.ranking);
    for (std::size_t i = 0; i < supported.size(); ++i) zones.funding[supported[i]] += Money::thousand_cny(parts[i]);
    state.accounts.awarded[p] += money;
    state.accounts.awards[p] += static_cast<std::int64_t>(supported.size());
  });
}

}  // namespace innochain
