#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "sim/simulate.hpp"

namespace innochain {

/// One run of an ensemble.
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
};

struct EnsembleReport {
  std::size_t n_done = 0;  ///< runs delivered; fewer than asked for if stopped
  std::vector<std::chrono::nanoseconds> time_by_step;
};

/// Simulates the runs in parallel and delivers each outcome in the order of `runs`, one at a time. Memory is a few runs
/// a thread, however many there are. An exception of a run is its failure; one of `deliver` ends the ensemble and is
/// rethrown.
EnsembleReport run_ensemble(std::span<const Run> runs, const EnsembleOptions& options,
                            const std::function<void(std::size_t, const RunOutcome&)>& deliver);

}  // namespace innochain
