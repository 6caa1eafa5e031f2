#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "calibration/sensitivity/analysis.hpp"
#include "output/result_file.hpp"

namespace innochain {

/// What the runs of a study gave.
struct StudyRuns {
  std::vector<double> values;        ///< as `analyse` expects them
  std::vector<std::int32_t> status;  ///< by run: 0 done, 1 failed

  std::size_t n_failed() const;
};

/// Writes the result file of a study (HDF5 in netCDF-4 layout): indices by output and factor with the ends of their
/// intervals, the points of the design, and the outputs of every run. It appears under its name when it is complete.
/// \param header the scenario, seed and provenance. Throws CannotCreate, WriteFailed.
void write_study_result(const std::filesystem::path& path, bool force, const ResultHeader& header,
                        const SensitivityStudy& study, const StudyRuns& runs, std::span<const OutputAnalysis> analyses);

/// Reads the runs back. Throws InputMissing, NotAResultFile, ReadFailed.
StudyRuns read_study_runs(const std::filesystem::path& path);

}  // namespace innochain
