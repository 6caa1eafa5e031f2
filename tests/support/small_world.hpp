#pragma once

#include "sim/core/random.hpp"
#include "sim/state/initialise.hpp"
#include "sim/state/state.hpp"
#include "tests/support/money_world.hpp"

/// The small country of money_world.hpp with pools of labs and localities, reviews and a reorganization: everything
/// that a whole run needs, small enough for thousands of runs.
namespace innochain::testing {

inline constexpr LabTypeId skl_discipline{0}, skl_enterprise{1}, nerc{2}, nkl{3};
inline constexpr ZoneTypeId hidz{0}, etdz{1}, pilot_zone{2}, demonstration_zone{3};
/// Review groups of fields, by what t mod 5 is when they are due: chemistry 4, mathematics 0, biology 1, information 2,
/// engineering 3.
inline constexpr FieldId chemistry{0}, mathematics{1}, biology{2}, information{3}, engineering{4};
/// A category of information and one of engineering: fields have two each.
inline constexpr CategoryId chips{6}, robots{9};
inline constexpr std::size_t n_provinces = 4, n_cities = 12;

inline void add_geography(System& system) {
  for (std::size_t i = system.provinces.size(); i < n_provinces; ++i) system.provinces.push_back({});
  system.cities = {};
  double total = 0.0;
  for (std::size_t i = 0; i < n_cities; ++i) total += 1.0 / static_cast<double>(i + 1);
  for (std::size_t i = 0; i < n_cities; ++i)
    system.cities.push_back(
        {"", "", "", ProvinceId(i % n_provinces), ClusterId::none(), 1.0 / static_cast<double>(i + 1) / total});
}

inline void add_fields(System& system) {
  system.fields = {};
  system.categories = {};
  int first_review = 1999;
  for (const char* name : {"chemistry", "mathematics", "biology", "information", "engineering"}) {
    system.review_groups.push_back({name, name, Year(first_review++), "test"});
    Field field;
    field.name = name;
    field.review_group = system.review_groups.size() - 1;
    field.lab_share = field.nsfc_share = fact(0.2);
    const FieldId id = system.fields.push_back(field);
    for (const double criticality : {0.1, 0.9}) system.categories.push_back({"", "", id, fact(criticality), fact(0.1)});
  }
}

inline LabType lab_type(const char* name, int since, int tier, double pool) {
  LabType type;
  type.name = name;
  type.authority = AuthorityId(0);
  type.since = Year(since);
  type.admission = Admission::calls;
  type.pool = fact(pool);
  type.pass_share = fact(0.6);
  type.saturation_share = fact(0.5);
  type.kappa = fact(1.0);
  type.regional_need = true;
  type.tier = tier;
  type.host_mix = {0.4, 0.2, 0.2, 0.2};
  type.orientation = {0.5, 0.3, 0.2};
  type.staff = fact(40.0);
  type.quality = fact(1.3);
  type.own_income_mcny = fact(20.0);
  return type;
}

inline void add_lab_types(System& system) {
  system.lab_types = {};
  LabType discipline = lab_type("skl_discipline", 1990, 2, 60);
  discipline.call_mode = CallMode::batch;
  discipline.series = "skl";
  discipline.rotation = Rotation::by_field;
  discipline.first_review = Year(1998);
  discipline.absorbed_by_national_labs = true;
  system.lab_types.push_back(discipline);
  LabType enterprise = lab_type("skl_enterprise", 2007, 2, 40);
  enterprise.call_mode = CallMode::batch;
  enterprise.series = "skl";
  enterprise.regional_need = false;
  enterprise.rotation = Rotation::by_batch;
  enterprise.first_review = Year(2018);
  enterprise.drawn_from = {nerc};
  system.lab_types.push_back(enterprise);
  system.lab_types.push_back(lab_type("nerc", 1992, 3, 40));
  LabType merged = lab_type("nkl", 2021, 2, 0);
  merged.admission = Admission::carry_over;
  system.lab_types.push_back(merged);

  Reorganization plan;
  plan.name = "skl_reorganization";
  plan.window = {Year(2021), Year(2025)};
  plan.into = nkl;
  plan.parts = {{skl_discipline, fact(0.75), fact(0.15), fact(0.1)},
                {skl_enterprise, fact(0.75), fact(0.15), fact(0.1)}};
  plan.by_review_rotation = true;
  plan.governed_by_levers = true;
  system.reorganizations.push_back(plan);
}

inline ZoneType zone_type(const char* name, int since, Admission admission, double pool) {
  ZoneType type;
  type.name = name;
  type.authority = AuthorityId(0);
  type.since = Year(since);
  type.admission = admission;
  type.pool = fact(pool);
  type.pass_share = fact(0.6);
  type.saturation_share = fact(0.5);
  type.kappa = fact(1.0);
  type.regional_need = true;
  type.per_city_max = 2;
  return type;
}

inline void add_zone_types(System& system) {
  system.zone_types = {};
  for (const char* name : {"hidz", "etdz"}) {
    ZoneType type = zone_type(name, 1991, Admission::calls, 20);
    type.evaluated = true;
    type.first_evaluation = Year(2008);
    system.zone_types.push_back(type);
  }
  ZoneType pilot = zone_type("pilot_zone", 2013, Admission::listed, 6);
  pilot.listed = {{Year(2013), 1}, {Year(2015), 3}};
  system.zone_types.push_back(pilot);
  ZoneType demonstration = zone_type("demonstration_zone", 2009, Admission::elevation, 0);
  demonstration.elevates = {hidz};
  system.zone_types.push_back(demonstration);
}

inline System small_system() {
  System system = money_system();
  system.name = "small";
  add_geography(system);
  add_fields(system);
  add_lab_types(system);
  add_zone_types(system);
  constexpr std::array organisations{6.0, 3.0, 3.0, 4.0};
  for (std::size_t host = 0; host < n_hosts; ++host) system.organisations_by_host[host] = fact(organisations[host]);
  system.researcher_share = {0.6, 0.1, 0.2, 0.1};
  system.organisation_researchers = fact(400.0);
  NamedLab lab;
  lab.name = "skl_robotics";
  lab.type = skl_discipline;
  lab.category = CategoryId(9);
  lab.admitted = Year(2007);
  lab.staff = fact(90);
  system.named_labs.push_back(lab);
  NamedZone zone;
  zone.name = "north_hidz";
  zone.type = hidz;
  zone.city = CityId(5);
  zone.admitted = Year(1992);
  system.named_zones.push_back(zone);
  return system;
}

/// The eras of the policy history.
inline Era era_of(Year year) {
  if (year <= Year(1998)) return Era::opening;
  if (year <= Year(2005)) return Era::adjustment;
  return year <= Year(2014) ? Era::expansion : Era::quality;
}

/// Columns by designation of the size and with the values of the system; call again after changing the system.
inline void fit_to_system(Params& params) {
  const std::size_t n = params.system.n_designations();
  params.kappa.assign(n, 1.0);
  params.saturation_share.assign(n, 0.5);
  params.levers.assign(params.scale.years.size(), default_levers(params.system));
  for (Year year = params.scale.years.first; year <= params.scale.years.last; ++year) {
    Levers& levers = params.levers[params.scale.years.index(year)];
    levers.era = era_of(year);
    levers.zone_elevation_rate = 1.8;
    levers.zone_merging_rate = 0.05;
  }
}

/// Eras of the policy history, default parameters, elevation and merging of zones on.
inline Params small_params(YearSpan years = {Year(1995), Year(2025)}) {
  const YearSpan input_years{Year(1984), Year(2035)};
  Params params = money_params(input_years, 60.0);
  params.name = "small";
  params.title = "A small country";
  params.system = small_system();
  params.scale.years = years;
  params.inputs.gerd_bcny.clear();
  params.inputs.academic_share.clear();
  params.inputs.gdp_bcny.clear();
  for (Year year = input_years.first; year <= input_years.last; ++year) {
    params.inputs.gerd_bcny.push_back(700.0 * maths::exp(0.08 * (year - Year(2010))));
    params.inputs.gdp_bcny.push_back(40000.0 * maths::exp(0.09 * (year - Year(2010))));
    params.inputs.academic_share.push_back(0.3);
  }
  params.budget_scale.assign(years.size(), 1.0);
  fit_to_system(params);
  return params;
}

inline Levers& levers_of(Params& params, int year) {
  return params.levers[params.scale.years.index(Year(year))];
}

/// In all years and of all designations.
inline void set_calls(Params& params, CallLever::Kind kind) {
  for (Levers& levers : params.levers)
    for (CallLever& call : levers.calls) call.kind = kind;
}

/// The world before the first year.
inline State small_state(const Params& params, std::uint64_t seed = 1, std::uint32_t replicate = 0) {
  State state;
  initialise(params, Streams(seed, replicate), state);
  open_accounts(params, state);
  return state;
}

/// Clears the events of the year, as its first step does.
inline void clear_year(State& state) {
  state.year_of.fill({});
  state.reviews.fill({});
  state.zones_poor.fill(0);
}

}  // namespace innochain::testing
