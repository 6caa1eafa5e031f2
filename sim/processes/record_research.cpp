#include <array>

#include "sim/core/maths.hpp"
#include "sim/processes/record_parts.hpp"

namespace innochain {

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
  Column<FieldId, std::array<std::int64_t, 3>>& by_field = state.scratch.field_counts;  // papers, patents, labs
  by_field.assign(params.system.fields.size(), {});
  std::int64_t standards = 0;
  for (const LabId lab : all<LabId>(labs.size())) {
    if (!(labs.effort[lab] > 0.0) || !labs.designation[lab].exists()) continue;
    const LabType& type = params.system.lab_types[labs.designation[lab]];
    if (type.series == "skl" && labs.host[lab] == Host::enterprise) standards += labs.standards[lab];
    if (type.rotation != Rotation::by_field) continue;
    auto& [papers, patents, n] = by_field[labs.field[lab]];
    papers += labs.papers[lab];
    patents += labs.patents[lab];
    ++n;
  }
  out.enterprise_skl_standards.at(year) = in_range(standards);
  for (const FieldId field : all<FieldId>(params.system.fields.size())) {
    out.skl_papers.at(year, field) = in_range(by_field[field][0]);
    out.skl_patents.at(year, field) = in_range(by_field[field][1]);
    out.skl_labs.at(year, field) = in_range(by_field[field][2]);
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

}  // namespace innochain
