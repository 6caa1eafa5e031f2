#pragma once

#include "calibration/linear_algebra.hpp"

namespace innochain {

/// A weighted sample of the posterior in normal scores, from any method.
struct PosteriorSample {
  MatrixXd scores;   ///< one draw a row
  VectorXd weights;  ///< not negative; any sum
  /// By parameter, the number of independent draws that the sample is worth; empty where only the weights make draws
  /// unequal, (Σw)²/Σw² (Kish 1965).
  VectorXd effective_sizes;
};

}  // namespace innochain
