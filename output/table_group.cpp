#include "output/table_group.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "sim/state/indicators.hpp"

namespace innochain {

namespace {

hdf5::Handle write_values(hid_t group, const std::string& name, const std::vector<std::string>& texts) {
  const hdf5::Handle type = hdf5::text_type();
  hdf5::Handle dataset = hdf5::create_dataset(group, name, type.id(), {.shape = {texts.size()}, .chunk = {}});
  hdf5::write_text_rows(dataset.id(), 0, texts);
  return dataset;
}

template <class Number>
hdf5::Handle write_values(hid_t group, const std::string& name, const std::vector<Number>& numbers) {
  hdf5::Handle dataset =
      hdf5::create_dataset(group, name, hdf5::native<Number>(), {.shape = {numbers.size()}, .chunk = {}});
  hdf5::write_rows(dataset.id(), hdf5::native<Number>(), 0, numbers.size(), numbers.data());
  return dataset;
}

void write_fill(hid_t, const std::vector<std::string>&) {}
void write_fill(hid_t dataset, const std::vector<double>&) {
  hdf5::write_attribute(dataset, "_FillValue", std::numeric_limits<double>::quiet_NaN());
}
void write_fill(hid_t dataset, const std::vector<std::int32_t>&) {
  hdf5::write_attribute(dataset, "_FillValue", Count::fill());
}

hdf5::Handle write_column(hid_t group, const TableColumn& column, const std::string& dimension) {
  hdf5::Handle dataset =
      std::visit([&](const auto& values) { return write_values(group, column.name, values); }, column.values);
  if (!column.long_name.empty()) hdf5::write_attribute(dataset.id(), "long_name", column.long_name);
  if (!column.unit.empty()) hdf5::write_attribute(dataset.id(), "units", column.unit);
  // A coordinate has no missing values.
  if (column.name == dimension)
    hdf5::make_scale(dataset.id(), dimension);
  else
    std::visit([&](const auto& values) { write_fill(dataset.id(), values); }, column.values);
  return dataset;
}

TableColumn numbered_rows(const std::string& dimension, std::size_t n_rows) {
  std::vector<std::int32_t> numbers(n_rows);
  std::iota(numbers.begin(), numbers.end(), 0);
  return {dimension, "1", "number of the row", std::move(numbers)};
}

}  // namespace

void write_table(hid_t parent, const Table& table, const std::string& dimension) {
  const hdf5::Handle group = hdf5::create_group(parent, table.name);
  if (!table.title.empty()) hdf5::write_attribute(group.id(), "title", table.title);
  if (table.n_rows() == 0) return;

  const auto is_dimension = [&](const TableColumn& column) { return column.name == dimension; };
  const auto own = std::ranges::find_if(table.columns, is_dimension);
  const hdf5::Handle scale =
      write_column(group.id(), own != table.columns.end() ? *own : numbered_rows(dimension, table.n_rows()), dimension);
  for (const TableColumn& column : table.columns) {
    if (is_dimension(column)) continue;
    const hdf5::Handle dataset = write_column(group.id(), column, dimension);
    hdf5::attach_scale(dataset.id(), scale.id(), 0);
  }
}

}  // namespace innochain
