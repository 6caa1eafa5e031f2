#pragma once

#include <vector>

#include "calibration/linear_algebra.hpp"

namespace innochain {

/// How well Markov chains agree, by parameter. Source: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., sections
/// 11.4 and 11.5, with chains split in halves.
struct ChainDiagnostics {
  VectorXd r_hat;           ///< potential scale reduction: 1 where chains agree; above most_r_hat they do not
  VectorXd effective_size;  ///< number of independent draws that would give the same error of the mean
};

inline constexpr double most_r_hat = 1.05;

/// \param chains draws in rows, parameters in columns; all of the same size, at least two chains of four draws
ChainDiagnostics diagnose_chains(const std::vector<MatrixXd>& chains);

}  // namespace innochain
