#include "sim/processes/award_steered.hpp"

#include <algorithm>

#include "sim/core/apportion.hpp"
#include "sim/state/applicants.hpp"
#include "sim/state/funds.hpp"

namespace innochain {

namespace {

bool can_lead(const Programme& programme, Year year, const State& state, ApplicantId applicant) {
  const Host host = host_of(state, applicant);
  if (!programme.eligible_hosts[static_cast<std::size_t>(host)]) return false;
  return state.is_lab(applicant) ? exists(state.labs, state.lab(applicant), year) : host == Host::enterprise;
}

/// Ranks the leaders of a range of places, the strongest first.
void rank_leaders(const Params& params, Year year, const Programme& programme, ApplicantOrder::Range range,
                  State& state) {
  Ranking& ranking = state.scratch.ranking;
  ranking.clear();
  for (std::size_t i = range.first; i < range.second; ++i) {
    const ApplicantId applicant = state.applications.order.applicants[i];
    if (can_lead(programme, year, state, applicant))
      ranking.emplace_back(-mean_score(params, year, state, applicant), static_cast<std::uint32_t>(applicant.index()));
  }
  std::sort(ranking.begin(), ranking.end());
}

void start_subtopic(const Params& params, Year year, const Streams& streams, ProgrammeId p, CategoryId category,
                    std::uint32_t ordinal, ApplicantId lead, Money amount, State& state) {
  const Programme& programme = params.system.programmes[p];
  const std::size_t address = (p.index() << 16) | category.index();
  const int shortest = static_cast<int>(programme.years_min), longest = static_cast<int>(programme.years_max);
  Stream terms = streams.at(Purpose::project_terms, year, address, ordinal);
  Project project;
  project.programme = p;
  project.category = category;
  project.lead = lead;
  project.amount = amount;
  project.start = year;
  project.end = year + shortest - 1 + static_cast<int>(terms.index(static_cast<std::size_t>(longest - shortest + 1)));
  project.number = static_cast<std::uint32_t>(category.index() << 16) | ordinal;
  start_project(project, state);
}

}  // namespace

void award_steered(const Params& params, Year year, const Streams& streams, State& state) {
  const Column<CategoryId, Category>& categories = params.system.categories;
  std::vector<double>& weights = state.applications.shares;
  std::vector<std::int64_t>& parts = state.applications.parts;
  for_each_funder(params, year, Competition::steered, state, [&](ProgrammeId p) {
    const Programme& programme = params.system.programmes[p];
    const auto subtopics = static_cast<std::int64_t>(programme.subtopics);
    if (subtopics == 0) return;
    const Money each = state.accounts.available(p) / subtopics;
    if (each == Money()) return;
    weights.clear();
    for (const Category& category : categories) weights.push_back(category.criticality);
    parts.resize(categories.size());
    apportion(subtopics, weights, parts, state.scratch.ranking);
    for (const CategoryId category : all<CategoryId>(categories.size())) {
      if (parts[category.index()] == 0) continue;
      const Ranking& ranking = state.scratch.ranking;
      rank_leaders(params, year, programme, state.applications.order.of_category[category], state);
      if (ranking.empty())
        rank_leaders(params, year, programme, state.applications.order.of_field[categories[category].field], state);
      for (std::int64_t i = 0; i < parts[category.index()] && !ranking.empty(); ++i) {
        const ApplicantId lead(ranking[static_cast<std::size_t>(i) % ranking.size()].second);
        start_subtopic(params, year, streams, p, category, static_cast<std::uint32_t>(i), lead, each, state);
      }
    }
  });
}

}  // namespace innochain
