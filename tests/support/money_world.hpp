#pragma once

#include <array>
#include <string>
#include <vector>

#include "sim/processes/accept_projects.hpp"
#include "sim/processes/award_proposals.hpp"
#include "sim/processes/award_steered.hpp"
#include "sim/processes/award_topics.hpp"
#include "sim/processes/close_accounts.hpp"
#include "sim/processes/grant_institutions.hpp"
#include "sim/processes/merge_programmes.hpp"
#include "sim/processes/pay_projects.hpp"
#include "sim/processes/set_budgets.hpp"
#include "sim/processes/support_zones.hpp"
#include "sim/state/funds.hpp"

/// A small country with every kind of programme, written by hand.
namespace innochain::testing {

inline constexpr ProgrammeId proposals{0}, first_old{1}, second_old{2}, merged_topics{3}, steered{4}, institutional{5},
    zone_support{6}, provincial{7}, closing{8};
inline constexpr std::array programme_names{"proposals",     "first_old",    "second_old", "merged_topics", "steered",
                                            "institutional", "zone_support", "provincial", "closing"};
inline constexpr Year merger{2005}, last_call{2006};

inline Fact fact(double value) {
  return Fact{value, "test", "", value, value};
}

inline void add_programmes(System& system) {
  using enum Competition;
  constexpr std::array kinds{Competition::proposals,     topics, topics, topics, Competition::steered,
                             Competition::institutional, zones,  topics, topics};
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    Programme programme;
    programme.name = programme_names[i];
    programme.competition = kinds[i];
    programme.authority = AuthorityId(0);
    programme.since = Year(1990);
    programme.years_min = fact(3);
    programme.years_max = fact(5);
    programme.rivals = fact(2.6);
    programme.award_spread = fact(0.5);
    programme.subtopics = fact(7);
    programme.orientation = {1.0, 0.0, 0.0};
    programme.recipients = {LabTypeId(0)};
    programme.zone_recipients = {ZoneTypeId(0)};
    system.programmes.push_back(programme);
  }
  for (const ProgrammeId old : {first_old, second_old}) {
    system.programmes[old].merges_into = merged_topics;
    system.programmes[old].merges_in = merger;
  }
  system.programmes[second_old].authority = AuthorityId(1);
  system.programmes[merged_topics].since = merger;
  system.programmes[provincial].local = true;
  system.programmes[provincial].authority = AuthorityId(2);
  system.programmes[closing].closes = last_call;
}

inline System money_system() {
  System system;
  system.authorities = {
      {"science", "", "", "", true, ""}, {"industry", "", "", "", true, ""}, {"provinces", "", "", "", false, ""}};
  for (int i = 0; i < 2; ++i) {
    Field field;
    field.nsfc_share = fact(i == 0 ? 0.6 : 0.4);
    system.fields.push_back(field);
  }
  constexpr std::array criticality{0.8, 0.4, 0.2, 0.6}, share{0.1, 0.2, 0.3, 0.4};
  for (std::size_t i = 0; i < criticality.size(); ++i)
    system.categories.push_back({"", "", FieldId(i / 2), fact(criticality[i]), fact(share[i])});
  LabType type;
  type.authority = AuthorityId(0);
  type.tier = 2;
  system.lab_types.push_back(type);
  system.zone_types.push_back({});
  system.provinces.push_back({});
  for (const double weight : {0.7, 0.3})
    system.cities.push_back({"", "", "", ProvinceId(0), ClusterId::none(), weight});
  add_programmes(system);
  return system;
}

/// Every budget in million CNY a year; old programmes' series end with the merger, the merged one's starts with their
/// sum.
inline Params money_params(YearSpan years = {Year(2000), Year(2012)}, double budget_mcny = 60.0) {
  Params params;
  params.system = money_system();
  params.parameters = default_parameters();
  params.scale.years = years;
  params.levers.assign(years.size(), default_levers(params.system));
  params.budget_scale.assign(years.size(), 1.0);
  params.inputs.years = years;
  params.inputs.gdp_deflator.assign(years.size(), 1.0);
  const std::size_t n = params.system.programmes.size();
  params.inputs.budget_mcny.assign(n, std::vector<double>(years.size(), budget_mcny));
  params.inputs.award_kcny.assign(n, std::vector<double>(years.size(), 900.0));
  for (Year year = years.first; year <= years.last; ++year) {
    const std::size_t t = years.index(year);
    params.inputs.budget_mcny[first_old][t] = year < merger ? budget_mcny : 0.0;
    params.inputs.budget_mcny[second_old][t] = year < merger ? 2.0 * budget_mcny : 0.0;
    params.inputs.budget_mcny[merged_topics][t] = year < merger ? 0.0 : 3.0 * budget_mcny;
  }
  return params;
}

/// Money only for one programme.
inline Params funding_only(Params params, ProgrammeId programme) {
  for (const ProgrammeId p : all<ProgrammeId>(params.system.programmes.size()))
    if (p != programme) params.inputs.budget_mcny[p].assign(params.inputs.years.size(), 0.0);
  return params;
}

/// Organisations of all hosts and categories, standing spread evenly from −1.5 to 1.5; half of the labs and all zones
/// designated.
inline State money_state(const Params& params, std::size_t n_organisations = 64, double researchers = 30.0,
                         std::size_t n_labs = 16) {
  State state;
  Organisations& organisations = state.organisations;
  for (std::size_t i = 0; i < n_organisations; ++i) {
    const CategoryId category(i % params.system.categories.size());
    organisations.host.push_back(static_cast<Host>((i / 4) % n_hosts));
    organisations.city.push_back(CityId(i % 2));
    organisations.province.push_back(ProvinceId(0));
    organisations.category.push_back(category);
    organisations.field.push_back(params.system.categories[category].field);
    organisations.researchers.push_back(researchers);
    organisations.standing.push_back(
        n_organisations > 1 ? -1.5 + 3.0 * static_cast<double>(i) / static_cast<double>(n_organisations - 1) : 0.0);
    organisations.funding.push_back(Money());
    organisations.projects.push_back(0);
    organisations.results.push_back(0.0);
  }
  Labs& labs = state.labs;
  labs.resize(n_labs);
  for (const LabId lab : all<LabId>(n_labs)) {
    labs.organisation[lab] = OrganisationId(lab.index() % n_organisations);
    labs.host[lab] = organisations.host[labs.organisation[lab]];
    labs.category[lab] = CategoryId(lab.index() % params.system.categories.size());
    labs.field[lab] = params.system.categories[labs.category[lab]].field;
    labs.designation[lab] = lab.index() % 2 ? LabTypeId(0) : LabTypeId::none();
    labs.staff[lab] = 20.0;
    labs.orientation[0][lab] = 1.0;
  }
  Zones& zones = state.zones;
  zones.resize(3);
  for (const ZoneId zone : all<ZoneId>(3)) {
    zones.type[zone] = ZoneTypeId(0);
    zones.city[zone] = CityId(zone.index() % 2);
    zones.designated[zone] = 1;
  }
  open_accounts(params, state);
  return state;
}

/// The money steps of a year, in the order of the schedule.
inline void run_money_year(const Params& params, Year year, const Streams& streams, State& state) {
  for (const auto step : {merge_programmes, set_budgets, accept_projects, grant_institutions, support_zones,
                          award_proposals, award_topics, award_steered, pay_projects, close_accounts})
    step(params, year, streams, state);
}

}  // namespace innochain::testing
