#pragma once

#include <span>

#include "output/hdf5.hpp"
#include "output/result_file.hpp"
#include "output/table.hpp"

namespace innochain {

/// Names of the root attributes that may differ between identical runs, separated by spaces in the root attribute
/// `volatile_attributes`. The digest leaves them out. The program's version and commit are among them because what they
/// do to the values is said by `model_revision`.
inline constexpr const char* volatile_attributes =
    "history date_created source build machine threads output_path ensemble";

/// Root attributes: conventions, provenance, the first scenario's YAML and its SHA-256.
void write_root_attributes(hid_t file, const ResultHeader& header, const std::string& output_path);

/// Groups /scenarios, /regimes, /targets and /institutions.
Table scenario_table(std::span<const ScenarioRecord> scenarios);
Table regime_table(std::span<const ScenarioRecord> scenarios);
Table target_table(std::span<const ScenarioRecord> scenarios);
Table institution_table(const System& system);

}  // namespace innochain
