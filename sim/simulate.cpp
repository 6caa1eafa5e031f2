#include "sim/simulate.hpp"

#include <algorithm>

#include "sim/schedule.hpp"
#include "sim/state/funds.hpp"
#include "sim/state/initialise.hpp"
#include "sim/state/state.hpp"

namespace innochain {

Workspace::Workspace() : state_(std::make_unique<State>()) {}
Workspace::~Workspace() = default;
Workspace::Workspace(Workspace&&) noexcept = default;
Workspace& Workspace::operator=(Workspace&&) noexcept = default;

void Workspace::copy_run(const Workspace& other) {
  *state_ = *other.state_;
  indicators_ = other.indicators_;
}

void Workspace::measure_time() {
  time_by_step_.assign(schedule().size(), std::chrono::nanoseconds(0));
}

namespace {

void run_timed(const Params& params, Year year, const Streams& streams, Workspace& workspace) {
  using Clock = std::chrono::steady_clock;
  for (std::size_t i = 0; i < schedule().size(); ++i) {
    const auto start = Clock::now();
    schedule()[i].run(params, year, streams, workspace.state(), workspace.indicators());
    workspace.add_time(i, Clock::now() - start);
  }
}

void run_years(const Params& params, Year first, Year last, const Streams& streams, Workspace& workspace) {
  for (Year year = first; year <= last; ++year) {
    if (workspace.measures_time())
      run_timed(params, year, streams, workspace);
    else
      for (const Step& step : schedule()) step.run(params, year, streams, workspace.state(), workspace.indicators());
  }
}

}  // namespace

void simulate_before(Year branch, const Params& params, std::uint64_t seed, std::uint32_t replicate,
                     Workspace& workspace) {
  const Streams streams(seed, replicate);
  initialise(params, streams, workspace.state());
  open_accounts(params, workspace.state());
  workspace.indicators().prepare(params);
  run_years(params, params.scale.years.first, std::min(branch - 1, params.scale.years.last), streams, workspace);
}

const Indicators& simulate_from(Year branch, const Params& params, std::uint64_t seed, std::uint32_t replicate,
                                Workspace& workspace) {
  run_years(params, std::max(branch, params.scale.years.first), params.scale.years.last, Streams(seed, replicate),
            workspace);
  return workspace.indicators();
}

const Indicators& simulate(const Params& params, std::uint64_t seed, std::uint32_t replicate, Workspace& workspace) {
  const Year first = params.scale.years.first;
  simulate_before(first, params, seed, replicate, workspace);
  return simulate_from(first, params, seed, replicate, workspace);
}

}  // namespace innochain
