#pragma once

#include <filesystem>

/// What a release carries beside the program.
namespace innochain::testing {

inline const std::filesystem::path source_folder = INNOCHAIN_SOURCE_DIR;
inline const std::filesystem::path shipped_scenarios = source_folder / "scenarios";

}  // namespace innochain::testing
