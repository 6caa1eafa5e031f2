#include "sim/processes/approval_rule.hpp"

#include <algorithm>
#include <cmath>

namespace innochain {

Bar quality_bar(const Params& params, Year year, DesignationId k, const State& state) {
  const Levers& levers = params.levers_before(year);
  const double set = levers.quality_bar[k];
  const double raise = !std::isnan(set)             ? set
                       : levers.era == Era::quality ? params.parameters.approvals.bar_raise
                                                    : 0.0;
  return {state.bar[k] + raise, state.bar[k]};
}

Entrance::Entrance(const Params& params, Year year, DesignationId k, std::int64_t stock, State& state)
    : bar_(quality_bar(params, year, k, state)), scores_(state.candidate_scores) {
  occasion_.year = year;
  occasion_.designation = k;
  occasion_.stock = stock;
  occasion_.last_call = state.last_call[k];
  occasion_.unraised_bar = bar_.unraised;
  occasion_.first_score = scores_.size();
  const Levers& levers = params.levers_before(year);
  filters_ = params.system.candidature(k).admission != Admission::listed && bar_binds(params, year);
  keeps_scores_ =
      params.institutions_only && filters_ && levers.era == Era::quality && std::isnan(levers.quality_bar[k]);
}

std::int64_t decide_quota(const Params& params, const Streams& streams, ApprovalOccasion occasion, State& state) {
  const Year year = occasion.year;
  const DesignationId k = occasion.designation;
  const QuotaLaw law = quota_law(params, occasion);
  occasion.decision = draw_decision(law, params.approval_streams(streams, year, k), year, k);
  const auto [call, quota] = occasion.decision;
  state.occasions.push_back(occasion);

  YearOfDesignation& outcome = state.year_of[k];
  outcome.eligible = static_cast<std::int32_t>(occasion.eligible.at_bar);
  outcome.call = call;
  outcome.target = law.target;
  if (params.system.candidature(k).admission == Admission::listed) return quota;
  if (call || law.moratorium) state.last_call[k] = year;
  if (call) {
    outcome.short_of_candidates = law.gap - law.openings_unraised;
    outcome.short_of_bar = law.openings_unraised - law.openings;
    outcome.short_of_appetite = law.openings - static_cast<double>(quota);
  } else {
    outcome.short_of_calls = law.gap - static_cast<double>(quota);
  }
  return quota;
}

std::span<const std::pair<double, std::uint32_t>> take_best(std::vector<std::pair<double, std::uint32_t>>& ranking,
                                                            std::int64_t quota) {
  if (quota == 0) return {};  // most years: spares looking at all of them
  std::partial_sort(ranking.begin(), ranking.begin() + quota, ranking.end());
  return std::span(ranking).first(static_cast<std::size_t>(quota));
}

void weigh_regional_need(const Params& params, const Candidature& candidature, std::int64_t stock,
                         std::vector<double>& per_province) {
  const auto& provinces = params.system.provinces;
  const auto n = static_cast<double>(std::count_if(provinces.begin(), provinces.end(), [](const Province& province) {
    return !province.special_administrative_region;
  }));
  for (const ProvinceId province : all<ProvinceId>(provinces.size())) {
    double& entry = per_province[province.index()];
    const bool wanted = candidature.regional_need && stock > 0 && !provinces[province].special_administrative_region;
    entry = wanted
                ? params.parameters.approvals.need_weight * std::max(0.0, 1.0 - n * entry / static_cast<double>(stock))
                : 0.0;
  }
}

}  // namespace innochain
