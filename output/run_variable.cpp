#include "output/run_variable.hpp"

#include <numeric>

namespace innochain {

RunVariable::RunVariable(RunVariableSpec spec, const StorageOptions& storage, std::size_t planned_runs)
    : spec_(std::move(spec)), deflate_level_(storage.deflate_level) {
  const std::size_t row_values =
      std::accumulate(spec_.row_shape.begin(), spec_.row_shape.end(), std::size_t{1}, std::multiplies<>());
  const std::size_t value_bytes = is_text() ? sizeof(hvl_t) : H5Tget_size(spec_.type);
  row_bytes_ = row_values * value_bytes;
  constexpr std::size_t most_rows = 4096;  // keeps one-number rows (replicate, seed) in chunks that are read at once
  chunk_rows_ = std::clamp<std::size_t>(storage.chunk_bytes / row_bytes_, 1, most_rows);
  if (planned_runs > 0) limit_chunk(planned_runs);
}

std::span<std::byte> RunVariable::append_row() {
  const std::size_t start = n_waiting_++ * row_bytes_;
  if (waiting_.size() < start + row_bytes_) waiting_.resize(start + row_bytes_);
  const std::span<std::byte> row(waiting_.data() + start, row_bytes_);
  for (std::size_t at = 0; at < row.size(); at += spec_.fill.size()) {
    std::memcpy(row.data() + at, spec_.fill.data(), spec_.fill.size());
  }
  return row;
}

void RunVariable::create(hid_t group, Dimensions& dimensions) {
  hdf5::Layout layout;
  layout.shape = {0};
  layout.chunk = {chunk_rows_};
  layout.shape.insert(layout.shape.end(), spec_.row_shape.begin(), spec_.row_shape.end());
  layout.chunk.insert(layout.chunk.end(), spec_.row_shape.begin(), spec_.row_shape.end());
  layout.deflate_level = is_text() ? 0 : deflate_level_;
  layout.fill = is_text() ? nullptr : spec_.fill.data();
  const hdf5::Handle text = hdf5::text_type();
  dataset_ = hdf5::create_dataset(group, spec_.name, is_text() ? text.id() : spec_.type, layout);
  if (spec_.dimensions.size() == 1 && spec_.dimensions[0] == spec_.name) {
    hdf5::make_scale(dataset_.id(), spec_.name);
    dimensions[spec_.name] = dataset_.id();
  } else {
    for (unsigned axis = 0; axis < spec_.dimensions.size(); ++axis) {
      hdf5::attach_scale(dataset_.id(), dimensions.at(spec_.dimensions[axis]), axis);
    }
  }
  spec_.describe(dataset_.id());
}

void RunVariable::flush() {
  if (is_text())
    hdf5::write_text_rows(dataset_.id(), n_written_, texts_);
  else
    hdf5::write_rows(dataset_.id(), spec_.type, n_written_, n_waiting_, waiting_.data());
  n_written_ += n_waiting();
  n_waiting_ = 0;
  texts_.clear();
}

}  // namespace innochain
