#include "sim/state/applicants.hpp"

#include <algorithm>

namespace innochain {

namespace {

/// 1 for the highest designation, falling in equal steps to 0 for none.
double tier_term(const System& system, LabTypeId designation) {
  if (!designation.exists()) return 0.0;
  int lowest = 1;
  for (const LabType& type : system.lab_types) lowest = std::max(lowest, type.tier);
  return static_cast<double>(lowest + 1 - system.lab_types[designation].tier) / lowest;
}

}  // namespace

Host host_of(const State& state, ApplicantId applicant) {
  return state.is_lab(applicant) ? state.labs.host[state.lab(applicant)]
                                 : state.organisations.host[state.organisation(applicant)];
}

CategoryId category_of(const State& state, ApplicantId applicant) {
  return state.is_lab(applicant) ? state.labs.category[state.lab(applicant)]
                                 : state.organisations.category[state.organisation(applicant)];
}

bool exists(const Labs& labs, LabId lab, Year year) {
  return labs.formed[lab] <= year && labs.fate[lab] != LabFate::merged;
}

bool nationally_designated(const System& system, const Labs& labs, LabId lab) {
  const LabTypeId designation = labs.designation[lab];
  return designation.exists() && system.authorities[system.lab_types[designation].authority.index()].central;
}

std::size_t success_tier(const System& system, const State& state, ApplicantId applicant) {
  if (!state.is_lab(applicant)) return 2;
  return nationally_designated(system, state.labs, state.lab(applicant)) ? 0 : 1;
}

double mean_score(const Params& params, Year year, const State& state, ApplicantId applicant) {
  const Levers::Award& award = params.levers_in(year).award;
  const bool enterprise = host_of(state, applicant) == Host::enterprise;
  double z = 0.0, tier = 0.0, link = enterprise ? 1.0 : 0.0;
  if (state.is_lab(applicant)) {
    const LabId lab = state.lab(applicant);
    z = state.labs.quality[lab] - params.parameters.quality.growth * (year - Year(2006));
    tier = tier_term(params.system, state.labs.designation[lab]);
    if (!enterprise) link = state.labs.orientation[static_cast<std::size_t>(Activity::commercial)][lab];
  } else {
    z = state.organisations.standing[state.organisation(applicant)];
  }
  const double criticality = params.system.categories[category_of(state, applicant)].criticality;
  return award.quality_weight * z + award.tier_weight * tier + award.strategic_weight * criticality +
         award.industry_weight * link;
}

}  // namespace innochain
