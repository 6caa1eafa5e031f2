#pragma once

#include <vector>

#include "calibration/emulation/non_implausible_space.hpp"
#include "calibration/emulation/statistic_emulator.hpp"

namespace innochain {

/// How many standard deviations each emulated mean is away from the observation, given everything that is uncertain:
///   I_j(z) = |E[d_j(z)]| / √(1 + δ_j² + emulator variance + variance of one run),
/// in units of the error of observation (the 1), δ the model's discrepancy. A point is implausible where the n-th
/// largest I_j exceeds the cutoff; 3 holds at least 95 % of any unimodal distribution (Pukelsheim 1994, The American
/// Statistician 48, 88–91), n = 2 or 3 forgives one or two emulators that err.
/// Source: Craig et al. 1997; Vernon, Goldstein and Bower 2010, Bayesian Analysis 5, 619–670; Andrianakis et al. 2015,
/// PLOS Computational Biology 11, e1003968.
class Implausibility : public Constraint {
 public:
  struct Options {
    std::size_t rank = 1;  ///< n; at most the number of statistics
    double cutoff = 3.0;
  };

  /// \param used which statistics count; sooner answered where those that rule out most come first
  /// \param discrepancy δ by statistic
  /// Throws std::invalid_argument where the rank is 0 or exceeds the number of used statistics.
  Implausibility(const std::vector<StatisticEmulator>& emulators, std::vector<std::size_t> used,
                 std::vector<double> discrepancy, const Options& options);

  double of_statistic(std::size_t statistic, const VectorXd& point) const;
  /// The n-th largest.
  double value(const VectorXd& point) const;

  double severity(const VectorXd& point) const override { return value(point) / options_.cutoff; }
  bool within(const VectorXd& point, double level) const override;

 private:
  /// Whether I_j exceeds a limit. The variance of an emulator, which costs most, is computed only where neither
  /// leaving it out nor a bound from above settles it.
  bool exceeds(std::size_t statistic, const VectorXd& point, double limit) const;
  /// 1 + δ²: the variance that is the same everywhere.
  double fixed_variance(std::size_t statistic) const;
  double exact(std::size_t statistic, const VectorXd& point, double mean) const;

  const std::vector<StatisticEmulator>* emulators_;
  std::vector<std::size_t> used_;
  std::vector<double> discrepancy_;
  Options options_;
};

}  // namespace innochain
