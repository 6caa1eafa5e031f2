#include "sim/simulate.hpp"

#include <algorithm>

#include "sim/run_luck.hpp"
#include "sim/schedule.hpp"
#include "sim/state/funds.hpp"
#include "sim/state/initialise.hpp"
#include "sim/state/state.hpp"
#include "sim/world.hpp"

namespace innochain {

Workspace::Workspace() : state_(std::make_unique<State>()) {}
Workspace::~Workspace() = default;
Workspace::Workspace(Workspace&&) noexcept = default;
Workspace& Workspace::operator=(Workspace&&) noexcept = default;

void Workspace::copy_run(const Workspace& other) {
  *state_ = *other.state_;
  indicators_ = other.indicators_;
}

void Workspace::forget_run() {
  state_ = std::make_unique<State>();
  indicators_ = Indicators();
}

void Workspace::measure_time() {
  time_by_step_.assign(schedule().size(), std::chrono::nanoseconds(0));
}

namespace {

bool takes(const Params& params, const Step& step) {
  return step.institutional || !params.institutions_only;
}

void run_timed(const Params& params, Year year, const Streams& streams, Workspace& workspace) {
  using Clock = std::chrono::steady_clock;
  for (std::size_t i = 0; i < schedule().size(); ++i) {
    if (!takes(params, schedule()[i])) continue;
    const auto start = Clock::now();
    schedule()[i].run(params, year, streams, workspace.state(), workspace.indicators());
    workspace.add_time(i, Clock::now() - start);
  }
}

void run_year(const Params& params, Year year, const RunLuck& luck, Workspace& workspace) {
  if (workspace.measures_time()) {
    run_timed(params, year, luck.in(year), workspace);
    return;
  }
  for (const Step& step : schedule())
    if (takes(params, step)) step.run(params, year, luck.in(year), workspace.state(), workspace.indicators());
}

void run_years(const Params& params, Year first, Year last, const RunLuck& luck, Workspace& workspace,
               const GoesOn& goes_on = {}) {
  for (Year year = first; year <= last; ++year) {
    run_year(params, year, luck, workspace);
    if (goes_on && !goes_on(year)) return;
  }
}

}  // namespace

void simulate_before(Year branch, const Params& params, std::uint64_t seed, std::uint32_t replicate,
                     Workspace& workspace) {
  const RunLuck luck(params, seed, replicate);
  const Year first = params.scale.years.first;
  initialise(params, luck.in(first), workspace.state());
  if (!params.institutions_only) open_accounts(params, workspace.state());
  workspace.indicators().prepare(params);
  run_years(params, first, std::min(branch - 1, params.scale.years.last), luck, workspace);
}

const Indicators& simulate_from(Year branch, const Params& params, std::uint64_t seed, std::uint32_t replicate,
                                Workspace& workspace, const GoesOn& goes_on) {
  run_years(params, std::max(branch, params.scale.years.first), params.scale.years.last,
            RunLuck(params, seed, replicate), workspace, goes_on);
  return workspace.indicators();
}

const Indicators& simulate(const Params& params, std::uint64_t seed, std::uint32_t replicate, Workspace& workspace,
                           const GoesOn& goes_on) {
  const Year first = params.scale.years.first;
  simulate_before(first, params, seed, replicate, workspace);
  return simulate_from(first, params, seed, replicate, workspace, goes_on);
}

const Indicators& simulate(const Params& params, std::uint64_t seed, std::uint32_t replicate, const World& world,
                           Workspace& workspace, const GoesOn& goes_on) {
  workspace.state() = world.start();
  workspace.indicators().prepare(params);
  return simulate_from(params.scale.years.first, params, seed, replicate, workspace, goes_on);
}

}  // namespace innochain
