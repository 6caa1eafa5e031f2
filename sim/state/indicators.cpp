#include "sim/state/indicators.hpp"

#include "sim/state/firms.hpp"

namespace innochain {

std::size_t axis_size(const System& system, Axis axis) {
  switch (axis) {
    case Axis::none:
      return 1;
    case Axis::lab_type:
      return system.lab_types.size();
    case Axis::zone_type:
      return system.zone_types.size();
    case Axis::programme:
      return system.programmes.size();
    case Axis::discipline:
      return system.fields.size();
    case Axis::province:
      return system.provinces.size();
    case Axis::host:
      return n_hosts;
    case Axis::programme_host:
      return system.programmes.size() * n_hosts;
    case Axis::firm_age:
      return FirmSums::n_ages;
  }
  return 0;
}

void Indicators::prepare(const Params& params) {
  const YearSpan years = params.scale.years;
  visit_indicators(*this, [&](auto& indicator, const IndicatorDeclaration& declaration) {
    indicator.resize(years, axis_size(params.system, declaration.axis));
  });
  lab_initial_stock.assign(params.system.lab_types.size(), 0);
  zone_initial_stock.assign(params.system.zone_types.size(), 0);

  traces.names.clear();
  traces.kinds.clear();
  for (const NamedLab& lab : params.system.named_labs)
    traces.names.push_back(lab.name), traces.kinds.emplace_back("lab");
  for (const NamedZone& zone : params.system.named_zones)
    traces.names.push_back(zone.name), traces.kinds.emplace_back("zone");
  for (const NamedOrganisation& organisation : params.system.named_organisations)
    traces.names.push_back(organisation.name), traces.kinds.emplace_back("organisation");
  for (const CategoryId category : params.traced_categories)
    traces.names.push_back(params.system.categories[category].name), traces.kinds.emplace_back("category");
  visit_traces(traces, [&](auto& trace, const IndicatorDeclaration&) { trace.resize(years, traces.names.size()); });
}

}  // namespace innochain
