#include "output/result_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/state/firms.hpp"

namespace innochain {

namespace {

template <class Things>
std::vector<std::string> names_of(const Things& things) {
  std::vector<std::string> names;
  for (const auto& thing : things) names.push_back(thing.name);
  return names;
}

/// "1" … "20": ages in years, the last for all older firms.
std::vector<std::string> firm_ages() {
  std::vector<std::string> ages;
  for (std::size_t age = 1; age <= FirmSums::n_ages; ++age) ages.push_back(std::to_string(age));
  return ages;
}

}  // namespace

std::vector<CategoryAxis> category_axes(const System& system) {
  return {{"lab_type", "type of laboratory", names_of(system.lab_types)},
          {"zone_type", "type of zone", names_of(system.zone_types)},
          {"programme", "funding programme", names_of(system.programmes)},
          {"discipline", "field of the State Key Laboratories", names_of(system.fields)},
          {"province", "province", names_of(system.provinces)},
          {"host", "host class", {host_names.begin(), host_names.end()}},
          {"firm_age", "age of the firm in years, 20 and older together", firm_ages()}};
}

std::vector<std::string> dimensions_of(Axis axis) {
  switch (axis) {
    case Axis::none:
      return {};
    case Axis::lab_type:
      return {"lab_type"};
    case Axis::zone_type:
      return {"zone_type"};
    case Axis::programme:
      return {"programme"};
    case Axis::discipline:
      return {"discipline"};
    case Axis::province:
      return {"province"};
    case Axis::host:
      return {"host"};
    case Axis::programme_host:
      return {"programme", "host"};
    case Axis::firm_age:
      return {"firm_age"};
  }
  return {};
}

YearSpan united_years(std::span<const ScenarioRecord> scenarios) {
  YearSpan years = scenarios.front().params->scale.years;
  for (const ScenarioRecord& scenario : scenarios) {
    years.first = std::min(years.first, scenario.params->scale.years.first);
    years.last = std::max(years.last, scenario.params->scale.years.last);
  }
  return years;
}

std::size_t Agents::place(const std::string& name, const std::string& kind) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name && kinds[i] == kind) return i;
  }
  names.push_back(name);
  kinds.push_back(kind);
  return names.size() - 1;
}

std::vector<std::size_t> Agents::named_places(const System& system) {
  std::vector<std::size_t> places;
  for (const NamedLab& lab : system.named_labs) places.push_back(place(lab.name, "lab"));
  for (const NamedZone& zone : system.named_zones) places.push_back(place(zone.name, "zone"));
  for (const NamedOrganisation& organisation : system.named_organisations)
    places.push_back(place(organisation.name, "organisation"));
  return places;
}

std::vector<std::size_t> Agents::places(const Params& params) {
  std::vector<std::size_t> places = named_places(params.system);
  for (const CategoryId category : params.traced_categories)
    places.push_back(place(params.system.categories[category].name, "category"));
  return places;
}

RunVariableSpec reduction_spec(const IndicatorDeclaration& declaration, const KeptIndicator& reduction, YearSpan years,
                               std::vector<std::string> dimensions, std::vector<std::size_t> members,
                               const std::string& coordinates) {
  const bool sum = reduction.reducer == KeptIndicator::Reducer::sum;
  const YearSpan span = reduction.years.value_or(years);
  const std::string meaning = fmt::format("{}, {} over {}–{}", declaration.long_name, sum ? "sum" : "mean",
                                          span.first.value(), span.last.value());
  const auto describe = [unit = std::string(declaration.unit), meaning, coordinates, sum](hid_t dataset) {
    hdf5::write_attribute(dataset, "units", unit);
    hdf5::write_attribute(dataset, "long_name", meaning);
    hdf5::write_attribute(dataset, "_FillValue", swept_fill);
    hdf5::write_attribute(dataset, "cell_methods", std::string(sum ? "year: sum" : "year: mean"));
    hdf5::write_attribute(dataset, "coordinates", coordinates);
  };
  return {name_of_reduction(reduction, years),
          std::move(dimensions),
          std::move(members),
          hdf5::native<double>(),
          bytes_of(swept_fill),
          describe};
}

RunVariableSpec coordinate_spec(std::string name, hid_t type, std::vector<std::byte> fill, std::string long_name,
                                std::string unit) {
  const auto describe = [long_name = std::move(long_name), unit = std::move(unit)](hid_t dataset) {
    hdf5::write_attribute(dataset, "long_name", long_name);
    if (!unit.empty()) hdf5::write_attribute(dataset, "units", unit);
  };
  return {std::move(name), {"run"}, {}, type, std::move(fill), describe};
}

RunVariableSpec text_coordinate(std::string name, std::string long_name) {
  return coordinate_spec(std::move(name), H5I_INVALID_HID, {}, std::move(long_name), "");
}

RunVariableSpec swept_coordinate(const SweptParameter& parameter) {
  if (parameter.text) return text_coordinate("param." + parameter.path, "swept " + parameter.path);
  RunVariableSpec spec =
      number_coordinate<double>("param." + parameter.path, "swept " + parameter.path, parameter.unit);
  spec.fill = bytes_of(swept_fill);
  spec.describe = [describe = spec.describe](hid_t dataset) {
    describe(dataset);
    hdf5::write_attribute(dataset, "_FillValue", swept_fill);
  };
  return spec;
}

RunVariableSpec status_coordinate() {
  RunVariableSpec spec = number_coordinate<std::uint8_t>("status", "status of the run");
  spec.describe = [describe = spec.describe](hid_t dataset) {
    describe(dataset);
    const std::array<std::uint8_t, 2> values{static_cast<std::uint8_t>(RunStatus::done),
                                             static_cast<std::uint8_t>(RunStatus::failed)};
    hdf5::write_attribute(dataset, "flag_values", std::span<const std::uint8_t>(values));
    hdf5::write_attribute(dataset, "flag_meanings", "done failed");
  };
  return spec;
}

}  // namespace innochain
