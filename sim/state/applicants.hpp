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
/// Tier by which success is told apart.
SuccessTier success_tier(const System& system, const State& state, ApplicantId applicant);

/// Expected score of the applicant's proposals: quality_weight·z + tier_weight·tier + strategic_weight·criticality +
/// industry_weight·link. z is quality in standard deviations, without the growth that is common to all; tier is 1 for
/// the highest designation, falling in equal steps to 0 for none; the link is 1 for enterprises and the share of
/// commercial work for other labs. Weights are levers; source: docs/odd.md, submodel "money".
double mean_score(const Params& params, Year year, const State& state, ApplicantId applicant);

/// Takes the survey of the year's applicants, unless it is done since the year's books were opened.
void survey_applicants(const Params& params, Year year, State& state);

}  // namespace innochain
