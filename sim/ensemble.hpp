#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/simulate.hpp"

namespace innochain {

/// What a run draws its luck from.
struct RunSeed {
  std::uint64_t seed = 0;
  std::uint32_t replicate = 0;
  auto operator<=>(const RunSeed&) const = default;
};

/// Room of one worker for the params of the run in hand: one copy for each scenario, as its last run left it.
using ParamsRoom = std::vector<std::unique_ptr<Params>>;

/// Runs by number. Params are made when a run's turn comes, so that an ensemble of any size needs the room of a few.
/// Several threads ask at once, each with a room of its own.
class RunSource {
 public:
  virtual ~RunSource() = default;
  virtual RunSeed seed(std::size_t run) const = 0;
  /// Valid until the next call with the same room.
  virtual const Params& params(std::size_t run, ParamsRoom& room) const = 0;
};

/// One run of a list.
struct Run {
  const Params* params = nullptr;
  std::uint64_t seed = 0;
  std::uint32_t replicate = 0;
};

/// What a run gave: its indicators, or why it failed.
struct RunOutcome {
  const Indicators* indicators = nullptr;  ///< valid during the call that delivers it; null if the run failed
  std::string failure;
};

struct EnsembleOptions {
  std::size_t threads = 1;
  const std::atomic<bool>* stop = nullptr;  ///< when it turns true no further run is started
  bool measure_time = false;
  /// Runs of one seed and replicate share the years before this one, which are simulated once. Their params must not
  /// differ in anything that acts earlier.
  std::optional<Year> branch_from{};
  bool in_order = true;  ///< whether outcomes are delivered in the order of the runs, or as they come
};

struct EnsembleReport {
  std::size_t n_done = 0;       ///< runs delivered; fewer than asked for if stopped
  std::size_t n_histories = 0;  ///< simulated up to `branch_from`
  std::vector<std::chrono::nanoseconds> time_by_step;
};

/// Receives a run's place in the list and its outcome, one at a time.
using Deliver = std::function<void(std::size_t, const RunOutcome&)>;

/// Simulates the runs with the given numbers in parallel and delivers each outcome. Memory is a few runs a thread,
/// however many there are. An exception of a run is its failure; one of `deliver` ends the ensemble and is rethrown.
EnsembleReport run_ensemble(const RunSource& source, std::span<const std::size_t> runs, const EnsembleOptions& options,
                            const Deliver& deliver);

/// The same for a list of runs.
EnsembleReport run_ensemble(std::span<const Run> runs, const EnsembleOptions& options, const Deliver& deliver);

}  // namespace innochain
