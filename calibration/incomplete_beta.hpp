#pragma once

namespace innochain {

/// The regularized incomplete beta function with the fixed functions of `maths`, so that its bits do not depend on the
/// processor (Boost.Math calls those of <cmath>).
class IncompleteBeta {
 public:
  /// \param a, b shapes, positive
  IncompleteBeta(double a, double b);

  /// I_x(a, b): probability that a beta variable is below x. Relative error about 1e-13 where it is below one half.
  double operator()(double x) const;
  /// The x in [0, 1] with I_x(a, b) = p; relative error about 1e-13 for p below one half.
  double inverse(double p) const;
  double log_density(double x) const;

 private:
  double a_, b_, log_beta_;
};

}  // namespace innochain
