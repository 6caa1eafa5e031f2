#include <algorithm>
#include <span>

#include "sim/core/maths.hpp"
#include "sim/processes/record_parts.hpp"

namespace innochain {

namespace {

std::int32_t status_of(const Labs& labs, LabId lab, Year year) {
  if (labs.fate[lab] == LabFate::merged) return 4;
  if (labs.designation[lab].exists() && labs.on_notice(lab, year)) return 2;
  if (labs.fate[lab] == LabFate::carried_over) return 5;
  if (labs.designation[lab].exists()) return 1;
  return labs.fate[lab] == LabFate::delisted ? 3 : 0;
}

void record_lab_traces(Year year, const State& state, Indicators& out) {
  Traces& traces = out.traces;
  const Labs& labs = state.labs;
  for (const LabId lab : all<LabId>(labs.size())) {
    if (labs.named[lab] < 0) continue;
    const auto i = static_cast<std::size_t>(labs.named[lab]);
    traces.status.at(year, i) = status_of(labs, lab, year);
    traces.grade.at(year, i) =
        labs.reviewed[lab] == year && labs.designated[lab] != year ? static_cast<std::int32_t>(labs.grade[lab]) : 0;
    traces.funding.at(year, i) = static_cast<float>(labs.funding[lab].in_million_cny());
    traces.staff.at(year, i) = static_cast<float>(labs.staff[lab]);
    traces.quality.at(year, i) = static_cast<float>(labs.quality[lab]);
    traces.reputation.at(year, i) = static_cast<float>(labs.reputation[lab]);
    traces.papers.at(year, i) = static_cast<float>(labs.papers[lab]);
    traces.patents.at(year, i) = static_cast<float>(labs.patents[lab]);
  }
  for (const LabId lab : all<LabId>(labs.size()))
    if (labs.named[lab] >= 0) traces.projects.at(year, static_cast<std::size_t>(labs.named[lab])) = labs.projects[lab];
}

std::int32_t projects_in(const State& state, CityId city) {
  std::int32_t projects = 0;
  for (const LabId lab : all<LabId>(state.labs.size()))
    if (state.labs.city[lab] == city) projects += state.labs.projects[lab];
  for (const OrganisationId id : all<OrganisationId>(state.organisations.size()))
    if (state.organisations.city[id] == city) projects += state.organisations.projects[id];
  return projects;
}

void record_zone_traces(const Params& params, Year year, const State& state, Indicators& out) {
  Traces& traces = out.traces;
  const Zones& zones = state.zones;
  for (const ZoneId zone : all<ZoneId>(zones.size())) {
    if (zones.named[zone] < 0) continue;
    const std::size_t i = params.system.named_labs.size() + static_cast<std::size_t>(zones.named[zone]);
    const CityId city = zones.city[zone];
    traces.status.at(year, i) = zones.designated[zone] ? 1 : 0;
    traces.grade.at(year, i) = 0;
    traces.funding.at(year, i) = static_cast<float>(zones.funding[zone].in_million_cny());
    traces.quality.at(year, i) = static_cast<float>(zones.performance[zone]);
    traces.projects.at(year, i) = projects_in(state, city);
    if (zones.type[zone] != state.hidz || !zones.designated[zone]) continue;
    const ZoneLand land = land_run_by(state, city);
    traces.firms.at(year, i) = in_range(land.firms / state.hidz_in_city[city]);
    traces.revenue.at(year, i) = static_cast<float>(land.revenue / state.hidz_in_city[city]);
  }
}

void record_organisation_traces(const Params& params, Year year, const State& state, Indicators& out) {
  Traces& traces = out.traces;
  const Labs& labs = state.labs;
  const Organisations& organisations = state.organisations;
  const std::size_t first = params.system.named_labs.size() + params.system.named_zones.size();
  for (std::size_t n = 0; n < params.system.named_organisations.size(); ++n) {
    const OrganisationId id(n);  // named organisations come first in their table
    std::int64_t projects = organisations.projects[id], papers = 0, patents = 0;
    double funding = organisations.funding[id].in_million_cny();
    for (const LabId lab : all<LabId>(labs.size())) {
      if (labs.organisation[lab] != id) continue;
      projects += labs.projects[lab];
      papers += labs.papers[lab];
      patents += labs.patents[lab];
      funding += labs.funding[lab].in_million_cny();
    }
    const std::size_t i = first + n;
    const FirmId firm = state.firms.of_organisation[id];
    traces.status.at(year, i) = firm.exists() || organisations.host[id] != Host::enterprise ? 1 : 0;
    traces.funding.at(year, i) = static_cast<float>(funding);
    traces.projects.at(year, i) = in_range(projects);
    traces.papers.at(year, i) = static_cast<float>(papers);
    traces.patents.at(year, i) = static_cast<float>(patents);
    if (firm.exists()) traces.revenue.at(year, i) = static_cast<float>(maths::exp(state.firms.log_revenue[firm]));
  }
}

void record_category_traces(const Params& params, Year year, const State& state, Indicators& out) {
  Traces& traces = out.traces;
  const FirmSums& sums = state.firms.sums;
  std::size_t i =
      params.system.named_labs.size() + params.system.named_zones.size() + params.system.named_organisations.size();
  const std::size_t n_cities = params.system.cities.size();
  for (std::size_t traced = 0; traced < params.traced_categories.size(); ++traced) {
    const CategoryId category = params.traced_categories[traced];
    const auto by_city = std::span(sums.traced_revenue).subspan(traced * n_cities, n_cities);
    const double revenue = sums.revenue_of[category];
    constexpr double cluster_share = 0.05;
    traces.revenue.at(year, i) = static_cast<float>(revenue);
    traces.firms.at(year, i) = in_range(sums.traced_firms[traced]);
    traces.projects.at(year, i) = state.applications.projects_in_category[category.index()];
    traces.clusters.at(year, i) = static_cast<std::int32_t>(std::count_if(
        by_city.begin(), by_city.end(), [&](double x) { return revenue > 0.0 && x >= cluster_share * revenue; }));
    ++i;
  }
}

}  // namespace

void record_traces(const Params& params, Year year, const State& state, Indicators& out) {
  record_lab_traces(year, state, out);
  record_zone_traces(params, year, state, out);
  record_organisation_traces(params, year, state, out);
  record_category_traces(params, year, state, out);
}

}  // namespace innochain
