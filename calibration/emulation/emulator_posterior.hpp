#pragma once

#include <cstdint>
#include <vector>

#include "calibration/emulation/history_matching.hpp"
#include "calibration/emulation/mcmc_diagnostics.hpp"
#include "calibration/posterior_sample.hpp"

namespace innochain {

struct EmulatorPosteriorOptions {
  std::uint64_t seed = 1;
  std::size_t n_chains = 16;
  std::size_t n_warm_up = 200, n_draws = 200;  ///< by chain
  std::vector<double> discrepancy;             ///< as in HistoryMatchingOptions
};

struct EmulatorPosterior {
  PosteriorSample sample;  ///< chain by chain
  ChainDiagnostics diagnostics;
};

/// Log-likelihood of the observations as the emulators of a wave see it: by block, the deviations of one run are normal
/// with the emulated mean and the covariance
///   (1 + δ²) + emulator variance (diagonal) + run variance, with the correlations of the replicates,
/// a synthetic likelihood (Wood 2010, Nature 466, 1102–1104; Price et al. 2018, Journal of Computational and Graphical
/// Statistics 27, 1–11) whose moments are emulated; times the emulated mean weight of blocks that have one. Statistics
/// whose emulators failed their diagnostics are left out.
class EmulatorLikelihood {
 public:
  /// Throws std::invalid_argument where no statistic is emulated or the discrepancy has another size.
  EmulatorLikelihood(const Wave& wave, const std::vector<StatisticsBlock>& blocks, std::vector<double> discrepancy,
                     const EmulatorOptions& options);

  double operator()(const VectorXd& point) const;

 private:
  struct Block {
    std::vector<std::size_t> statistics;
    MatrixXd correlation;              ///< of these
    std::vector<Emulator> log_weight;  ///< one, or none where all weights are 1
  };
  double of_block(const Block& block, const VectorXd& point) const;

  const Wave* wave_;
  std::vector<double> discrepancy_;
  std::vector<Block> blocks_;
};

/// Draws from prior × EmulatorLikelihood in the non-implausible space, outside of which the last emulators have not
/// seen the simulator. Elliptical slice sampling in chains that start from points of the space, about a normal
/// approximation of the posterior learnt while warming up (Nishihara, Murray and Adams 2014, Journal of Machine
/// Learning Research 15, 2087–2112). Chains run in parallel; the result depends on the arguments alone. Throws
/// std::invalid_argument: the space is empty, no statistic is emulated, or fewer than two chains, four draws or 8 (D +
/// 1) warm-up draws in all chains together.
EmulatorPosterior sample_emulator_posterior(const Simulator& simulator, const HistoryMatch& match,
                                            const EmulatorOptions& emulator, const EmulatorPosteriorOptions& options);

}  // namespace innochain
