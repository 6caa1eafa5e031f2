#pragma once

#include <span>
#include <string>

#include "calibration/sensitivity/analysis.hpp"

namespace innochain {

/// Prints a table for every output: its indices with their intervals, the factors that matter most first, and what luck
/// does. Of second-order indices, those whose interval leaves out 0.
void print_sensitivity(const SensitivityStudy& study, std::span<const OutputAnalysis> analyses);

/// Writes all indices, one a row. Throws CannotCreate, WriteFailed.
void write_indices_csv(const SensitivityStudy& study, std::span<const OutputAnalysis> analyses, const std::string& path,
                       bool force);
/// Writes everything that is printed and all indices. Throws CannotCreate, WriteFailed.
void write_indices_json(const SensitivityStudy& study, std::span<const OutputAnalysis> analyses,
                        const std::string& path, bool force);

}  // namespace innochain
