#pragma once

#include <cstddef>
#include <vector>

#include "calibration/emulation/gaussian_process.hpp"

namespace innochain {

struct EmulatorOptions {
  Kernel kernel = Kernel::matern_5_2;
  Trend trend = Trend::linear;
  bool one_length = false;  ///< the same for all inputs, in place of one each
  /// Hyperparameters are estimated from as many points, evenly spaced in the data; predictions use all.
  std::size_t most_fitting_points = 200;
  int most_evaluations = 40;  ///< of the likelihood, from each of two starts
};

/// A Gaussian process with hyperparameters fitted to the data. Inputs and values are brought to mean 0 and standard
/// deviation 1; in these units the hyperparameters have log-normal priors (median; standard deviation of the log):
/// lengths 2√D; 1, as distances grow with √D; variance ½; 1.5; nugget 10⁻³; 2. Their posterior mode is found by NLopt's
/// L-BFGS (Nocedal 1980, Mathematics of Computation 35, 773–782) from fixed starts, which calls no function of libm
/// that differs between processors, and stops by counts.
class Emulator {
 public:
  /// Throws as GaussianProcess.
  Emulator(const Observations& data, const EmulatorOptions& options);

  double mean(const VectorXd& point) const { return centre_ + scale_ * process_.mean(standard(point)); }
  Prediction predict(const VectorXd& point) const;
  /// Of the variance, from above and cheap: see GaussianProcess.
  double variance_bound(const VectorXd& point) const {
    return scale_ * scale_ * process_.variance_bound(standard(point));
  }
  LeaveOneOut leave_one_out() const { return process_.leave_one_out(); }
  const GaussianProcess& process() const { return process_; }  ///< in standard units

  /// Share of the variance of the emulated mean over the data's points that is lost without an input, with all its
  /// interactions: total sensitivity by Jansen's estimator (1999, Computer Physics Communications 117, 35–43) with the
  /// input taken from another point. Inputs below 0.01 are commonly called inactive.
  std::vector<double> total_effects(const MatrixXd& points) const;

 private:
  VectorXd standard(const VectorXd& point) const { return (point - input_centre_).cwiseQuotient(input_scale_); }

  VectorXd input_centre_, input_scale_;
  double centre_, scale_;
  GaussianProcess process_;
};

/// Hyperparameters with the greatest posterior density, of data in standard units.
Hyperparameters fit_hyperparameters(const Observations& data, const EmulatorOptions& options);

}  // namespace innochain
