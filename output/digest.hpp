#pragma once

#include <filesystem>
#include <string>

namespace innochain {

/// SHA-256, in hexadecimal, of what a result file says: of every variable its name, type, dimensions, shape and values
/// (with the order of the runs), and all attributes but the volatile ones. Two files with the same digest are equal.
/// Chunks, compression, file bytes and the order in which variables were created do not count, nor what HDF5 and netCDF
/// keep for themselves. Throws InputMissing, NotAResultFile, ReadFailed.
std::string digest(const std::filesystem::path& path);

}  // namespace innochain
