#pragma once

#include <span>
#include <vector>

#include "calibration/institutional_model.hpp"

namespace innochain {

/// Compares runs of institutions with the targets year by year, as they go.
class PathComparison {
 public:
  /// \param model must outlive it
  explicit PathComparison(const InstitutionalModel& model);
  /// What is known at the end of a year up to the last of the fit, and was not before. Begins anew with the first year
  /// of a run; years must come one after the other.
  /// \param params of institutions alone
  /// \param occasions of the run so far
  void add(Year year, const Params& params, const Indicators& run, std::span<const ApprovalOccasion> occasions);
  /// Of the statistics that the years so far decide, with corrections; 0 of others.
  std::span<const double> deviations() const { return deviations_; }
  /// Of the calls so far, by series.
  std::span<const double> log_weights() const { return log_weights_; }

 private:
  const InstitutionalModel& model_;
  std::vector<ApprovalPath> paths_;  ///< by series
  std::vector<double> deviations_, log_weights_;
};

}  // namespace innochain
