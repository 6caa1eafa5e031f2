#include "sim/processes/award_proposals.hpp"

#include <algorithm>
#include <cmath>

#include "sim/processes/rank_proposals.hpp"
#include "sim/state/applicants.hpp"
#include "sim/state/funds.hpp"

namespace innochain {

namespace {

constexpr std::size_t organisation_tier = Applications::n_tiers - 1;
/// Years in which the NSFC made applicants pause after two failures.
constexpr YearSpan pause{Year(2013), Year(2016)};
/// Year and success rate to which the parameters refer.
constexpr Year reference_year{2010};
constexpr double reference_success = 0.22;

/// Full-time equivalents for which the applicant files with a programme.
double filing_staff(const Params& params, Year year, const Programme& programme, const State& state,
                    ApplicantId applicant) {
  if (!programme.eligible_hosts[static_cast<std::size_t>(host_of(state, applicant))]) return 0.0;
  if (!state.is_lab(applicant)) return state.organisations.researchers[state.organisation(applicant)];
  const LabId lab = state.lab(applicant);
  if (!exists(state.labs, lab, year) || !nationally_designated(params.system, state.labs, lab)) return 0.0;
  double fit = 0.0;
  for (std::size_t activity = 0; activity < n_activities; ++activity)
    fit += state.labs.orientation[activity][lab] * programme.orientation[activity];
  return fit * state.labs.staff[lab];
}

std::uint32_t agent(ProgrammeId programme, ApplicantId applicant) {
  return static_cast<std::uint32_t>((programme.index() << 24) | applicant.index());
}

/// One programme's competition in one year.
class Round {
 public:
  Round(const Params& params, Year year, const Streams& streams, ProgrammeId p, State& state)
      : params_(params),
        year_(year),
        streams_(streams),
        p_(p),
        programme_(params.system.programmes[p]),
        state_(state),
        room_(state.applications),
        scale_(params.scale.proposals_per_agent) {}

  void run() {
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
    std::array<double, Applications::n_tiers> rate;
    for (std::size_t tier = 0; tier < rate.size(); ++tier) rate[tier] = eagerness(tier) / static_cast<double>(scale_);
    const double again = a.resubmission_share * (pause.contains(year_) ? a.pause_share : 1.0);
    std::int64_t total = 0;
    for (std::size_t i = 0; i < room_.order.applicants.size(); ++i) {
      const ApplicantId applicant = room_.order.applicants[i];
      const double staff = filing_staff(params_, year_, programme_, state_, applicant);
      std::int32_t& rejected = room_.rejected[p_][applicant];
      room_.filed[i] = 0;
      if (staff > 0.0) {
        Stream stream = streams_.at(Purpose::applications, year_, agent(p_, applicant));
        const std::int64_t resubmitted = stream.binomial(rejected, again);
        room_.filed[i] = static_cast<std::int32_t>(
            resubmitted + stream.poisson(rate[success_tier(params_.system, state_, applicant)] * staff));
        room_.score[i] = mean_score(params_, year_, state_, applicant);
      }
      total += room_.filed[i];
    }
    state_.accounts.applications[p_] += scale_ * total;
    room_.work += static_cast<double>(scale_ * total) * a.cost_years_per_proposal;
  }

  void allocate() {
    const Column<FieldId, Field>& fields = params_.system.fields;
    const double award = params_.inputs.award_kcny[p_][params_.inputs.years.index(year_)];
    const Money one = Money::thousand_cny(std::max<std::int64_t>(1, std::llround(award)));
    room_.shares.clear();
    for (const Field& field : fields) room_.shares.push_back(field.nsfc_share);
    room_.parts.resize(fields.size());
    apportion(state_.accounts.available(p_).in_thousand_cny(), room_.shares, room_.parts, state_.scratch.ranking);
    std::fill(room_.funded.begin(), room_.funded.end(), 0);
    for (const FieldId field : all<FieldId>(fields.size()))
      fund_field(field, Money::thousand_cny(room_.parts[field.index()]), one);
  }

  void fund_field(FieldId field, Money money, Money award) {
    const auto [first, end] = room_.order.of_field[field];
    const std::span<const std::int32_t> filed = std::span(room_.filed).subspan(first, end - first);
    const std::span<std::int32_t> funded = std::span(room_.funded).subspan(first, end - first);
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
      if (room_.funded[i] > 0) award_to(i, award);
  }

  /// Funds `places` proposals of a field by merit or by draw.
  void choose(std::size_t first, std::span<const std::int32_t> filed, std::int64_t places, std::int64_t total,
              std::span<std::int32_t> funded) {
    const Levers& levers = params_.levers_in(year_);
    agents_.clear();
    for (std::size_t i = 0; i < filed.size(); ++i) agents_.push_back(agent(p_, room_.order.applicants[first + i]));
    Ranking& ranking = state_.scratch.ranking;
    const Contest merit{
        Purpose::proposal_scores, year_, agents_, std::span(room_.score).subspan(first, filed.size()), filed,
        levers.award.noise};
    if (levers.allocation_rule == AllocationRule::merit)
      return rank_proposals(streams_, merit, places, ranking, funded);
    std::span<const std::int32_t> entered = filed;
    if (levers.allocation_rule == AllocationRule::threshold_lottery) {
      const auto upper =
          static_cast<std::int64_t>(std::ceil(levers.award.threshold_share * static_cast<double>(total)));
      const std::span<std::int32_t> qualified = std::span(room_.qualified).subspan(first, filed.size());
      rank_proposals(streams_, merit, std::max(places, upper), ranking, qualified);
      entered = qualified;
    }
    const std::span<double> scores = std::span(room_.score).subspan(first, filed.size());
    std::fill(scores.begin(), scores.end(), 0.0);
    rank_proposals(streams_, Contest{Purpose::proposal_lottery, year_, agents_, scores, entered, 1.0}, places, ranking,
                   funded);
  }

  void award_to(std::size_t place, Money award) {
    const ApplicantId lead = room_.order.applicants[place];
    const std::int64_t count = scale_ * std::int64_t{room_.funded[place]};
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
    project.number = static_cast<std::uint32_t>(lead.index());
    start_project(project, state_);
  }

  void learn() {
    std::array<std::int64_t, Applications::n_tiers> filed{}, funded{};
    for (std::size_t i = 0; i < room_.order.applicants.size(); ++i) {
      const ApplicantId applicant = room_.order.applicants[i];
      room_.rejected[p_][applicant] = room_.filed[i] - room_.funded[i];
      if (room_.filed[i] == 0) continue;
      const std::size_t tier = success_tier(params_.system, state_, applicant);
      filed[tier] += room_.filed[i];
      funded[tier] += room_.funded[i];
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
  std::vector<std::uint32_t>& agents_ = room_.agents;
};

}  // namespace

void award_proposals(const Params& params, Year year, const Streams& streams, State& state) {
  for_each_funder(params, year, Competition::proposals, state,
                  [&](ProgrammeId p) { Round(params, year, streams, p, state).run(); });
}

}  // namespace innochain
