#include "sim/processes/grow_firms.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/parallel.hpp"

namespace innochain {

namespace {

/// Log of the revenue, million CNY, to which R&D over revenue refers.
constexpr double log_rd_revenue = 2.9957322735539909;
constexpr double log_100m = 4.6051701859880918, log_10bn = 9.2103403719761836;

/// One year of firms.
class Growth {
 public:
  Growth(const Params& params, Year year, const Streams& streams, State& state)
      : params_(params),
        p_(params.parameters.chain.firms),
        year_(year),
        streams_(streams),
        state_(state),
        firms_(state.firms),
        recognition_(params.levers_in(year).firm_recognition_rate) {
    const Inputs& inputs = params.inputs;
    const std::size_t i = inputs.years.index(year), before = inputs.years.index(std::max(inputs.years.first, year - 1));
    demand_ = p_.demand * maths::log(inputs.gdp_bcny[i] / inputs.gdp_bcny[before]);
    median_ = quantile(firms_.sums.sizes, 0.5);
    log_next_ = maths::log(p_.opportunities / (1.0 + p_.opportunities));
    for (std::size_t age = 0; age < shock_.size(); ++age)
      shock_[age] =
          p_.productivity_shock * (1.0 + p_.young_shock * maths::exp(-static_cast<double>(age) / p_.young_years));
    auto& known = state.scratch.category_values;
    known.clear();
    for (const double applied : state.technology.applied) known.push_back(maths::log(applied));
    auto& references = state.scratch.field_shares;
    references.clear();
    const FirmSums& sums = firms_.sums;
    for (const FieldId field : all<FieldId>(params.system.fields.size()))
      references.push_back(sums.firms_of[field] > 0.0 ? sums.lead[field] / sums.firms_of[field] : -p_.initial_gap);
    auto& places = state.scratch.city_values;  // growth from the place: outside the zone, then inside
    places.clear();
    for (const CityId city : all<CityId>(params.system.cities.size())) {
      places.push_back(p_.zone_growth * state.cities.place[city]);
      const bool zone = state.cities.seat[city].exists();
      places.push_back(p_.zone_growth * (zone ? state.cities.zone_performance[city] : state.cities.place[city]));
    }
    rd_scale_ = maths::exp(p_.rd_size_exponent * log_rd_revenue);
  }

  /// All firms of a block that are not applicants to national programmes.
  void run_block(std::size_t first, std::size_t end, FirmSums& sums, std::vector<FirmId>& left,
                 std::vector<FirmId>& large) {
    for (std::size_t row = first; row < end; ++row) {
      const FirmId firm(row);
      if (firms_.weight[firm] == 0 || firms_.organisation[firm].exists()) continue;
      const double rd = firms_.rd[firm] * (certified(firm) ? 1.0 + p_.certified_rd_gain : 1.0);
      double chance = live(firm, rd, reach_gain(firm), sums);
      if (leaves(firm, chance)) {
        sums.exits += firms_.weight[firm];
        sums.exits_by_age[age_class(firm)] += firms_.weight[firm];
        firms_.weight[firm] = 0;
        left.push_back(firm);
        continue;
      }
      certify(firm, chance);
      const double revenue = count(firm, sums);
      if (firms_.weight[firm] > 1 && revenue * firms_.weight[firm] > most_for_an_agent_) large.push_back(firm);
    }
  }

  /// A firm that applies to national programmes: public money adds to its R&D, labs it hosts are counted once more, and
  /// it is restructured where others close.
  void run_applicant(FirmId firm, FirmSums& sums) {
    const OrganisationId organisation = firms_.organisation[firm];
    double public_money = state_.organisations.funding[organisation].in_million_cny();
    const double own = state_.organisations.results[organisation] / p_.reach_scale;
    const double gain = reach_gain(firm) + p_.lab_absorption * maths::log1p(own);
    const double rd = firms_.rd[firm] * (certified(firm) ? 1.0 + p_.certified_rd_gain : 1.0) +
                      public_money * maths::exp(-firms_.log_revenue[firm]);
    const double chance = live(firm, rd, gain, sums);
    firms_.productivity[firm] = std::max(firms_.productivity[firm], lowest_productivity(firm));
    certify(firm, chance);
    count(firm, sums);
  }

  void set_largest_agent(double revenue) { most_for_an_agent_ = revenue; }

  /// Counts a firm among the sums of the year; returns its revenue.
  double count(FirmId firm, FirmSums& sums) const {
    const std::int32_t weight = firms_.weight[firm];
    const double size = firms_.log_revenue[firm];
    const auto [revenue, rd_revenue] = maths::exp_pair({size, (1.0 - p_.rd_size_exponent) * size});
    const CityId city(firms_.city[firm]);
    const CategoryId category(firms_.category[firm]);
    const FieldId field = params_.system.categories[category].field;
    const bool inside = in_zone(firm);
    const std::size_t bin = static_cast<std::size_t>(
        std::clamp((size - FirmSums::lowest_size) * FirmSums::bins_per_unit, 0.0, FirmSums::n_bins - 1.0));
    const bool is_certified = firms_.certified_until[firm] >= year_;
    sums.firms += weight;
    sums.certified += is_certified ? weight : 0;
    sums.productivity += weight * firms_.productivity[firm];
    sums.by_age[age_class(firm)] += weight;
    sums.sizes[bin] += weight;
    sums.in_city[city] += weight;
    sums.revenue[city] += weight * revenue;
    if (inside) {
      sums.certified_inside += is_certified ? weight : 0;
      sums.above_100m += size > log_100m ? weight : 0;
      sums.above_10bn += size > log_10bn ? weight : 0;
      sums.sizes_inside[bin] += weight;
      sums.in_zone[city] += weight;
      sums.revenue_in_zone[city] += weight * revenue;
    }
    sums.revenue_of[category] += weight * revenue;
    sums.rd_of[category] +=
        weight * firms_.rd[firm] * (is_certified ? 1.0 + p_.certified_rd_gain : 1.0) * rd_scale_ * rd_revenue;
    sums.firms_of[field] += weight;
    sums.lead[field] += weight * (firms_.productivity[firm] - state_.scratch.category_values[category.index()]);
    return revenue;
  }

 private:
  bool in_zone(FirmId firm) const {
    return firms_.on_zone_land[firm] && state_.cities.seat[CityId(firms_.city[firm])].exists();
  }
  bool certified(FirmId firm) const { return firms_.certified_until[firm] >= year_ - 1; }
  int age(FirmId firm) const { return year_ - firms_.founded[firm] + 1; }
  std::size_t age_class(FirmId firm) const {
    return std::min<std::size_t>(static_cast<std::size_t>(age(firm)), FirmSums::n_ages) - 1;
  }
  double reach_gain(FirmId firm) const {
    const auto& rows = firms_.reach_row[CityId(firms_.city[firm])];
    const std::size_t row = in_zone(firm) ? rows.second : rows.first;
    return firms_.reach_gain[row * params_.system.categories.size() + firms_.category[firm]];
  }
  double reference(FirmId firm) const {
    const CategoryId category(firms_.category[firm]);
    return state_.scratch.category_values[category.index()] +
           state_.scratch.field_shares[params_.system.categories[category].field.index()];
  }
  double lowest_productivity(FirmId firm) const {
    const double relief = p_.exit_size_relief * std::max(0.0, firms_.log_revenue[firm] - median_);
    return reference(firm) - p_.exit_distance - relief;
  }

  /// Absorbs and grows; returns a uniform number for the decisions that follow.
  double live(FirmId firm, double rd, double gain, FirmSums& sums) {
    const FirmKey key = firms_.key[firm];
    const auto words = streams_.words(Purpose::firm_year, year_, key.agent, key.draw);
    const double chance = (words[3] + 0.5) * 0x1.0p-32;
    const int years = age(firm);
    if (years <= 1) return chance;
    const double known = state_.scratch.category_values[firms_.category[firm]];
    const double shock = shock_[std::min<std::size_t>(static_cast<std::size_t>(years), shock_.size() - 1)];
    const double absorbed = std::min(1.0, p_.absorption * rd / (rd + p_.rd_half) * gain);  // no further than known
    const double learned =
        absorbed * (known - firms_.productivity[firm]) + shock * maths::normal_quantile((words[0] + 0.5) * 0x1.0p-32);
    const double spread =
        std::clamp(p_.growth_shock * maths::exp(-p_.size_exponent * (firms_.log_revenue[firm] - median_)), 0.10, 0.60);
    const double opportunities = std::floor(maths::fast_log((words[2] + 0.5) * 0x1.0p-32) / log_next_);
    const double luck =
        spread * std::sqrt(opportunities / p_.opportunities) * maths::normal_quantile((words[1] + 0.5) * 0x1.0p-32);
    const std::size_t place = 2u * firms_.city[firm] + firms_.on_zone_land[firm];
    const double growth = p_.productivity_growth * learned + state_.scratch.city_values[place] + luck -
                          state_.technology.output_loss[CategoryId(firms_.category[firm])];
    firms_.productivity[firm] += learned;
    firms_.log_revenue[firm] += demand_ + growth;
    const double weight = firms_.weight[firm];
    sums.n_grown += weight;
    sums.growth += weight * growth;
    sums.growth_squares += weight * growth * growth;
    sums.growth_size += weight * std::abs(growth);
    return chance;
  }

  bool leaves(FirmId firm, double& chance) const {
    if (firms_.productivity[firm] < lowest_productivity(firm)) return true;
    const double hazard = p_.exit_rate * std::min(1.0, 0.5 * (age(firm) - 1));
    if (chance < hazard) return true;
    chance = (chance - hazard) / (1.0 - hazard);
    return false;
  }

  /// Certificates that end are renewed, and new ones given by chance, to those that meet the demands.
  void certify(FirmId firm, double chance) {
    Year& until = firms_.certified_until[firm];
    if (until >= year_ || age(firm) < 2) return;
    if (firms_.rd[firm] < p_.certified_rd_min) return;
    if (firms_.productivity[firm] < reference(firm) - p_.certified_distance) return;
    if (until == year_ - 1 || chance < recognition_) until = year_ - 1 + static_cast<int>(p_.recertification_years);
  }

  const Params& params_;
  const ChainParameters::Firms& p_;
  Year year_;
  const Streams& streams_;
  State& state_;
  Firms& firms_;
  double recognition_, demand_ = 0.0, median_ = 0.0, log_next_ = 0.0, rd_scale_ = 1.0;
  double most_for_an_agent_ = 0.0;
  std::array<double, 100> shock_{};
};

/// Splits an agent in two until no part stands for too much revenue. The parts are alike, with luck of their own.
void split(const Params& params, Year year, const Streams& streams, FirmId firm, double largest, Firms& firms) {
  constexpr std::uint32_t split_mark = 0x80000000u;
  const double revenue = maths::exp(firms.log_revenue[firm]);
  for (std::uint32_t part = 0; firms.weight[firm] > 1 && firms.weight[firm] * revenue > largest; ++part) {
    const FirmKey parent = firms.key[firm];
    const auto words = streams.words(Purpose::firm_split, year, parent.agent, parent.draw ^ (part << 12));
    const FirmId twin = firms.take_row();
    const std::int32_t half = firms.weight[firm] / 2;
    firms.weight[twin] = half;
    firms.weight[firm] -= half;
    firms.key[twin] = {split_mark | words[0], words[1]};
    firms.founded[twin] = firms.founded[firm];
    firms.city[twin] = firms.city[firm];
    firms.category[twin] = firms.category[firm];
    firms.on_zone_land[twin] = firms.on_zone_land[firm];
    firms.certified_until[twin] = firms.certified_until[firm];
    firms.log_revenue[twin] = firms.log_revenue[firm];
    firms.productivity[twin] = firms.productivity[firm];
    firms.rd[twin] = firms.rd[firm];
    firms.organisation[twin] = OrganisationId::none();
    split(params, year, streams, twin, largest, firms);
  }
}

double total(const Column<CityId, double>& by_city) {
  double sum = 0.0;
  for (const double x : by_city) sum += x;
  return sum;
}

}  // namespace

void grow_firms(const Params& params, Year year, const Streams& streams, State& state) {
  Firms& firms = state.firms;
  if (firms.size() == 0) return;
  measure_reach(params, state);
  Growth growth(params, year, streams, state);
  const double largest = params.parameters.chain.firms.agent_share * total(firms.sums.revenue);
  growth.set_largest_agent(largest > 0.0 ? largest : 1e300);

  const std::size_t n_rows = firms.size(), n_blocks = blocks_of(n_rows);
  while (firms.partial_sums.size() < n_blocks) firms.partial_sums.emplace_back().resize(params.system);
  if (firms.left.size() < n_blocks) firms.left.resize(n_blocks), firms.large.resize(n_blocks);
  for_each_block(n_rows, [&](std::size_t block, std::size_t first, std::size_t end) {
    FirmSums& sums = firms.partial_sums[block];
    sums.clear();
    firms.left[block].clear();
    firms.large[block].clear();
    growth.run_block(first, end, sums, firms.left[block], firms.large[block]);
  });
  firms.sums.clear();
  for (std::size_t block = 0; block < n_blocks; ++block) firms.sums.add(firms.partial_sums[block]);
  for (const FirmId firm : firms.of_organisation)
    if (firm.exists()) growth.run_applicant(firm, firms.sums);
  for (std::size_t block = 0; block < n_blocks; ++block) {
    firms.free_rows.insert(firms.free_rows.end(), firms.left[block].begin(), firms.left[block].end());
    for (const FirmId firm : firms.large[block]) split(params, year, streams, firm, largest, firms);
  }
}

}  // namespace innochain
