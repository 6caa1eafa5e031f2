#include "sim/processes/close_accounts.hpp"

#include <algorithm>

#include "sim/core/contracts.hpp"

namespace innochain {

void close_accounts(const Params& params, Year year, const Streams&, State& state) {
  Accounts& accounts = state.accounts;
  for (const ProgrammeId p : all<ProgrammeId>(params.system.programmes.size())) {
    const Programme& programme = params.system.programmes[p];
    const Money left = accounts.available(p);
    ENSURE(left >= Money());
    const bool closed = programme.closes && *programme.closes <= year;
    accounts.carried[p] = closed ? Money() : std::min(left, accounts.budget[p].share(programme.carry_share));
    accounts.returned[p] = left - accounts.carried[p];
  }
  for (const Project& project : state.projects.running)
    accounts.active[project.programme] += project.end >= year ? project.count : 0;
}

}  // namespace innochain
