#pragma once

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "output/hdf5.hpp"

namespace innochain {

/// Chunks and compression of the result file. The values of a file do not depend on them.
struct StorageOptions {
  std::size_t chunk_bytes = 512 * 1024;  ///< wanted size of a chunk along `run`
  int deflate_level = 4;                 ///< 0–9; 0 stores without compression
};

/// The dimensions of one group: name → its coordinate variable, which is owned elsewhere.
using Dimensions = std::map<std::string, hid_t>;

/// What a variable along `run` is, apart from its values.
struct RunVariableSpec {
  std::string name;
  std::vector<std::string> dimensions;  ///< the first is the run
  std::vector<std::size_t> row_shape;   ///< lengths of the others
  hid_t type = H5I_INVALID_HID;         ///< a native HDF5 number type, or negative for text
  std::vector<std::byte> fill;          ///< one value of a number type
  std::function<void(hid_t)> describe;  ///< writes the attributes
};

/// A variable that grows run by run. Rows are collected until a chunk is full, so that every chunk is compressed and
/// written once.
class RunVariable {
 public:
  /// `planned_runs` (0: unknown) keeps the chunks of short files short.
  RunVariable(RunVariableSpec spec, const StorageOptions& storage, std::size_t planned_runs);

  const std::string& name() const { return spec_.name; }
  /// Room for the values of the next run, filled with the fill value. Valid until the next call.
  std::span<std::byte> append_row();
  template <class Number>
  void append(Number value) {
    std::memcpy(append_row().data(), &value, sizeof value);
  }
  void append_text(std::string text) { texts_.push_back(std::move(text)); }

  bool full() const { return n_waiting() >= chunk_rows_; }
  /// Shortens the chunk of a variable that is not created yet to the number of runs, known at last.
  void limit_chunk(std::size_t n_runs) { chunk_rows_ = std::max<std::size_t>(1, std::min(chunk_rows_, n_runs)); }
  /// Creates the dataset in `group`; a variable named as its own dimension becomes its coordinate.
  void create(hid_t group, Dimensions& dimensions);
  /// Writes the waiting rows.
  void flush();
  void close() { dataset_.close("write variable " + spec_.name); }

 private:
  bool is_text() const { return spec_.type < 0; }
  std::size_t n_waiting() const { return is_text() ? texts_.size() : n_waiting_; }

  RunVariableSpec spec_;
  std::size_t row_bytes_ = 0, chunk_rows_ = 1;
  int deflate_level_;
  std::vector<std::byte> waiting_;
  std::vector<std::string> texts_;
  std::size_t n_waiting_ = 0, n_written_ = 0;
  hdf5::Handle dataset_;
};

}  // namespace innochain
