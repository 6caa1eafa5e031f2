#pragma once

#include <filesystem>
#include <vector>

namespace innochain {

/// Writes a result file as tidy CSV (RFC 4180, UTF-8, one header line) into `folder`, which is created if needed:
/// `runs.csv`, one row a run; one file for all variables of the same dimensions, e.g. `run_year_lab_type.csv`, with the
/// run, scenario, arm, replicate and the categories first and a column for each variable; and one file for each table
/// and series, e.g. `institutions.csv`, `observed_skl_stock.csv`, `traces_run_agent_year.csv`. A fill value is an empty
/// field; rows that are all fill (failed runs, years outside a scenario) are left out. Numbers are written so that they
/// read back exactly.
///
/// Returns the files written. Throws CannotCreate before anything is written if one of them exists and not `force`;
/// InputMissing, NotAResultFile, ReadFailed, WriteFailed.
std::vector<std::filesystem::path> export_csv(const std::filesystem::path& result, const std::filesystem::path& folder,
                                              bool force);

}  // namespace innochain
