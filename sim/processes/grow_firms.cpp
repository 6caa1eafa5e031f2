#include "sim/processes/grow_firms.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "sim/core/parallel.hpp"

namespace innochain {

namespace {

/// Log of the revenue, million CNY, to which R&D over revenue refers.
constexpr double log_rd_revenue = 2.9957322735539909;
constexpr double log_100m = 4.6051701859880918, log_10bn = 9.2103403719761836;

/// Square root of the number of opportunities over their mean, by inversion of a geometric distribution: with mean μ at
/// least k are seized with probability q^k, q = μ/(1 + μ). Exact to the steps of a random word; the words of most cells
/// of the table have one answer. With mean 0 the answer is always 1.
class Opportunities {
 public:
  explicit Opportunities(double mean) : mean_(mean) {
    if (mean == 0.0) {
      roots_[0] = 1.0;
      return;
    }
    log_next_ = maths::log(mean / (1.0 + mean));
    const double next = mean / (1.0 + mean);
    double probability = 1.0;  // of at least k
    for (std::size_t k = 0; k < bounds_.size(); ++k, probability *= next) {
      bounds_[k] = static_cast<std::uint64_t>(probability * 0x1.0p32);
      roots_[k] = std::sqrt(static_cast<double>(k) / mean);
    }
    std::size_t k = 0;
    for (std::size_t cell = cells_.size(); cell-- > 0;) {
      const std::uint64_t first = std::uint64_t{cell} << shift, last = first + (std::uint64_t{1} << shift) - 1;
      while (k + 1 < bounds_.size() && last < bounds_[k + 1]) ++k;
      const bool alike = k + 1 < bounds_.size() && first >= bounds_[k + 1];
      cells_[cell] = alike ? static_cast<std::uint8_t>(k) : several;
    }
  }
  double operator()(std::uint32_t word) const {
    const std::uint8_t k = cells_[word >> shift];
    return k != several ? roots_[k] : search(word);
  }

 private:
  double search(std::uint32_t word) const {
    const auto after = std::partition_point(bounds_.begin(), bounds_.end(), [&](std::uint64_t b) { return word < b; });
    if (after != bounds_.end()) return roots_[static_cast<std::size_t>(after - bounds_.begin()) - 1];
    return std::sqrt(std::floor(maths::log((word + 0.5) * 0x1.0p-32) / log_next_) / mean_);
  }

  static constexpr unsigned shift = 20;
  static constexpr std::uint8_t several = 255;
  double mean_, log_next_ = 0.0;
  std::array<std::uint64_t, 255> bounds_{};
  std::array<double, 255> roots_{};
  std::array<std::uint8_t, 4096> cells_{};
};

/// exp(a·size) over the bins of size, by its value at the lower edge and a Taylor series of fourth order within:
/// relative error below (a/32)⁵/120.
class PowerOfRevenue {
 public:
  explicit PowerOfRevenue(double exponent) : exponent_(exponent) {
    for (std::size_t bin = 0; bin < edges_.size(); ++bin)
      edges_[bin] = maths::exp(exponent * (FirmSums::lowest_size + static_cast<double>(bin) / FirmSums::bins_per_unit));
  }
  /// \param bin of the size; \param rest distance from its lower edge (beyond the bins: any)
  double operator()(std::size_t bin, double rest) const {
    const double d = exponent_ * rest;
    if (!(std::abs(d) <= 0.04)) return edges_[bin] * maths::exp(d);
    return edges_[bin] * (1.0 + d * (1.0 + d * (0.5 + d * (1.0 / 6.0 + d * (1.0 / 24.0)))));
  }

 private:
  double exponent_;
  std::array<double, FirmSums::n_bins> edges_{};
};

struct Size {
  std::size_t bin;
  double rest;
  explicit Size(double log_revenue) {
    const double x = (log_revenue - FirmSums::lowest_size) * FirmSums::bins_per_unit;
    bin = static_cast<std::size_t>(std::clamp(x, 0.0, FirmSums::n_bins - 1.0));
    rest = (x - static_cast<double>(bin)) / FirmSums::bins_per_unit;
  }
};

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
        n_categories_(params.system.categories.size()),
        n_cities_(params.system.cities.size()),
        recognition_(params.levers_in(year).firm_recognition_rate),
        opportunities_(p_.opportunities),
        rd_revenue_(1.0 - p_.rd_size_exponent) {
    const Inputs& inputs = params.inputs;
    const std::size_t i = inputs.years.index(year), before = inputs.years.index(std::max(inputs.years.first, year - 1));
    demand_ = p_.demand * maths::log(inputs.gdp_bcny[i] / inputs.gdp_bcny[before]);
    median_ = quantile_of_bins(firms_.sums.sizes, 0.5);
    for (std::size_t age = 0; age < shock_.size(); ++age)
      shock_[age] =
          p_.productivity_shock * (1.0 + p_.young_shock * maths::exp(-static_cast<double>(age) / p_.young_years));
    for (std::size_t bin = 0; bin <= FirmSums::n_bins; ++bin) {
      const double size = FirmSums::lowest_size + static_cast<double>(bin) / FirmSums::bins_per_unit;
      spread_[bin] = std::clamp(p_.growth_shock * maths::exp(-p_.size_exponent * (size - median_)),
                                std::min(0.10, p_.growth_shock), 0.60);
    }
    rd_scale_ = maths::exp(p_.rd_size_exponent * log_rd_revenue);
    const double share = p_.agent_share;
    double revenue = 0.0;
    for (const double x : firms_.sums.revenue) revenue += x;
    if (revenue > 0.0) most_for_an_agent_ = share * revenue;
    look_at_categories();
    look_at_places();
  }

  double most_for_an_agent() const { return most_for_an_agent_; }
  /// All firms of a block that are not applicants to national programmes.
  void run_block(std::size_t first, std::size_t end, FirmSums& sums, std::vector<FirmId>& left,
                 std::vector<FirmId>& large) const {
    for (std::size_t row = first; row < end; ++row) {
      const FirmId firm(row);
      const std::int32_t weight = firms_.weight[firm];
      if (weight == 0 || firms_.organisation[firm].exists()) continue;
      double chance = live(firm, rd_of(firm), gain_of(firm), sums);
      if (leaves(firm, chance)) {
        sums.exits += weight;
        sums.exits_by_age[age_class(firm)] += weight;
        firms_.weight[firm] = 0;
        left.push_back(firm);
        continue;
      }
      certify(firm, chance);
      const double revenue = count(firm, sums);
      if (weight > 1 && revenue * weight > most_for_an_agent_) large.push_back(firm);
    }
  }

  /// A firm that applies to national programmes: public money adds to its R&D, labs it hosts are counted once more, and
  /// it is restructured where others close.
  void run_applicant(FirmId firm, FirmSums& sums) const {
    const OrganisationId organisation = firms_.organisation[firm];
    const double public_money = state_.organisations.funding[organisation].in_million_cny();
    const double own = state_.organisations.results[organisation] / p_.reach_scale;
    const double gain = gain_of(firm) + p_.lab_absorption * maths::log1p(own);
    const double chance = live(firm, rd_of(firm) + public_money * maths::exp(-firms_.log_revenue[firm]), gain, sums);
    firms_.productivity[firm] = std::max(firms_.productivity[firm], lowest_productivity(firm));
    certify(firm, chance);
    count(firm, sums);
  }

 private:
  void look_at_categories() {
    const FirmSums& sums = firms_.sums;
    firms_.category_years.clear();
    for (const CategoryId c : all<CategoryId>(n_categories_)) {
      const FieldId field = params_.system.categories[c].field;
      const double lead = sums.firms_of[field] > 0.0 ? sums.lead[field] / sums.firms_of[field] : -p_.initial_gap;
      const auto& list = params_.traced_categories;
      const auto traced = std::find(list.begin(), list.end(), c);
      const double known = maths::log(state_.technology.applied[c]);
      firms_.category_years.push_back({known, known + lead, state_.technology.output_loss[c], field,
                                       traced == list.end() ? -1 : static_cast<std::int32_t>(traced - list.begin())});
    }
  }

  void look_at_places() {
    const Cities& cities = state_.cities;
    firms_.place_years.clear();
    for (const CityId city : all<CityId>(n_cities_)) {
      const bool zone = cities.seat[city].exists();
      const auto [outside, inside] = firms_.reach_row[city];
      const double rest = p_.zone_growth * cities.place[city];
      firms_.place_years.push_back({rest, outside * n_categories_, false});
      firms_.place_years.push_back({zone ? p_.zone_growth * cities.zone_performance[city] : rest,
                                    (zone ? inside : outside) * n_categories_, zone});
    }
  }

  const PlaceYear& place(FirmId firm) const {
    return firms_.place_years[2u * firms_.city[firm] + firms_.on_zone_land[firm]];
  }
  const CategoryYear& category(FirmId firm) const { return firms_.category_years[firms_.category[firm]]; }
  double gain_of(FirmId firm) const { return firms_.reach_gain[place(firm).reach + firms_.category[firm]]; }
  double rd_of(FirmId firm) const {
    const bool certified = firms_.certified_until[firm] >= year_ - 1;
    return firms_.rd[firm] * certificate_gain_[certified];
  }
  int age(FirmId firm) const { return year_ - firms_.founded[firm] + 1; }
  std::size_t age_class(FirmId firm) const {
    return std::min<std::size_t>(static_cast<std::size_t>(age(firm)), FirmSums::n_ages) - 1;
  }
  double lowest_productivity(FirmId firm) const {
    const double relief = p_.exit_size_relief * std::max(0.0, firms_.log_revenue[firm] - median_);
    return category(firm).reference - p_.exit_distance - relief;
  }

  /// Absorbs and grows; returns a uniform number for the decisions that follow.
  double live(FirmId firm, double rd, double gain, FirmSums& sums) const {
    const FirmKey key = firms_.key[firm];
    const auto words = streams_.words(Purpose::firm_year, year_, key.agent, key.draw);
    const double chance = (words[3] + 0.5) * 0x1.0p-32;
    const int years = age(firm);
    if (years <= 1) return chance;
    double &productivity = firms_.productivity[firm], &log_revenue = firms_.log_revenue[firm];
    const CategoryYear& its_category = category(firm);
    const double absorbed = std::min(1.0, p_.absorption * rd / (rd + p_.rd_half) * gain);  // no further than known
    const double learned =
        absorbed * (its_category.known - productivity) +
        shock_[std::min<std::size_t>(static_cast<std::size_t>(years), shock_.size() - 1)] * maths::deviate_of(words[0]);
    const Size size(log_revenue);
    const double part = std::clamp(size.rest * FirmSums::bins_per_unit, 0.0, 1.0);
    const double spread = spread_[size.bin] + part * (spread_[size.bin + 1] - spread_[size.bin]);
    const double luck = spread * opportunities_(words[2]) * maths::deviate_of(words[1]);
    const double growth = p_.productivity_growth * learned + place(firm).growth + luck - its_category.loss;
    productivity += learned;
    log_revenue += demand_ + growth;
    const double weight = firms_.weight[firm];
    sums.n_grown += weight;
    sums.growth += weight * growth;
    sums.growth_squares += weight * growth * growth;
    sums.growth_size += weight * std::abs(growth);
    return chance;
  }

  /// Decides on exit, and leaves a uniform number for the next decision.
  bool leaves(FirmId firm, double& chance) const {
    if (firms_.productivity[firm] < lowest_productivity(firm)) return true;
    const double hazard = p_.exit_rate * std::min(1.0, 0.5 * (age(firm) - 1));
    if (chance < hazard) return true;
    chance = (chance - hazard) / (1.0 - hazard);
    return false;
  }

  /// Certificates that end are renewed, and new ones given by chance, to those that meet the demands.
  void certify(FirmId firm, double chance) const {
    Year& until = firms_.certified_until[firm];
    if (until >= year_ || firms_.rd[firm] < p_.certified_rd_min || age(firm) < 2) return;
    if (firms_.productivity[firm] < category(firm).reference - p_.certified_distance) return;
    if (until == year_ - 1 || chance < recognition_) until = year_ - 1 + static_cast<int>(p_.recertification_years);
  }

  /// Counts a firm among the sums of the year; returns its revenue.
  double count(FirmId firm, FirmSums& sums) const {
    const std::int32_t weight = firms_.weight[firm];
    const double log_revenue = firms_.log_revenue[firm], productivity = firms_.productivity[firm];
    const Size size(log_revenue);
    const double revenue = revenue_(size.bin, size.rest), weighted = weight * revenue;
    const CityId city(firms_.city[firm]);
    const CategoryId c(firms_.category[firm]);
    const CategoryYear& its_category = category(firm);
    const bool certified = firms_.certified_until[firm] >= year_;
    sums.firms += weight;
    sums.productivity += weight * productivity;
    sums.by_age[age_class(firm)] += weight;
    sums.sizes[size.bin] += weight;
    sums.in_city[city] += weight;
    sums.revenue[city] += weighted;
    // Products instead of branches, which no processor could guess.
    const std::int32_t inside = place(firm).zone ? weight : 0, with_certificate = certified ? 1 : 0;
    sums.certified += with_certificate * weight;
    sums.certified_inside += with_certificate * inside;
    sums.sizes_inside[size.bin] += inside;
    sums.in_zone[city] += inside;
    sums.revenue_in_zone[city] += inside * revenue;
    if (log_revenue > log_100m) {
      sums.above_100m += inside;
      sums.above_10bn += log_revenue > log_10bn ? inside : 0;
    }
    const double rd = firms_.rd[firm] * certificate_gain_[certified];
    sums.revenue_of[c] += weighted;
    sums.rd_of[c] += weight * rd * rd_scale_ * rd_revenue_(size.bin, size.rest);
    sums.firms_of[its_category.field] += weight;
    sums.lead[its_category.field] += weight * (productivity - its_category.known);
    if (its_category.traced >= 0) {
      const auto traced = static_cast<std::size_t>(its_category.traced);
      sums.traced_firms[traced] += weight;
      sums.traced_revenue[traced * n_cities_ + city.index()] += weighted;
    }
    return revenue;
  }

  const Params& params_;
  const ChainParameters::Firms& p_;
  Year year_;
  const Streams& streams_;
  State& state_;
  Firms& firms_;
  std::size_t n_categories_, n_cities_;
  double recognition_, demand_ = 0.0, median_ = 0.0, rd_scale_ = 1.0;
  double most_for_an_agent_ = std::numeric_limits<double>::infinity();
  Opportunities opportunities_;
  PowerOfRevenue rd_revenue_, revenue_{1.0};
  std::array<double, 2> certificate_gain_{1.0, 1.0 + p_.certified_rd_gain};
  std::array<double, 100> shock_{};
  std::array<double, FirmSums::n_bins + 1> spread_{};  ///< of growth, at the edges of the bins of size
};

/// When the agents of several firms are too large.
struct Limits {
  double revenue;  ///< of all firms of an agent, million CNY
  double agents;   ///< in all, beyond which none is split
};

/// Splits an agent in two until no part stands for too much revenue. The parts are alike, with luck of their own.
void split(Year year, const Streams& streams, FirmId firm, const Limits& limits, Firms& firms) {
  constexpr std::uint32_t split_mark = 0x80000000u;
  const double revenue = maths::exp(firms.log_revenue[firm]);
  while (firms.weight[firm] > 1 && firms.weight[firm] * revenue > limits.revenue &&
         static_cast<double>(firms.agents()) < limits.agents) {
    const FirmKey parent = firms.key[firm];
    const auto words = streams.words(Purpose::firm_split, year, parent.agent, parent.draw);
    firms.key[firm] = {split_mark | words[2], words[3]};
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
    split(year, streams, twin, limits, firms);
  }
}

}  // namespace

void grow_firms(const Params& params, Year year, const Streams& streams, State& state) {
  Firms& firms = state.firms;
  if (firms.size() == 0) return;
  measure_reach(params, state);
  const Growth growth(params, year, streams, state);

  const std::size_t n_rows = firms.size(), n_blocks = blocks_of(n_rows);
  while (firms.partial_sums.size() < n_blocks) firms.partial_sums.emplace_back().resize(params);
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
  for (std::size_t block = 0; block < n_blocks; ++block)
    firms.free_rows.insert(firms.free_rows.end(), firms.left[block].begin(), firms.left[block].end());
  const Limits limits{growth.most_for_an_agent(), params.parameters.chain.firms.agents_at_most};
  for (std::size_t block = 0; block < n_blocks; ++block)
    for (const FirmId firm : firms.large[block]) split(year, streams, firm, limits, firms);
}

}  // namespace innochain
