#pragma once

#include "calibration/abc_population.hpp"
#include "calibration/checked_bytes.hpp"

namespace innochain {

/// A particle as bytes and back, see checked_bytes.hpp.
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

}  // namespace innochain
