#include "sim/processes/award_proposals.hpp"

#include <algorithm>
#include <cmath>

#include "sim/processes/rank_proposals.hpp"
#include "sim/state/applicants.hpp"
#include "sim/state/funds.hpp"

namespace innochain {

namespace {

constexpr auto organisation_tier = static_cast<std::size_t>(SuccessTier::organisation);
/// Years in which the NSFC made applicants pause after two failures.
constexpr YearSpan pause{Year(2013), Year(2016)};
/// Year and success rate to which the parameters refer.
constexpr Year reference_year{2010};
constexpr double reference_success = 0.22;

/// Full-time equivalents for which the applicant at a place files with a programme.
double filing_staff(const Programme& programme, const State& state, std::size_t place) {
  const Survey& survey = state.applications.survey;
  const std::uint8_t group = survey.group[place];
  if (group == Survey::absent || !programme.eligible_hosts[static_cast<std::size_t>(Survey::host_in(group))])
    return 0.0;
  switch (static_cast<SuccessTier>(Survey::tier_in(group))) {
    case SuccessTier::organisation:
      return survey.staff[place];
    case SuccessTier::other_lab:
      return 0.0;
    case SuccessTier::designated_lab:
      break;
  }
  const LabId lab = state.lab(state.applications.order.applicants[place]);
  double fit = 0.0;
  for (std::size_t activity = 0; activity < n_activities; ++activity)
    fit += state.labs.orientation[activity][lab] * programme.orientation[activity];
  return fit * survey.staff[place];
}

std::uint32_t agent(ProgrammeId programme, ApplicantId applicant) {
  return static_cast<std::uint32_t>((programme.index() << 24) | applicant.index());
}

/// One programme's competition in one year.
class ProposalRound {
 public:
  ProposalRound(const Params& params, Year year, const Streams& streams, ProgrammeId p, State& state)
      : params_(params),
        year_(year),
        streams_(streams),
        p_(p),
        programme_(params.system.programmes[p]),
        state_(state),
        room_(state.applications),
        scale_(params.scale.proposals_per_agent) {}

  void run() {
    survey_applicants(params_, year_, state_);
    file();
    allocate();
    learn();
  }

 private:
  /// Fresh proposals that a full-time equivalent files, real ones.
  double eagerness(std::size_t tier) const {
    const Parameters::Applications& a = params_.parameters.applications;
    const int since = year_ - reference_year;
    double growth = since < 0 ? a.early_level * maths::pow(1.0 + a.early_growth, since) : 1.0;
    // Afterwards it is the entry of researchers, which labs count themselves.
    if (since > 0 && tier == organisation_tier) growth = maths::pow(1.0 + a.growth, since);
    return a.fresh_per_researcher * growth *
           maths::pow(room_.expected_success[p_][tier] / reference_success, a.success_elasticity);
  }

  void file() {
    const Parameters::Applications& a = params_.parameters.applications;
    std::array<double, n_success_tiers> rate;
    for (std::size_t tier = 0; tier < rate.size(); ++tier) rate[tier] = eagerness(tier) / static_cast<double>(scale_);
    const double again = a.resubmission_share * (pause.contains(year_) ? a.pause_share : 1.0);
    for (auto* numbers : {&entrants_.places, &entrants_.agents}) numbers->clear();
    entrants_.filed.clear();
    entrants_.score.clear();
    std::int64_t total = 0;
    for (const FieldId field : all<FieldId>(params_.system.fields.size())) {
      const std::size_t first = entrants_.places.size();
      const auto [begin, end] = room_.order.of_field[field];
      for (std::size_t place = begin; place < end; ++place) total += file_at(place, rate, again);
      entrants_.of_field[field] = {first, entrants_.places.size()};
    }
    entrants_.funded.assign(entrants_.places.size(), 0);
    entrants_.qualified.assign(entrants_.places.size(), 0);
    state_.accounts.applications[p_] += scale_ * total;
    room_.work += static_cast<double>(scale_ * total) * a.cost_years_per_proposal;
  }

  /// Proposals of one applicant, fresh and again.
  std::int32_t file_at(std::size_t place, const std::array<double, n_success_tiers>& rate, double again) {
    const ApplicantId applicant = room_.order.applicants[place];
    std::int32_t& rejected = room_.rejected[p_][applicant];
    const double staff = filing_staff(programme_, state_, place);
    std::int64_t filed = 0;
    if (staff > 0.0) {
      Stream stream = streams_.at(Purpose::applications, year_, agent(p_, applicant));
      filed = stream.binomial(rejected, again);
      filed += stream.poisson(rate[Survey::tier_in(room_.survey.group[place])] * staff);
    }
    rejected = 0;
    if (filed == 0) return 0;
    entrants_.places.push_back(static_cast<std::uint32_t>(place));
    entrants_.agents.push_back(agent(p_, applicant));
    entrants_.score.push_back(room_.survey.score[place]);
    entrants_.filed.push_back(static_cast<std::int32_t>(filed));
    return entrants_.filed.back();
  }

  void allocate() {
    const Column<FieldId, Field>& fields = params_.system.fields;
    const double award = params_.inputs.award_kcny[p_][params_.inputs.years.index(year_)];
    const Money one = Money::thousand_cny(std::max<std::int64_t>(1, std::llround(award)));
    room_.shares.clear();
    for (const Field& field : fields) room_.shares.push_back(field.nsfc_share);
    room_.parts.resize(fields.size());
    apportion(state_.accounts.available(p_).in_thousand_cny(), room_.shares, room_.parts, state_.scratch.ranking);
    for (const FieldId field : all<FieldId>(fields.size()))
      fund_field(field, Money::thousand_cny(room_.parts[field.index()]), one);
  }

  void fund_field(FieldId field, Money money, Money award) {
    const auto [first, end] = entrants_.of_field[field];
    const std::span<const std::int32_t> filed = std::span(entrants_.filed).subspan(first, end - first);
    const std::span<std::int32_t> funded = std::span(entrants_.funded).subspan(first, end - first);
    std::int64_t total = 0;
    for (const std::int32_t n : filed) total += n;
    if (total == 0) return;
    if (params_.levers_in(year_).allocation_rule == AllocationRule::equal_split) {
      std::copy(filed.begin(), filed.end(), funded.begin());
      award = money / (scale_ * total);
      if (award == Money()) std::fill(funded.begin(), funded.end(), 0);
    } else {
      choose(first, filed, money / (scale_ * award), total, funded);
    }
    for (std::size_t i = first; i < end; ++i)
      if (entrants_.funded[i] > 0) award_to(i, award);
  }

  /// Funds `places` proposals of a field by merit or by draw.
  void choose(std::size_t first, std::span<const std::int32_t> filed, std::int64_t places, std::int64_t total,
              std::span<std::int32_t> funded) {
    const Levers& levers = params_.levers_in(year_);
    Ranking& ranking = state_.scratch.ranking;
    const std::span<const std::uint32_t> agents = std::span(entrants_.agents).subspan(first, filed.size());
    const std::span<const double> scores = std::span(entrants_.score).subspan(first, filed.size());
    const Contest merit{Purpose::proposal_scores, year_, agents, scores, filed, levers.award.noise};
    if (levers.allocation_rule == AllocationRule::merit)
      return rank_proposals(streams_, merit, places, ranking, funded);
    std::span<const std::int32_t> entered = filed;
    if (levers.allocation_rule == AllocationRule::threshold_lottery) {
      const auto upper =
          static_cast<std::int64_t>(std::ceil(levers.award.threshold_share * static_cast<double>(total)));
      const std::span<std::int32_t> qualified = std::span(entrants_.qualified).subspan(first, filed.size());
      rank_proposals(streams_, merit, std::max(places, upper), ranking, qualified);
      entered = qualified;
    }
    const std::span<const double> alike = std::span(entrants_.alike).first(filed.size());
    rank_proposals(streams_, Contest{Purpose::proposal_lottery, year_, agents, alike, entered, 1.0}, places, ranking,
                   funded);
  }

  void award_to(std::size_t entrant, Money award) {
    const ApplicantId lead = room_.order.applicants[entrants_.places[entrant]];
    const std::int64_t count = scale_ * std::int64_t{entrants_.funded[entrant]};
    Stream stream = streams_.at(Purpose::project_terms, year_, agent(p_, lead));
    const int shortest = static_cast<int>(programme_.years_min), longest = static_cast<int>(programme_.years_max);
    const int years = shortest + static_cast<int>(stream.index(static_cast<std::size_t>(longest - shortest + 1)));
    Project project;
    project.programme = p_;
    project.lead = lead;
    project.amount = count * award;
    project.start = year_;
    project.end = year_ + years - 1;
    project.count = static_cast<std::int32_t>(count);
    start_project(project, state_);
  }

  void learn() {
    std::array<std::int64_t, n_success_tiers> filed{}, funded{};
    for (std::size_t i = 0; i < entrants_.places.size(); ++i) {
      const std::size_t place = entrants_.places[i], tier = Survey::tier_in(room_.survey.group[place]);
      room_.rejected[p_][room_.order.applicants[place]] = entrants_.filed[i] - entrants_.funded[i];
      filed[tier] += entrants_.filed[i];
      funded[tier] += entrants_.funded[i];
    }
    for (std::size_t tier = 0; tier < filed.size(); ++tier) {
      if (filed[tier] == 0) continue;
      double& expected = room_.expected_success[p_][tier];
      expected = 0.5 * expected + 0.5 * static_cast<double>(funded[tier]) / static_cast<double>(filed[tier]);
    }
  }

  const Params& params_;
  Year year_;
  const Streams& streams_;
  ProgrammeId p_;
  const Programme& programme_;
  State& state_;
  Applications& room_;
  std::int64_t scale_;
  Entrants& entrants_ = room_.entrants;
};

}  // namespace

void award_proposals(const Params& params, Year year, const Streams& streams, State& state) {
  for_each_funder(params, year, Competition::proposals, state,
                  [&](ProgrammeId p) { ProposalRound(params, year, streams, p, state).run(); });
}

}  // namespace innochain
