#include "output/hdf5.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <hdf5_hl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <numeric>

namespace innochain::hdf5 {

namespace {

/// The description at the bottom of HDF5's error stack, shortened to the operating system's words where it has some.
std::string innermost_reason() {
  std::string reason;
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned n, const H5E_error2_t* error, void* out) -> herr_t {
        if (n == 0 && error->desc != nullptr) *static_cast<std::string*>(out) = error->desc;
        return 0;
      },
      &reason);
  H5Eclear2(H5E_DEFAULT);
  constexpr std::string_view marker = "error message = '";
  if (const auto start = reason.find(marker); start != std::string::npos) {
    const auto from = start + marker.size();
    return reason.substr(from, reason.find('\'', from) - from);
  }
  return reason;
}

herr_t collect_name(std::vector<std::string>& names, const char* name) {
  names.emplace_back(name);
  return 0;
}

Handle simple_space(const std::vector<hsize_t>& extent, const hsize_t* largest = nullptr) {
  return Handle(H5Screate_simple(static_cast<int>(extent.size()), extent.data(), largest), H5Sclose,
                "describe a shape");
}

/// The part of a dataset's space that holds the given rows.
Handle select_rows(hid_t dataset, hsize_t first, hsize_t n_rows) {
  Handle space(H5Dget_space(dataset), H5Sclose, "read a shape");
  std::vector<hsize_t> count = shape(dataset), start(count.size(), 0);
  start[0] = first;
  count[0] = n_rows;
  check(H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr), "select rows");
  return space;
}

std::size_t row_size(const std::vector<hsize_t>& extent) {
  return std::accumulate(extent.begin() + 1, extent.end(), hsize_t{1}, std::multiplies<>());
}

Handle fixed_text_type(std::size_t size) {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "describe text");
  check(H5Tset_size(type.id(), size), "describe text");
  check(H5Tset_strpad(type.id(), H5T_STR_NULLPAD), "describe text");
  check(H5Tset_cset(type.id(), H5T_CSET_UTF8), "describe text");
  return type;
}

}  // namespace

void silence() {
  [[maybe_unused]] static const herr_t once = H5dont_atexit();
  [[maybe_unused]] thread_local const herr_t here = H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

std::int64_t check(std::int64_t status, std::string_view action) {
  if (status < 0) throw Error(fmt::format("cannot {}: {}", action, innermost_reason()));
  return status;
}

void Handle::close(std::string_view action) {
  if (id_ >= 0) check(closer_(std::exchange(id_, H5I_INVALID_HID)), action);
}

template <>
hid_t native<float>() {
  return H5T_NATIVE_FLOAT;
}
template <>
hid_t native<double>() {
  return H5T_NATIVE_DOUBLE;
}
template <>
hid_t native<std::uint8_t>() {
  return H5T_NATIVE_UINT8;
}
template <>
hid_t native<std::int32_t>() {
  return H5T_NATIVE_INT32;
}
template <>
hid_t native<std::int64_t>() {
  return H5T_NATIVE_INT64;
}
template <>
hid_t native<std::uint64_t>() {
  return H5T_NATIVE_UINT64;
}

Handle text_type() {
  Handle type = fixed_text_type(H5T_VARIABLE);
  check(H5Tset_strpad(type.id(), H5T_STR_NULLTERM), "describe text");
  return type;
}

Handle create_file(const std::filesystem::path& path) {
  silence();
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "prepare a file");
  check(H5Pset_libver_bounds(access.id(), H5F_LIBVER_V18, H5F_LIBVER_V18), "choose the file format");
  check(H5Pset_fclose_degree(access.id(), H5F_CLOSE_SEMI), "prepare a file");
  check(H5Pset_file_locking(access.id(), false, true), "prepare a file");
  const Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose, "prepare a file");
  constexpr unsigned ordered = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
  check(H5Pset_link_creation_order(creation.id(), ordered), "prepare a file");
  check(H5Pset_attr_creation_order(creation.id(), ordered), "prepare a file");
  return Handle(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.id(), access.id()), H5Fclose, "create the file");
}

Handle open_file(const std::filesystem::path& path) {
  silence();
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "open a file");
  check(H5Pset_file_locking(access.id(), false, true), "open a file");
  return Handle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id()), H5Fclose, "open the file");
}

namespace {
std::atomic<std::size_t> lost_closes{0};
}

std::size_t n_lost_closes() {
  return lost_closes;
}

void note_lost_close() noexcept {
  ++lost_closes;
}

void abandon(const Handle& file) {
  void* handle = nullptr;
  if (H5Fget_vfd_handle(file.id(), H5P_DEFAULT, &handle) < 0) return;
  const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nowhere < 0) return;
  ::dup2(nowhere, *static_cast<int*>(handle));
  ::close(nowhere);
}

Handle create_group(hid_t parent, const std::string& name) {
  const Handle creation(H5Pcreate(H5P_GROUP_CREATE), H5Pclose, "prepare group " + name);
  constexpr unsigned ordered = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
  check(H5Pset_link_creation_order(creation.id(), ordered), "prepare group " + name);
  check(H5Pset_attr_creation_order(creation.id(), ordered), "prepare group " + name);
  return Handle(H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, creation.id(), H5P_DEFAULT), H5Gclose,
                "create group " + name);
}

Handle open_group(hid_t parent, const std::string& name) {
  return Handle(H5Gopen2(parent, name.c_str(), H5P_DEFAULT), H5Gclose, "open group " + name);
}

Handle open_dataset(hid_t parent, const std::string& name) {
  return Handle(H5Dopen2(parent, name.c_str(), H5P_DEFAULT), H5Dclose, "open variable " + name);
}

Handle create_dataset(hid_t parent, const std::string& name, hid_t type, const Layout& layout) {
  const std::string action = "create variable " + name;
  const Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, action);
  check(H5Pset_attr_creation_order(creation.id(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED), action);
  if (layout.fill != nullptr) check(H5Pset_fill_value(creation.id(), type, layout.fill), action);
  std::vector<hsize_t> largest = layout.shape;
  if (!layout.chunk.empty()) {
    largest[0] = H5S_UNLIMITED;
    check(H5Pset_chunk(creation.id(), static_cast<int>(layout.chunk.size()), layout.chunk.data()), action);
    if (layout.deflate_level > 0) {
      check(H5Pset_shuffle(creation.id()), action);
      check(H5Pset_deflate(creation.id(), static_cast<unsigned>(layout.deflate_level)), action);
    }
  }
  const Handle space = simple_space(layout.shape, largest.data());
  return Handle(H5Dcreate2(parent, name.c_str(), type, space.id(), H5P_DEFAULT, creation.id(), H5P_DEFAULT), H5Dclose,
                action);
}

void write_rows(hid_t dataset, hid_t memory_type, hsize_t first, hsize_t n_rows, const void* values) {
  if (n_rows == 0) return;
  std::vector<hsize_t> extent = shape(dataset);
  if (extent[0] < first + n_rows) {
    extent[0] = first + n_rows;
    check(H5Dset_extent(dataset, extent.data()), "write");
  }
  extent[0] = n_rows;
  const Handle memory = simple_space(extent);
  const Handle part = select_rows(dataset, first, n_rows);
  check(H5Dwrite(dataset, memory_type, memory.id(), part.id(), H5P_DEFAULT, values), "write");
}

void write_text_rows(hid_t dataset, hsize_t first, std::span<const std::string> values) {
  std::vector<const char*> pointers;
  for (const std::string& value : values) pointers.push_back(value.c_str());
  write_rows(dataset, text_type().id(), first, pointers.size(), pointers.data());
}

void read_rows(hid_t dataset, hid_t memory_type, hsize_t first, hsize_t n_rows, void* values) {
  if (n_rows == 0) return;
  std::vector<hsize_t> extent = shape(dataset);
  if (extent.empty()) {
    check(H5Dread(dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "read");
    return;
  }
  extent[0] = n_rows;
  const Handle memory = simple_space(extent);
  const Handle part = select_rows(dataset, first, n_rows);
  check(H5Dread(dataset, memory_type, memory.id(), part.id(), H5P_DEFAULT, values), "read");
}

std::vector<std::string> read_text_rows(hid_t dataset, hsize_t first, hsize_t n_rows) {
  std::vector<hsize_t> extent = shape(dataset);
  if (extent.empty()) extent = {1};
  extent[0] = n_rows;
  const Handle stored(H5Dget_type(dataset), H5Tclose, "read a type");
  std::vector<std::string> texts;
  if (H5Tis_variable_str(stored.id()) > 0) {
    std::vector<char*> pointers(n_rows * row_size(extent), nullptr);
    const Handle type = text_type();
    read_rows(dataset, type.id(), first, n_rows, pointers.data());
    for (const char* pointer : pointers) texts.emplace_back(pointer == nullptr ? "" : pointer);
    if (n_rows > 0) {
      const Handle memory = simple_space(extent);
      check(H5Dvlen_reclaim(type.id(), memory.id(), H5P_DEFAULT, pointers.data()), "read");
    }
    return texts;
  }
  const std::size_t size = H5Tget_size(stored.id());
  std::string bytes(n_rows * row_size(extent) * size, '\0');
  read_rows(dataset, stored.id(), first, n_rows, bytes.data());
  for (std::size_t at = 0; at < bytes.size(); at += size) texts.emplace_back(bytes.substr(at, size).c_str());
  return texts;
}

void make_scale(hid_t dataset, const std::string& name) {
  check(H5DSset_scale(dataset, name.c_str()), "make a dimension of " + name);
}

void attach_scale(hid_t dataset, hid_t scale, unsigned axis) {
  check(H5DSattach_scale(dataset, scale, axis), "attach a dimension");
}

std::vector<hsize_t> shape(hid_t dataset) {
  const Handle space(H5Dget_space(dataset), H5Sclose, "read a shape");
  const auto rank = check(H5Sget_simple_extent_ndims(space.id()), "read a shape");
  std::vector<hsize_t> extent(static_cast<std::size_t>(rank));
  check(H5Sget_simple_extent_dims(space.id(), extent.data(), nullptr), "read a shape");
  return extent;
}

namespace {

std::string base_name(hid_t object) {
  std::string path(static_cast<std::size_t>(check(H5Iget_name(object, nullptr, 0), "read a name")), '\0');
  check(H5Iget_name(object, path.data(), path.size() + 1), "read a name");
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

std::vector<std::string> dimension_names(hid_t dataset) {
  std::vector<std::string> names(shape(dataset).size());
  if (H5DSis_scale(dataset) > 0) {
    if (!names.empty()) names[0] = base_name(dataset);
    return names;
  }
  for (unsigned axis = 0; axis < names.size(); ++axis) {
    if (H5DSget_num_scales(dataset, axis) <= 0) continue;
    const auto take = [](hid_t, unsigned, hid_t scale, void* out) -> herr_t {
      try {
        *static_cast<std::string*>(out) = base_name(scale);
        return 1;
      } catch (const Error&) {  // must not pass through HDF5's C frames
        return -1;
      }
    };
    check(H5DSiterate_scales(dataset, axis, nullptr, take, &names[axis]), "read a dimension");
  }
  return names;
}

void write_attribute(hid_t object, const std::string& name, std::string_view text) {
  const std::string action = "write attribute " + name;
  const std::string bytes = text.empty() ? std::string(1, '\0') : std::string(text);
  const Handle type = fixed_text_type(bytes.size());
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose, action);
  Handle attribute(H5Acreate2(object, name.c_str(), type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose, action);
  check(H5Awrite(attribute.id(), type.id(), bytes.data()), action);
  attribute.close(action);
}

template <class Number>
void write_attribute(hid_t object, const std::string& name, std::span<const Number> values) {
  const std::string action = "write attribute " + name;
  const Handle space = simple_space({values.size()});
  Handle attribute(H5Acreate2(object, name.c_str(), native<Number>(), space.id(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                   action);
  check(H5Awrite(attribute.id(), native<Number>(), values.data()), action);
  attribute.close(action);
}
template void write_attribute(hid_t, const std::string&, std::span<const float>);
template void write_attribute(hid_t, const std::string&, std::span<const double>);
template void write_attribute(hid_t, const std::string&, std::span<const std::uint8_t>);
template void write_attribute(hid_t, const std::string&, std::span<const std::int32_t>);
template void write_attribute(hid_t, const std::string&, std::span<const std::int64_t>);
template void write_attribute(hid_t, const std::string&, std::span<const std::uint64_t>);

std::optional<std::string> read_text_attribute(hid_t object, const std::string& name) {
  if (check(H5Aexists(object, name.c_str()), "read attribute " + name) == 0) return std::nullopt;
  const Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, "read attribute " + name);
  const Handle type(H5Aget_type(attribute.id()), H5Tclose, "read attribute " + name);
  if (H5Tget_class(type.id()) != H5T_STRING) return std::nullopt;
  if (H5Tis_variable_str(type.id()) > 0) {
    char* text = nullptr;
    check(H5Aread(attribute.id(), text_type().id(), &text), "read attribute " + name);
    const std::string copy(text == nullptr ? "" : text);
    H5free_memory(text);
    return copy;
  }
  std::string bytes(H5Tget_size(type.id()), '\0');
  check(H5Aread(attribute.id(), type.id(), bytes.data()), "read attribute " + name);
  bytes.resize(std::min(bytes.find('\0'), bytes.size()));  // shorter texts end with zeros
  return bytes;
}

std::vector<std::string> attribute_names(hid_t object) {
  std::vector<std::string> names;
  const auto collect = [](hid_t, const char* name, const H5A_info_t*, void* out) {
    return collect_name(*static_cast<std::vector<std::string>*>(out), name);
  };
  check(H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, collect, &names), "list attributes");
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> child_names(hid_t group) {
  std::vector<std::string> names;
  const auto collect = [](hid_t, const char* name, const H5L_info_t*, void* out) {
    return collect_name(*static_cast<std::vector<std::string>*>(out), name);
  };
  check(H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, collect, &names), "list variables");
  std::ranges::sort(names);
  return names;
}

bool has_child(hid_t group, const std::string& name) {
  return check(H5Lexists(group, name.c_str(), H5P_DEFAULT), "look for " + name) > 0;
}

bool is_group(hid_t parent, const std::string& name) {
  const Handle object(H5Oopen(parent, name.c_str(), H5P_DEFAULT), H5Oclose, "open " + name);
  return H5Iget_type(object.id()) == H5I_GROUP;
}

}  // namespace innochain::hdf5
