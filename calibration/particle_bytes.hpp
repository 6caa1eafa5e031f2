#pragma once

#include "calibration/abc_population.hpp"
#include "calibration/checked_bytes.hpp"

namespace innochain {

/// A particle, and what became of its moves, as bytes and back, see checked_bytes.hpp.
template <class Bytes, class Particle>
void pass_particle(Bytes& bytes, Particle& particle) {
  pass_numbers(bytes, particle.scores);
  bytes(particle.origin);
  pass_numbers(bytes, particle.luck.numbers);
  pass_numbers(bytes, particle.luck.blocks);
  bytes(particle.luck.n_parts);
  bytes(particle.weight);
  bytes(particle.log_likelihood);
  pass_numbers(bytes, particle.replicates.deviations);
  pass_numbers(bytes, particle.replicates.log_weights);
}

template <class Bytes, class Counts>
void pass_counts(Bytes& bytes, Counts& counts) {
  bytes(counts.n_proposed);
  bytes(counts.n_accepted);
  bytes(counts.n_numbers);
  bytes(counts.n_numbers_accepted);
  bytes(counts.n_renewals);
  bytes(counts.n_renewed);
  bytes(counts.n_history_moves);
  bytes(counts.n_history_moved);
}

}  // namespace innochain
