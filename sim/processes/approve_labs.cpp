#include "sim/processes/approve_labs.hpp"

#include <algorithm>

#include "sim/processes/approval_rule.hpp"
#include "sim/state/membership.hpp"

namespace innochain {

namespace {

/// Labs of a pool, or of those it also draws from, that do not hold this or a higher designation. A delisted lab may
/// not come back to the tier it lost for some years, but to a lower one at once.
bool is_candidate(const Params& params, Year year, const Labs& labs, LabId lab, LabTypeId type) {
  const System& system = params.system;
  if (labs.formed[lab] > year || labs.fate[lab] == LabFate::merged || labs.fate[lab] == LabFate::carried_over)
    return false;
  const int tier = system.lab_types[type].tier;
  if (labs.barred_until[lab] > year && tier <= labs.barred_tier[lab]) return false;
  const LabTypeId held = labs.designation[lab];
  return !held.exists() || system.lab_types[held].tier > tier;
}

/// Named labs enter in their year and not before, whatever their quality.
bool named_for_later(const System& system, Year year, const Labs& labs, LabId lab) {
  return labs.named[lab] >= 0 && year < system.named_labs[static_cast<std::size_t>(labs.named[lab])].admitted;
}

template <class Visitor>
void for_each_candidate(const Params& params, Year year, const Labs& labs, LabTypeId type, Visitor&& visit) {
  const auto visit_pool = [&](LabTypeId pool) {
    const auto [first, end] = labs.pool_rows[pool];
    for (LabId lab = first; lab != end; ++lab)
      if (is_candidate(params, year, labs, lab, type)) visit(lab);
  };
  visit_pool(type);
  for (const LabTypeId pool : params.system.lab_types[type].drawn_from) visit_pool(pool);
}

void count_by_province(const System& system, LabTypeId type, const Labs& labs, std::vector<double>& count) {
  count.assign(system.provinces.size(), 0.0);
  const auto count_pool = [&](LabTypeId pool) {
    const auto [first, end] = labs.pool_rows[pool];
    for (LabId lab = first; lab != end; ++lab)
      if (labs.designation[lab] == type) count[labs.province[lab].index()] += 1.0;
  };
  count_pool(type);
  for (const LabTypeId pool : system.lab_types[type].drawn_from) count_pool(pool);
}

void approve_type(const Params& params, Year year, const Streams& streams, LabTypeId type, State& state) {
  const System& system = params.system;
  const LabType& entry = system.lab_types[type];
  const DesignationId k = system.designation(type);
  if (year < entry.since || (entry.closes && year > *entry.closes) || !params.simulates(k)) return;

  Labs& labs = state.labs;
  Entrance entrance(params, year, k, labs.stock[type], state);
  std::vector<double>& need = state.scratch.values;
  count_by_province(system, type, labs, need);
  weigh_regional_need(params, entry, labs.stock[type], need);

  auto& ranking = state.scratch.ranking;
  ranking.clear();
  for_each_candidate(params, year, labs, type, [&](LabId lab) {
    if (named_for_later(system, year, labs, lab)) return;
    const bool due = labs.named[lab] >= 0 && labs.pool[lab] == type && labs.designated[lab] == Year();
    const double score = labs.quality[lab] + need[labs.province[lab].index()];
    if (entrance.passes(score, due)) ranking.emplace_back(due ? -1e9 : -score, static_cast<std::uint32_t>(lab.index()));
  });

  const std::int64_t quota = decide_quota(params, streams, entrance.occasion(), state);
  for (const auto& [score, row] : take_best(ranking, quota)) admit(system, year, LabId(row), type, state);
}

}  // namespace

void approve_labs(const Params& params, Year year, const Streams& streams, State& state) {
  const System& system = params.system;
  int highest = 0;
  for (const LabType& type : system.lab_types) highest = std::max(highest, type.tier);
  for (int tier = 0; tier <= highest; ++tier) {
    for (const LabTypeId type : all<LabTypeId>(system.lab_types.size())) {
      const LabType& entry = system.lab_types[type];
      if (entry.tier == tier && (entry.admission == Admission::calls || entry.admission == Admission::listed))
        approve_type(params, year, streams, type, state);
    }
  }
}

}  // namespace innochain
