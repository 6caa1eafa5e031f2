#pragma once

#include "sim/state/state.hpp"

/// What programmes see of an applicant, whether lab or organisation.
namespace innochain {

Host host_of(const State& state, ApplicantId applicant);
CategoryId category_of(const State& state, ApplicantId applicant);

/// Whether a lab exists in the year: formed and not merged into another.
bool exists(const Labs& labs, LabId lab, Year year);
/// Whether a lab holds a designation of a central authority.
bool nationally_designated(const System& system, const Labs& labs, LabId lab);
/// Tier by which success is told apart (Applications::n_tiers).
std::size_t success_tier(const System& system, const State& state, ApplicantId applicant);

/// Expected score of the applicant's proposals: quality_weight·z + tier_weight·tier + strategic_weight·criticality +
/// industry_weight·link. z is quality in standard deviations, without the growth that is common to all; tier is 1 for
/// the highest designation, falling in equal steps to 0 for none; the link is 1 for enterprises and the share of
/// commercial work for other labs. Source: MODEL description, step 6 of the year; weights are levers.
double mean_score(const Params& params, Year year, const State& state, ApplicantId applicant);

}  // namespace innochain
