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

SuccessTier success_tier(const System& system, const State& state, ApplicantId applicant) {
  if (!state.is_lab(applicant)) return SuccessTier::organisation;
  return nationally_designated(system, state.labs, state.lab(applicant)) ? SuccessTier::designated_lab
                                                                         : SuccessTier::other_lab;
}

namespace {

/// The parts of a score that its weights multiply.
struct Merits {
  double z = 0.0, tier = 0.0, criticality = 0.0, link = 0.0;
};

double weighted(const Levers::Award& award, const Merits& m) {
  return award.quality_weight * m.z + award.tier_weight * m.tier + award.strategic_weight * m.criticality +
         award.industry_weight * m.link;
}

double common_growth(const Params& params, Year year) {
  return params.parameters.quality.growth * (year - Year(2006));
}

Merits merits(const Params& params, double growth, const Labs& labs, LabId lab, double tier) {
  const bool enterprise = labs.host[lab] == Host::enterprise;
  return {labs.quality[lab] - growth, tier, params.system.categories[labs.category[lab]].criticality,
          enterprise ? 1.0 : labs.orientation[static_cast<std::size_t>(Activity::commercial)][lab]};
}

Merits merits(const Params& params, const Organisations& organisations, OrganisationId id) {
  return {organisations.standing[id], 0.0, params.system.categories[organisations.category[id]].criticality,
          organisations.host[id] == Host::enterprise ? 1.0 : 0.0};
}

}  // namespace

double mean_score(const Params& params, Year year, const State& state, ApplicantId applicant) {
  const Levers::Award& award = params.levers_in(year).award;
  if (!state.is_lab(applicant))
    return weighted(award, merits(params, state.organisations, state.organisation(applicant)));
  const LabId lab = state.lab(applicant);
  const double tier = tier_term(params.system, state.labs.designation[lab]);
  return weighted(award, merits(params, common_growth(params, year), state.labs, lab, tier));
}

void survey_applicants(const Params& params, Year year, State& state) {
  const System& system = params.system;
  const Levers::Award& award = params.levers_in(year).award;
  const std::vector<ApplicantId>& applicants = state.applications.order.applicants;
  Survey& survey = state.applications.survey;
  if (survey.done) return;
  survey.done = true;
  survey.designation_terms.clear();
  for (const LabTypeId type : all<LabTypeId>(system.lab_types.size()))
    survey.designation_terms.push_back(tier_term(system, type));
  const double growth = common_growth(params, year);
  const Labs& labs = state.labs;
  for (std::size_t i = 0; i < applicants.size(); ++i) {
    if (!state.is_lab(applicants[i])) {
      const OrganisationId id = state.organisation(applicants[i]);
      survey.group[i] = Survey::group_of(state.organisations.host[id], SuccessTier::organisation);
      survey.staff[i] = state.organisations.researchers[id];
      survey.score[i] = weighted(award, merits(params, state.organisations, id));
      continue;
    }
    const LabId lab = state.lab(applicants[i]);
    if (!exists(labs, lab, year)) {
      survey.group[i] = Survey::absent;
      continue;
    }
    const LabTypeId held = labs.designation[lab];
    const double tier = held.exists() ? survey.designation_terms[held.index()] : 0.0;
    survey.group[i] = Survey::group_of(labs.host[lab], success_tier(system, state, applicants[i]));
    survey.staff[i] = labs.staff[lab];
    survey.score[i] = weighted(award, merits(params, growth, labs, lab, tier));
  }
}

}  // namespace innochain
