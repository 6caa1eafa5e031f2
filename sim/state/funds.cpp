#include "sim/state/funds.hpp"

#include <algorithm>

#include "sim/core/contracts.hpp"
#include "sim/state/applicants.hpp"

namespace innochain {

namespace {

void arrange_applicants(const System& system, State& state) {
  ApplicantOrder& order = state.applications.order;
  const std::size_t n = state.n_applicants();
  order.applicants.clear();
  order.applicants.reserve(n);
  order.partners.assign(n + 1, 0.0);
  order.of_field.assign(system.fields.size(), {0, 0});
  order.of_category.assign(system.categories.size(), {0, 0});
  Column<CategoryId, std::size_t> size(system.categories.size(), 0);
  for (const ApplicantId applicant : all<ApplicantId>(n)) ++size[category_of(state, applicant)];
  std::size_t place = 0;
  for (const FieldId field : all<FieldId>(system.fields.size())) {
    order.of_field[field].first = place;
    for (const CategoryId category : all<CategoryId>(system.categories.size())) {
      if (system.categories[category].field != field) continue;
      order.of_category[category] = {place, place};
      place += size[category];
    }
    order.of_field[field].second = place;
  }
  order.applicants.resize(n);
  for (const ApplicantId applicant : all<ApplicantId>(n))
    order.applicants[order.of_category[category_of(state, applicant)].second++] = applicant;
  for (std::size_t i = 0; i < n; ++i) {
    const ApplicantId applicant = order.applicants[i];
    const bool firm = !state.is_lab(applicant) && host_of(state, applicant) == Host::enterprise;
    order.partners[i + 1] =
        order.partners[i] + (firm ? state.organisations.researchers[state.organisation(applicant)] : 0.0);
  }
}

void open_applications(const Params& params, State& state) {
  const System& system = params.system;
  Applications& applications = state.applications;
  const std::size_t n = state.n_applicants(), n_programmes = system.programmes.size();
  applications.expected_success.resize(n_programmes);
  applications.rejected.resize(n_programmes);
  for (const ProgrammeId p : all<ProgrammeId>(n_programmes)) {
    const Programme& programme = system.programmes[p];
    const bool proposals = programme.competition == Competition::proposals;
    applications.expected_success[p].fill(proposals ? 0.22 : 1.0 / (1.0 + programme.rivals));
    applications.rejected[p].assign(proposals ? n : 0, 0);
  }
  Survey& survey = applications.survey;
  survey.done = false;
  survey.group.assign(n, Survey::absent);
  survey.staff.assign(n, 0.0);
  survey.score.assign(n, 0.0);
  survey.designation_terms.reserve(system.lab_types.size());
  Entrants& entrants = applications.entrants;
  for (auto* counts : {&entrants.filed, &entrants.qualified, &entrants.funded}) counts->reserve(n);
  for (auto* numbers : {&entrants.places, &entrants.agents}) numbers->reserve(n);
  entrants.score.reserve(n);
  entrants.alike.assign(n, 0.0);
  entrants.of_field.assign(system.fields.size(), {0, 0});
  applications.weight.assign(n + 1, 0.0);
  const std::size_t most = std::max({system.categories.size(), system.fields.size(), state.zones.size(), n_programmes});
  applications.shares.reserve(most);
  applications.parts.reserve(most);
  applications.open_parts.reserve(most);
  applications.funded_by_category.assign(system.categories.size(), 0.0);
  applications.projects_in_category.assign(system.categories.size(), 0);
  applications.topic_funders.assign(
      system.categories.size() * static_cast<std::size_t>(params.parameters.topics.per_category), 0);
  applications.topic_money.assign(applications.topic_funders.size(), 0.0);
  applications.topic_first.assign(applications.topic_funders.size(), 0.0);
  applications.work = applications.duplicate_share = 0.0;
}

}  // namespace

void open_accounts(const Params& params, State& state) {
  const std::size_t n_programmes = params.system.programmes.size();
  EXPECT(params.system.authorities.size() <= 64);
  Accounts& accounts = state.accounts;
  for (auto* money : {&accounts.budget, &accounts.carried_before, &accounts.transferred, &accounts.recovered,
                      &accounts.awarded, &accounts.carried, &accounts.returned})
    money->assign(n_programmes, Money());
  for (auto* count : {&accounts.awards, &accounts.applications, &accounts.active}) count->assign(n_programmes, 0);
  accounts.awards_by_host.assign(n_programmes, {});
  accounts.merged.assign(n_programmes, 0);

  arrange_applicants(params.system, state);
  open_applications(params, state);
  const std::size_t n = state.n_applicants();
  state.payments.due.assign(n * Payments::horizon, Money());
  state.projects.running.clear();
  state.projects.running.reserve(4 * n);
  state.scratch.ranking.reserve(4 * n);
  state.scratch.values.reserve(4 * n);
}

void open_year(State& state) {
  Accounts& accounts = state.accounts;
  accounts.carried_before = accounts.carried;
  for (auto* money : {&accounts.budget, &accounts.transferred, &accounts.recovered, &accounts.awarded,
                      &accounts.carried, &accounts.returned})
    money->fill(Money());
  for (auto* count : {&accounts.awards, &accounts.applications, &accounts.active}) count->fill(0);
  accounts.awards_by_host.fill({});
  Applications& applications = state.applications;
  applications.work = applications.duplicate_share = 0.0;
  applications.survey.done = false;
  std::fill(applications.funded_by_category.begin(), applications.funded_by_category.end(), 0.0);
  std::fill(applications.projects_in_category.begin(), applications.projects_in_category.end(), 0);
  std::fill(applications.topic_funders.begin(), applications.topic_funders.end(), 0);
  for (auto* money : {&applications.topic_money, &applications.topic_first})
    std::fill(money->begin(), money->end(), 0.0);
  state.labs.projects.fill(0);
  state.organisations.projects.fill(0);
}

bool awards_in(const Programme& programme, Year year, bool merged) {
  return programme.since <= year && !merged && (!programme.closes || year <= *programme.closes);
}

void start_project(Project project, State& state) {
  const int years = project.end - project.start + 1;
  EXPECT(years >= 1 && years <= Payments::horizon && project.on_delivery <= project.amount);
  const Money spread = project.amount - project.on_delivery;
  project.instalment = spread / std::int64_t{years};
  state.payments.at(project.start, project.lead) += spread - (years - 1) * project.instalment;
  for (Year year = project.start + 1; year <= project.end; ++year)
    state.payments.at(year, project.lead) += project.instalment;

  Accounts& accounts = state.accounts;
  accounts.awarded[project.programme] += project.amount;
  accounts.awards[project.programme] += project.count;
  accounts.awards_by_host[project.programme][static_cast<std::size_t>(host_of(state, project.lead))] += project.count;
  if (project.category.exists()) {
    state.applications.funded_by_category[project.category.index()] += project.amount.in_million_cny();
    state.applications.projects_in_category[project.category.index()] += project.count;
    (state.is_lab(project.lead) ? state.labs.projects[state.lab(project.lead)]
                                : state.organisations.projects[state.organisation(project.lead)]) += project.count;
  }
  state.projects.running.push_back(project);
}

void grant(ProgrammeId programme, Year year, ApplicantId applicant, Money amount, State& state) {
  state.payments.at(year, applicant) += amount;
  state.accounts.awarded[programme] += amount;
  ++state.accounts.awards[programme];
  ++state.accounts.awards_by_host[programme][static_cast<std::size_t>(host_of(state, applicant))];
}

void recover(const System& system, ProgrammeId programme, Money amount, State& state) {
  Accounts& accounts = state.accounts;
  accounts.recovered[programme] += amount;
  ProgrammeId heir = programme;
  while (accounts.merged[heir]) heir = system.programmes[heir].merges_into;
  accounts.transferred[programme] -= amount;
  accounts.transferred[heir] += amount;
}

}  // namespace innochain
