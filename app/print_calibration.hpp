#pragma once

#include "calibration/calibrate.hpp"
#include "calibration/second_stage.hpp"

namespace innochain {

/// Prints what a calibration found: parameters with intervals and shrinkage, the fit of each series, and, if asked for,
/// the forecasts of what was held out with their scores.
void print_calibration(const InstitutionalModel& model, const CalibrationResult& result, bool predict);

/// Parameters of outputs before and after, and known outputs against the draws.
void print_second_stage(const OutputModel& model, const SecondStage& result, bool predict);

}  // namespace innochain
