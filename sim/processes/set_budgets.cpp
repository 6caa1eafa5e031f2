#include "sim/processes/set_budgets.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/apportion.hpp"
#include "sim/core/contracts.hpp"
#include "sim/state/funds.hpp"

namespace innochain {

namespace {

bool due_to_merge(const Programme& programme, Year year) {
  return programme.merges_into.exists() && programme.merges_in && *programme.merges_in <= year;
}

double last_own_budget(const Params& params, ProgrammeId p, Year merger) {
  const YearSpan years = params.inputs.years;
  const Year before = merger - 1;
  return years.contains(before) && params.system.programmes[p].since <= before
             ? params.inputs.budget_mcny[p][years.index(before)]
             : 0.0;
}

/// Divides the budget of a successor among itself and the predecessors that should have merged into it.
void keep_separate(const Params& params, Year year, ProgrammeId successor, State& state) {
  const Column<ProgrammeId, Programme>& programmes = params.system.programmes;
  Accounts& accounts = state.accounts;
  std::vector<double>& weights = state.applications.shares;
  std::vector<std::int64_t>& parts = state.applications.parts;
  weights.assign(programmes.size(), 0.0);
  parts.resize(programmes.size());
  bool separate = false;
  Year first = year + 1;
  for (const ProgrammeId p : all<ProgrammeId>(programmes.size())) {
    if (programmes[p].merges_into != successor || !due_to_merge(programmes[p], year)) continue;
    first = std::min(first, *programmes[p].merges_in);
    // A merged predecessor's part stays with the successor.
    const double own = last_own_budget(params, p, *programmes[p].merges_in);
    weights[accounts.merged[p] ? successor.index() : p.index()] += own;
    separate = separate || !accounts.merged[p];
  }
  if (!separate) return;
  EXPECT(!due_to_merge(programmes[successor], year));
  weights[successor.index()] += last_own_budget(params, successor, first);
  if (!apportion(accounts.budget[successor].in_thousand_cny(), weights, parts, state.scratch.ranking)) return;
  accounts.budget[successor] = Money();
  for (const ProgrammeId p : all<ProgrammeId>(programmes.size()))
    accounts.budget[p] += Money::thousand_cny(parts[p.index()]);
}

/// Moves a share of the budgets of one side, local or central, to the other.
void shift_budgets(const Params& params, double share, bool from_local, State& state) {
  const Column<ProgrammeId, Programme>& programmes = params.system.programmes;
  Column<ProgrammeId, Money>& budget = state.accounts.budget;
  std::vector<double>& weights = state.applications.shares;
  std::vector<std::int64_t>& parts = state.applications.parts;
  weights.assign(programmes.size(), 0.0);
  parts.resize(programmes.size());
  Money pot;
  for (const ProgrammeId p : all<ProgrammeId>(programmes.size())) {
    if (programmes[p].local == from_local)
      pot += budget[p].share(share);
    else
      weights[p.index()] = static_cast<double>(budget[p].in_thousand_cny());
  }
  if (!apportion(pot.in_thousand_cny(), weights, parts, state.scratch.ranking)) return;
  for (const ProgrammeId p : all<ProgrammeId>(programmes.size())) {
    if (programmes[p].local == from_local)
      budget[p] -= budget[p].share(share);
    else
      budget[p] += Money::thousand_cny(parts[p.index()]);
  }
}

}  // namespace

void set_budgets(const Params& params, Year year, const Streams&, State& state) {
  const Column<ProgrammeId, Programme>& programmes = params.system.programmes;
  Accounts& accounts = state.accounts;
  const double scale = params.budget_scale[params.scale.years.index(year)];
  for (const ProgrammeId p : all<ProgrammeId>(programmes.size())) {
    const bool own = awards_in(programmes[p], year, accounts.merged[p]) && !due_to_merge(programmes[p], year);
    accounts.budget[p] =
        own ? Money::million_cny(params.inputs.budget_mcny[p][params.inputs.years.index(year)] * scale) : Money();
  }
  for (const ProgrammeId p : all<ProgrammeId>(programmes.size())) keep_separate(params, year, p, state);
  const double shift = params.levers_in(year).central_share_shift;
  if (shift != 0.0) shift_budgets(params, std::abs(shift), shift > 0.0, state);
}

}  // namespace innochain
