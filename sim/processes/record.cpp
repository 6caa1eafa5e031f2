#include "sim/processes/record.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include "sim/core/maths.hpp"
#include "sim/state/lab_type_set.hpp"

namespace innochain {

void start_year(const Params&, State& state) {
  state.year_of.fill({});
  state.reviews.fill({});
  state.zones_poor.fill(0);
}

namespace {

/// Value below which the share `part` of the values lies (nearest rank); reorders them.
double quantile(std::vector<double>& values, double part) {
  const auto rank = std::llround(part * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + rank, values.end());
  return values[static_cast<std::size_t>(rank)];
}

double mean(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

/// Gini coefficient of non-negative values (mean difference over twice the mean); sorts them.
double gini(std::vector<double>& values) {
  std::sort(values.begin(), values.end());
  double sum = 0.0, weighted = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    sum += values[i];
    weighted += static_cast<double>(i + 1) * values[i];
  }
  if (!(sum > 0.0)) return 0.0;
  const auto n = static_cast<double>(values.size());
  return 2.0 * weighted / (n * sum) - (n + 1.0) / n;
}

/// Share of the sum that goes to the largest `part` of sorted values (a value on the border counts in part).
double top_share(const std::vector<double>& sorted, double part) {
  double sum = 0.0, top = 0.0, left = part * static_cast<double>(sorted.size());
  for (const double value : sorted) sum += value;
  for (auto value = sorted.rbegin(); value != sorted.rend() && left > 0.0; ++value, left -= 1.0)
    top += *value * std::min(1.0, left);
  return sum > 0.0 ? top / sum : 0.0;
}

/// Whether a designation takes applications in the year.
bool admits_in(const Institution& institution, const Candidature& candidature, Year year) {
  const bool applied_for = candidature.admission == Admission::calls || candidature.admission == Admission::listed;
  return applied_for && year >= institution.since && (!candidature.closes || year <= *candidature.closes);
}

void record_lab_types(const Params& params, Year year, State& state, Indicators& out) {
  const System& system = params.system;
  for (const LabTypeId type : all<LabTypeId>(system.lab_types.size())) {
    const YearOfDesignation& events = state.year_of[system.designation(type)];
    const bool admits = admits_in(system.lab_types[type], system.lab_types[type], year);
    out.lab_stock.at(year, type) = state.labs.stock[type];
    out.lab_approvals.at(year, type) = events.approvals;
    out.lab_delisted.at(year, type) = events.delisted;
    out.lab_merged.at(year, type) = events.merged;
    out.lab_upgraded.at(year, type) = events.upgraded;
    out.lab_carried_over.at(year, type) = events.carried_over;
    if (!admits) continue;  // no target, no candidates: unknown is fill, not zero
    out.lab_candidates.at(year, type) = events.eligible;
    out.lab_calls.at(year, type) = events.call ? 1 : 0;
    out.lab_target.at(year, type) = static_cast<float>(events.target);
    out.limit_calls.at(year, type) = static_cast<float>(events.short_of_calls);
    out.limit_appetite.at(year, type) = static_cast<float>(events.short_of_appetite);
    out.limit_bar.at(year, type) = static_cast<float>(events.short_of_bar);
    out.limit_candidates.at(year, type) = static_cast<float>(events.short_of_candidates);
  }
}

void record_lab_quality(Year year, State& state, Indicators& out) {
  const Labs& labs = state.labs;
  auto& designated = state.scratch.ranking;  // (quality, designation)
  designated.clear();
  for (const LabId lab : all<LabId>(labs.size()))
    if (labs.designation[lab].exists())
      designated.emplace_back(labs.quality[lab], static_cast<std::uint32_t>(labs.designation[lab].index()));
  auto& values = state.scratch.values;
  for (const LabTypeId type : all<LabTypeId>(labs.stock.size())) {
    if (labs.stock[type] == 0) continue;
    values.clear();
    for (const auto& [quality, held] : designated)
      if (held == type.index()) values.push_back(quality);
    out.lab_quality_mean.at(year, type) = static_cast<float>(mean(values));
    out.lab_quality_p10.at(year, type) = static_cast<float>(quantile(values, 0.1));
  }
}

void record_zone_types(const Params& params, Year year, const State& state, Indicators& out) {
  const System& system = params.system;
  const Zones& zones = state.zones;
  for (const ZoneTypeId type : all<ZoneTypeId>(system.zone_types.size())) {
    const ZoneType& entry = system.zone_types[type];
    if (entry.admission == Admission::none) continue;  // unknown is fill, not zero
    const YearOfDesignation& events = state.year_of[system.designation(type)];
    out.zone_stock.at(year, type) = zones.stock[type];
    out.zone_approvals.at(year, type) = events.approvals;
    out.zone_delisted.at(year, type) = events.delisted;
    out.zone_merged.at(year, type) = events.merged;
    out.zone_upgraded.at(year, type) = events.upgraded;
    out.zone_carried_over.at(year, type) = events.carried_over;
    out.review_zone_poor.at(year, type) = state.zones_poor[type];
    Money support;
    double performance = 0.0;
    const auto [first, end] = zones.type_rows[type];
    for (ZoneId zone = first; zone != end; ++zone) {
      if (!zones.designated[zone]) continue;
      support += zones.funding[zone];
      performance += zones.performance[zone];
    }
    out.zone_funding.at(year, type) = support.in_thousand_cny();
    if (zones.stock[type] > 0)
      out.zone_performance.at(year, type) = static_cast<float>(performance / zones.stock[type]);
    if (!admits_in(entry, entry, year)) continue;
    out.zone_candidates.at(year, type) = events.eligible;
    out.zone_calls.at(year, type) = events.call ? 1 : 0;
    out.zone_target.at(year, type) = static_cast<float>(events.target);
    out.zone_limit_calls.at(year, type) = static_cast<float>(events.short_of_calls);
    out.zone_limit_appetite.at(year, type) = static_cast<float>(events.short_of_appetite);
    out.zone_limit_bar.at(year, type) = static_cast<float>(events.short_of_bar);
    out.zone_limit_candidates.at(year, type) = static_cast<float>(events.short_of_candidates);
  }
  // An umbrella term is the sum of its kinds.
  for (const ZoneTypeId type : all<ZoneTypeId>(system.zone_types.size())) {
    const auto& kinds = system.zone_types[type].includes;
    if (kinds.empty()) continue;
    for (Count* count : {&out.zone_stock, &out.zone_approvals, &out.zone_delisted, &out.zone_merged, &out.zone_upgraded,
                         &out.zone_carried_over}) {
      std::int32_t sum = 0;
      for (const ZoneTypeId kind : kinds) sum += count->at(year, kind);
      count->at(year, type) = sum;
    }
  }
}

void record_programmes(const Params& params, Year year, const State& state, Indicators& out) {
  const Accounts& accounts = state.accounts;
  for (const ProgrammeId p : all<ProgrammeId>(params.system.programmes.size())) {
    out.programme_budget.at(year, p) = accounts.budget[p].in_thousand_cny();
    out.programme_transferred.at(year, p) = accounts.transferred[p].in_thousand_cny();
    out.programme_recovered.at(year, p) = accounts.recovered[p].in_thousand_cny();
    out.programme_awarded.at(year, p) = accounts.awarded[p].in_thousand_cny();
    out.programme_carried.at(year, p) = accounts.carried[p].in_thousand_cny();
    out.programme_returned.at(year, p) = accounts.returned[p].in_thousand_cny();
    out.programme_awards.at(year, p) = static_cast<std::int32_t>(accounts.awards[p]);
    out.programme_applications.at(year, p) = static_cast<std::int32_t>(accounts.applications[p]);
    out.programme_active.at(year, p) = static_cast<std::int32_t>(accounts.active[p]);
    for (std::size_t host = 0; host < n_hosts; ++host)
      out.awards_by_host.at(year, p.index() * n_hosts + host) =
          static_cast<std::int32_t>(accounts.awards_by_host[p][host]);
  }
  out.duplicate_share.at(year) = static_cast<float>(state.applications.duplicate_share);
  out.applicant_time.at(year) = static_cast<float>(state.applications.work);
  double total = 0.0, entropy = 0.0;
  for (const double amount : state.applications.funded_by_category) total += amount;
  for (const double amount : state.applications.funded_by_category)
    if (amount > 0.0) entropy -= amount / total * maths::log(amount / total);
  if (total > 0.0) out.topic_diversity.at(year) = static_cast<float>(maths::exp(entropy));
}

std::int32_t in_range(std::int64_t count) {
  return static_cast<std::int32_t>(std::min<std::int64_t>(count, std::numeric_limits<std::int32_t>::max()));
}

void record_research(const Params& params, Year year, State& state, Indicators& out) {
  const YearOfResearch& research = state.research;
  for (std::size_t host = 0; host < n_hosts; ++host) {
    out.papers.at(year, host) = in_range(research.papers[host]);
    out.papers_top.at(year, host) = in_range(research.papers_top[host]);
    out.patents.at(year, host) = in_range(research.patents[host]);
    out.standards.at(year, host) = in_range(research.standards[host]);
    out.spinoffs.at(year, host) = in_range(research.spinoffs[host]);
    out.transfers.at(year, host) = static_cast<float>(research.transfers[host]);
  }
  const Inputs& inputs = params.inputs;
  constexpr double million_per_billion = 1000.0;
  out.technology_contracts.at(year) = static_cast<float>(research.contracts_mcny);
  out.rd_basic_share.at(year) =
      static_cast<float>(research.basic_mcny / (million_per_billion * inputs.gerd_bcny[inputs.years.index(year)]));
  out.academic_basic_share.at(year) = static_cast<float>(research.academic_basic_share);
  const Year filed = year - static_cast<int>(params.parameters.chain.outputs.grant_lag_years);
  if (filed >= params.scale.years.first)
    out.patents_granted.at(year) = in_range(research.filed[params.scale.years.index(filed)]);

  const Labs& labs = state.labs;
  Column<FieldId, std::array<std::int32_t, 3>>& by_field = state.scratch.field_counts;  // papers, patents, labs
  by_field.assign(params.system.fields.size(), {});
  std::int32_t standards = 0;
  for (const LabId lab : all<LabId>(labs.size())) {
    if (!(labs.basic_effort[lab] > 0.0) || !labs.designation[lab].exists()) continue;
    const LabType& type = params.system.lab_types[labs.designation[lab]];
    if (type.series == "skl" && labs.host[lab] == Host::enterprise) standards += labs.standards[lab];
    if (type.rotation != Rotation::by_field) continue;
    auto& [papers, patents, n] = by_field[labs.field[lab]];
    papers += labs.papers[lab];
    patents += labs.patents[lab];
    ++n;
  }
  out.enterprise_skl_standards.at(year) = standards;
  for (const FieldId field : all<FieldId>(params.system.fields.size())) {
    out.skl_papers.at(year, field) = by_field[field][0];
    out.skl_patents.at(year, field) = by_field[field][1];
    out.skl_labs.at(year, field) = by_field[field][2];
  }
}

void record_technology(const Params& params, Year year, const State& state, Indicators& out) {
  const Technology& technology = state.technology;
  const System& system = params.system;
  for (const FieldId field : all<FieldId>(system.fields.size())) {
    double weight = 0.0, basic = 0.0, applied = 0.0, frontier = 0.0, gap = 0.0, imports = 0.0;
    for (const CategoryId c : all<CategoryId>(system.categories.size())) {
      if (system.categories[c].field != field) continue;
      const double w = technology.weight[c];
      weight += w;
      basic += w * technology.basic[c];
      applied += w * technology.applied[c];
      frontier += w * technology.frontier[c];
      gap += w * maths::log(technology.frontier[c] / technology.applied[c]);
      imports += w * technology.import_reliance[c];
    }
    if (!(weight > 0.0)) continue;
    out.basic_stock.at(year, field) = static_cast<float>(basic / weight);
    out.applied_stock.at(year, field) = static_cast<float>(applied / weight);
    out.foreign_frontier.at(year, field) = static_cast<float>(frontier / weight);
    out.technology_gap.at(year, field) = static_cast<float>(gap / weight);
    out.import_reliance.at(year, field) = static_cast<float>(imports / weight);
  }
  out.self_reliance.at(year) = static_cast<float>(self_reliance(system, technology));
  double fit = 0.0, value = 0.0, n = 0.0;
  for (const CityId city : all<CityId>(system.cities.size())) {
    if (!state.cities.open[city]) continue;
    fit += state.cities.fit[city];
    value += state.cities.value[city];
    n += 1.0;
  }
  if (n > 0.0)
    out.policy_fit.at(year) = static_cast<float>(fit / n), out.policy_value.at(year) = static_cast<float>(value / n);
}

void record_reviews(const Params& params, Year year, const State& state, Indicators& out) {
  for (const FieldId field : all<FieldId>(params.system.fields.size())) {
    out.review_excellent.at(year, field) = state.reviews[field].excellent;
    out.review_good.at(year, field) = state.reviews[field].good;
    out.review_notice.at(year, field) = state.reviews[field].notice;
    out.review_delisted.at(year, field) = state.reviews[field].delisted;
  }
}

struct ZoneLand {
  std::int64_t firms = 0;
  double revenue = 0.0;
};

/// Firms on land that a city's HIDZ runs.
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

void record_geography(const Params& params, Year year, State& state, Indicators& out) {
  const System& system = params.system;
  const Labs& labs = state.labs;
  auto& paid = state.scratch.city_values;  // by province here
  paid.assign(system.provinces.size(), 0.0);
  for (const ProvinceId province : all<ProvinceId>(system.provinces.size())) out.labs.at(year, province) = 0;
  auto& per_lab = state.scratch.values;
  per_lab.clear();
  std::int32_t skl = 0, skl_in_hidz = 0;
  const LabTypeSet national = national_series(system);
  const LabTypeSet skl_series = LabTypeSet::where(system, [](const LabType& type) { return type.series == "skl"; });
  for (const LabId lab : all<LabId>(labs.size())) {
    const double amount = labs.funding[lab].in_million_cny();
    paid[labs.province[lab].index()] += amount;
    if (!national.contains(labs.designation[lab])) continue;
    per_lab.push_back(amount);
    ++out.labs.at(year, labs.province[lab]);
    if (!skl_series.contains(labs.designation[lab])) continue;
    ++skl;
    if (labs.beside_zone[lab] && state.hidz_in_city[labs.city[lab]] > 0) ++skl_in_hidz;
  }
  for (const OrganisationId id : all<OrganisationId>(state.organisations.size()))
    paid[state.organisations.province[id].index()] += state.organisations.funding[id].in_million_cny();
  double total = 0.0, squares = 0.0;
  for (const double amount : paid) total += amount, squares += amount * amount;
  for (const ProvinceId province : all<ProvinceId>(system.provinces.size()))
    out.funding.at(year, province) = static_cast<float>(paid[province.index()]);
  if (total > 0.0) out.funding_hhi.at(year) = static_cast<float>(squares / (total * total));
  if (!per_lab.empty()) {
    out.funding_gini.at(year) = static_cast<float>(gini(per_lab));  // sorts
    out.funding_top_decile_share.at(year) = static_cast<float>(top_share(per_lab, 0.1));
  }
  if (skl > 0) out.skl_share_in_hidz.at(year) = static_cast<float>(skl_in_hidz) / static_cast<float>(skl);
  if (state.hidz.exists())
    out.prefectures_with_hidz.at(year) = static_cast<std::int32_t>(
        std::count_if(state.hidz_in_city.begin(), state.hidz_in_city.end(), [](std::int32_t n) { return n > 0; }));
}

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
    std::int32_t projects = organisations.projects[id], papers = 0, patents = 0;
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
    traces.projects.at(year, i) = projects;
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

void record(const Params& params, Year year, State& state, Indicators& indicators) {
  record_lab_types(params, year, state, indicators);
  record_lab_quality(year, state, indicators);
  record_zone_types(params, year, state, indicators);
  record_programmes(params, year, state, indicators);
  record_research(params, year, state, indicators);
  record_technology(params, year, state, indicators);
  record_reviews(params, year, state, indicators);
  record_geography(params, year, state, indicators);
  record_zone_firms(params, year, state, indicators);
  record_firms(params, year, state, indicators);
  record_lab_traces(year, state, indicators);
  record_zone_traces(params, year, state, indicators);
  record_organisation_traces(params, year, state, indicators);
  record_category_traces(params, year, state, indicators);
}

}  // namespace innochain
