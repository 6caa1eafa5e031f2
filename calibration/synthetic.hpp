#pragma once

#include <cstdint>
#include <vector>

#include "calibration/institutional_model.hpp"
#include "sim/core/random.hpp"

/// Data that the model itself made, with parameters that are known: what a calibration should find again.
///
/// Random draws have addresses of their own among those of Purpose::abc_smc: the replicate is design_replicate, as in
/// calibrate(), which takes year 0; here the year is that of SyntheticDraw. A sampler's replicate is its generation,
/// which never gets so far.
namespace innochain {

/// What the draws of synthetic studies are for; stands for the year of the streams, the agent being the number of the
/// set or of the run.
enum class SyntheticDraw : int {
  seed = 1,     ///< of a set
  truth,        ///< parameters of a set
  error,        ///< of observation, of a set
  table_run,    ///< parameters of the runs of a table
  table_truth,  ///< parameters of the runs that are looked for in it
  truth_noise,  ///< of the rank check
  pilot_noise
};
Stream synthetic_stream(std::uint64_t seed, SyntheticDraw draw, std::size_t number);

/// One synthetic set: a calibration whose observations are simulated, and what they were simulated with.
struct SyntheticSet {
  std::vector<double> scores, values;  ///< of the true parameters, in the order of the prior
  std::uint32_t luck = 0;              ///< replicate of the generating run; no sampler of the set's seed meets it
  std::vector<double> errors;          ///< observed, or its middle, less simulated, by statistic, in units of σ
  Calibration calibration;             ///< hand it to an InstitutionalModel, which must not outlive the set
};

/// Makes a set: parameters from the prior, one run of the institutions up to the end of the fit in which the calls that
/// the calibration knows of are drawn (other years keep the scenario's list, moratoria stay), and in the copy of the
/// calibration
///
/// - every item and end of the fit becomes what the run gives, but for an error: a point moves there, an interval keeps
///   its width and its middle moves there. Errors are uniform in the region that the sampler accepts at the tolerance
///   where it ends (target_tolerance(), without adaptive scales), independent between designations: those of which a
///   posterior at that tolerance is right. σ stays as it is, since the level that it comes from is no part of an item;
/// - the calls are those of the run, as data and as the scenario's list. The real ones are read off the approvals
///   (two or more), those of a set are known as such;
/// - the seed is the set's own, so that sets share no luck.
///
/// Nothing is corrected for what the institutions alone leave out: the data leave it out as well. Items after the fit,
/// sums and curves, which no fit reads, stay as observed.
/// \param number of the set, from 0
SyntheticSet make_synthetic(const InstitutionalModel& model, std::size_t number);

/// Params of the institutions up to the end of the fit in which every call that the calibration knows of is drawn.
Params institutions_with_drawn_calls(const InstitutionalModel& model);

/// Whether a run opened a call.
bool call_in(const Params& params, const Indicators& run, DesignationId designation, Year year);

}  // namespace innochain
