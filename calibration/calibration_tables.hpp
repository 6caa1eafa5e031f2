#pragma once

#include <array>
#include <string>
#include <vector>

#include "calibration/calibrate.hpp"
#include "calibration/posterior_file.hpp"

namespace innochain {

/// What is known of a parameter before and after.
struct ParameterSummary {
  std::string path, unit;
  std::array<double, 3> prior, posterior;  ///< 5 %, 50 % and 95 % quantiles
  double shrinkage = 0.0;                  ///< see shrinkages()
  double point_fit = 0.0;
};
std::vector<ParameterSummary> summarize_parameters(const InstitutionalModel& model, const CalibrationResult& result);

/// Writes all of a result into a posterior file.
void write_calibration(PosteriorWriter& writer, const InstitutionalModel& model, const CalibrationResult& result);

}  // namespace innochain
