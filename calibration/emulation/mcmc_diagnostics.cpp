#include "calibration/emulation/mcmc_diagnostics.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace innochain {
namespace {

/// Halves of chains, one a column, of one parameter.
MatrixXd split(const std::vector<MatrixXd>& chains, Eigen::Index parameter) {
  const Eigen::Index half = chains.front().rows() / 2;
  MatrixXd result(half, 2 * static_cast<Eigen::Index>(chains.size()));
  for (std::size_t c = 0; c < chains.size(); ++c) {
    const auto column = 2 * static_cast<Eigen::Index>(c);
    result.col(column) = chains[c].col(parameter).head(half);
    result.col(column + 1) = chains[c].col(parameter).tail(half);
  }
  return result;
}

/// Mean over chains of the covariance between draws `lag` apart.
double autocovariance(const MatrixXd& centred, Eigen::Index lag) {
  const Eigen::Index n = centred.rows() - lag;
  return centred.topRows(n).cwiseProduct(centred.bottomRows(n)).sum() /
         static_cast<double>(centred.rows() * centred.cols());
}

struct Agreement {
  double r_hat, effective_size;
};

Agreement agreement(const MatrixXd& draws) {
  const auto n = static_cast<double>(draws.rows()), m = static_cast<double>(draws.cols());
  const Eigen::RowVectorXd means = draws.colwise().mean();
  const MatrixXd centred = draws.rowwise() - means;
  const double within = centred.squaredNorm() / (m * (n - 1.0));
  const double between = (means.array() - means.mean()).square().sum() / (m - 1.0);
  const double total = within * (n - 1.0) / n + between;
  if (!(within > 0.0)) return {1.0, 1.0};
  // Correlations in pairs of lags, whose sums fall and stay positive in a reversible chain (Geyer 1992).
  const auto correlation = [&](Eigen::Index lag) {
    return 1.0 - (within - n / (n - 1.0) * autocovariance(centred, lag)) / total;
  };
  double sum = 0.0, last = 1e300;
  for (Eigen::Index lag = 0; lag + 1 < draws.rows(); lag += 2) {
    const double pair = lag == 0 ? 1.0 + correlation(1) : correlation(lag) + correlation(lag + 1);
    if (!(pair > 0.0)) break;
    last = std::min(last, pair);
    sum += last;
  }
  const double size = m * n / std::max(2.0 * sum - 1.0, 1.0);
  return {std::sqrt(total / within), size};
}

}  // namespace

ChainDiagnostics diagnose_chains(const std::vector<MatrixXd>& chains) {
  if (chains.size() < 2 || chains.front().rows() < 4)
    throw std::invalid_argument("chains are compared from two chains of four draws on");
  ChainDiagnostics result{VectorXd(chains.front().cols()), VectorXd(chains.front().cols())};
  for (Eigen::Index d = 0; d < chains.front().cols(); ++d) {
    const auto [r_hat, effective_size] = agreement(split(chains, d));
    result.r_hat[d] = r_hat;
    result.effective_size[d] = effective_size;
  }
  return result;
}

}  // namespace innochain
