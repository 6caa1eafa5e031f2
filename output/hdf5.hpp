#pragma once

#include <hdf5.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A thin layer over the HDF5 C API: handles that close themselves, failures as exceptions, and the conventions of
/// netCDF-4 (creation order tracked, dimension scales, UTF-8 text) in one place.
namespace innochain::hdf5 {

/// A call failed; the message ends with HDF5's innermost reason.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Keeps HDF5 from printing its error stack, and from flushing abandoned files at exit. The former is a setting of the
/// thread, so whoever may be called from a new thread calls this first.
void silence();

/// Returns `status`, or throws Error("cannot `action`: reason") when it is negative.
std::int64_t check(std::int64_t status, std::string_view action);

/// How many handles could not be closed by their destructors. Small datasets reach the file only then, so that a writer
/// whose count has grown has lost data.
std::size_t n_lost_closes();
void note_lost_close() noexcept;

/// Owner of an HDF5 identifier.
class Handle {
 public:
  using Closer = herr_t (*)(hid_t);
  Handle() = default;
  Handle(hid_t id, Closer closer, std::string_view action) : id_(check(id, action)), closer_(closer) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)), closer_(other.closer_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(closer_, other.closer_);
    return *this;
  }
  ~Handle() {
    if (id_ >= 0 && closer_(id_) < 0) note_lost_close();
  }

  hid_t id() const { return id_; }
  bool open() const { return id_ >= 0; }
  /// Closes now and reports failure: on a full disk, data may fail to reach the file only here.
  void close(std::string_view action);

 private:
  hid_t id_ = H5I_INVALID_HID;
  Closer closer_ = nullptr;
};

/// HDF5's name of a C++ number type.
template <class Number>
hid_t native();
template <>
hid_t native<float>();
template <>
hid_t native<double>();
template <>
hid_t native<std::uint8_t>();
template <>
hid_t native<std::int32_t>();
template <>
hid_t native<std::int64_t>();
template <>
hid_t native<std::uint64_t>();

/// Variable-length UTF-8 text.
Handle text_type();

/// Creates (truncates) a file whose format HDF5 1.8 and later can read. The caller keeps other writers away.
Handle create_file(const std::filesystem::path& path);
Handle open_file(const std::filesystem::path& path);
/// For a file that will be thrown away: whatever is still to be written goes nowhere, so that closing it cannot fail on
/// a full disk (HDF5 would keep the file open and all its memory).
void abandon(const Handle& file);
Handle create_group(hid_t parent, const std::string& name);
Handle open_group(hid_t parent, const std::string& name);
Handle open_dataset(hid_t parent, const std::string& name);

/// How a new dataset is laid out.
struct Layout {
  std::vector<hsize_t> shape;
  std::vector<hsize_t> chunk;  ///< empty: contiguous. With chunks, the first axis can grow without limit.
  int deflate_level = 0;       ///< 0: neither shuffled nor compressed
  const void* fill = nullptr;  ///< one value of the dataset's type
};
Handle create_dataset(hid_t parent, const std::string& name, hid_t type, const Layout& layout);

/// Writes whole rows (positions of the first axis) from `first` on, and makes the dataset longer where needed.
void write_rows(hid_t dataset, hid_t memory_type, hsize_t first, hsize_t n_rows, const void* values);
void write_text_rows(hid_t dataset, hsize_t first, std::span<const std::string> values);
void read_rows(hid_t dataset, hid_t memory_type, hsize_t first, hsize_t n_rows, void* values);
std::vector<std::string> read_text_rows(hid_t dataset, hsize_t first, hsize_t n_rows);

/// Makes a one-dimensional dataset the coordinate of the dimension `name`, and gives an axis of a dataset such a
/// dimension.
void make_scale(hid_t dataset, const std::string& name);
void attach_scale(hid_t dataset, hid_t scale, unsigned axis);

std::vector<hsize_t> shape(hid_t dataset);
/// Names of the dimensions of a dataset; a coordinate has itself. Empty where an axis has none.
std::vector<std::string> dimension_names(hid_t dataset);

void write_attribute(hid_t object, const std::string& name, std::string_view text);
template <class Number>
void write_attribute(hid_t object, const std::string& name, std::span<const Number> values);
template <class Number>
  requires std::is_arithmetic_v<Number>
void write_attribute(hid_t object, const std::string& name, Number value) {
  write_attribute(object, name, std::span<const Number>(&value, 1));
}
/// The text of an attribute, or nothing where there is none or it is a number.
std::optional<std::string> read_text_attribute(hid_t object, const std::string& name);

/// Names in alphabetical order, whatever their order in the file.
std::vector<std::string> attribute_names(hid_t object);
std::vector<std::string> child_names(hid_t group);
bool has_child(hid_t group, const std::string& name);
bool is_group(hid_t parent, const std::string& name);

}  // namespace innochain::hdf5
