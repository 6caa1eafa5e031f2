#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "calibration/posterior_file.hpp"
#include "calibration/rank_check.hpp"
#include "calibration/recovery.hpp"

/// The files that checks of a calibration leave: tables in HDF5, netCDF-4 layout.
namespace innochain {

/// /parameters, /sets, and in /recovered every parameter of every set. Throws CannotCreate, WriteFailed.
void write_recovery_file(const std::filesystem::path& path, bool force, const InstitutionalModel& model,
                         const std::vector<RecoveredSet>& sets, const PosteriorProvenance& provenance);

/// /parameters, /sets, and in /ranks that of every parameter in every set. Throws CannotCreate, WriteFailed.
/// \param n_table_runs, n_draws what the ranks were found with
void write_rank_file(const std::filesystem::path& path, bool force, const InstitutionalModel& model,
                     const RankCheck& check, std::size_t n_table_runs, std::size_t n_draws,
                     const PosteriorProvenance& provenance);

}  // namespace innochain
