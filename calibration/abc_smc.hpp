#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "calibration/abc_evaluator.hpp"
#include "calibration/abc_kernel.hpp"
#include "calibration/abc_population.hpp"
#include "calibration/abc_tolerance.hpp"

/// Approximate Bayesian computation by adaptive sequential Monte Carlo: a population of parameter vectors moves from
/// the prior to the posterior through targets of falling tolerance. Each generation reweights, resamples and
/// moves every particle by pseudo-marginal Metropolis–Hastings steps, in which the present particle keeps its
/// estimate (Andrieu & Roberts 2009, Ann. Stat. 37, 697–725), so that the estimates' noise biases nothing.
///
/// Parameters and luck move in turn. A proposal of parameters keeps the luck of the particle, or all of it but the
/// number of one replicate, so that old and new estimate err alike and their ratio is hardly noisy (Deligiannidis,
/// Doucet & Pitt 2018, J. R. Stat. Soc. B 80, 839–870). A renewal draws new luck for the blocks, each of which is
/// accepted or not by itself (Tran, Kohn, Quiroz & Villani 2016, arXiv:1603.02485): otherwise a population would live
/// on the few lucks that fitted well. Three in four renew only some parts of a block's luck that follow each other (a
/// few years of a history), since of many observed numbers hardly any luck fits that is all new. For the same reason a
/// new number, on which the luck that blocks share hangs, leaves the blocks' own as it is: all of a replicate's luck at
/// once is hardly ever accepted. A renewal may draw the parameters on which a block alone depends together with its
/// luck: given the luck they are known far better than without, so that by themselves they hardly move. For the same
/// reason half of the proposals along a trade-off renew the luck of the blocks that it changes.
///
/// The number of moves is fixed before a generation makes them, from the acceptance of the one before (cf. Drovandi &
/// Pettitt 2011, Biometrics 67, 225–233): every particle then moves by itself, and stopping biases
/// nothing. Kernels are made of the other particles as they were before the generation.
///
/// Sources: Del Moral, Doucet & Jasra (2012), Stat. Comput. 22, 1009–1020; Prangle (2017), Bayesian Analysis 12,
/// 289–309.
namespace innochain {

struct AbcConfig {
  std::uint64_t seed = 1;
  std::size_t n_particles = 1000;
  std::size_t n_replicates = 1;    ///< a particle
  double ess_share = 0.6;          ///< of the effective sample size, kept from one target to the next
  bool adaptive_scales = true;     ///< see spread_scales; otherwise every statistic counts in its own unit
  std::size_t n_neighbours = 0;    ///< see ProposalKernel
  ProposalShares shares;           ///< see ProposalKernel
  double acceptances = 2.0;        ///< wanted of a generation, a particle, at the acceptance of the one before, as if
                                   ///< no move kept what happened …
  std::size_t max_moves = 30;      ///< … by at most this many moves
  double renewal_share = 0.3;      ///< of the moves that renew luck, in [0, 1)
  double whole_share = 0.25;       ///< of the renewals that renew all parts of a block's luck, in [0, 1]
  double own_share = 0.5;          ///< of the renewals that draw blocks' own parameters too, in [0, 1]
  double number_share = 0.2;       ///< of the proposals of parameters that renew a replicate's number, in [0, 1]
  double trade_share = 0.15;       ///< of the proposals of parameters that go along a trade-off, if any, in [0, 1]
  std::size_t history_every = 10;  ///< every so many-th move keeps what happened, where there are histories; at least 2
  std::size_t history_steps = 30;  ///< of each such move, see HistorySteps
  bool early_rejection = true;     ///< changes the number of simulations and nothing else
  /// Upper bounds of the simulator's log weights, one a block; empty stands for 0, right for probabilities.
  std::vector<double> log_weight_bounds;
  /// What else a checkpoint must agree on: the model's revision, the digest of the data.
  std::string label;

  /// Moves at the last target, in which particles forget where they came from, and copies part. They are made in at
  /// most eight rounds, between which the kernel learns where the particles are now and what they are slow to
  /// forget; every round is a generation of the history.
  std::size_t last_moves = 0;

  // When to stop; a run without last moves may be resumed with other rules.
  double target_tolerance = 1.0;  ///< positive
  std::size_t max_generations = 100;
  double min_acceptance = 0.02;                                               ///< of the proposals of a generation
  double min_renewal_acceptance = 0.0;                                        ///< of the renewals of a block's luck
  std::uint64_t max_simulations = std::numeric_limits<std::uint64_t>::max();  ///< of replicates; never exceeded

  std::size_t threads = 1;  ///< results do not depend on it
};

/// The order is that of the codes in checkpoints.
enum class AbcStop {
  target_reached,
  generations,
  acceptance,          ///< the last generation accepted too few proposals …
  renewal_acceptance,  ///< … or too few renewals of luck
  simulations,         ///< the next generation might exceed the budget
  luck_numbers,        ///< the next generation might use up the 2³² luck numbers
  no_smaller_region    ///< every smaller region leaves fewer than two particles' worth
};

/// The name for messages.
const char* to_string(AbcStop stop);

/// The population after a generation, and how it came about. Generation 0 is the prior.
struct AbcGeneration {
  double tolerance = std::numeric_limits<double>::infinity(), data_power = 0.0;  ///< of the target
  std::vector<double> scales;  ///< of the statistics: tolerance / radius; empty at an infinite tolerance
  double ess = 0.0;            ///< after reweighting, before resampling
  std::size_t n_moves = 0, n_unique = 0;
  MoveCounts counts;
  std::uint64_t n_simulations = 0;  ///< of the generation
  std::vector<double> scores;       ///< [particle][parameter]
  std::vector<double> weights;      ///< [particle], sum 1
};

/// All that the next generation depends on beside the configuration.
struct AbcState {
  AbcTarget target;
  std::uint64_t n_simulations = 0;
  std::uint64_t next_luck = 0;    ///< place of the first luck number that is not taken
  std::uint64_t next_origin = 0;  ///< see AbcParticle
  AbcPopulation population;
  std::vector<AbcGeneration> history;
  /// Why targets fall no more, once the last moves have begun, and how many rounds of these have been made.
  std::optional<AbcStop> ended;
  std::size_t n_last_rounds = 0;
};

struct AbcResult {
  AbcState state;
  AbcStop stop = AbcStop::target_reached;
};

/// Text that two runs share if and only if one can go on where the other stopped: configuration without stopping rules
/// and threads, prior, blocks.
std::string abc_fingerprint(const Simulator& simulator, const AbcConfig& config);

/// Replicates that the prior and the last moves may take: a smaller budget (max_simulations) is refused.
/// \param has_histories whether the simulator knows parameters that may change while what happened stays
std::uint64_t least_budget(const AbcConfig& config, bool has_histories);

using AbcCallback = std::function<void(const AbcState&)>;

/// Samples until a rule stops it. `start` is the state after any generation of the same run, or empty for the prior.
/// \param evaluator simulates; may be spread over processes
/// \param after_generation is called with every new state, also that of the prior, e.g. to save it
/// Throws std::invalid_argument for a configuration that cannot work.
AbcResult run_abc_smc(const Simulator& simulator, const AbcConfig& config, ParticleEvaluator& evaluator,
                      AbcState start = {}, const AbcCallback& after_generation = {});

/// The same on the threads of this process.
AbcResult run_abc_smc(const Simulator& simulator, const AbcConfig& config, AbcState start = {},
                      const AbcCallback& after_generation = {});

}  // namespace innochain
