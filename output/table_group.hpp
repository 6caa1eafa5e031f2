#pragma once

#include <string>

#include "output/hdf5.hpp"
#include "output/table.hpp"

namespace innochain {

/// Writes a table as the group `table.name` of `parent`, every column a variable along `dimension`: the column of that
/// name where there is one, else the number of the row. A table without rows becomes a group without variables.
void write_table(hid_t parent, const Table& table, const std::string& dimension);

}  // namespace innochain
