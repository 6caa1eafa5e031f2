#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "calibration/prior.hpp"
#include "sim/core/random.hpp"

namespace innochain {

/// Statistics first … first + size − 1 of a simulator that depend on one part of the model. Given the parameters,
/// blocks are independent of each other, so that the likelihood of all is the product of theirs, each estimated on its
/// own.
struct StatisticsBlock {
  std::string name;
  std::size_t first = 0, size = 0;
};

/// Which of the many possible lucks one replicate has: equal luck shares all random draws.
struct Luck {
  Luck(std::uint32_t number_, std::span<const std::uint32_t> blocks_ = {}, std::size_t n_parts_ = 1)
      : number(number_), n_parts(n_parts_), blocks(blocks_) {}
  std::uint32_t block(std::size_t k, std::size_t part = 0) const {
    return blocks.empty() ? 0 : blocks[k * n_parts + part];
  }

  std::uint32_t number;  ///< of all luck that no block has of its own; blocks share no draw of it
  /// Of the luck of a block: as many as the simulator has (Simulator::n_luck_parts), or 1, which stands for all.
  std::size_t n_parts;
  /// [block][part], so that the luck of one can be renewed alone: the statistics of a block depend on the number and on
  /// the block's own, not on those of others; equal numbers of two blocks or parts are independent draws, and so are a
  /// block's own and the number where they are equal. 0, for which empty stands, is that of the number.
  std::span<const std::uint32_t> blocks;
};

/// Parameters that stand in for each other but for a few blocks.
struct TradeOff {
  /// Along it, in normal scores, all other blocks keep their statistics and weights, whatever the luck, or hardly
  /// change them: what a step does is simulated all the same. One entry a parameter, of length one.
  std::vector<double> direction;
  std::vector<std::size_t> blocks;  ///< those that change
};

/// What happened in one run, block by block, as other luck can make it happen under other parameters. Of the parameters
/// only some may change (Simulator::history_parameters); for these it says in closed form how likely it was.
class History {
 public:
  virtual ~History() = default;
  struct Judgement {
    /// log of the probability, over the luck that the block has of its own, that in the block happens what did; −∞ also
    /// where luck for it would be too rare to be found.
    double log_probability = 0.0;
    double log_weight = 0.0;  ///< of the block, as simulate() has it
  };
  virtual Judgement judge(std::size_t block, std::span<const double> values) = 0;
  /// Replaces a block's luck by some with which the same happens under these values, all such luck being equally
  /// likely. The log probability of the values must be finite. \param luck by part
  virtual void draw_luck(std::size_t block, std::span<const double> values, Stream& stream,
                         std::span<std::uint32_t> luck) const = 0;
};

/// Whether a run can serve for nothing any more. Deviations that are known already are final, others 0; each log weight
/// is at least what it will be at the end. A simulator that cannot promise that must not ask. Empty: goes on in any
/// case.
using IsHopeless = std::function<bool(std::span<const double> deviations, std::span<const double> log_weights)>;

/// A stochastic model as samplers and emulators see it: parameters in, statistics out.
class Simulator {
 public:
  virtual ~Simulator() = default;

  virtual const Prior& prior() const = 0;
  virtual const std::vector<StatisticsBlock>& blocks() const = 0;
  std::size_t n_statistics() const { return blocks().back().first + blocks().back().size; }
  /// One entry a block: parameters (places in the prior) on which none but this block depends, as far as that is known.
  /// A sampler may then change them for all blocks at once, and judge each block by itself. None is in two blocks.
  virtual std::vector<std::vector<std::size_t>> own_parameters() const {
    return std::vector<std::vector<std::size_t>>(blocks().size());
  }
  /// Parts of a block's luck, in the order in which they are drawn. A sampler may renew some that follow each other and
  /// keep the rest: of a long run hardly any luck fits that is all new, but much that is new for a few years.
  virtual std::size_t n_luck_parts() const { return 1; }
  /// Those that are known. A sampler may then go along them while the luck of the blocks that change is renewed: with
  /// luck kept all blocks together would hold the parameters where they are.
  virtual std::vector<TradeOff> trade_offs() const { return {}; }
  /// Parameters (places in the prior) that act on the statistics only by making what happens more or less likely; empty
  /// where the simulator knows no histories. A sampler may then change them while what happened stays.
  virtual std::vector<std::size_t> history_parameters() const { return {}; }
  /// Of a run as simulate() makes it. Must not outlive the simulator.
  virtual std::unique_ptr<History> history(std::span<const double> /*values*/, Luck /*luck*/) const {
    throw std::logic_error("a simulator without histories");
  }

  /// One replicate: deviations of the simulated statistics from the observed ones, each in units of its own error (0 is
  /// a perfect match; inside an observed interval it is 0). `log_weights`, one a block, takes the log-likelihood of
  /// those data that have one in closed form given the replicate, 0 where a block has none. The result depends on the
  /// arguments alone; several threads call at once.
  /// \param values of the parameters, in the order of the prior
  virtual void simulate(std::span<const double> values, Luck luck, std::span<double> deviations,
                        std::span<double> log_weights) const = 0;
  /// The same, but may ask again and again while it runs, and end: false if it did. Then its output means nothing; else
  /// it is that of simulate(), bit by bit.
  virtual bool simulate_unless(const IsHopeless& /*is_hopeless*/, std::span<const double> values, Luck luck,
                               std::span<double> deviations, std::span<double> log_weights) const {
    simulate(values, luck, deviations, log_weights);
    return true;
  }
};

}  // namespace innochain
