#include "sim/processes/award_steered.hpp"

#include <algorithm>

#include "sim/core/apportion.hpp"
#include "sim/state/applicants.hpp"
#include "sim/state/funds.hpp"

namespace innochain {

namespace {

/// Labs and firms of the hosts that the programme admits.
bool can_lead(const Programme& programme, std::uint8_t group) {
  if (group == Survey::absent) return false;
  const Host host = Survey::host_in(group);
  const bool lab = static_cast<SuccessTier>(Survey::tier_in(group)) != SuccessTier::organisation;
  return programme.eligible_hosts[static_cast<std::size_t>(host)] && (lab || host == Host::enterprise);
}

/// Ranks the leaders of a range of places, the strongest first as far as they are `wanted`.
void rank_leaders(const Programme& programme, ApplicantOrder::Range range, std::int64_t wanted, State& state) {
  const Survey& survey = state.applications.survey;
  Ranking& ranking = state.scratch.ranking;
  ranking.clear();
  for (std::size_t i = range.first; i < range.second; ++i) {
    if (can_lead(programme, survey.group[i]))
      ranking.emplace_back(-survey.score[i],
                           static_cast<std::uint32_t>(state.applications.order.applicants[i].index()));
  }
  const auto last = std::min<std::ptrdiff_t>(wanted, static_cast<std::ptrdiff_t>(ranking.size()));
  std::partial_sort(ranking.begin(), ranking.begin() + last, ranking.end());
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
    survey_applicants(params, year, state);
    for (const CategoryId category : all<CategoryId>(categories.size())) {
      if (parts[category.index()] == 0) continue;
      const Ranking& ranking = state.scratch.ranking;
      const ApplicantOrder& order = state.applications.order;
      const std::int64_t wanted = parts[category.index()];
      rank_leaders(programme, order.of_category[category], wanted, state);
      if (ranking.empty()) rank_leaders(programme, order.of_field[categories[category].field], wanted, state);
      for (std::int64_t i = 0; i < parts[category.index()] && !ranking.empty(); ++i) {
        const ApplicantId lead(ranking[static_cast<std::size_t>(i) % ranking.size()].second);
        start_subtopic(params, year, streams, p, category, static_cast<std::uint32_t>(i), lead, each, state);
      }
    }
  });
}

}  // namespace innochain
