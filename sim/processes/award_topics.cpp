#include "sim/processes/award_topics.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "sim/core/apportion.hpp"
#include "sim/state/applicants.hpp"
#include "sim/state/funds.hpp"

namespace innochain {

namespace {

struct Duplicates {
  std::int64_t awards = 0, repeated = 0;
};

/// Weight of a full-time equivalent among those from whom leaders of topic teams come.
double leading_weight(const Parameters::Topics& topics, const Programme& programme, Host host, SuccessTier tier) {
  if (!programme.eligible_hosts[static_cast<std::size_t>(host)]) return 0.0;
  if (tier != SuccessTier::organisation) return tier == SuccessTier::designated_lab ? topics.lab_weight : 1.0;
  return host == Host::university   ? topics.university_weight
         : host == Host::enterprise ? topics.enterprise_weight
                                    : topics.institute_weight;
}

/// The place whose interval of the summed weights contains a uniform point between two places.
std::size_t draw_place(const std::vector<double>& sums, ApplicantOrder::Range range, Stream& stream) {
  const double x = sums[range.first] + stream.coarse_uniform() * (sums[range.second] - sums[range.first]);
  // Bisection without branches, as no processor guesses a random point.
  const double* place = sums.data() + range.first;
  for (std::size_t n = range.second - range.first; n > 1; n -= n / 2) place += place[n / 2] <= x ? n / 2 : 0;
  return static_cast<std::size_t>(place - sums.data());
}

/// One programme's topics in one year.
class TopicRound {
 public:
  TopicRound(const Params& params, Year year, const Streams& streams, ProgrammeId p, State& state,
             Duplicates& duplicates)
      : params_(params),
        year_(year),
        streams_(streams),
        p_(p),
        programme_(params.system.programmes[p]),
        state_(state),
        room_(state.applications),
        duplicates_(duplicates),
        mean_award_(Money::thousand_cny(
            std::max<std::int64_t>(1, std::llround(params.inputs.award_kcny[p][params.inputs.years.index(year)])))) {}

  void run() {
    const std::int64_t topics = state_.accounts.available(p_) / mean_award_;
    if (topics == 0) return;
    weigh_applicants();
    post(topics);
    size_awards();
    std::size_t topic = 0;
    for (const CategoryId category : all<CategoryId>(params_.system.categories.size())) {
      const std::int64_t usual = room_.parts[category.index()], all_topics = usual + room_.open_parts[category.index()];
      for (std::int64_t i = 0; i < all_topics; ++i, ++topic)
        compete(category, static_cast<std::uint32_t>(i), i >= usual,
                Money::thousand_cny(static_cast<std::int64_t>(sizes_[topic])));
    }
    learn();
  }

 private:
  /// Topics have addresses of their own, so that more or fewer in one category leave the others' luck alone.
  Stream stream(Purpose purpose, CategoryId category, std::uint32_t ordinal) const {
    return streams_.at(purpose, year_, (p_.index() << 16) | category.index(), ordinal);
  }

  void weigh_applicants() {
    survey_applicants(params_, year_, state_);
    const Survey& survey = room_.survey;
    std::array<double, Survey::n_groups + 1> weight{};  // the last is that of absent ones, 0
    for (std::size_t group = 0; group < Survey::n_groups; ++group) {
      const std::size_t tier = Survey::tier_in(group);
      weight[group] =
          room_.expected_success[p_][tier] *
          leading_weight(params_.parameters.topics, programme_, Survey::host_in(group), static_cast<SuccessTier>(tier));
    }
    double sum = 0.0;
    for (std::size_t i = 0; i < survey.group.size(); ++i)
      room_.weight[i + 1] = sum += survey.staff[i] * weight[survey.group[i]];
  }

  void post(std::int64_t topics) {
    const Column<CategoryId, Category>& categories = params_.system.categories;
    const Levers& levers = params_.levers_in(year_);
    double criticality = 0.0, past = 0.0;
    for (const Category& category : categories) {
      criticality += category.criticality;
      past += category.share;
    }
    room_.shares.clear();
    for (const Category& category : categories) {
      const double strategic = criticality > 0.0 ? category.criticality / criticality : 0.0;
      const double grown = past > 0.0 ? category.share / past : 0.0;
      room_.shares.push_back((1.0 - levers.topic_autonomy_share) * strategic + levers.topic_autonomy_share * grown);
    }
    Stream rounding = streams_.at(Purpose::topics, year_, p_.index() << 16, 0xffffffffu);
    const std::int64_t open =
        std::min(topics, rounding.round(levers.award.open_competition_share * static_cast<double>(topics)));
    room_.parts.resize(categories.size());
    apportion(topics - open, room_.shares, room_.parts, state_.scratch.ranking);
    post_open(open, criticality);
  }

  void post_open(std::int64_t open, double criticality) {
    const Column<CategoryId, Category>& categories = params_.system.categories;
    room_.open_parts.assign(categories.size(), 0);
    const double mean = mean_award_.in_million_cny();
    double total = 0.0;
    room_.shares.clear();
    for (const CategoryId c : all<CategoryId>(categories.size())) {
      room_.shares.push_back(room_.funded_by_category[c.index()] + mean * static_cast<double>(room_.parts[c.index()]));
      total += room_.shares.back();
    }
    for (; open > 0; --open) {
      std::size_t widest = 0;
      double widest_gap = -1.0;
      for (const CategoryId c : all<CategoryId>(categories.size())) {
        const double wanted = criticality > 0.0 ? categories[c].criticality / criticality : 0.0;
        const double gap = categories[c].criticality * (wanted - (total > 0.0 ? room_.shares[c.index()] / total : 0.0));
        if (gap > widest_gap) widest_gap = gap, widest = c.index();
      }
      ++room_.open_parts[widest];
      room_.shares[widest] += mean;
      total += mean;
    }
  }

  /// Log-normal amounts in whole thousand CNY that together are the mean award times the number of topics.
  void size_awards() {
    const double spread = programme_.award_spread;
    sizes_.clear();
    double sum = 0.0;
    for (const CategoryId category : all<CategoryId>(params_.system.categories.size())) {
      const auto n = room_.parts[category.index()] + room_.open_parts[category.index()];
      Stream luck = stream(Purpose::award_sizes, category, 0);
      for (std::int64_t i = 0; i < n; ++i) {
        sizes_.push_back(spread > 0.0 ? maths::exp(spread * luck.coarse_normal()) : 1.0);
        sum += sizes_.back();
      }
    }
    const double money = static_cast<double>(mean_award_.in_thousand_cny()) * static_cast<double>(sizes_.size());
    // Rounded down, less a trace, so that rounding errors cannot spend more than there is.
    for (double& size : sizes_) size = std::floor(size * (money / sum) * (1.0 - 1e-12));
  }

  void compete(CategoryId category, std::uint32_t ordinal, bool open, Money amount) {
    ApplicantOrder::Range range = room_.order.of_category[category];
    if (empty(room_.weight, range)) range = room_.order.of_field[params_.system.categories[category].field];
    if (empty(room_.weight, range) || amount <= Money()) return;

    const Survey& survey = room_.survey;
    const double partner_share = params_.parameters.topics.partner_share;
    const Levers::Award& award = params_.levers_in(year_).award;
    Stream luck = stream(Purpose::teams, category, ordinal);
    const std::int64_t teams = 1 + (open ? open_rivals_ : rivals_)(luck);
    std::size_t best = 0;
    bool best_has_partner = false;
    double best_score = 0.0;
    for (std::int64_t team = 0; team < teams; ++team) {
      const std::size_t place = draw_place(room_.weight, range, luck), group = survey.group[place];
      const bool partner = luck.coarse_uniform() < partner_share && Survey::host_in(group) != Host::enterprise;
      const double score =
          survey.score[place] + (partner ? award.industry_weight : 0.0) + award.noise * luck.coarse_normal();
      if (team == 0 || score > best_score) best = place, best_score = score, best_has_partner = partner;
      ++filed_[Survey::tier_in(group)];
    }
    state_.accounts.applications[p_] += teams;
    room_.work += static_cast<double>(teams) * params_.parameters.applications.cost_years_per_proposal;
    ++funded_[Survey::tier_in(survey.group[best])];
    fund(category, open, amount, best, best_has_partner, luck);
    take_topic(category, amount, luck);
  }

  void fund(CategoryId category, bool open, Money amount, std::size_t place, bool with_partner, Stream& luck) {
    const int shortest = static_cast<int>(programme_.years_min), longest = static_cast<int>(programme_.years_max);
    int years = shortest + static_cast<int>(luck.choice(static_cast<std::size_t>(longest - shortest + 1)));
    Project project;
    if (open) {
      project.on_delivery = amount.share(params_.parameters.projects.delivery_share);
      years = std::max(years, 2);  // acceptance comes after the year of the award
    }
    project.programme = p_;
    project.category = category;
    project.lead = room_.order.applicants[place];
    const ApplicantOrder::Range firms = room_.order.of_category[category];
    if (with_partner && !empty(room_.order.partners, firms))
      project.partner = state_.organisation(room_.order.applicants[draw_place(room_.order.partners, firms, luck)]);
    project.amount = amount;
    project.start = year_;
    project.end = year_ + years - 1;
    start_project(project, state_);
  }

  /// Takes one of the category's topics that the own authority does not fund yet. Beyond the last one topics are new.
  void take_topic(CategoryId category, Money amount, Stream& luck) {
    const std::size_t n = room_.topic_funders.size() / params_.system.categories.size();
    const std::span<std::uint64_t> funders = std::span(room_.topic_funders).subspan(category.index() * n, n);
    const std::uint64_t own = std::uint64_t{1} << programme_.authority.index();
    ++duplicates_.awards;
    if (n == 0) return;
    const auto take = [&](std::uint64_t& topic) {
      duplicates_.repeated += topic != 0;
      topic |= own;
      const auto i = static_cast<std::size_t>(&topic - room_.topic_funders.data());
      room_.topic_money[i] += amount.in_million_cny();
      room_.topic_first[i] = std::max(room_.topic_first[i], amount.in_million_cny());
    };
    // Most topics are free; where the first one drawn is not, the draw is among those that are.
    std::uint64_t& first = funders[luck.choice(n)];
    if (!(first & own)) return take(first);
    const auto free = static_cast<std::size_t>(
        std::count_if(funders.begin(), funders.end(), [&](std::uint64_t x) { return !(x & own); }));
    if (free == 0) return;
    std::size_t skip = luck.choice(free);
    for (std::uint64_t& topic : funders)
      if (!(topic & own) && skip-- == 0) return take(topic);
  }

  void learn() {
    for (std::size_t tier = 0; tier < filed_.size(); ++tier) {
      if (filed_[tier] == 0) continue;
      double& expected = room_.expected_success[p_][tier];
      expected = 0.5 * expected + 0.5 * static_cast<double>(funded_[tier]) / static_cast<double>(filed_[tier]);
    }
  }

  static bool empty(const std::vector<double>& sums, ApplicantOrder::Range range) {
    return !(sums[range.second] > sums[range.first]);
  }

  const Params& params_;
  Year year_;
  const Streams& streams_;
  ProgrammeId p_;
  const Programme& programme_;
  State& state_;
  Applications& room_;
  Duplicates& duplicates_;
  Money mean_award_;
  std::vector<double>& sizes_ = state_.scratch.values;
  RepeatedPoisson rivals_{programme_.rivals}, open_rivals_{params_.parameters.topics.open_rivals};
  std::array<std::int64_t, n_success_tiers> filed_{}, funded_{};
};

}  // namespace

void award_topics(const Params& params, Year year, const Streams& streams, State& state) {
  Duplicates duplicates;
  for_each_funder(params, year, Competition::topics, state,
                  [&](ProgrammeId p) { TopicRound(params, year, streams, p, state, duplicates).run(); });
  if (duplicates.awards > 0)
    state.applications.duplicate_share =
        static_cast<double>(duplicates.repeated) / static_cast<double>(duplicates.awards);
}

}  // namespace innochain
