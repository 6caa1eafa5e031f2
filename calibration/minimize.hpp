#pragma once

#include <cstddef>
#include <exception>
#include <optional>
#include <span>
#include <vector>

#include "calibration/calibrated_draws.hpp"
#include "calibration/simulator.hpp"

namespace innochain {

/// What point fits and profiles minimize; see fit_point(). All evaluations share the luck of their replicates, so that
/// it is a function of the scores.
class FitObjective {
 public:
  /// \param options must outlive the objective
  FitObjective(const Simulator& simulator, int replicates, const WorkOptions& options);

  /// Throws Stopped.
  double operator()(std::span<const double> scores);
  const std::vector<double>& mean_deviations() const { return means_; }  ///< of the last evaluation, by statistic
  std::size_t n_evaluations() const { return n_; }
  std::size_t n_parameters() const { return simulator_.prior().size(); }

 private:
  void simulate(std::span<const double> scores);

  const Simulator& simulator_;
  std::size_t n_replicates_;
  const WorkOptions& options_;
  std::vector<double> values_, means_;
  std::size_t n_ = 0;
};

struct Minimum {
  std::vector<double> scores;
  double objective = 0.0;
};

/// Subplex method (Rowan 1990, as NLopt's LN_SBPLX) over normal scores within ±3.
/// \param held a parameter that keeps its score, or none
/// \param evaluations after which it ends
/// Throws std::invalid_argument where the start lies outside.
Minimum minimize(FitObjective& objective, std::vector<double> start, std::optional<std::size_t> held, int evaluations);

}  // namespace innochain
