#include "sim/processes/record.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/core/maths.hpp"
#include "sim/processes/record_parts.hpp"
#include "sim/state/lab_type_set.hpp"

namespace innochain {

void start_year(const Params&, State& state) {
  state.year_of.fill({});
  state.reviews.fill({});
  state.zones_poor.fill(0);
}

namespace {

/// Value below which the share `part` of the values lies (nearest rank); reorders them.
double sample_quantile(std::vector<double>& values, double part) {
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
    out.lab_quality_p10.at(year, type) = static_cast<float>(sample_quantile(values, 0.1));
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
    out.programme_awards.at(year, p) = in_range(accounts.awards[p]);
    out.programme_applications.at(year, p) = in_range(accounts.applications[p]);
    out.programme_active.at(year, p) = in_range(accounts.active[p]);
    for (std::size_t host = 0; host < n_hosts; ++host)
      out.awards_by_host.at(year, p.index() * n_hosts + host) = in_range(accounts.awards_by_host[p][host]);
  }
  out.duplicate_share.at(year) = static_cast<float>(state.applications.duplicate_share);
  out.applicant_time.at(year) = static_cast<float>(state.applications.work);
  double total = 0.0, entropy = 0.0;
  for (const double amount : state.applications.funded_by_category) total += amount;
  for (const double amount : state.applications.funded_by_category)
    if (amount > 0.0) entropy -= amount / total * maths::log(amount / total);
  if (total > 0.0) out.topic_diversity.at(year) = static_cast<float>(maths::exp(entropy));
}

void record_reviews(const Params& params, Year year, const State& state, Indicators& out) {
  for (const FieldId field : all<FieldId>(params.system.fields.size())) {
    out.review_excellent.at(year, field) = state.reviews[field].excellent;
    out.review_good.at(year, field) = state.reviews[field].good;
    out.review_notice.at(year, field) = state.reviews[field].notice;
    out.review_delisted.at(year, field) = state.reviews[field].delisted;
  }
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

}  // namespace

void record_designations(const Params& params, Year year, State& state, Indicators& indicators) {
  record_lab_types(params, year, state, indicators);
  record_zone_types(params, year, state, indicators);
}

void record(const Params& params, Year year, State& state, Indicators& indicators) {
  record_designations(params, year, state, indicators);
  record_lab_quality(year, state, indicators);
  record_programmes(params, year, state, indicators);
  record_research(params, year, state, indicators);
  record_technology(params, year, state, indicators);
  record_reviews(params, year, state, indicators);
  record_geography(params, year, state, indicators);
  record_zone_firms(params, year, state, indicators);
  record_firms(params, year, state, indicators);
  record_traces(params, year, state, indicators);
}

}  // namespace innochain
