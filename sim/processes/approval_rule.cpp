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

bool keeps_scores(const Params& params, Year year, DesignationId k) {
  const Levers& levers = params.levers_before(year);
  return params.institutions_only && params.system.candidature(k).admission != Admission::listed &&
         bar_binds(params, year) && levers.era == Era::quality && std::isnan(levers.quality_bar[k]);
}

std::int64_t decide_quota(const Params& params, Year year, const Streams& streams, DesignationId k, std::int64_t stock,
                          Eligible eligible, State& state) {
  ApprovalOccasion& occasion =
      state.occasions.emplace_back(ApprovalOccasion{year, k, stock, eligible, state.last_call[k], {}, 0.0, 0, 0});
  occasion.unraised_bar = state.bar[k];
  if (state.occasions.size() > 1) {
    const ApprovalOccasion& before = state.occasions[state.occasions.size() - 2];
    occasion.first_score = before.first_score + before.n_scores;
  }
  occasion.n_scores = state.candidate_scores.size() - occasion.first_score;
  const QuotaLaw law = quota_law(params, occasion);
  occasion.decision = draw_decision(law, params.approval_streams(streams, year, k), year, k);
  const auto [call, quota] = occasion.decision;

  YearOfDesignation& outcome = state.year_of[k];
  outcome.eligible = static_cast<std::int32_t>(eligible.at_bar);
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
