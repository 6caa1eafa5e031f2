#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "calibration/abc_evaluator.hpp"
#include "calibration/abc_kernel.hpp"
#include "calibration/history_steps.hpp"
#include "calibration/luck_numbers.hpp"
#include "sim/core/random.hpp"

namespace innochain {

struct AbcConfig;

/// Upper bounds of the simulator's log weights, one a block: 0, right for probabilities, where none are given.
std::vector<double> log_weight_bounds_of(const Simulator& simulator, const AbcConfig& config);

/// Random draws of a sampler, addressed by generation (as the replicate), move (as the year) and particle.
class AbcStreams {
 public:
  explicit AbcStreams(std::uint64_t seed) : seed_(seed) {}
  Stream prior(std::size_t particle) const { return at(0, 0, particle, proposal); }
  Stream move(std::size_t generation, std::size_t move, std::size_t particle) const {
    return at(generation, move, particle, proposal);
  }
  Stream resampling(std::size_t generation) const { return at(generation, 0, 0, choice); }

 private:
  enum Draw : std::uint32_t { proposal, choice };
  Stream at(std::size_t generation, std::size_t move, std::size_t particle, Draw draw) const {
    return Streams(seed_, static_cast<std::uint32_t>(generation))
        .at(Purpose::abc_smc, Year(static_cast<int>(move)), particle, draw);
  }

  std::uint64_t seed_;
};

/// The numbers that nobody has used before a generation: of luck, and of the origins of particles (see AbcParticle).
struct UnusedNumbers {
  std::uint64_t luck = 0, origin = 0;
};

/// What one generation does to each of its particles by itself: nothing depends on what the others become meanwhile, so
/// that a particle makes all its moves in a row, in the worlds that its replicates share (see World).
class ParticleMoves {
 public:
  /// All arguments but the last must outlive the moves. \param unused numbers at the start of the generation
  ParticleMoves(const Simulator& simulator, const AbcConfig& config, const AbcTarget& target, std::size_t generation,
                UnusedNumbers unused);

  /// A particle of the prior.
  MovedParticle drawn(std::size_t place) const;
  /// A particle after so many moves of the population's kernel.
  MovedParticle moved(AbcParticle particle, std::size_t place, std::size_t n_moves, const ProposalKernel& kernel) const;

  /// How many numbers of luck and of origins a round of all particles takes, whoever takes part in it.
  static UnusedNumbers taken_by_round(const AbcConfig& config);

 private:
  std::uint32_t new_luck(std::size_t place, std::size_t replicate, std::size_t move) const;
  std::uint64_t new_origin(std::size_t place, std::size_t move) const;
  void renew_block(std::size_t k, std::size_t place, std::size_t move, Stream& stream, ParticleJob& job) const;
  Proposal trade(const TradeOff& off, std::size_t place, std::size_t move, Stream& stream, ParticleJob& job) const;
  bool propose(std::size_t place, std::size_t move, const ProposalKernel::Others& kernel, const LocalShape& here,
               Stream& stream, MovedParticle& moved) const;
  bool renew(std::size_t place, std::size_t move, Stream& stream, MovedParticle& moved) const;
  bool step_given_history(std::size_t place, std::size_t move, Stream& stream, MovedParticle& moved) const;

  const Simulator& simulator_;
  const AbcConfig& config_;
  ParticleTask task_;
  std::size_t generation_;
  AbcStreams streams_;
  LuckNumbers luck_numbers_;
  std::vector<std::vector<std::size_t>> own_parameters_;  ///< see Simulator
  std::vector<TradeOff> trade_offs_;                      ///< see Simulator
  HistorySteps history_steps_;
  UnusedNumbers unused_;
};

}  // namespace innochain
