#pragma once

#include <optional>
#include <vector>

#include "calibration/evaluation.hpp"
#include "calibration/point_fit.hpp"
#include "calibration/profiles.hpp"
#include "calibration/sampling.hpp"
#include "calibration/second_method.hpp"

namespace innochain {

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
/// ABC-SMC, a past that fits for each draw, and predictions with the whole model. The point fit, the corrections, every
/// generation of the sampler and the draws with their pasts are kept in the store, from which a later call goes on;
/// predictions and extras, some minutes, are made again. The result depends on the calibration alone.
/// \param n_shards that share the simulations of ABC-SMC; this process is the first, the others call help_calibration
/// Throws Stopped.
CalibrationResult calibrate(InstitutionalModel& model, const CalibrationStore& store, const WorkOptions& options,
                            const CalibrationNews& news, const CalibrationExtras& extras = {},
                            std::size_t n_shards = 1);

/// Works as one of the shards beside the first: waits for the corrections, then shares the simulations of ABC-SMC until
/// the sampler ends. Throws Stopped, and what sample_posterior throws.
void help_calibration(InstitutionalModel& model, const CalibrationStore& store, Shard shard, const WorkOptions& options,
                      const CalibrationNews& news);

}  // namespace innochain
