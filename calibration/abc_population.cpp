#include "calibration/abc_population.hpp"

#include <algorithm>
#include <set>

#include "sim/core/maths.hpp"

namespace innochain {

namespace {

/// log of the sum of exponentials.
double log_sum(std::span<const double> logs) {
  const double largest = logs.empty() ? -maths::infinity : *std::ranges::max_element(logs);
  if (!(largest > -maths::infinity)) return -maths::infinity;
  double sum = 0.0;
  for (const double x : logs) sum += maths::exp(x - largest);
  return largest + maths::log(sum);
}

}  // namespace

MoveCounts& MoveCounts::operator+=(const MoveCounts& other) {
  n_proposed += other.n_proposed;
  n_accepted += other.n_accepted;
  n_numbers += other.n_numbers;
  n_numbers_accepted += other.n_numbers_accepted;
  n_renewals += other.n_renewals;
  n_renewed += other.n_renewed;
  n_history_moves += other.n_history_moves;
  n_history_moved += other.n_history_moved;
  return *this;
}

bool is_inside(const AbcTarget& target, const StatisticsBlock& block, std::span<const double> deviations) {
  double sum = 0.0;
  for (std::size_t j = block.first; j < block.first + block.size; ++j) {
    const double relative = target.inverse_radii[j] * deviations[j];
    sum += relative * relative;
  }
  return sum <= static_cast<double>(block.size);
}

double block_log_likelihood(const AbcTarget& target, const std::vector<StatisticsBlock>& blocks, std::size_t block,
                            const Replicates& replicates) {
  const std::size_t n_statistics = target.inverse_radii.size();
  const std::size_t n_replicates = replicates.log_weights.size() / blocks.size();
  std::vector<double> inside;
  for (std::size_t r = 0; r < n_replicates; ++r) {
    const std::span deviations(replicates.deviations.data() + r * n_statistics, n_statistics);
    if (is_inside(target, blocks[block], deviations))
      inside.push_back(tempered(target, replicates.log_weights[r * blocks.size() + block]));
  }
  return log_sum(inside) - maths::log(static_cast<double>(n_replicates));
}

double log_likelihood(const AbcTarget& target, const std::vector<StatisticsBlock>& blocks,
                      const Replicates& replicates) {
  double log_product = 0.0;
  for (std::size_t k = 0; k < blocks.size() && log_product > -maths::infinity; ++k)
    log_product += block_log_likelihood(target, blocks, k, replicates);
  return log_product;
}

double effective_sample_size(std::span<const double> weights) {
  double sum = 0.0, squares = 0.0;
  for (const double w : weights) sum += w, squares += w * w;
  return squares > 0.0 ? sum * sum / squares : 0.0;
}

std::vector<double> weights_of(const AbcPopulation& population) {
  std::vector<double> weights;
  for (const AbcParticle& particle : population) weights.push_back(particle.weight);
  return weights;
}

std::vector<double> reweighted(const AbcPopulation& population, std::span<const double> log_likelihoods) {
  std::vector<double> logs(population.size(), -maths::infinity);
  for (std::size_t i = 0; i < population.size(); ++i) {
    if (population[i].weight > 0.0 && log_likelihoods[i] > -maths::infinity)
      logs[i] = maths::log(population[i].weight) + log_likelihoods[i] - population[i].log_likelihood;
  }
  const double largest = *std::ranges::max_element(logs);
  if (!(largest > -maths::infinity)) return std::vector<double>(population.size(), 0.0);
  for (double& log : logs) log = log > -maths::infinity ? maths::exp(log - largest) : 0.0;
  return logs;
}

std::vector<std::size_t> systematic_choice(std::span<const double> weights, std::size_t n, double uniform) {
  std::vector<std::size_t> chosen;
  chosen.reserve(n);
  std::size_t i = 0, last = 0;
  double below = weights[0];
  for (std::size_t c = 0; c < n; ++c) {
    const double point = (static_cast<double>(c) + uniform) / static_cast<double>(n);
    while (point >= below && i + 1 < weights.size()) below += weights[++i];
    if (weights[i] > 0.0) last = i;  // rounding may leave the last points above the sum of all weights
    chosen.push_back(last);
  }
  return chosen;
}

void resample(AbcPopulation& population, double uniform) {
  AbcPopulation chosen;
  chosen.reserve(population.size());
  for (const std::size_t i : systematic_choice(weights_of(population), population.size(), uniform)) {
    chosen.push_back(population[i]);
    chosen.back().weight = 1.0 / static_cast<double>(population.size());
  }
  population = std::move(chosen);
}

std::size_t n_unique(const AbcPopulation& population) {
  std::set<std::uint64_t> origins;
  for (const AbcParticle& particle : population) {
    if (particle.weight > 0.0) origins.insert(particle.origin);
  }
  return origins.size();
}

}  // namespace innochain
