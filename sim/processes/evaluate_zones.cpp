#include "sim/processes/evaluate_zones.hpp"

#include <algorithm>
#include <cmath>

#include "sim/state/membership.hpp"

namespace innochain {

namespace {

/// Performance of every city around the country's mean: fundamentals, agglomeration less congestion, and policy.
void perform_cities(const Params& params, State& state) {
  const System& system = params.system;
  const Parameters::Zones& p = params.parameters.zones;
  Cities& cities = state.cities;
  const FirmSums& firms = state.firms.sums;
  const double floor = params.parameters.chain.firms.entry_floor * static_cast<double>(system.cities.size());
  double n_open = 0.0, mean_log = 0.0;
  std::vector<double>& log_density = state.scratch.city_values;
  log_density.assign(system.cities.size(), 0.0);
  for (const CityId city : all<CityId>(system.cities.size())) {
    if (!cities.open[city]) continue;
    n_open += 1.0;
    const double usual = std::max(1e-12, floor * system.cities[city].weight);
    if (firms.in_city[city] == 0) continue;
    log_density[city.index()] = maths::log1p(static_cast<double>(firms.in_city[city]) / usual);
    mean_log += static_cast<double>(firms.in_city[city]) * log_density[city.index()];
  }
  // Weighted by firms: an unweighted mean would move with the number of agents.
  if (firms.firms > 0) mean_log /= static_cast<double>(firms.firms);
  const double mean_firms = static_cast<double>(firms.firms) / n_open;
  const double policy_weight = params.parameters.chain.governance.fit_weight;
  for (const CityId city : all<CityId>(system.cities.size())) {
    if (!cities.open[city]) continue;
    const double crowd = mean_firms > 0.0 ? static_cast<double>(firms.in_city[city]) / mean_firms : 0.0;
    cities.place[city] =
        cities.fundamentals[city] + p.agglomeration * (log_density[city.index()] - mean_log) - p.congestion * crowd;
    cities.performance[city] = cities.place[city] + policy_weight * (cities.value[city] - cities.reference_value);
  }
}

double mean_support(const Zones& zones, ZoneTypeId type) {
  double support = 0.0;
  const auto [first, end] = zones.type_rows[type];
  for (ZoneId zone = first; zone != end; ++zone)
    if (zones.designated[zone]) support += zones.funding[zone].in_million_cny();
  return zones.stock[type] > 0 ? support / zones.stock[type] : 0.0;
}

/// Performance below which the lowest decile of a kind's designated zones lies.
double lowest_decile(const Zones& zones, ZoneTypeId type, std::vector<double>& values) {
  values.clear();
  const auto [first, end] = zones.type_rows[type];
  for (ZoneId zone = first; zone != end; ++zone)
    if (zones.designated[zone]) values.push_back(zones.performance[zone]);
  if (values.empty()) return 0.0;
  const auto tenth = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 10);
  std::nth_element(values.begin(), tenth, values.end());
  return *tenth;
}

}  // namespace

namespace {

/// What the HIDZ of a city adds to the place, as its firms see it; after a merger that of the seat.
void perform_zone_land(State& state) {
  Cities& cities = state.cities;
  const Zones& zones = state.zones;
  std::vector<double>& added = state.scratch.city_values;
  added.assign(cities.open.size(), 0.0);
  if (state.hidz.exists()) {
    const auto [first, end] = zones.type_rows[state.hidz];
    for (ZoneId zone = first; zone != end; ++zone) {
      if (!zones.designated[zone]) continue;
      const CityId city = zones.city[zone];
      added[city.index()] += (zones.performance[zone] - cities.performance[city]) / state.hidz_in_city[city];
    }
  }
  for (const CityId city : all<CityId>(cities.open.size())) {
    const CityId seat = cities.seat[city];
    cities.zone_performance[city] = cities.performance[city] + (seat.exists() ? added[seat.index()] : 0.0);
  }
}

}  // namespace

void perform_zones(const Params& params, Year year, const Streams& streams, State& state) {
  const System& system = params.system;
  const Parameters::Zones& p = params.parameters.zones;
  Zones& zones = state.zones;
  perform_cities(params, state);
  const double shock = p.noise_spread * std::sqrt(1.0 - p.noise_persistence * p.noise_persistence);
  for (const ZoneTypeId type : all<ZoneTypeId>(system.zone_types.size())) {
    if (zones.stock[type] == 0) continue;
    const double usual_support = mean_support(zones, type);
    const auto [first, end] = zones.type_rows[type];
    for (ZoneId zone = first; zone != end; ++zone) {
      if (!zones.designated[zone]) continue;
      zones.noise[zone] = p.noise_persistence * zones.noise[zone] +
                          shock * streams.at(Purpose::zone_review, year, zone.index(), 1).normal();
      const double support = maths::fast_log((zones.funding[zone].in_million_cny() + 1.0) / (usual_support + 1.0));
      zones.performance[zone] = state.cities.performance[zones.city[zone]] + zones.fundamentals[zone] +
                                p.support_elasticity * support + zones.noise[zone];
    }
    const double decile = lowest_decile(zones, type, state.scratch.values);
    for (ZoneId zone = first; zone != end; ++zone)
      zones.weak_years[zone] =
          zones.designated[zone] && zones.performance[zone] < decile ? zones.weak_years[zone] + 1 : 0;
  }
  perform_zone_land(state);
}

namespace {

void evaluate_kind(const Params& params, Year year, const Streams& streams, ZoneTypeId type, State& state) {
  const Levers& levers = params.levers_in(year);
  Zones& zones = state.zones;
  auto& ranking = state.scratch.ranking;
  ranking.clear();
  const auto [first, end] = zones.type_rows[type];
  double mean = 0.0, mean_size = 0.0;
  for (ZoneId zone = first; zone != end; ++zone) {
    if (!zones.designated[zone] || zones.since[zone] == year) continue;
    ranking.emplace_back(0.0, static_cast<std::uint32_t>(zone.index()));
    mean += zones.performance[zone];
    mean_size += params.system.cities[zones.city[zone]].weight;
  }
  if (ranking.empty()) return;
  const auto n = static_cast<double>(ranking.size());
  mean /= n;
  mean_size /= n;
  double variance = 0.0, size_variance = 0.0;
  for (const auto& [score, row] : ranking) {
    const double deviation = zones.performance[ZoneId(row)] - mean;
    const double size_deviation = params.system.cities[zones.city[ZoneId(row)]].weight - mean_size;
    variance += deviation * deviation / n;
    size_variance += size_deviation * size_deviation / n;
  }
  const double old_weight = levers.review.zone_old_weight;
  double squares = 0.0;
  for (auto& [score, row] : ranking) {
    const ZoneId zone(row);
    const double size = size_variance > 0.0
                            ? (params.system.cities[zones.city[zone]].weight - mean_size) / std::sqrt(size_variance)
                            : 0.0;
    const double fit = variance > 0.0 ? (zones.performance[zone] - mean) / std::sqrt(variance) : 0.0;
    score = old_weight * size + (1.0 - old_weight) * fit;
    squares += score * score;  // both parts are centred, so the mean is 0
  }
  const double spread = std::sqrt(squares / n);
  const double reliability = params.parameters.zones.reliability;
  const double signal = spread > 0.0 ? std::sqrt(reliability) / spread : 0.0;
  const double noise = spread > 0.0 ? std::sqrt(1.0 - reliability) : 1.0;
  for (auto& [score, row] : ranking)
    score = signal * score + noise * streams.at(Purpose::zone_review, year, row, 2).normal();
  std::sort(ranking.begin(), ranking.end());
  const auto n_poor = static_cast<std::size_t>(
      streams.at(Purpose::zone_review, year, type.index(), 3).round(n * levers.review.zone_poor_share));
  for (std::size_t rank = 0; rank < ranking.size(); ++rank) {
    const ZoneId zone(ranking[rank].second);
    const bool poor = rank < n_poor;
    if (poor) ++state.zones_poor[type];
    if (poor && zones.warned[zone])
      delist(params.system, zone, year + static_cast<int>(params.parameters.exits.readmission_years), state);
    else
      zones.warned[zone] = poor ? 1 : 0;
  }
}

void remove_zones(const Params& params, Year year, const Streams& streams, ZoneTypeId type, State& state) {
  constexpr Year first_removals(2016);
  if (year < first_removals) return;
  Zones& zones = state.zones;
  const auto [first, end] = zones.type_rows[type];
  for (ZoneId zone = first; zone != end; ++zone) {
    if (!zones.designated[zone] || zones.since[zone] == year) continue;
    if (streams.at(Purpose::zone_removal, year, zone.index()).bernoulli(params.parameters.exits.zone_removal_rate))
      delist(params.system, zone, year + static_cast<int>(params.parameters.exits.readmission_years), state);
  }
}

}  // namespace

void evaluate_zones(const Params& params, Year year, const Streams& streams, State& state) {
  const System& system = params.system;
  for (const ZoneTypeId type : all<ZoneTypeId>(system.zone_types.size())) {
    const ZoneType& entry = system.zone_types[type];
    if (!entry.evaluated || !entry.first_evaluation || state.zones.stock[type] == 0) continue;
    const int period = static_cast<int>(params.levers_in(year).review.period_years);
    if (year >= *entry.first_evaluation && (year - *entry.first_evaluation) % period == 0)
      evaluate_kind(params, year, streams, type, state);
    remove_zones(params, year, streams, type, state);
  }
}

}  // namespace innochain
