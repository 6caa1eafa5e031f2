#pragma once

#include <optional>

#include "calibration/emulation/design_runs.hpp"
#include "calibration/emulation/emulator.hpp"

namespace innochain {

/// Emulates one statistic of a stochastic simulator: its mean over the luck, and its variance between runs. The
/// variance of the replicates is emulated first, through its log, with one length for all inputs; smoothed, it says how
/// much noise the means at the design points carry (Binois, Gramacy and Ludkovski 2018, Journal of Computational and
/// Graphical Statistics 27, 808–821, in two steps; Andrianakis et al. 2015).
class StatisticEmulator {
 public:
  /// Throws as Emulator.
  StatisticEmulator(const DesignRuns& runs, std::size_t statistic, const EmulatorOptions& options);

  /// Mean over the luck, in units of the error of observation.
  double mean(const VectorXd& point) const { return mean_.mean(point); }
  Prediction predict(const VectorXd& point) const { return mean_.predict(point); }
  /// Variance of one run about the mean: that of the log-normal prediction, with the error of the log that it has at
  /// the design points on average, as one for each point would cost as much as that of the mean.
  double run_variance(const VectorXd& point) const;
  const Emulator& mean_emulator() const { return mean_; }

 private:
  Emulator log_variance_;
  double log_variance_error_;  ///< mean variance of the predicted log over the design points
  Emulator mean_;
};

/// Digamma and trigamma: mean and variance of the log of a gamma variable with shape x > 0 and scale 1. By recurrence
/// to x ≥ 10 and the asymptotic series (Abramowitz and Stegun 1964, 6.3.18 and 6.4.12); error below 10⁻¹².
double digamma(double x);
double trigamma(double x);

}  // namespace innochain
