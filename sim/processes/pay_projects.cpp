#include "sim/processes/pay_projects.hpp"

namespace innochain {

namespace {

/// Weight of the newest year, so that the window is five years long.
constexpr double forgetting = 1.0 / 5.0;

Money collect(Year year, ApplicantId applicant, Payments& payments) {
  Money& due = payments.at(year, applicant);
  const Money paid = due;
  due = Money();
  return paid;
}

}  // namespace

void pay_projects(const Params& params, Year year, const Streams&, State& state) {
  Labs& labs = state.labs;
  Organisations& organisations = state.organisations;
  for (const OrganisationId organisation : all<OrganisationId>(organisations.size()))
    organisations.funding[organisation] = collect(year, state.applicant(organisation), state.payments);
  const double price = params.deflator(year);
  for (const LabId lab : all<LabId>(labs.size())) {
    labs.funding[lab] = collect(year, state.applicant(lab), state.payments);
    if (labs.fate[lab] == LabFate::merged && labs.organisation[lab].exists()) {
      organisations.funding[labs.organisation[lab]] += labs.funding[lab];
      labs.funding[lab] = Money();
    }
    labs.recent_funding[lab] += labs.funding[lab].in_million_cny() / price - forgetting * labs.recent_funding[lab];
  }
}

}  // namespace innochain
