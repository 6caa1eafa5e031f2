#pragma once

#include "calibration/rank_check.hpp"
#include "calibration/synthetic.hpp"

namespace innochain {

/// Runs of the institutions with parameters from the prior and with the calls that the calibration knows of drawn.
/// Statistics are what the items of the fit measure, and for each fitted series the number of those calls before the
/// quality regime and in it. About three milliseconds a run. Run i depends on the seed, `purpose` and i alone.
/// \param purpose table_run or table_truth: two tables share no parameters and no luck. Throws Stopped.
PriorRuns simulate_prior_runs(const InstitutionalModel& model, SyntheticDraw purpose, std::size_t n,
                              const WorkOptions& options);

}  // namespace innochain
