#include "sim/processes/approval_rule.hpp"

#include <algorithm>
#include <cmath>

namespace innochain {

double target_stock(const Params& params, Year year, DesignationId k) {
  const double announced = params.levers_in(year).target[k];
  if (!std::isnan(announced)) return announced;
  return params.parameters.approvals.ambition * params.saturation_share[k] * params.system.candidature(k).pool;
}

Bar quality_bar(const Params& params, Year year, DesignationId k, const State& state) {
  const Levers& levers = params.levers_before(year);
  const double set = levers.quality_bar[k];
  const double raise = !std::isnan(set)             ? set
                       : levers.era == Era::quality ? params.parameters.approvals.bar_raise
                                                    : 0.0;
  return {state.bar[k] + raise, state.bar[k]};
}

bool bar_binds(const Params& params, Year year) {
  return year.value() >= static_cast<int>(params.parameters.labs.first_full_year);
}

namespace {

double appetite(const Params& params, const Levers& levers) {
  const Parameters::Approvals& a = params.parameters.approvals;
  switch (levers.era) {
    case Era::opening:
      return a.appetite_opening;
    case Era::adjustment:
      return a.appetite_adjustment;
    case Era::expansion:
      return a.appetite_expansion;
    case Era::quality:
      return a.appetite_expansion * a.quality_appetite_ratio;
  }
  return 0.0;
}

/// Openings and passing candidates meet: the harmonic form lets a scarce pool bite gradually.
double matched(double gap, double eligible) {
  return gap + eligible > 0.0 ? gap * eligible / (gap + eligible) : 0.0;
}

}  // namespace

bool call_opened(const Params& params, Year year, const Streams& streams, DesignationId k, double target, double gap) {
  const CallLever& lever = params.levers_in(year).calls[k];
  if (lever.kind == CallLever::Kind::open) return true;
  if (lever.kind != CallLever::Kind::drawn || !(gap > 0.0)) return false;
  const Parameters::Approvals& a = params.parameters.approvals;
  double intensity =
      params.system.candidature(k).call_mode == CallMode::batch ? a.call_intensity_batch : a.call_intensity_rolling;
  if (params.levers_before(year).era == Era::quality) intensity *= a.quality_call_ratio;
  const double probability =
      !std::isnan(lever.probability) ? lever.probability : -maths::expm1(-intensity * gap / target);
  return params.approval_streams(streams, year, k).at(Purpose::call, year, k.index()).bernoulli(probability);
}

namespace {

std::int64_t listed_quota(const Candidature& candidature, Year year) {
  for (const YearCount& entry : candidature.listed)
    if (entry.year == year) return entry.count;
  return 0;
}

std::int64_t isolated_quota(const Params& params, Year year, const Streams& streams, DesignationId k, double gap,
                            std::int64_t eligible) {
  if (gap < 1.0) return 0;
  const std::int64_t wished = params.approval_streams(streams, year, k)
                                  .at(Purpose::isolated_approvals, year, k.index())
                                  .poisson(params.parameters.approvals.isolated_rate);
  return std::min({wished, static_cast<std::int64_t>(gap), eligible});
}

}  // namespace

std::int64_t decide_quota(const Params& params, Year year, const Streams& streams, DesignationId k, std::int64_t stock,
                          Eligible eligible, State& state) {
  const Candidature& candidature = params.system.candidature(k);
  YearOfDesignation& outcome = state.year_of[k];
  outcome.eligible = static_cast<std::int32_t>(eligible.at_bar);
  if (candidature.admission == Admission::listed) {
    const std::int64_t quota = std::min(listed_quota(candidature, year), eligible.at_bar);
    outcome.call = quota > 0;
    outcome.target = static_cast<double>(stock + quota);
    return quota;
  }
  const Parameters::Approvals& a = params.parameters.approvals;
  const Levers& before = params.levers_before(year);
  const double target = target_stock(params, year, k);
  outcome.target = target;
  const double gap = std::max(0.0, target - static_cast<double>(stock));
  if (params.levers_in(year).calls[k].kind == CallLever::Kind::moratorium) {
    state.last_call[k] = year;
    outcome.short_of_calls = gap;
    return 0;
  }
  outcome.call = call_opened(params, year, streams, k, target, gap);
  if (!outcome.call) {
    const std::int64_t quota = isolated_quota(params, year, streams, k, gap, eligible.at_bar);
    outcome.short_of_calls = gap - static_cast<double>(quota);
    return quota;
  }
  const bool scarce = bar_binds(params, year);
  const double at_unraised = scarce ? matched(gap, static_cast<double>(eligible.at_unraised)) : gap;
  const double at_bar = scarce ? matched(gap, static_cast<double>(eligible.at_bar)) : gap;
  const double waited = std::min(a.waiting_cap_years, static_cast<double>(year - state.last_call[k]));
  Stream stream = params.approval_streams(streams, year, k).at(Purpose::quota, year, k.index());
  const double luck = stream.gamma(a.dispersion, 1.0);
  const double closed =
      -maths::expm1(-appetite(params, before) * before.appetite_factor * params.kappa[k] * waited * luck);
  const std::int64_t openings = stream.round(at_bar);
  const std::int64_t quota = std::min(stream.smooth_binomial(openings, closed), eligible.at_bar);
  outcome.short_of_candidates = gap - at_unraised;
  outcome.short_of_bar = at_unraised - at_bar;
  outcome.short_of_appetite = at_bar - static_cast<double>(quota);
  state.last_call[k] = year;
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
