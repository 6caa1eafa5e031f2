#include "sim/state/membership.hpp"

#include <algorithm>

#include "sim/core/contracts.hpp"

namespace innochain {

namespace {

YearOfDesignation& year_of(const System& system, LabTypeId type, State& state) {
  return state.year_of[system.designation(type)];
}
YearOfDesignation& year_of(const System& system, ZoneTypeId type, State& state) {
  return state.year_of[system.designation(type)];
}

void leave(LabId lab, State& state) {
  --state.labs.stock[state.labs.designation[lab]];
  state.labs.designation[lab] = LabTypeId::none();
}

void leave(ZoneId zone, State& state) {
  Zones& zones = state.zones;
  --zones.stock[zones.type[zone]];
  zones.designated[zone] = 0;
  zones.part_of[zone] = ZoneId::none();
  if (zones.type[zone] != state.hidz) return;
  const CityId city = zones.city[zone];
  if (--state.hidz_in_city[city] > 0) return;
  for (CityId& seat : state.cities.seat)
    if (seat == city) seat = CityId::none();
}

}  // namespace

void admit(const System& system, Year year, LabId lab, LabTypeId type, State& state) {
  Labs& labs = state.labs;
  const LabTypeId before = labs.designation[lab];
  EXPECT(before != type);
  if (before.exists()) {
    ++year_of(system, before, state).upgraded;
    leave(lab, state);
  }
  if (labs.fate[lab] == LabFate::delisted) {  // a new start: old grades do not count
    labs.grade[lab] = Grade::none;
    labs.excellent_streak[lab] = 0;
  }
  labs.designation[lab] = type;
  labs.designated[lab] = year;
  labs.fate[lab] = LabFate::active;
  for (auto& criterion : labs.record) criterion[lab] = 0.0;
  labs.reviewed[lab] = year;
  ++labs.stock[type];
  ++year_of(system, type, state).approvals;
}

void delist(const System& system, LabId lab, Year barred_until, State& state) {
  EXPECT(state.labs.designation[lab].exists());
  ++year_of(system, state.labs.designation[lab], state).delisted;
  state.labs.barred_tier[lab] = system.lab_types[state.labs.designation[lab]].tier;
  leave(lab, state);
  state.labs.fate[lab] = LabFate::delisted;
  state.labs.barred_until[lab] = barred_until;
}

void merge(const System& system, LabId lab, LabId into, State& state) {
  Labs& labs = state.labs;
  EXPECT(labs.designation[lab].exists() && lab != into);
  ++year_of(system, labs.designation[lab], state).merged;
  leave(lab, state);
  labs.fate[lab] = LabFate::merged;
  if (into.exists()) {
    labs.staff[into] += labs.staff[lab];
    labs.recent_funding[into] += labs.recent_funding[lab];
  }
  labs.staff[lab] = labs.recent_funding[lab] = 0.0;
}

void carry_over(const System& system, Year year, LabId lab, LabTypeId into, State& state) {
  Labs& labs = state.labs;
  EXPECT(labs.designation[lab].exists() && labs.designation[lab] != into);
  ++year_of(system, labs.designation[lab], state).carried_over;
  leave(lab, state);
  admit(system, year, lab, into, state);
  labs.fate[lab] = LabFate::carried_over;
}

void admit(const System& system, Year year, ZoneId zone, State& state) {
  Zones& zones = state.zones;
  EXPECT(!zones.designated[zone]);
  zones.designated[zone] = 1;
  zones.since[zone] = year;
  zones.weak_years[zone] = 0;
  zones.warned[zone] = 0;
  ++zones.stock[zones.type[zone]];
  ++year_of(system, zones.type[zone], state).approvals;
  if (zones.type[zone] != state.hidz) return;
  ++state.hidz_in_city[zones.city[zone]];
  state.cities.seat[zones.city[zone]] = zones.city[zone];
}

void delist(const System& system, ZoneId zone, Year barred_until, State& state) {
  EXPECT(state.zones.designated[zone]);
  ++year_of(system, state.zones.type[zone], state).delisted;
  leave(zone, state);
  state.zones.barred_until[zone] = barred_until;
}

void merge(const System& system, ZoneId zone, ZoneId into, State& state) {
  Zones& zones = state.zones;
  EXPECT(zones.designated[zone] && zone != into);
  ++year_of(system, zones.type[zone], state).merged;
  // All land that the zone's city runs comes under the other's.
  if (zones.type[zone] == state.hidz && state.hidz_in_city[zones.city[zone]] == 1)
    std::replace(state.cities.seat.begin(), state.cities.seat.end(), zones.city[zone], zones.city[into]);
  leave(zone, state);
  zones.barred_until[zone] = Year(9999);  // its land now belongs to the other zone
}

}  // namespace innochain
