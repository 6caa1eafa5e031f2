#include "output/digest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <set>
#include <sstream>

#include "output/errors.hpp"
#include "output/hdf5.hpp"
#include "output/result_reader.hpp"
#include "output/sha256.hpp"

namespace innochain {

namespace {

/// Attributes that carry the layout rather than content: dimensions are digested by name, fill values as `_FillValue`.
constexpr std::array<std::string_view, 8> layout_attributes{
    "CLASS",          "NAME",          "DIMENSION_LIST", "DIMENSION_LABELS",
    "REFERENCE_LIST", "_NCProperties", "_Netcdf4Dimid",  "_Netcdf4Coordinates"};

constexpr hsize_t block_bytes = 4u << 20;

/// The sign of a NaN depends on what the compiler folds; nothing may depend on it.
template <class Number>
void unify_nan(std::vector<std::byte>& bytes) {
  constexpr Number nan = std::numeric_limits<Number>::quiet_NaN();
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(Number)) {
    Number value;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    if (value != value) std::memcpy(bytes.data() + at, &nan, sizeof nan);
  }
}

class Digester {
 public:
  explicit Digester(hid_t file) : file_(file) {
    std::istringstream names(hdf5::read_text_attribute(file, "volatile_attributes").value_or(""));
    for (std::string name; names >> name;) volatile_.insert(name);
  }

  std::string run() {
    add_group(file_, "/");
    return hash_.hex();
  }

 private:
  /// Texts carry their length, so that no two sequences of texts look the same.
  void add(std::string_view text) {
    const std::uint64_t size = text.size();
    hash_.update(std::as_bytes(std::span(&size, 1)));
    hash_.update(text);
  }
  void add_number(std::uint64_t number) { hash_.update(std::as_bytes(std::span(&number, 1))); }

  void add_group(hid_t group, const std::string& path) {
    add("group");
    add(path);
    add_attributes(group, path == "/");
    for (const std::string& name : hdf5::child_names(group)) {
      const std::string child_path = fmt::format("{}{}{}", path, path == "/" ? "" : "/", name);
      if (hdf5::is_group(group, name))
        add_group(hdf5::open_group(group, name).id(), child_path);
      else
        add_variable(hdf5::open_dataset(group, name).id(), child_path);
    }
  }

  void add_attributes(hid_t object, bool is_root) {
    for (const std::string& name : hdf5::attribute_names(object)) {
      if (std::ranges::find(layout_attributes, name) != layout_attributes.end()) continue;
      if (is_root && volatile_.contains(name)) continue;
      add("attribute");
      add(name);
      if (const auto text = hdf5::read_text_attribute(object, name))
        add(*text);
      else
        add_number_attribute(object, name);
    }
  }

  void add_number_attribute(hid_t object, const std::string& name) {
    const hdf5::Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, "read attribute " + name);
    const hdf5::Handle stored(H5Aget_type(attribute.id()), H5Tclose, "read attribute " + name);
    const hdf5::Handle type = add_type(stored.id());
    const hdf5::Handle space(H5Aget_space(attribute.id()), H5Sclose, "read attribute " + name);
    const auto n =
        static_cast<std::size_t>(hdf5::check(H5Sget_simple_extent_npoints(space.id()), "read attribute " + name));
    std::vector<std::byte> bytes(n * H5Tget_size(type.id()));
    hdf5::check(H5Aread(attribute.id(), type.id(), bytes.data()), "read attribute " + name);
    add_number(n);
    hash_.update(bytes);
  }

  /// Adds a number type; returns its little-endian form to read with.
  hdf5::Handle add_type(hid_t stored) {
    const H5T_class_t kind = H5Tget_class(stored);
    if (kind != H5T_INTEGER && kind != H5T_FLOAT)
      throw hdf5::Error("cannot digest: a type that is neither number nor text");
    const bool is_unsigned = kind == H5T_INTEGER && H5Tget_sign(stored) == H5T_SGN_NONE;
    add(fmt::format("{}{}", kind == H5T_FLOAT ? "float" : is_unsigned ? "uint" : "int", 8 * H5Tget_size(stored)));
    hdf5::Handle type(H5Tget_native_type(stored, H5T_DIR_ASCEND), H5Tclose, "read a type");
    hdf5::check(H5Tset_order(type.id(), H5T_ORDER_LE), "read a type");
    return type;
  }

  void add_variable(hid_t dataset, const std::string& path) {
    add("variable");
    add(path);
    add_attributes(dataset, false);
    const std::vector<hsize_t> shape = hdf5::shape(dataset);
    const std::vector<std::string> dimensions = hdf5::dimension_names(dataset);
    add_number(shape.size());
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
      add(dimensions[axis]);
      add_number(shape[axis]);
    }
    const hdf5::Handle stored(H5Dget_type(dataset), H5Tclose, "read a type");
    if (H5Tget_class(stored.id()) == H5T_STRING)
      add_texts(dataset, shape);
    else
      add_numbers(dataset, stored.id(), shape);
  }

  /// Visits (first row, number of rows) in blocks of bounded size, whole chunks where there are chunks.
  template <class Visit>
  static void each_block(hid_t dataset, const std::vector<hsize_t>& shape, std::size_t value_bytes, Visit visit) {
    if (shape.empty()) return visit(0, 1);
    hsize_t row_bytes = value_bytes;
    for (std::size_t axis = 1; axis < shape.size(); ++axis) row_bytes *= shape[axis];
    if (row_bytes == 0) return;
    hsize_t step = std::max<hsize_t>(1, block_bytes / row_bytes);
    const hdf5::Handle creation(H5Dget_create_plist(dataset), H5Pclose, "read a layout");
    if (H5Pget_layout(creation.id()) == H5D_CHUNKED) {
      std::vector<hsize_t> chunk(shape.size());
      hdf5::check(H5Pget_chunk(creation.id(), static_cast<int>(chunk.size()), chunk.data()), "read a layout");
      step = std::max(chunk[0], step / chunk[0] * chunk[0]);
    }
    for (hsize_t first = 0; first < shape[0]; first += step) visit(first, std::min(step, shape[0] - first));
  }

  void add_texts(hid_t dataset, const std::vector<hsize_t>& shape) {
    add("text");
    each_block(dataset, shape, sizeof(char*), [&](hsize_t first, hsize_t n_rows) {
      for (const std::string& text : hdf5::read_text_rows(dataset, first, n_rows)) add(text);
    });
  }

  void add_numbers(hid_t dataset, hid_t stored, const std::vector<hsize_t>& shape) {
    const hdf5::Handle type = add_type(stored);
    const std::size_t value_bytes = H5Tget_size(type.id());
    std::vector<std::byte> bytes;
    each_block(dataset, shape, value_bytes, [&](hsize_t first, hsize_t n_rows) {
      std::size_t size = n_rows * value_bytes;
      for (std::size_t axis = 1; axis < shape.size(); ++axis) size *= shape[axis];
      bytes.resize(size);
      hdf5::read_rows(dataset, type.id(), first, n_rows, bytes.data());
      if (H5Tget_class(stored) == H5T_FLOAT && value_bytes == sizeof(float)) unify_nan<float>(bytes);
      if (H5Tget_class(stored) == H5T_FLOAT && value_bytes == sizeof(double)) unify_nan<double>(bytes);
      hash_.update(bytes);
    });
  }

  hid_t file_;
  std::set<std::string> volatile_;
  Sha256 hash_;
};

}  // namespace

std::string digest(const std::filesystem::path& path) {
  const hdf5::Handle file = open_result(path);
  try {
    return Digester(file.id()).run();
  } catch (const hdf5::Error& error) {
    throw ReadFailed(fmt::format("{}: {}", path.string(), error.what()));
  }
}

}  // namespace innochain
