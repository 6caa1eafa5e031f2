#include "output/result_reader.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <numeric>

#include "output/errors.hpp"

namespace innochain {

namespace fs = std::filesystem;

namespace {

/// HDF5 says the same of an unreadable file and of one that is not HDF5: look at the bytes first.
void check_readable(const fs::path& path) {
  const std::string name = path.string();
  std::error_code error;
  if (!fs::exists(path, error) && !error) throw InputMissing(name + ": no such file");
  if (fs::is_directory(path, error)) throw NotAResultFile(name + ": is a folder, not a result file");
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 && (errno == ENOENT || errno == ENOTDIR)) throw InputMissing(name + ": no such file");
  if (descriptor < 0) throw ReadFailed(fmt::format("{}: cannot read: {}", name, std::strerror(errno)));
  std::array<char, 8> start{};
  const auto n_read = ::read(descriptor, start.data(), start.size());
  const int reason = errno;
  ::close(descriptor);
  if (n_read < 0) throw ReadFailed(fmt::format("{}: cannot read: {}", name, std::strerror(reason)));
  constexpr std::array<char, 8> signature{'\x89', 'H', 'D', 'F', '\r', '\n', '\x1a', '\n'};
  if (start != signature) throw NotAResultFile(name + ": is not an HDF5 file");
}

template <class Number>
Values read_numbers(hid_t dataset, hsize_t first, hsize_t n_rows, std::size_t n_values) {
  std::vector<Number> values(n_values);
  hdf5::read_rows(dataset, hdf5::native<Number>(), first, n_rows, values.data());
  return values;
}

}  // namespace

Variable::Variable(hid_t group, std::string name)
    : name_(std::move(name)),
      dataset_(hdf5::open_dataset(group, name_)),
      dimensions_(hdf5::dimension_names(dataset_.id())),
      shape_(hdf5::shape(dataset_.id())) {}

Values Variable::rows(hsize_t first, hsize_t n_rows) const {
  const hdf5::Handle type(H5Dget_type(dataset_.id()), H5Tclose, "read the type of " + name_);
  std::size_t n_values = n_rows;
  for (std::size_t axis = 1; axis < shape_.size(); ++axis) n_values *= shape_[axis];
  switch (H5Tget_class(type.id())) {
    case H5T_STRING:
      return hdf5::read_text_rows(dataset_.id(), first, n_rows);
    case H5T_INTEGER:
      if (H5Tget_sign(type.id()) == H5T_SGN_NONE)
        return read_numbers<std::uint64_t>(dataset_.id(), first, n_rows, n_values);
      return read_numbers<std::int64_t>(dataset_.id(), first, n_rows, n_values);
    case H5T_FLOAT:
      if (H5Tget_size(type.id()) == sizeof(float)) return read_numbers<float>(dataset_.id(), first, n_rows, n_values);
      return read_numbers<double>(dataset_.id(), first, n_rows, n_values);
    default:
      throw hdf5::Error("cannot read " + name_ + ": neither numbers nor text");
  }
}

hdf5::Handle open_result(const fs::path& path) {
  hdf5::silence();
  check_readable(path);
  try {
    hdf5::Handle file = hdf5::open_file(path);
    if (hdf5::check(H5Aexists(file.id(), "model_revision"), "read") == 0) {
      throw NotAResultFile(path.string() + ": is an HDF5 file, but not a result of this program (no model_revision)");
    }
    return file;
  } catch (const hdf5::Error& error) {
    throw NotAResultFile(fmt::format("{}: damaged or incomplete HDF5 file: {}", path.string(), error.what()));
  }
}

std::vector<std::string> variable_names(hid_t group) {
  std::vector<std::string> names = hdf5::child_names(group);
  std::erase_if(names, [&](const std::string& name) { return hdf5::is_group(group, name); });
  return names;
}

}  // namespace innochain
