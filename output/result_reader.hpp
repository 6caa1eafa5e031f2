#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "output/hdf5.hpp"

namespace innochain {

/// Values of a variable, widened to the type that holds them exactly.
using Values = std::variant<std::vector<std::int64_t>, std::vector<std::uint64_t>, std::vector<double>,
                            std::vector<float>, std::vector<std::string>>;

/// One variable of an open result file.
class Variable {
 public:
  Variable(hid_t group, std::string name);

  const std::string& name() const { return name_; }
  const std::vector<std::string>& dimensions() const { return dimensions_; }
  const std::vector<hsize_t>& shape() const { return shape_; }
  hid_t id() const { return dataset_.id(); }
  /// Rows along the first dimension.
  Values rows(hsize_t first, hsize_t n_rows) const;
  Values all() const { return rows(0, shape_.empty() ? 1 : shape_[0]); }
  std::vector<std::string> texts() const { return std::get<std::vector<std::string>>(all()); }

 private:
  std::string name_;
  hdf5::Handle dataset_;
  std::vector<std::string> dimensions_;
  std::vector<hsize_t> shape_;
};

/// Opens a file that this program wrote, for reading.
/// Throws InputMissing, NotAResultFile or ReadFailed, with the file's name in the message.
hdf5::Handle open_result(const std::filesystem::path& path);

/// Names of the variables (not the groups) of a group, in alphabetical order.
std::vector<std::string> variable_names(hid_t group);

}  // namespace innochain
