#include "sim/processes/quota_law.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/maths.hpp"

namespace innochain {

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

double probability_of_call(const Params& params, Year year, DesignationId k, double target, double gap) {
  const CallLever& lever = params.levers_in(year).calls[k];
  if (lever.kind == CallLever::Kind::open) return 1.0;
  if (lever.kind != CallLever::Kind::drawn || !(gap > 0.0)) return 0.0;
  return !std::isnan(lever.probability) ? lever.probability : call_probability(params, year, k, target, gap);
}

std::int64_t listed_quota(const Candidature& candidature, Year year) {
  for (const YearCount& entry : candidature.listed)
    if (entry.year == year) return entry.count;
  return 0;
}

std::int64_t most_isolated(const QuotaLaw& law) {
  return law.gap < 1.0 ? 0 : std::min(static_cast<std::int64_t>(law.gap), law.eligible);
}

double log_choose(double n, double k) {
  return maths::lgamma(n + 1.0) - maths::lgamma(k + 1.0) - maths::lgamma(n - k + 1.0);
}

/// Of n ~ Binomial(N, 1 − exp(−c·g)), g ~ Gamma(φ, 1/φ): by the trapezoidal rule in t = ln g, where the integrand's
/// logarithm is concave and its tails fall at least exponentially, so that the rule converges exponentially (Trefethen
/// & Weideman 2014, SIAM Review 56, 385–458).
double probability_of(std::int64_t trials, std::int64_t successes, double c, double shape) {
  if (successes < 0 || successes > trials) return 0.0;
  if (!(c > 0.0)) return successes == 0 ? 1.0 : 0.0;
  const auto q = static_cast<double>(successes), rest = static_cast<double>(trials - successes);
  const auto log_integrand = [&](double t) {
    const double g = maths::exp(t), x = c * g;
    const double closed = q > 0.0 ? q * maths::log(-maths::expm1(-x)) : 0.0;
    return closed - rest * x + shape * (t - g);
  };
  // Near the maximum, where q·x/(eˣ − 1) − (N − q)·x + φ·(1 − g) = 0; of small x the first term is q·(1 − x/2).
  double centre = maths::log((q + shape) / (c * (rest + 0.5 * q) + shape)), curvature = 1.0;
  for (int step = 0; step < 8; ++step) {
    const double g = maths::exp(centre), x = c * g, growth = maths::expm1(x);
    const double drawn = growth < maths::infinity ? x / growth : 0.0;  // x/(eˣ − 1), between 0 and 1
    const double slope = q * drawn - rest * x + shape * (1.0 - g);
    curvature = q * drawn * (x + drawn - 1.0) + rest * x + shape * g;
    const double move = std::clamp(slope / curvature, -1.0, 1.0);
    centre += move;
    if (std::abs(move) < 0.05) break;
  }
  // Where all openings are filled the integrand is no bell: it rises within 1/ln q of t, from 0 to a long plateau.
  constexpr double longest_step = 0.4, steps_of_a_deviation = 1.6, steps_of_a_rise = 2.5, negligible = 1e-11;
  const double step = std::min(
      {longest_step, 1.0 / (steps_of_a_deviation * std::sqrt(curvature)), 1.0 / (steps_of_a_rise * maths::log1p(q))});
  const double largest = log_integrand(centre);
  double sum = 1.0;
  for (const double direction : {-step, step}) {
    double before = 1.0;
    for (int i = 1;; ++i) {
      const double value = maths::exp(log_integrand(centre + i * direction) - largest);
      sum += value;
      if (value < negligible * sum && value <= before) break;
      before = value;
    }
  }
  const double log_norm =
      shape * maths::log(shape) - maths::lgamma(shape) + log_choose(static_cast<double>(trials), q) + largest;
  return step * sum * maths::exp(log_norm);
}

/// P(min(Binomial, E) = n).
double probability_with_cap(std::int64_t trials, std::int64_t quota, const QuotaLaw& law) {
  const auto of = [&](std::int64_t n) { return probability_of(trials, n, law.closing_rate, law.dispersion); };
  if (quota < law.eligible) return of(quota);
  double sum = 0.0;  // all that are at least E, or all below, whichever are fewer
  if (trials - quota < quota) {
    for (std::int64_t n = quota; n <= trials; ++n) sum += of(n);
    return sum;
  }
  for (std::int64_t n = 0; n < quota; ++n) sum += of(n);
  return std::max(0.0, 1.0 - sum);
}

double probability_of_quota(const QuotaLaw& law, std::int64_t quota) {
  if (quota < 0 || quota > law.eligible) return 0.0;
  const double whole = std::floor(law.openings), part = law.openings - whole;
  const auto trials = static_cast<std::int64_t>(whole);
  double probability = part < 1.0 ? (1.0 - part) * probability_with_cap(trials, quota, law) : 0.0;
  if (part > 0.0) probability += part * probability_with_cap(trials + 1, quota, law);
  return probability;
}

/// P(min(Poisson(ν), most) = n).
double probability_of_isolated(const QuotaLaw& law, std::int64_t quota) {
  const std::int64_t most = most_isolated(law);
  if (quota < 0 || quota > most) return 0.0;
  double mass = maths::exp(-law.isolated_rate), below = 0.0;
  for (std::int64_t n = 0; n < quota; ++n) {
    below += mass;
    mass *= law.isolated_rate / static_cast<double>(n + 1);
  }
  return quota < most ? mass : std::max(0.0, 1.0 - below);
}

/// \param of_quota the probability of the number if there is a call
template <class OfQuota>
double log_probability_with(const QuotaLaw& law, const ApprovalDecision& decision, OfQuota&& of_quota) {
  if (law.given) return decision.quota == *law.given ? 0.0 : -maths::infinity;
  const double call = decision.call ? law.call_probability : 1.0 - law.call_probability;
  const double number = decision.call ? of_quota() : probability_of_isolated(law, decision.quota);
  return call > 0.0 && number > 0.0 ? maths::log(call) + maths::log(number) : -maths::infinity;
}

}  // namespace

double target_stock(const Params& params, Year year, DesignationId k) {
  const double announced = params.levers_in(year).target[k];
  if (!std::isnan(announced)) return announced;
  return params.parameters.approvals.ambition * params.saturation_share[k] * params.system.candidature(k).pool;
}

bool bar_binds(const Params& params, Year year) {
  return year.value() >= static_cast<int>(params.parameters.labs.first_full_year);
}

double call_probability(const Params& params, Year year, DesignationId k, double target, double gap) {
  const Parameters::Approvals& a = params.parameters.approvals;
  double intensity =
      params.system.candidature(k).call_mode == CallMode::batch ? a.call_intensity_batch : a.call_intensity_rolling;
  if (params.levers_before(year).era == Era::quality) intensity *= a.quality_call_ratio;
  return -maths::expm1(-intensity * gap / target);
}

QuotaLaw quota_law(const Params& params, const ApprovalOccasion& occasion) {
  const Year year = occasion.year;
  const DesignationId k = occasion.designation;
  const Candidature& candidature = params.system.candidature(k);
  QuotaLaw law;
  law.eligible = occasion.eligible.at_bar;
  if (candidature.admission == Admission::listed) {
    law.given = std::min(listed_quota(candidature, year), occasion.eligible.at_bar);
    law.target = static_cast<double>(occasion.stock + *law.given);
    return law;
  }
  const Parameters::Approvals& a = params.parameters.approvals;
  const Levers& before = params.levers_before(year);
  law.target = target_stock(params, year, k);
  law.gap = std::max(0.0, law.target - static_cast<double>(occasion.stock));
  law.moratorium = params.levers_in(year).calls[k].kind == CallLever::Kind::moratorium;
  if (law.moratorium) {
    law.given = 0;
    return law;
  }
  law.call_probability = probability_of_call(params, year, k, law.target, law.gap);
  const bool scarce = bar_binds(params, year);
  law.openings_unraised = scarce ? matched(law.gap, static_cast<double>(occasion.eligible.at_unraised)) : law.gap;
  law.openings = scarce ? matched(law.gap, static_cast<double>(occasion.eligible.at_bar)) : law.gap;
  const double waited = std::min(a.waiting_cap_years, static_cast<double>(year - occasion.last_call));
  law.closing_rate = appetite(params, before) * before.appetite_factor * params.kappa[k] * waited;
  law.dispersion = a.dispersion;
  law.isolated_rate = a.isolated_rate;
  return law;
}

std::int64_t eligible_under(const Params& params, const ApprovalOccasion& occasion,
                            std::span<const double> candidate_scores) {
  if (occasion.n_scores == 0) return occasion.eligible.at_bar;
  const double bar = occasion.unraised_bar + params.parameters.approvals.bar_raise;
  return occasion.eligible.due +
         std::ranges::count_if(candidate_scores.subspan(occasion.first_score, occasion.n_scores),
                               [&](double score) { return score > bar; });
}

ApprovalDecision draw_decision(const QuotaLaw& law, const Streams& streams, Year year, DesignationId k) {
  if (law.given) return {!law.moratorium && *law.given > 0, *law.given};
  const bool drawn = law.call_probability > 0.0 && law.call_probability < 1.0;
  const bool call =
      drawn ? streams.at(Purpose::call, year, k.index()).bernoulli(law.call_probability) : law.call_probability >= 1.0;
  if (!call) {
    const std::int64_t most = most_isolated(law);
    if (most == 0) return {false, 0};
    return {false, std::min(streams.at(Purpose::isolated_approvals, year, k.index()).poisson(law.isolated_rate), most)};
  }
  Stream stream = streams.at(Purpose::quota, year, k.index());
  const double closed = -maths::expm1(-law.closing_rate * stream.gamma(law.dispersion, 1.0));
  const std::int64_t openings = stream.round(law.openings);
  return {true, std::min(stream.smooth_binomial(openings, closed), law.eligible)};
}

double log_probability(const QuotaLaw& law, const ApprovalDecision& decision) {
  return log_probability_with(law, decision, [&] { return probability_of_quota(law, decision.quota); });
}

double JudgedDecision::log_probability(const QuotaLaw& law) {
  return log_probability_with(law, decision_, [&] {
    const Numbers numbers{law.eligible, law.openings, law.closing_rate, law.dispersion};
    const auto end = last_.begin() + static_cast<std::ptrdiff_t>(n_last_);
    const auto found = std::find_if(last_.begin(), end, [&](const Integral& last) { return last.numbers == numbers; });
    if (found != end) {
      std::rotate(last_.begin(), found, found + 1);
    } else {
      n_last_ = std::min(n_last_ + 1, last_.size());
      std::shift_right(last_.begin(), last_.end(), 1);
      last_.front() = {numbers, probability_of_quota(law, decision_.quota)};
    }
    return last_.front().value;
  });
}

}  // namespace innochain
