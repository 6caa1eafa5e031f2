#include "sim/simulate.hpp"

#include "sim/schedule.hpp"
#include "sim/state/funds.hpp"
#include "sim/state/initialise.hpp"
#include "sim/state/state.hpp"

namespace innochain {

Workspace::Workspace() : state_(std::make_unique<State>()) {}
Workspace::~Workspace() = default;
Workspace::Workspace(Workspace&&) noexcept = default;
Workspace& Workspace::operator=(Workspace&&) noexcept = default;

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

}  // namespace

const Indicators& simulate(const Params& params, std::uint64_t seed, std::uint32_t replicate, Workspace& workspace) {
  const Streams streams(seed, replicate);
  State& state = workspace.state();
  Indicators& indicators = workspace.indicators();
  initialise(params, streams, state);
  open_accounts(params, state);
  indicators.prepare(params);
  for (Year year = params.scale.years.first; year <= params.scale.years.last; ++year) {
    if (workspace.measures_time())
      run_timed(params, year, streams, workspace);
    else
      for (const Step& step : schedule()) step.run(params, year, streams, state, indicators);
  }
  return indicators;
}

}  // namespace innochain
