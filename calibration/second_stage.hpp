#pragma once

#include <vector>

#include "calibration/forecast_scores.hpp"
#include "calibration/output_model.hpp"
#include "calibration/posterior_file.hpp"
#include "calibration/sampling.hpp"

/// The second stage of a calibration: outputs, with the draws of the first.
namespace innochain {

/// One draw: parameters of this stage, and the draw of the first stage that they go with.
struct OutputDraw {
  std::size_t first_stage_draw = 0;
  std::vector<double> values;  ///< in the order of the prior
};

/// One known output against the draws.
struct OutputResult {
  OutputTarget target;
  bool held_out = false;
  Forecast fitted;  ///< draws of this stage
  Forecast before;  ///< the same draws of the first stage, with the parameters that the scenario has
};

struct SecondStage {
  AbcState abc;
  AbcStop stop = AbcStop::generations;
  std::vector<OutputDraw> draws;
  std::vector<OutputResult> outputs;
};

/// The posterior that the model takes its draws from. Throws as read_posterior; ReadFailed if it is no longer the one
/// that the calibration was read with.
Posterior first_stage_of(const OutputModel& model);

/// Samples the output parameters by ABC-SMC and runs the draws to the end of the prediction. The result depends on the
/// calibration alone. Throws what sample_posterior throws.
/// \param n_shards that share the simulations of the sampler; this process is the first, the others call
/// help_fit_outputs
SecondStage fit_outputs(const OutputModel& model, const CalibrationStore& store, std::size_t n_shards,
                        const WorkOptions& options, const CalibrationNews& news);

/// Works as one of the shards beside the first, until the sampler ends. Throws what sample_posterior throws.
void help_fit_outputs(const OutputModel& model, const CalibrationStore& store, Shard shard, const WorkOptions& options,
                      const CalibrationNews& news);

/// What the file of a second stage is about: all parameters that a run draws, those of the first stage too.
PosteriorSubject subject_of(const OutputModel& model, const Posterior& first);

/// Writes all of it into a posterior file, from which runs draw the parameters of both stages.
void write_second_stage(PosteriorWriter& writer, const OutputModel& model, const Posterior& first,
                        const SecondStage& result);

}  // namespace innochain
