#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "calibration/abc_evaluator.hpp"
#include "calibration/simulator.hpp"
#include "sim/core/random.hpp"

namespace innochain {

/// Moves of parameters that keep what happened in a particle's runs, and with it all statistics. With θ the parameters,
/// u the luck and h(θ, u) what happened, θ makes Metropolis steps under
///
///     p(θ | h) ∝ prior(θ) · p(h | θ) · exp(data_power · log weights),
///
/// and then u is drawn anew from the luck that leads to h under the new θ. This is the centred parametrization of the
/// model, as a step in turn with the sampler's others, which keep u: where one of the two holds parameters fast the
/// other mostly does not (Papaspiliopoulos, Roberts & Sköld 2007, Statistical Science 22, 59–73; Yu & Meng 2011, J.
/// Comput. Graph. Stat. 20, 531–570). Steps cost no simulation; the move costs one before, to learn h, and one after,
/// to confirm it.
class HistorySteps {
 public:
  explicit HistorySteps(const Simulator& simulator);
  /// Whether the simulator has histories.
  bool possible() const { return !parameters_.empty(); }

  /// Parameters and luck of the particle after so many steps; none where no step was accepted.
  std::optional<ParticleJob> moved(const AbcParticle& particle, const AbcTarget& target, std::size_t n_steps,
                                   Stream& stream) const;

 private:
  struct Step;
  Step proposed(const std::vector<double>& scores, Stream& stream) const;

  const Simulator& simulator_;
  std::vector<std::size_t> parameters_;
  std::vector<TradeOff> trade_offs_;                 ///< of these parameters
  std::vector<std::vector<std::size_t>> blocks_of_;  ///< by parameter of the prior: the blocks it acts on
};

}  // namespace innochain
