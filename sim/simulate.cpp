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

void Workspace::forget_run() {
  state_ = std::make_unique<State>();
  indicators_ = Indicators();
}

void Workspace::measure_time() {
  time_by_step_.assign(schedule().size(), std::chrono::nanoseconds(0));
}

namespace {

/// The luck of each year: that of a calibrated draw where it is pinned, else the run's own.
class Luck {
 public:
  Luck(const Params& params, std::uint64_t seed, std::uint32_t replicate)
      : own_(seed, replicate),
        pinned_(params.pinned_luck ? Streams(params.pinned_luck->seed, params.pinned_luck->replicate) : own_),
        last_pinned_(params.pinned_luck ? params.pinned_luck->last : params.scale.years.first - 1) {}
  const Streams& in(Year year) const { return year <= last_pinned_ ? pinned_ : own_; }

 private:
  Streams own_, pinned_;
  Year last_pinned_;
};

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

void run_years(const Params& params, Year first, Year last, const Luck& luck, Workspace& workspace) {
  for (Year year = first; year <= last; ++year) {
    if (workspace.measures_time()) {
      run_timed(params, year, luck.in(year), workspace);
      continue;
    }
    for (const Step& step : schedule())
      if (takes(params, step)) step.run(params, year, luck.in(year), workspace.state(), workspace.indicators());
  }
}

}  // namespace

void simulate_before(Year branch, const Params& params, std::uint64_t seed, std::uint32_t replicate,
                     Workspace& workspace) {
  const Luck luck(params, seed, replicate);
  const Year first = params.scale.years.first;
  initialise(params, luck.in(first), workspace.state());
  if (!params.institutions_only) open_accounts(params, workspace.state());
  workspace.indicators().prepare(params);
  run_years(params, first, std::min(branch - 1, params.scale.years.last), luck, workspace);
}

const Indicators& simulate_from(Year branch, const Params& params, std::uint64_t seed, std::uint32_t replicate,
                                Workspace& workspace) {
  run_years(params, std::max(branch, params.scale.years.first), params.scale.years.last, Luck(params, seed, replicate),
            workspace);
  return workspace.indicators();
}

const Indicators& simulate(const Params& params, std::uint64_t seed, std::uint32_t replicate, Workspace& workspace) {
  const Year first = params.scale.years.first;
  simulate_before(first, params, seed, replicate, workspace);
  return simulate_from(first, params, seed, replicate, workspace);
}

}  // namespace innochain
