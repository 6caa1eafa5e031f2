#include "sim/processes/merge_programmes.hpp"

#include "sim/state/funds.hpp"

namespace innochain {

void merge_programmes(const Params& params, Year year, const Streams&, State& state) {
  open_year(state);
  if (!params.levers_in(year).programme_mergers) return;
  Accounts& accounts = state.accounts;
  for (const ProgrammeId p : all<ProgrammeId>(params.system.programmes.size())) {
    const Programme& programme = params.system.programmes[p];
    if (accounts.merged[p] || !programme.merges_into.exists() || !programme.merges_in || *programme.merges_in > year)
      continue;
    accounts.merged[p] = 1;
    const Money balance = accounts.carried_before[p] + accounts.transferred[p];
    accounts.transferred[p] -= balance;
    accounts.transferred[programme.merges_into] += balance;
  }
}

}  // namespace innochain
