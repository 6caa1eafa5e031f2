#pragma once

#include <functional>
#include <string>
#include <vector>

#include "calibration/abc_smc.hpp"
#include "calibration/calibrated_draws.hpp"
#include "calibration/calibration_store.hpp"
#include "calibration/evaluation.hpp"
#include "calibration/point_fit.hpp"
#include "calibration/profiles.hpp"
#include "calibration/second_method.hpp"

namespace innochain {

/// What a calibration tells on its way.
struct CalibrationNews {
  std::function<void(const std::string& stage, std::size_t n)> begin = [](const std::string&, std::size_t) {};
  std::function<void(std::size_t done)> progress = [](std::size_t) {};
  std::function<void(const std::string& line)> say = [](const std::string&) {};
};

/// All that a calibration finds out.
struct CalibrationResult {
  PointFit point_fit;
  std::vector<double> corrections, correction_errors;  ///< by statistic; see feedback_corrections()
  AbcState abc;
  AbcStop stop = AbcStop::generations;
  std::vector<CalibratedDraw> draws;
  PredictivePaths kept, free;           ///< of the whole model
  std::vector<double> whole_distances;  ///< of the kept pasts in the whole model, by draw and series
  Evaluation evaluation;
  std::vector<Profile> profiles;       ///< by parameter, where they were asked for
  std::optional<SecondMethod> second;  ///< where it was asked for
};

/// What may be asked for beside the posterior.
struct CalibrationExtras {
  bool profiles = false;       ///< how well the model fits where one parameter is held
  bool second_method = false;  ///< history matching with emulators, and the comparison of both posteriors
};

/// Runs a calibration: a point fit as a first guess, the corrections for what the institutions alone leave out,
/// ABC-SMC, a past that fits for each draw, and predictions with the whole model. Every stage, and every generation of
/// the sampler, is kept in the store, from which a later call goes on. The result depends on the calibration alone.
/// Throws Stopped.
CalibrationResult calibrate(InstitutionalModel& model, const CalibrationStore& store, const WorkOptions& options,
                            const CalibrationNews& news, const CalibrationExtras& extras = {});

/// The sampler's configuration that a calibration file asks for.
AbcConfig sampler_config(const Calibration& calibration, std::size_t threads);

/// Text that two calibrations share if and only if one can go on where the other stopped.
std::string identity_of(const InstitutionalModel& model);

}  // namespace innochain
