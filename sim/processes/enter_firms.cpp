#include "sim/processes/enter_firms.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/parallel.hpp"
#include "sim/state/lab_type_set.hpp"

namespace innochain {

namespace {

/// Addresses of luck: where a firm comes from, as a mark, the year and the number of the city, applicant or lab; and
/// its ordinal among those of the year.
constexpr std::uint32_t organisation_mark = 0x20000000u, lab_mark = 0x40000000u;

FirmKey key_of(std::uint32_t origin, Year year, std::uint32_t ordinal) {
  constexpr int first_year = 1900;  // of all that can be simulated
  return {origin | (static_cast<std::uint32_t>(year.value() - first_year) << 20), ordinal};
}

/// Attributes of new firms of one year.
class Birth {
 public:
  Birth(const Params& params, Year year, const Streams& streams, State& state)
      : params_(params), p_(params.parameters.chain.firms), year_(year), streams_(streams), state_(state) {
    const Technology& technology = state.technology;
    for (const CategoryId c : all<CategoryId>(technology.applied.size()))
      state.scratch.category_values[c.index()] = maths::log(technology.applied[c]);
    demanded_ = p_.rd_spread > 0.0 && p_.rd_median > 0.0
                    ? maths::normal_cdf(maths::log(p_.certified_rd_min / p_.rd_median) / p_.rd_spread)
                    : (p_.certified_rd_min > p_.rd_median ? 1.0 : 0.0);
    const double first_shock = p_.productivity_shock * (1.0 + p_.young_shock * maths::exp(-1.0 / p_.young_years));
    lead_spread_ = std::sqrt(p_.entry_lead_spread * p_.entry_lead_spread + first_shock * first_shock);
    entry_log_revenue_ = p_.entry_log_revenue + p_.entry_growth * (year - Year(2000));
  }

  bool initial() const { return year_ == first_year(params_); }
  static Year first_year(const Params& params) {
    return std::max(params.scale.years.first, Year(static_cast<int>(params.parameters.chain.firms.initial_year)));
  }

  /// Gives a new row all that was not given when it was taken: a category marks a spin-off, or the firm of an
  /// applicant.
  void operator()(FirmId firm) const {
    Firms& firms = state_.firms;
    const FirmKey key = firms.key[firm];
    const auto words = streams_.words(Purpose::firm_birth, year_, key.agent, key.draw);
    const auto more = streams_.words(Purpose::firm_place, year_, key.agent, key.draw);
    const bool spun_off = firms.category[firm] != none;
    if (!spun_off) firms.category[firm] = draw_category(CityId(firms.city[firm]), unit(words[0]), unit(more[0]));
    firms.on_zone_land[firm] = unit(more[1]) < p_.inside_share ? 1 : 0;
    const double size = maths::deviate_of(words[1]), lead = maths::deviate_of(words[3]);
    const CategoryId category(firms.category[firm]);
    const double known = state_.scratch.category_values[category.index()];
    if (firms.organisation[firm].exists() && !named_revenue(firm))
      firms.log_revenue[firm] = p_.host_log_revenue + growth_since_start() + p_.host_log_spread * size;
    else if (named_revenue(firm))
      firms.log_revenue[firm] = maths::log(*named_revenue(firm));
    else if (initial())
      firms.log_revenue[firm] = p_.initial_log_revenue + p_.initial_log_spread * size;
    else
      firms.log_revenue[firm] = entry_log_revenue_ + p_.entry_log_spread * size;
    firms.productivity[firm] = initial() ? known - p_.initial_gap + p_.initial_gap_spread * lead
                                         : known + reference(category) + p_.entry_lead +
                                               (spun_off ? p_.spinoff_lead : 0.0) + lead_spread_ * lead;
    // Outside zones firms are high-tech because they meet the demands: their R&D is drawn above them.
    const double rd =
        firms.on_zone_land[firm]
            ? maths::deviate_of(words[2])
            : maths::normal_quantile(std::min(demanded_ + (1.0 - demanded_) * unit(words[2]), 1.0 - 1e-12));
    firms.rd[firm] = static_cast<float>(std::min(1.0, p_.rd_median * maths::exp(p_.rd_spread * rd)));
  }

  static constexpr std::uint16_t none = 0xffff;

 private:
  static double unit(std::uint32_t word) { return (word + 0.5) * 0x1.0p-32; }

  std::uint16_t draw_category(CityId city, double field_point, double category_point) const {
    const auto promoted = state_.cities.promoted_in(city);
    const std::size_t n_fields = promoted.size();
    std::size_t field = 0;
    for (double left = field_point - promoted[0]; left >= 0.0 && field + 1 < n_fields; left -= promoted[field]) ++field;
    const Firms& firms = state_.firms;
    while (firms.categories_of[FieldId(field)].first == firms.categories_of[FieldId(field)].second)
      field = (field + 1) % n_fields;
    const auto [first, end] = firms.categories_of[FieldId(field)];
    const double x = category_point * firms.category_sums[end - 1];
    std::size_t i = first;
    while (i + 1 < end && firms.category_sums[i] <= x) ++i;
    return firms.categories[i];
  }

  /// Mean productivity of the field's firms above their categories' knowledge.
  double reference(CategoryId category) const {
    const FieldId field = params_.system.categories[category].field;
    const FirmSums& sums = state_.firms.sums;
    return sums.firms_of[field] > 0.0 ? sums.lead[field] / sums.firms_of[field] : -p_.initial_gap;
  }

  std::optional<double> named_revenue(FirmId firm) const {
    const OrganisationId organisation = state_.firms.organisation[firm];
    if (!organisation.exists() || organisation.index() >= params_.system.named_organisations.size())
      return std::nullopt;
    const auto& fact = params_.system.named_organisations[organisation.index()].revenue_mcny;
    return fact ? std::optional<double>(fact->value) : std::nullopt;
  }

  double growth_since_start() const { return p_.entry_growth * (year_ - first_year(params_)); }

  const Params& params_;
  const ChainParameters::Firms& p_;
  Year year_;
  const Streams& streams_;
  State& state_;
  double demanded_ = 0.0, lead_spread_ = 0.0, entry_log_revenue_ = 0.0;
};

/// Takes a row for a firm that is born below.
FirmId add(Year year, FirmKey key, CityId city, std::uint16_t category, std::int32_t weight, Firms& firms) {
  const FirmId firm = firms.take_row();
  firms.key[firm] = key;
  firms.weight[firm] = weight;
  firms.founded[firm] = year;
  firms.city[firm] = static_cast<std::uint16_t>(city.index());
  firms.category[firm] = category;
  firms.certified_until[firm] = Year();
  firms.organisation[firm] = OrganisationId::none();
  firms.newborn.push_back(firm);
  firms.entries += weight;
  return firm;
}

/// Firms that one agent stands for, among so many.
std::int32_t agent_weight(const Params& params, double n_firms) {
  const ChainParameters::Firms& p = params.parameters.chain.firms;
  const double most = std::clamp(std::floor(n_firms / p.agents_at_least), 1.0, double(params.scale.firms_per_agent));
  return static_cast<std::int32_t>(std::max(most, std::ceil(n_firms / p.agents_at_most)));
}

/// The firms among the applicants to national programmes, and those named, in their year.
void add_applicants(const Params& params, Year year, Year first_year, State& state) {
  Firms& firms = state.firms;
  const auto& named = params.system.named_organisations;
  for (const OrganisationId id : all<OrganisationId>(state.organisations.size())) {
    if (state.organisations.host[id] != Host::enterprise) continue;
    const Year since = id.index() < named.size() ? std::max(named[id.index()].since, first_year) : first_year;
    if (since != year) continue;
    const auto category = static_cast<std::uint16_t>(state.organisations.category[id].index());
    const FirmKey key = key_of(organisation_mark | static_cast<std::uint32_t>(id.index()), year, 0);
    const FirmId firm = add(year, key, state.organisations.city[id], category, 1, firms);
    firms.organisation[firm] = id;
    firms.of_organisation[id] = firm;
  }
}

/// Number of agents that stand for about `expected` firms in all, cities by weight.
void add_population(const Params& params, Year year, const Streams& streams, State& state) {
  const System& system = params.system;
  const double total = params.parameters.chain.firms.initial_count;
  const std::int32_t weight = agent_weight(params, total);
  double open_weight = 0.0;
  for (const CityId city : all<CityId>(system.cities.size()))
    if (state.cities.open[city]) open_weight += system.cities[city].weight;
  for (const CityId city : all<CityId>(system.cities.size())) {
    if (!state.cities.open[city]) continue;
    Stream stream = streams.at(Purpose::initial_firms, year, city.index());
    const auto agents = stream.round(total * system.cities[city].weight / open_weight / weight);
    for (std::int64_t i = 0; i < agents; ++i)
      add(year, key_of(static_cast<std::uint32_t>(city.index()), year, static_cast<std::uint32_t>(i)), city,
          Birth::none, weight, state.firms);
  }
}

/// No city and no lab has more new firms than this in a year, so that counts stay finite at extreme rates.
constexpr double most_in_a_place = 1e8;

/// Firms expected to enter each city; returns their sum.
double expect_entrants(const Params& params, Year year, const State& state, std::vector<double>& expected) {
  const ChainParameters::Firms& p = params.parameters.chain.firms;
  const double rate = params.levers_in(year).firm_entry_rate;
  const Cities& cities = state.cities;
  double total = 0.0;
  expected.assign(cities.open.size(), 0.0);
  for (const CityId city : all<CityId>(cities.open.size())) {
    if (!cities.open[city]) continue;
    const bool zone = cities.seat[city].exists();
    const double attraction =
        maths::exp(p.entry_performance * (zone ? cities.zone_performance[city] : cities.place[city])) *
        (zone ? 1.0 + p.entry_zone : 1.0);
    expected[city.index()] = std::min(
        most_in_a_place, rate * (static_cast<double>(state.firms.sums.in_city[city]) + p.entry_floor) * attraction);
    total += expected[city.index()];
  }
  return total;
}

/// Firms that one of so many new agents stands for, so that all agents stay within their number.
std::int32_t weight_of_entrants(const Params& params, double expected, std::int32_t usual, const State& state) {
  const double most = params.parameters.chain.firms.agents_at_most;
  const auto now = static_cast<double>(state.firms.agents());
  const double room = std::max(most - now, 0.01 * most);  // some enter when there is none
  return std::max(usual, static_cast<std::int32_t>(std::min(1e9, std::ceil(expected / room))));
}

void add_entrants(const Params& params, Year year, const Streams& streams, std::int32_t usual_weight, State& state) {
  std::vector<double>& expected = state.scratch.city_values;
  const std::int32_t weight =
      weight_of_entrants(params, expect_entrants(params, year, state, expected), usual_weight, state);
  for (const CityId city : all<CityId>(expected.size())) {
    const std::int64_t agents =
        streams.at(Purpose::firm_entry, year, city.index()).poisson(expected[city.index()] / weight);
    for (std::int64_t i = 0; i < agents; ++i)
      add(year, key_of(static_cast<std::uint32_t>(city.index()), year, static_cast<std::uint32_t>(i)), city,
          Birth::none, weight, state.firms);
  }
}

void add_spinoffs(const Params& params, Year year, const Streams& streams, std::int32_t usual_weight, State& state) {
  const double rate = params.parameters.chain.firms.spinoff_rate / 10.0;
  const Labs& labs = state.labs;
  if (!(rate > 0.0)) return;
  double expected = 0.0;
  for (const LabId lab : all<LabId>(labs.size()))
    if (state.cities.open[labs.city[lab]]) expected += std::min(most_in_a_place, rate * labs.results[lab]);
  const std::int32_t weight = weight_of_entrants(params, expected, usual_weight, state);
  for (const LabId lab : all<LabId>(labs.size())) {
    if (!(labs.results[lab] > 0.0) || !state.cities.open[labs.city[lab]]) continue;
    const std::int64_t agents = streams.at(Purpose::spinoffs, year, lab.index())
                                    .poisson(std::min(most_in_a_place, rate * labs.results[lab]) / weight);
    for (std::int64_t i = 0; i < agents; ++i)
      add(year, key_of(lab_mark | static_cast<std::uint32_t>(lab.index()), year, static_cast<std::uint32_t>(i)),
          labs.city[lab], static_cast<std::uint16_t>(labs.category[lab].index()), weight, state.firms);
    state.research.spinoffs[static_cast<std::size_t>(labs.host[lab])] += agents * weight;
  }
}

}  // namespace

void enter_firms(const Params& params, Year year, const Streams& streams, State& state) {
  Firms& firms = state.firms;
  firms.newborn.clear();
  firms.entries = 0;
  const Year first_year = Birth::first_year(params);
  if (year < first_year) return;
  state.scratch.category_values.resize(params.system.categories.size());
  const Birth birth(params, year, streams, state);
  add_applicants(params, year, first_year, state);
  if (year == first_year) {
    add_population(params, year, streams, state);
  } else {
    const std::int32_t weight = agent_weight(params, static_cast<double>(firms.sums.firms));
    add_entrants(params, year, streams, weight, state);
    add_spinoffs(params, year, streams, weight, state);
  }
  for_each_block(firms.newborn.size(), [&](std::size_t, std::size_t first, std::size_t end) {
    for (std::size_t i = first; i < end; ++i) birth(firms.newborn[i]);
  });
}

}  // namespace innochain
