#pragma once

#include "sim/state/state.hpp"

/// The only functions that change who holds which designation, so that the identity
/// stock = stock before + approvals − delisted − merged − upgraded − carried over holds by construction.
namespace innochain {

/// Designates a lab. A lower designation that it holds is given up as `upgraded`.
void admit(const System& system, Year year, LabId lab, LabTypeId type, State& state);
/// Takes a lab's designation for poor results or want of support. It may come back to the tier it lost from the year
/// `barred_until` on, and to a lower one at once.
void delist(const System& system, LabId lab, Year barred_until, State& state);
/// Ends a designated lab by merging it into another, which takes over its staff and funding record (or into a national
/// lab: none()).
void merge(const System& system, LabId lab, LabId into, State& state);
/// Moves a lab into the type that a reorganization creates; counts as an approval there.
void carry_over(const System& system, Year year, LabId lab, LabTypeId into, State& state);

/// Designates a locality.
void admit(const System& system, Year year, ZoneId zone, State& state);
void delist(const System& system, ZoneId zone, Year barred_until, State& state);
/// Merges a designated zone into a stronger one, whose city then runs its land.
void merge(const System& system, ZoneId zone, ZoneId into, State& state);

}  // namespace innochain
