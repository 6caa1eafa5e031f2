#include "sim/processes/reorganize_labs.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <tuple>

#include "sim/state/membership.hpp"

namespace innochain {

namespace {

struct Shares {
  double keep, merge, drop;
};

Shares shares_of(const Reorganization& plan, const Reorganization::Part& part, const Levers& levers) {
  if (!plan.governed_by_levers) return {part.keep_share, part.merge_share, part.drop_share};
  return {levers.reorganization.keep_share, levers.reorganization.merge_share, levers.reorganization.drop_share};
}

/// Whether the lab's turn in the window is this year; those that joined after their turn are examined in the last year.
bool examined(const Params& params, const Reorganization& plan, Year year, const Labs& labs, LabId lab) {
  const int length = static_cast<int>(plan.window.size());
  int turn = static_cast<int>(lab.index() % static_cast<std::size_t>(length));
  if (plan.by_review_rotation) {
    const ReviewGroup& group = params.system.review_groups[params.system.fields[labs.field[lab]].review_group];
    turn = ((group.first - plan.window.first) % length + length) % length;
  }
  const Year due = plan.window.first + turn;
  if (labs.fate[lab] == LabFate::carried_over && labs.designated[lab] >= plan.window.first) return false;
  return year == (labs.designated[lab] < due ? due : plan.window.last);
}

/// Adds weight × the standardized value to every score.
template <class Value>
void add_standardized(std::span<std::pair<double, std::uint32_t>> scores, double weight, Value&& value) {
  const auto n = static_cast<double>(scores.size());
  double mean = 0.0, variance = 0.0;
  for (const auto& [score, row] : scores) mean += value(LabId(row)) / n;
  for (const auto& [score, row] : scores) variance += (value(LabId(row)) - mean) * (value(LabId(row)) - mean) / n;
  if (!(variance > 0.0)) return;
  const double spread = std::sqrt(variance);
  for (auto& [score, row] : scores) score += weight * (value(LabId(row)) - mean) / spread;
}

void rank_examined(const Params& params, const Levers& levers, const Labs& labs,
                   std::vector<std::pair<double, std::uint32_t>>& ranking) {
  add_standardized(ranking, levers.reorganization.alignment_weight,
                   [&](LabId lab) { return params.system.categories[labs.category[lab]].criticality.value; });
  add_standardized(ranking, levers.reorganization.standing_weight, [&](LabId lab) { return labs.reputation[lab]; });
  add_standardized(ranking, levers.reorganization.commercial_weight,
                   [&](LabId lab) { return labs.orientation[static_cast<std::size_t>(Activity::commercial)][lab]; });
  const auto better = [&](const auto& a, const auto& b) {
    const double quality_a = labs.quality[LabId(a.second)], quality_b = labs.quality[LabId(b.second)];
    return std::tuple(-a.first, -quality_a, a.second) < std::tuple(-b.first, -quality_b, b.second);
  };
  std::sort(ranking.begin(), ranking.end(), better);
}

/// The lab that takes over: nearest by category, then organisation, city and field; the better one among equally near.
LabId nearest_survivor(const Labs& labs, LabId lab, std::span<const LabId> survivors) {
  LabId best;
  int best_near = 0;
  for (const LabId other : survivors) {
    int near = labs.field[other] == labs.field[lab] ? 1 : 0;
    if (labs.city[other] == labs.city[lab]) near += 2;
    if (labs.organisation[other].exists() && labs.organisation[other] == labs.organisation[lab]) near += 4;
    if (labs.category[other] == labs.category[lab]) near += 8;
    if (near > best_near || (near == best_near && best.exists() && labs.quality[other] > labs.quality[best]))
      best = other, best_near = near;
  }
  return best;
}

/// Merges labs, best first, each into the nearest lab of the new type that is not itself to be merged; where nobody of
/// its field, city or organisation is left it is dropped.
void merge_into_nearest(const Params& params, LabTypeId into, std::span<const std::pair<double, std::uint32_t>> leaving,
                        Year barred, State& state) {
  const auto leaves = [&](LabId lab) {
    return std::any_of(leaving.begin(), leaving.end(), [&](const auto& entry) { return entry.second == lab.index(); });
  };
  std::vector<LabId>& survivors = state.scratch.labs;
  survivors.clear();
  for (const LabId lab : all<LabId>(state.labs.size()))
    if (state.labs.designation[lab] == into && !leaves(lab)) survivors.push_back(lab);
  for (const auto& [score, row] : leaving) {
    const LabId nearest = nearest_survivor(state.labs, LabId(row), survivors);
    if (nearest.exists())
      merge(params.system, LabId(row), nearest, state);
    else
      delist(params.system, LabId(row), barred, state);
  }
}

void reorganize_part(const Params& params, const Reorganization& plan, const Reorganization::Part& part, Year year,
                     const Streams& streams, State& state) {
  const Levers& levers = params.levers_in(year);
  Labs& labs = state.labs;
  auto& ranking = state.scratch.ranking;
  ranking.clear();
  for (const LabId lab : all<LabId>(labs.size()))
    if (labs.designation[lab] == part.type && examined(params, plan, year, labs, lab))
      ranking.emplace_back(0.0, static_cast<std::uint32_t>(lab.index()));
  if (ranking.empty()) return;
  rank_examined(params, levers, labs, ranking);

  const Shares shares = shares_of(plan, part, levers);
  const double total = std::max(1.0, shares.keep + shares.merge + shares.drop);
  // Cumulative shares are rounded with the same luck, so that shares that add up to one leave nobody over.
  const auto n = static_cast<double>(ranking.size());
  const double luck = streams.at(Purpose::reorganization, year, params.system.designation(part.type).index()).uniform();
  const auto part_of = [&](double share) {
    return std::min(ranking.size(), static_cast<std::size_t>(std::floor(n * share / total + luck + 1e-9)));
  };
  const std::size_t kept = part_of(shares.keep);
  const std::size_t merged = part_of(shares.keep + shares.merge) - kept;
  const std::size_t dropped = part_of(shares.keep + shares.merge + shares.drop) - kept - merged;
  if (part.type != plan.into)
    for (std::size_t rank = 0; rank < kept; ++rank)
      carry_over(params.system, year, LabId(ranking[rank].second), plan.into, state);

  // From the bottom: dropped, then merged; what is left between stays as it was.
  const Year barred = year + static_cast<int>(params.parameters.exits.readmission_years);
  for (std::size_t i = ranking.size() - dropped; i < ranking.size(); ++i)
    delist(params.system, LabId(ranking[i].second), barred, state);
  merge_into_nearest(params, plan.into, std::span(ranking).subspan(ranking.size() - dropped - merged, merged), barred,
                     state);
}

}  // namespace

void reorganize_labs(const Params& params, Year year, const Streams& streams, State& state) {
  for (const Reorganization& plan : params.system.reorganizations) {
    if (!plan.window.contains(year)) continue;
    for (const Reorganization::Part& part : plan.parts) reorganize_part(params, plan, part, year, streams, state);
  }
}

}  // namespace innochain
