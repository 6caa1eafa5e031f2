#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "calibration/simulator.hpp"

namespace innochain {

/// What a sampler keeps of the runs of one parameter vector, so that it can judge them under any tolerance.
struct Replicates {
  std::vector<double> deviations;   ///< [replicate][statistic], in units of the observation's error
  std::vector<double> log_weights;  ///< [replicate][block]
};

/// The luck by which a sampler's runs of one parameter vector were simulated.
struct ParticleLuck {
  std::vector<std::uint32_t> numbers;  ///< [replicate]
  std::vector<std::uint32_t> blocks;   ///< [replicate][block][part]
  std::size_t n_parts = 1;             ///< of a block's luck

  std::span<std::uint32_t> parts_of(std::size_t replicate, std::size_t block) {
    return std::span(blocks).subspan((replicate * n_blocks() + block) * n_parts, n_parts);
  }
  std::span<const std::uint32_t> parts_of(std::size_t replicate, std::size_t block) const {
    return std::span(blocks).subspan((replicate * n_blocks() + block) * n_parts, n_parts);
  }
  Luck of(std::size_t replicate) const {
    const std::size_t size = n_blocks() * n_parts;
    return {numbers[replicate], std::span(blocks).subspan(replicate * size, size), n_parts};
  }

 private:
  std::size_t n_blocks() const { return blocks.size() / (numbers.size() * n_parts); }
};

/// What became of a particle's or a population's moves.
struct MoveCounts {
  std::size_t n_proposed = 0, n_accepted = 0;            ///< proposals of parameters
  std::size_t n_numbers = 0, n_numbers_accepted = 0;     ///< of these: with a new number for a replicate
  std::size_t n_renewals = 0, n_renewed = 0;             ///< of a block's luck, with its own parameters or not
  std::size_t n_history_moves = 0, n_history_moved = 0;  ///< see HistorySteps; of these: changed parameters

  MoveCounts& operator+=(const MoveCounts& other);
  double acceptance() const { return share(n_accepted, n_proposed); }
  /// Where a replicate's number, or a block's luck, is hardly ever renewed, particles live on the few lucks that
  /// fitted.
  double number_acceptance() const { return share(n_numbers_accepted, n_numbers); }
  double renewal_acceptance() const { return share(n_renewed, n_renewals); }
  double history_acceptance() const { return share(n_history_moved, n_history_moves); }

 private:
  static double share(std::size_t part, std::size_t whole) {
    return whole == 0 ? 1.0 : static_cast<double>(part) / static_cast<double>(whole);
  }
};

/// One member of the sequence of distributions between prior and posterior. A replicate r is inside block k where
/// mean_j (d_jr / radius_j)² ≤ 1 over the statistics j of the block, and the likelihood is estimated by
///
///     L = Π_k (1/R) Σ_r [r inside k] · exp(data_power · log_weight_kr),
///
/// without bias, because blocks are independent given the parameters. A deviation that is NaN or infinite is outside.
struct AbcTarget {
  double tolerance = std::numeric_limits<double>::infinity();
  double data_power = 0.0;  ///< weight of the data that have a likelihood in closed form, 0 … 1
  std::vector<double>
      inverse_radii;  ///< one a statistic, 0 at an infinite tolerance: scale of the statistic / tolerance
};

/// log_weight · data_power, also where the weight is 0 (−∞) and does not count yet.
inline double tempered(const AbcTarget& target, double log_weight) {
  return target.data_power > 0.0 ? target.data_power * log_weight : 0.0;
}

/// Whether one replicate is inside a block. \param deviations of all statistics of the replicate
bool is_inside(const AbcTarget& target, const StatisticsBlock& block, std::span<const double> deviations);

/// Logarithm of one block's factor in the estimate above; −∞ where it has no replicate inside.
double block_log_likelihood(const AbcTarget& target, const std::vector<StatisticsBlock>& blocks, std::size_t block,
                            const Replicates& replicates);

/// Logarithm of the estimate above.
double log_likelihood(const AbcTarget& target, const std::vector<StatisticsBlock>& blocks,
                      const Replicates& replicates);

struct AbcParticle {
  std::vector<double> scores;   ///< normal scores of the parameters
  std::uint64_t origin = 0;     ///< number of the proposal or renewal that changed the scores last; copies share it
  double weight = 0.0;          ///< of a population: they add up to 1
  double log_likelihood = 0.0;  ///< under the present target
  ParticleLuck luck;
  Replicates replicates;
};

using AbcPopulation = std::vector<AbcParticle>;

/// 1/Σw² for weights that need not add up to 1; 0 where all are 0. Source: Kong, Liu & Wong (1994), JASA 89, 278–288.
double effective_sample_size(std::span<const double> weights);

std::vector<double> weights_of(const AbcPopulation& population);

/// Weights after the likelihoods change, not normalized but of largest value 1; all 0 if none is positive.
std::vector<double> reweighted(const AbcPopulation& population, std::span<const double> log_likelihoods);

/// `n` places in proportion to weights that add up to 1, in order, with one uniform number for all (systematic
/// resampling; Kitagawa 1996, J. Comput. Graph. Stat. 5, 1–25). None has weight 0. \param uniform in (0, 1)
std::vector<std::size_t> systematic_choice(std::span<const double> weights, std::size_t n, double uniform);

/// Replaces the population by a systematic choice of copies, each of weight 1/n.
void resample(AbcPopulation& population, double uniform);

/// Particles of positive weight that are no copies of each other.
std::size_t n_unique(const AbcPopulation& population);

}  // namespace innochain
