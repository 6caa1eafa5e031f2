#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "output/result_file.hpp"
#include "output/run_variable.hpp"

/// What stands where in a result file: axes, united years, and the declarations of the variables along `run`.
namespace innochain {

/// Names of the categories along an axis of the file, in the order of the system.
struct CategoryAxis {
  const char* name;
  const char* long_name;
  std::vector<std::string> values;
};

std::vector<CategoryAxis> category_axes(const System& system);

/// The dimensions of an indicator after run and year.
std::vector<std::string> dimensions_of(Axis axis);

/// From the first year of any scenario to the last of any.
YearSpan united_years(std::span<const ScenarioRecord> scenarios);

/// The named agents of all scenarios.
struct Agents {
  std::vector<std::string> names, kinds;

  /// Where the agents of one scenario stand among them, in the order of Indicators::prepare; adds those that are new.
  std::vector<std::size_t> places(const Params& params);

 private:
  std::vector<std::size_t> named_places(const System& system);
  std::size_t place(const std::string& name, const std::string& kind);
};

template <class Number>
std::vector<std::byte> bytes_of(Number value) {
  const auto bytes = std::as_bytes(std::span(&value, 1));
  return {bytes.begin(), bytes.end()};
}

/// A variable of an indicator; `coordinates` names the auxiliary coordinates as in the CF conventions.
template <class Number>
RunVariableSpec indicator_spec(const IndicatorDeclaration& declaration, std::vector<std::string> dimensions,
                               std::vector<std::size_t> row_shape, const std::string& coordinates) {
  const auto describe = [declaration, coordinates](hid_t dataset) {
    hdf5::write_attribute(dataset, "units", declaration.unit);
    hdf5::write_attribute(dataset, "long_name", declaration.long_name);
    hdf5::write_attribute(dataset, "_FillValue", Indicator<Number>::fill());
    if (!declaration.cell_methods.empty()) hdf5::write_attribute(dataset, "cell_methods", declaration.cell_methods);
    if (!coordinates.empty()) hdf5::write_attribute(dataset, "coordinates", coordinates);
  };
  return {std::string(declaration.name),
          std::move(dimensions),
          std::move(row_shape),
          hdf5::native<Number>(),
          bytes_of(Indicator<Number>::fill()),
          describe};
}

/// A variable of an indicator summed or averaged over years; `members` are the lengths of its dimensions after the run.
RunVariableSpec reduction_spec(const IndicatorDeclaration& declaration, const KeptIndicator& reduction, YearSpan years,
                               std::vector<std::string> dimensions, std::vector<std::size_t> members,
                               const std::string& coordinates);

/// A coordinate of the runs. Integer coordinates have no _FillValue: readers would turn them into floating point.
RunVariableSpec coordinate_spec(std::string name, hid_t type, std::vector<std::byte> fill, std::string long_name,
                                std::string unit);

template <class Number>
RunVariableSpec number_coordinate(std::string name, std::string long_name, std::string unit = "1") {
  return coordinate_spec(std::move(name), hdf5::native<Number>(), bytes_of(Number{}), std::move(long_name),
                         std::move(unit));
}

RunVariableSpec text_coordinate(std::string name, std::string long_name);

/// Marks runs whose arm lacks the axis (netCDF's fill value for double).
inline constexpr double swept_fill = 9.9692099683868690e+36;

RunVariableSpec swept_coordinate(const SweptParameter& parameter);
RunVariableSpec status_coordinate();

}  // namespace innochain
