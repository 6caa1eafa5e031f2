#include "sim/state/initialise.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "sim/state/found_economy.hpp"

namespace innochain {

namespace {

/// Draws one of several things with given weights.
class Choice {
 public:
  void add(std::uint32_t item, double weight) {
    if (!(weight > 0.0)) return;
    items_.push_back(item);
    cumulative_.push_back((cumulative_.empty() ? 0.0 : cumulative_.back()) + weight);
  }
  bool empty() const { return items_.empty(); }
  std::uint32_t operator()(Stream& stream) const {
    const double x = stream.uniform() * cumulative_.back();
    const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end(), x);
    return items_[static_cast<std::size_t>(std::min(found, cumulative_.end() - 1) - cumulative_.begin())];
  }

 private:
  std::vector<std::uint32_t> items_;
  std::vector<double> cumulative_;
};

/// The distributions from which the initial population is drawn.
struct Population {
  Choice cities, lab_fields, organisation_fields;
  std::vector<Choice> categories;     ///< by field
  std::vector<Choice> organisations;  ///< by host and field, weighted by researchers

  Population(const System& system, double city_concentration) : categories(system.fields.size()) {
    for (const CityId city : all<CityId>(system.cities.size())) {
      if (!system.provinces[system.cities[city].province].special_administrative_region)
        cities.add(static_cast<std::uint32_t>(city.index()),
                   maths::pow(system.cities[city].weight, city_concentration));
    }
    for (const FieldId field : all<FieldId>(system.fields.size())) {
      lab_fields.add(static_cast<std::uint32_t>(field.index()), system.fields[field].lab_share);
      organisation_fields.add(static_cast<std::uint32_t>(field.index()), system.fields[field].nsfc_share);
    }
    for (const CategoryId category : all<CategoryId>(system.categories.size())) {
      const Category& entry = system.categories[category];
      categories[entry.field.index()].add(static_cast<std::uint32_t>(category.index()), entry.share);
    }
  }

  void add_organisations(const System& system, const Organisations& table) {
    organisations.resize(n_hosts * system.fields.size());
    for (const OrganisationId id : all<OrganisationId>(table.size())) {
      const std::size_t group =
          static_cast<std::size_t>(table.host[id]) * system.fields.size() + table.field[id].index();
      organisations[group].add(static_cast<std::uint32_t>(id.index()), table.researchers[id]);
    }
  }
};

void found_organisations(const Params& params, const Streams& streams, const Population& population,
                         Organisations& table) {
  const System& system = params.system;
  table = {};
  const auto found = [&](Host host, const NamedOrganisation* named) {
    Stream stream = streams.at(Purpose::initial_organisations, params.scale.years.first, table.size());
    const CityId city = CityId(population.cities(stream));
    const FieldId field = FieldId(population.organisation_fields(stream));
    table.host.push_back(host);
    table.city.push_back(named ? named->city : city);
    table.province.push_back(system.cities[named ? named->city : city].province);
    table.field.push_back(named ? named->field : field);
    const CategoryId category(population.categories[(named ? named->field : field).index()](stream));
    table.category.push_back(named && named->category.exists() ? named->category : category);
    table.researchers.push_back(maths::exp(stream.normal()));
    table.standing.push_back(stream.normal());
  };
  for (const NamedOrganisation& named : system.named_organisations) found(named.host, &named);
  for (std::size_t host = 0; host < n_hosts; ++host) {
    const auto already =
        std::count_if(system.named_organisations.begin(), system.named_organisations.end(),
                      [&](const NamedOrganisation& named) { return static_cast<std::size_t>(named.host) == host; });
    const auto total = static_cast<std::ptrdiff_t>(system.organisations_by_host[host].value);
    for (std::ptrdiff_t i = already; i < total; ++i) found(static_cast<Host>(host), nullptr);
  }
  // Sizes are log-normal; every host class is scaled to its share of the country's researchers.
  std::array<double, n_hosts> weight{};
  for (const OrganisationId id : all<OrganisationId>(table.size()))
    weight[static_cast<std::size_t>(table.host[id])] += table.researchers[id];
  for (const OrganisationId id : all<OrganisationId>(table.size())) {
    const auto host = static_cast<std::size_t>(table.host[id]);
    table.researchers[id] *= system.organisation_researchers * system.researcher_share[host] / weight[host];
  }
  table.funding.assign(table.size(), Money());
  table.projects.assign(table.size(), 0);
  table.results.assign(table.size(), 0.0);
}

/// A pool exists in part when its designation is launched; the rest forms evenly until the reference year.
Year formation_year(const Params& params, Year since, Stream& stream) {
  const Parameters::Labs& labs = params.parameters.labs;
  const double u = stream.uniform();
  const int span = static_cast<int>(labs.first_full_year) - since.value();
  if (u < labs.formed_at_launch_share || span <= 0) return since;
  const double later = (u - labs.formed_at_launch_share) / (1.0 - labs.formed_at_launch_share);
  return since + static_cast<int>(later * (span + 1));
}

/// A host class that has organisations of the field; the drawn one if it has, else the next.
const Choice& organisations_of(const Population& population, std::size_t n_fields, std::size_t host,
                               std::size_t field) {
  for (std::size_t tried = 0; tried < n_hosts; ++tried) {
    const Choice& choice = population.organisations[((host + tried) % n_hosts) * n_fields + field];
    if (!choice.empty()) return choice;
  }
  return population.organisations[host * n_fields + field];
}

/// Where the labs of a type can be.
struct Places {
  Choice hosts;
  std::vector<CityId> cities;  ///< if the type is bound to a province

  Places(const System& system, const LabType& type) {
    for (std::size_t host = 0; host < n_hosts; ++host) hosts.add(static_cast<std::uint32_t>(host), type.host_mix[host]);
    if (type.located_in.empty()) return;
    for (const CityId city : all<CityId>(system.cities.size()))
      if (system.provinces[system.cities[city].province].name == type.located_in) cities.push_back(city);
  }
};

void place_lab(const Params& params, const Population& population, const LabType& type, const Places& places, LabId lab,
               Stream& stream, State& state) {
  const System& system = params.system;
  Labs& labs = state.labs;
  const std::uint32_t host = places.hosts(stream);
  labs.field[lab] = FieldId(population.lab_fields(stream));
  labs.category[lab] = CategoryId(population.categories[labs.field[lab].index()](stream));
  const Choice& choice = organisations_of(population, system.fields.size(), host, labs.field[lab].index());
  const double pick = stream.uniform();
  if (!choice.empty()) {
    labs.organisation[lab] = OrganisationId(choice(stream));
    labs.host[lab] = state.organisations.host[labs.organisation[lab]];
    labs.city[lab] = state.organisations.city[labs.organisation[lab]];
  } else {
    labs.host[lab] = static_cast<Host>(host);
    labs.city[lab] = CityId(population.cities(stream));
  }
  if (!type.located_in.empty()) {
    const std::vector<CityId>& there = places.cities;
    if (!there.empty())
      labs.city[lab] =
          there[std::min(there.size() - 1, static_cast<std::size_t>(pick * static_cast<double>(there.size())))];
    labs.organisation[lab] = OrganisationId::none();
  }
}

void apply_name(const System& system, std::size_t index, LabId lab, State& state) {
  const NamedLab& named = system.named_labs[index];
  Labs& labs = state.labs;
  labs.named[lab] = static_cast<std::int32_t>(index);
  labs.category[lab] = named.category;
  labs.field[lab] = system.categories[named.category].field;
  labs.staff[lab] = named.staff;
  labs.formed[lab] = std::min(labs.formed[lab], named.admitted);
  for (std::size_t i = 0; i < system.named_organisations.size(); ++i) {
    if (system.named_organisations[i].name != named.organisation) continue;
    labs.organisation[lab] = OrganisationId(i);  // named organisations come first in their table
    labs.host[lab] = system.named_organisations[i].host;
    labs.city[lab] = system.named_organisations[i].city;
  }
}

/// Types that take over labs of other types have no candidates of their own.
std::size_t pool_size(const LabType& type) {
  return type.admission == Admission::calls || type.admission == Admission::listed
             ? static_cast<std::size_t>(type.pool.value)
             : 0;
}

void form_lab_pools(const Params& params, const Streams& streams, const Population& population, State& state) {
  const System& system = params.system;
  Labs& labs = state.labs;
  std::size_t total = 0;
  for (const LabType& type : system.lab_types) total += pool_size(type);
  labs.resize(total);
  labs.pool_rows.assign(system.lab_types.size(), {});
  labs.stock.assign(system.lab_types.size(), 0);

  const double spread = params.parameters.labs.quality_spread;
  std::size_t row = 0;
  for (const LabTypeId id : all<LabTypeId>(system.lab_types.size())) {
    const LabType& type = system.lab_types[id];
    const std::size_t end = row + pool_size(type);
    labs.pool_rows[id] = {LabId(row), LabId(end)};
    if (!params.simulates(system.designation(id))) {  // its rows stay empty, so that those of the others are the same
      row = end;
      continue;
    }
    const Places places(system, type);
    std::vector<std::size_t> names;
    for (std::size_t i = 0; i < system.named_labs.size(); ++i)
      if (system.named_labs[i].type == id) names.push_back(i);
    for (std::size_t first = row; row < end; ++row) {
      const LabId lab(row);
      // The agent's number counts within its pool, so that a pool's size does not shift the draws of the next.
      Stream stream = streams.at(Purpose::initial_labs, params.scale.years.first, (id.index() << 20) | (row - first));
      labs.pool[lab] = id;
      place_lab(params, population, type, places, lab, stream, state);
      labs.talent[lab] = stream.normal();
      labs.productivity[lab] = maths::exp(spread * stream.normal() - 0.5 * spread * spread);
      labs.staff[lab] = type.staff * maths::exp(0.4 * stream.normal() - 0.08);
      labs.beside_zone[lab] = stream.bernoulli(params.parameters.labs.zone_location_share) ? 1 : 0;
      labs.churn[lab] = params.parameters.quality.churn_spread * stream.normal();
      labs.formed[lab] = formation_year(params, type.since, stream);
      if (row - first < names.size()) apply_name(system, names[row - first], lab, state);
      labs.province[lab] = system.cities[labs.city[lab]].province;
      for (std::size_t activity = 0; activity < n_activities; ++activity)
        labs.orientation[activity][lab] = type.orientation[activity];
    }
  }
}

/// How many localities could apply for a kind: its pool, as far as there are cities.
std::size_t n_localities(const System& system, const ZoneType& type) {
  const auto open = std::count_if(system.cities.begin(), system.cities.end(), [&](const City& city) {
    return !system.provinces[city.province].special_administrative_region;
  });
  return std::min(static_cast<std::size_t>(open * std::max(1, type.per_city_max)),
                  static_cast<std::size_t>(type.pool.value));
}

bool simulates_labs(const Params& params) {
  for (const LabTypeId type : all<LabTypeId>(params.system.lab_types.size()))
    if (params.simulates(params.system.designation(type))) return true;
  return false;
}

/// Localities that could apply for a kind: a draw without replacement by city size (Gumbel keys; Efraimidis and
/// Spirakis 2006).
std::vector<CityId> localities(const Params& params, const Streams& streams, ZoneTypeId id) {
  const System& system = params.system;
  const ZoneType& type = system.zone_types[id];
  struct Slot {
    double key;
    CityId city;
  };
  std::vector<Slot> slots;
  for (const CityId city : all<CityId>(system.cities.size())) {
    if (system.provinces[system.cities[city].province].special_administrative_region) continue;
    const double log_weight = maths::log(system.cities[city].weight);
    for (int slot = 0; slot < std::max(1, type.per_city_max); ++slot) {
      Stream stream = streams.at(Purpose::initial_zones, params.scale.years.first, (id.index() << 16) | city.index(),
                                 static_cast<std::uint32_t>(slot));
      const double gumbel = -maths::fast_log(-maths::fast_log(stream.uniform()));
      slots.push_back({log_weight - 2.0 * slot + gumbel, city});
    }
  }
  const std::size_t n = n_localities(system, type);
  std::stable_sort(slots.begin(), slots.end(), [](const Slot& a, const Slot& b) { return a.key > b.key; });
  std::vector<CityId> cities;
  for (std::size_t i = 0; i < n; ++i) cities.push_back(slots[i].city);
  return cities;
}

/// Possible supra zones: two a province (such as Hangzhou and Ningbo–Wenzhou in Zhejiang), seated in its largest city.
std::vector<CityId> provincial_seats(const System& system) {
  constexpr std::size_t per_province = 2;
  std::vector<CityId> seats;
  for (const ProvinceId province : all<ProvinceId>(system.provinces.size())) {
    if (system.provinces[province].special_administrative_region) continue;
    CityId seat;
    for (const CityId city : all<CityId>(system.cities.size()))
      if (system.cities[city].province == province &&
          (!seat.exists() || system.cities[city].weight > system.cities[seat].weight))
        seat = city;
    if (seat.exists()) seats.insert(seats.end(), per_province, seat);
  }
  return seats;
}

void form_localities(const Params& params, const Streams& streams, State& state) {
  const System& system = params.system;
  std::vector<std::pair<ZoneTypeId, std::vector<CityId>>> pools;
  std::size_t total = 0;
  for (const ZoneTypeId id : all<ZoneTypeId>(system.zone_types.size())) {
    const Admission admission = system.zone_types[id].admission;
    std::vector<CityId> cities;
    if (admission == Admission::elevation)
      cities = provincial_seats(system);
    else if (admission != Admission::none && params.simulates(system.designation(id)))
      cities = localities(params, streams, id);
    else if (admission != Admission::none)
      cities.assign(n_localities(system, system.zone_types[id]), CityId(0));
    // A named zone takes the place of the first locality of its city, or of the last one drawn.
    for (const NamedZone& named : system.named_zones) {
      if (named.type != id || cities.empty()) continue;
      if (std::find(cities.begin(), cities.end(), named.city) == cities.end()) cities.back() = named.city;
    }
    total += cities.size();
    pools.emplace_back(id, std::move(cities));
  }
  Zones& zones = state.zones;
  zones.resize(total);
  zones.type_rows.assign(system.zone_types.size(), {});
  zones.stock.assign(system.zone_types.size(), 0);
  const Parameters::Zones& parameters = params.parameters.zones;
  const double own = std::sqrt(1.0 - parameters.size_correlation * parameters.size_correlation);
  std::size_t row = 0;
  for (const auto& [id, cities] : pools) {
    zones.type_rows[id] = {ZoneId(row), ZoneId(row + cities.size())};
    if (!params.simulates(system.designation(id))) {
      row += cities.size();
      continue;
    }
    // Normal scores of the size ranks, so that the pool's quality is standard normal whatever the sizes.
    std::vector<std::size_t> by_size(cities.size());
    for (std::size_t i = 0; i < cities.size(); ++i) by_size[i] = i;
    std::stable_sort(by_size.begin(), by_size.end(), [&, &places = cities](std::size_t a, std::size_t b) {
      return system.cities[places[a]].weight > system.cities[places[b]].weight;
    });
    std::vector<double> score(cities.size());
    for (std::size_t rank = 0; rank < cities.size(); ++rank)
      score[by_size[rank]] =
          -maths::normal_quantile((static_cast<double>(rank) + 0.5) / static_cast<double>(cities.size()));
    for (std::size_t i = 0; i < cities.size(); ++i, ++row) {
      const ZoneId zone(row);
      Stream stream = streams.at(Purpose::initial_zones, params.scale.years.first, (id.index() << 16) | i, 1000u);
      zones.type[zone] = id;
      zones.city[zone] = cities[i];
      zones.province[zone] = system.cities[cities[i]].province;
      zones.talent[zone] = parameters.size_correlation * score[i] + own * stream.normal();
      zones.fundamentals[zone] = parameters.fundamentals_spread * stream.normal();
      zones.churn[zone] = params.parameters.quality.churn_spread * stream.normal();
      zones.noise[zone] = parameters.noise_spread * stream.normal();
    }
  }
  for (std::size_t i = 0; i < system.named_zones.size(); ++i) {
    const NamedZone& named = system.named_zones[i];
    if (!params.simulates(system.designation(named.type))) continue;
    const auto [first, end] = zones.type_rows[named.type];
    for (ZoneId zone = first; zone != end; ++zone) {
      if (zones.city[zone] != named.city || zones.named[zone] >= 0) continue;
      zones.named[zone] = static_cast<std::int32_t>(i);
      break;
    }
  }
}

}  // namespace

void initialise(const Params& params, const Streams& streams, State& state) {
  const System& system = params.system;
  if (!params.institutions_only || simulates_labs(params)) {
    Population population(system, params.parameters.labs.city_concentration);
    found_organisations(params, streams, population, state.organisations);
    population.add_organisations(system, state.organisations);
    form_lab_pools(params, streams, population, state);
  } else {
    state.labs.resize(0);
    state.labs.pool_rows.assign(system.lab_types.size(), {LabId(0), LabId(0)});
    state.labs.stock.assign(system.lab_types.size(), 0);
  }
  form_localities(params, streams, state);

  state.year_of.assign(system.n_designations(), {});
  state.last_call.assign(system.n_designations(), Year());
  state.occasions.clear();
  state.candidate_scores.clear();
  state.bar.assign(system.n_designations(), 0.0);
  const double spread = params.parameters.quality.churn_spread;
  for (const DesignationId k : all<DesignationId>(system.n_designations())) {
    state.last_call[k] = std::max(system.institution(k).since, params.scale.years.first) - 1;
    const double pass = system.candidature(k).pass_share;
    state.bar[k] = pass > 0.0 && pass < 1.0 ? -maths::normal_quantile(pass) * std::sqrt(1.0 + spread * spread) : -1e9;
  }
  state.reviews.assign(system.fields.size(), {});
  state.zones_poor.assign(system.zone_types.size(), 0);
  state.hidz_in_city.assign(system.cities.size(), 0);
  state.known_qualities.reset();
  state.hidz = ZoneTypeId::none();
  for (const ZoneTypeId id : all<ZoneTypeId>(system.zone_types.size()))
    if (system.zone_types[id].name == "hidz") state.hidz = id;
  if (params.institutions_only)
    state.cities.seat.assign(system.cities.size(), CityId::none());
  else
    found_economy(params, streams, state);
}

}  // namespace innochain
