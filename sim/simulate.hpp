#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "sim/state/indicators.hpp"
#include "sim/system/params.hpp"

namespace innochain {

struct State;

/// Room for one run at a time: state and indicators, kept between runs so that the years of a warm one allocate
/// nothing.
class Workspace {
 public:
  Workspace();
  ~Workspace();
  Workspace(Workspace&&) noexcept;
  Workspace& operator=(Workspace&&) noexcept;
  /// Takes over the state and the indicators of another workspace, but not its times.
  void copy_run(const Workspace& other);
  /// Gives the memory of its run back, but keeps its times.
  void forget_run();

  State& state() { return *state_; }
  Indicators& indicators() { return indicators_; }

  /// Time spent in each step of the schedule, summed over the runs; measured only after `measure_time()`.
  const std::vector<std::chrono::nanoseconds>& time_by_step() const { return time_by_step_; }
  void measure_time();
  bool measures_time() const { return !time_by_step_.empty(); }
  void add_time(std::size_t step, std::chrono::nanoseconds time) { time_by_step_[step] += time; }

 private:
  std::unique_ptr<State> state_;
  Indicators indicators_;
  std::vector<std::chrono::nanoseconds> time_by_step_;
};

/// Asked after every year of a run whether it goes on. Indicators of the years after one that ends it mean nothing.
using GoesOn = std::function<bool(Year)>;

/// One run: all years of `params.scale`, unless it is ended, in the order of the schedule. The result depends on the
/// arguments alone (never on the workspace's past or the thread), and stays valid until the workspace's next run.
const Indicators& simulate(const Params& params, std::uint64_t seed, std::uint32_t replicate, Workspace& workspace,
                           const GoesOn& goes_on = {});

/// The years before `branch` of such a run, left in the workspace.
void simulate_before(Year branch, const Params& params, std::uint64_t seed, std::uint32_t replicate,
                     Workspace& workspace);
/// The years from `branch` on, where the workspace holds those before. Where the params differ in nothing that acts
/// earlier, the whole is bit-identical to simulate().
const Indicators& simulate_from(Year branch, const Params& params, std::uint64_t seed, std::uint32_t replicate,
                                Workspace& workspace, const GoesOn& goes_on = {});

}  // namespace innochain
