#pragma once

#include "sim/state/state.hpp"

/// The programmes' books, and the only way in which money is promised.
namespace innochain {

/// Empty books and room for a run. Needs the initial labs and organisations.
void open_accounts(const Params& params, State& state);

/// Opens the books of a year: what was carried is brought forward, everything else starts at zero.
void open_year(State& state);

/// Whether a programme gives new awards in the year: launched, not closed, not merged.
bool awards_in(const Programme& programme, Year year, bool merged);

/// Calls `act(programme)` for each programme of a kind that gives awards in the year and has money left.
template <class Act>
void for_each_funder(const Params& params, Year year, Competition kind, State& state, Act&& act) {
  for (const ProgrammeId p : all<ProgrammeId>(params.system.programmes.size())) {
    const Programme& programme = params.system.programmes[p];
    if (programme.competition == kind && awards_in(programme, year, state.accounts.merged[p]) &&
        state.accounts.available(p) > Money())
      act(p);
  }
}

/// Books an award and promises its payments: equal instalments over the years of work (what does not divide comes
/// first), and `on_delivery` once it is accepted. Sets the project's instalment.
void start_project(Project project, State& state);

/// Books an award that is paid this year and ends with it.
void grant(ProgrammeId programme, Year year, ApplicantId applicant, Money amount, State& state);

/// Books money that comes back to a programme; of a merged one it goes on to the successor.
void recover(const System& system, ProgrammeId programme, Money amount, State& state);

}  // namespace innochain
