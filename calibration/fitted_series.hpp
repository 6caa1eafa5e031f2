#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "calibration/calibration_file.hpp"
#include "sim/state/indicators.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// What is fitted of one designation.
struct FittedSeries {
  const TargetSeries* series = nullptr;
  DesignationId designation;
  std::vector<const TargetItem*> items;  ///< in the window of the fit
  const TargetItem* end = nullptr;       ///< the stock at the end of the fit, if it is known
  std::vector<CallDatum> calls;          ///< up to the end of the fit, without moratoria, by year
};

/// What a calibration fits of a series of one designation.
FittedSeries fitted_part(const TargetSeries& series, const Calibration& calibration);

/// Calls `visit(item, statistic)` for its items and the end of the fit. \param first statistic
template <class Visit>
void for_each_item(const FittedSeries& fitted, std::size_t first, Visit&& visit) {
  for (const TargetItem* item : fitted.items) visit(*item, first++);
  if (fitted.end) visit(*fitted.end, first);
}

/// A path of which no year is known yet.
void begin_path(const Params& params, const Indicators& run, DesignationId designation, YearSpan years,
                ApprovalPath& path);
/// One year of it, of a run that has come so far.
void read_year(const Params& params, const Indicators& run, DesignationId designation, Year year, ApprovalPath& path);
/// Reads the path of a designation from a run.
void read_path(const Params& params, const Indicators& run, DesignationId designation, YearSpan years,
               ApprovalPath& path);

/// The logarithm of the probability that a call of a designation came, or did not, as it was observed (see
/// call_probability()), given the gap of a run under these parameters. What the model rules out has 10⁻¹², since
/// emulators need a logarithm.
/// \param occasions of the run; those of other designations do not count
double log_probability_of_call(const CallDatum& datum, DesignationId designation, const Params& params,
                               std::span<const ApprovalOccasion> occasions);
/// Of all its calls.
double log_probability_of_calls(const FittedSeries& fitted, const Params& params,
                                std::span<const ApprovalOccasion> occasions);

}  // namespace innochain
