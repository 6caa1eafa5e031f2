#include "output/export.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <ranges>
#include <utility>

#include "output/errors.hpp"
#include "output/result_reader.hpp"
#include "output/text_file.hpp"

namespace innochain {

namespace fs = std::filesystem;

namespace {

/// Turns values into CSV fields, fill values into empty ones.
class Formatter {
 public:
  explicit Formatter(const Variable& variable) {
    if (H5Aexists(variable.id(), "_FillValue") <= 0) return;
    const hdf5::Handle attribute(H5Aopen(variable.id(), "_FillValue", H5P_DEFAULT), H5Aclose, "read a fill value");
    double fill = 0;
    hdf5::check(H5Aread(attribute.id(), hdf5::native<double>(), &fill), "read a fill value");
    fill_ = fill;
  }
  bool is_fill(const Values& values, std::size_t i) const {
    return std::visit([&](const auto& v) { return is_fill(v[i]); }, values);
  }
  std::string field(const Values& values, std::size_t i) const {
    return std::visit([&](const auto& v) { return is_fill(v[i]) ? std::string() : field(v[i]); }, values);
  }

 private:
  static bool is_fill(const std::string&) { return false; }
  template <class Number>
  bool is_fill(Number value) const {
    // All fill values in use are exact in double, and no other value of their types becomes one.
    if constexpr (std::is_floating_point_v<Number>)
      if (std::isnan(value)) return true;
    return fill_ && static_cast<double>(value) == *fill_;
  }
  static std::string field(const std::string& text) { return csv_field(text); }
  template <class Number>
  static std::string field(Number number) {
    return fmt::format("{}", number);
  }

  std::optional<double> fill_;
};

/// The variables of a group that share their dimensions: the columns of one CSV file.
struct Sheet {
  std::string group;
  fs::path path;
  std::vector<std::string> dimensions;
  std::vector<std::string> variables;
};

/// What identifies a run in the rows of the other files.
constexpr std::array<const char*, 3> run_keys{"scenario", "arm", "replicate"};

class Exporter {
 public:
  Exporter(hid_t file, fs::path folder, bool force) : file_(file), folder_(std::move(folder)), force_(force) {
    if (!hdf5::has_child(file_, "run")) return;
    for (const char* name : run_keys) {
      const Variable variable(file_, name);
      const Values values = variable.all();
      const Formatter formatter(variable);
      std::vector<std::string>& fields = run_fields_.emplace_back();
      for (hsize_t run = 0; run < variable.shape()[0]; ++run) fields.push_back(formatter.field(values, run));
    }
  }

  std::vector<fs::path> run() {
    std::vector<Sheet> sheets;
    collect_sheets("", sheets);
    std::error_code error;
    fs::create_directories(folder_, error);
    if (error) throw CannotCreate(fmt::format("{}: cannot create the folder: {}", folder_.string(), error.message()));
    for (const Sheet& sheet : sheets) {
      if (!force_ && fs::exists(sheet.path)) {
        throw CannotCreate(fmt::format("{}: exists already (--force overwrites it)", sheet.path.string()));
      }
    }
    std::vector<fs::path> written;
    for (const Sheet& sheet : sheets) {
      write_sheet(sheet);
      written.push_back(sheet.path);
    }
    return written;
  }

 private:
  /// Groups the variables by their dimensions. Coordinates of categories are columns of the rows, not files.
  void collect_sheets(const std::string& path, std::vector<Sheet>& sheets) const {
    const hdf5::Handle group = hdf5::open_group(file_, "/" + path);
    std::map<std::vector<std::string>, std::vector<std::string>> by_dimensions;
    for (const std::string& name : variable_names(group.id())) {
      const Variable variable(group.id(), name);
      if (variable.dimensions() != std::vector{name}) by_dimensions[variable.dimensions()].push_back(name);
    }
    for (auto& [dimensions, variables] : by_dimensions) {
      sheets.push_back({path, folder_ / (sheet_name(path, dimensions) + ".csv"), dimensions, variables});
    }
    for (const std::string& name : hdf5::child_names(group.id())) {
      if (hdf5::is_group(group.id(), name))
        collect_sheets(path.empty() ? name : fmt::format("{}/{}", path, name), sheets);
    }
  }

  static std::string sheet_name(std::string path, const std::vector<std::string>& dimensions) {
    std::ranges::replace(path, '/', '_');
    if (path.empty())
      return dimensions == std::vector<std::string>{"run"} ? "runs" : fmt::format("{}", fmt::join(dimensions, "_"));
    return dimensions.size() <= 1 ? path : fmt::format("{}_{}", path, fmt::join(dimensions, "_"));
  }

  /// The positions along one dimension, as fields: the coordinate, with the keys of the run where it is the runs'.
  std::vector<std::string> labels(hid_t group, const std::string& dimension, bool with_keys) const {
    const Variable coordinate(group, dimension);
    const Values values = coordinate.all();
    const Formatter formatter(coordinate);
    std::vector<std::string> fields;
    for (hsize_t i = 0; i < coordinate.shape()[0]; ++i) {
      fields.push_back(formatter.field(values, i) + ',');
      if (!with_keys) continue;
      for (const auto& keys : run_fields_) fields.back() += keys[i] + ',';
    }
    return fields;
  }

  void write_sheet(const Sheet& sheet) const {
    const hdf5::Handle group = hdf5::open_group(file_, "/" + sheet.group);
    const bool with_keys = sheet.dimensions.size() > 1 && sheet.dimensions[0] == "run";
    std::string header;
    std::vector<std::vector<std::string>> labels_by_axis;
    for (const std::string& dimension : sheet.dimensions) {
      header += dimension + ',';
      if (with_keys && dimension == "run") header += fmt::format("{},", fmt::join(run_keys, ","));
      labels_by_axis.push_back(labels(group.id(), dimension, with_keys && dimension == "run"));
    }
    std::vector<Variable> variables;
    for (const std::string& name : sheet.variables) variables.emplace_back(group.id(), name);
    TextFile file(sheet.path, force_);
    file.write(fmt::format("{}{}\n", header, fmt::join(sheet.variables, ",")));
    write_rows(file, labels_by_axis, variables);
    file.finish();
  }

  static void write_rows(TextFile& file, const std::vector<std::vector<std::string>>& labels_by_axis,
                         const std::vector<Variable>& variables) {
    std::vector<Formatter> formatters(variables.begin(), variables.end());
    std::size_t row_values = 1;
    for (std::size_t axis = 1; axis < labels_by_axis.size(); ++axis) row_values *= labels_by_axis[axis].size();
    constexpr std::size_t block_values = 1u << 18;
    const std::size_t step = std::max<std::size_t>(1, block_values / std::max<std::size_t>(1, row_values));
    const std::size_t n_rows = labels_by_axis[0].size();
    for (std::size_t first = 0; first < n_rows; first += step) {
      const std::size_t n = std::min(step, n_rows - first);
      std::vector<Values> values;
      for (const Variable& variable : variables) values.push_back(variable.rows(first, n));
      std::string text;
      for (std::size_t i = 0; i < n * row_values; ++i) {
        const auto is_fill = [&](std::size_t v) { return formatters[v].is_fill(values[v], i); };
        std::size_t v = 0;
        while (v < variables.size() && is_fill(v)) ++v;
        if (v == variables.size()) continue;
        text += row_labels(labels_by_axis, first * row_values + i);
        for (v = 0; v < variables.size(); ++v) text += formatters[v].field(values[v], i) + ',';
        text.back() = '\n';
      }
      file.write(text);
    }
  }

  /// Labels of the position `i` in row-major order.
  static std::string row_labels(const std::vector<std::vector<std::string>>& labels_by_axis, std::size_t i) {
    std::string text;
    for (const std::vector<std::string>& labels : labels_by_axis | std::views::reverse) {
      text.insert(0, labels[i % labels.size()]);
      i /= labels.size();
    }
    return text;
  }

  hid_t file_;
  fs::path folder_;
  bool force_;
  std::vector<std::vector<std::string>> run_fields_;  ///< by key, by run
};

}  // namespace

std::vector<fs::path> export_csv(const fs::path& result, const fs::path& folder, bool force) {
  const hdf5::Handle file = open_result(result);
  try {
    return Exporter(file.id(), folder, force).run();
  } catch (const hdf5::Error& error) {
    throw ReadFailed(fmt::format("{}: {}", result.string(), error.what()));
  }
}

}  // namespace innochain
