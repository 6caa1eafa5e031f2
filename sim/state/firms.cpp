#include "sim/state/firms.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/maths.hpp"

namespace innochain {

void FirmSums::resize(const Params& params) {
  const System& system = params.system;
  in_city.assign(system.cities.size(), 0);
  in_zone.assign(system.cities.size(), 0);
  revenue.assign(system.cities.size(), 0.0);
  revenue_in_zone.assign(system.cities.size(), 0.0);
  revenue_of.assign(system.categories.size(), 0.0);
  rd_of.assign(system.categories.size(), 0.0);
  firms_of.assign(system.fields.size(), 0.0);
  lead.assign(system.fields.size(), 0.0);
  traced_revenue.assign(params.traced_categories.size() * system.cities.size(), 0.0);
  traced_firms.assign(params.traced_categories.size(), 0);
  clear();
}

void FirmSums::clear() {
  firms = certified = certified_inside = exits = above_100m = above_10bn = 0;
  productivity = n_grown = growth = growth_squares = growth_size = 0.0;
  for (auto* counts : {&by_age, &exits_by_age}) counts->fill(0);
  for (auto* counts : {&sizes, &sizes_inside}) counts->fill(0);
  in_city.fill(0);
  in_zone.fill(0);
  for (auto* by_city : {&revenue, &revenue_in_zone}) by_city->fill(0.0);
  for (auto* by_category : {&revenue_of, &rd_of}) by_category->fill(0.0);
  for (auto* by_field : {&firms_of, &lead}) by_field->fill(0.0);
  std::fill(traced_revenue.begin(), traced_revenue.end(), 0.0);
  std::fill(traced_firms.begin(), traced_firms.end(), 0);
}

namespace {

template <class Values>
void add_each(Values& to, const Values& from) {
  std::transform(from.begin(), from.end(), to.begin(), to.begin(), [](auto a, auto b) { return a + b; });
}

}  // namespace

void FirmSums::add(const FirmSums& other) {
  firms += other.firms;
  certified += other.certified;
  certified_inside += other.certified_inside;
  exits += other.exits;
  above_100m += other.above_100m;
  above_10bn += other.above_10bn;
  productivity += other.productivity;
  n_grown += other.n_grown;
  growth += other.growth;
  growth_squares += other.growth_squares;
  growth_size += other.growth_size;
  add_each(by_age, other.by_age);
  add_each(exits_by_age, other.exits_by_age);
  add_each(sizes, other.sizes);
  add_each(sizes_inside, other.sizes_inside);
  add_each(in_city, other.in_city);
  add_each(in_zone, other.in_zone);
  add_each(revenue, other.revenue);
  add_each(revenue_in_zone, other.revenue_in_zone);
  add_each(revenue_of, other.revenue_of);
  add_each(rd_of, other.rd_of);
  add_each(firms_of, other.firms_of);
  add_each(lead, other.lead);
  add_each(traced_revenue, other.traced_revenue);
  add_each(traced_firms, other.traced_firms);
}

void Firms::clear() {
  weight.clear();
  key.clear();
  founded.clear();
  city.clear();
  category.clear();
  on_zone_land.clear();
  certified_until.clear();
  log_revenue.clear();
  productivity.clear();
  rd.clear();
  organisation.clear();
  for (auto* rows : {&free_rows, &newborn}) rows->clear();
}

FirmId Firms::take_row() {
  if (!free_rows.empty()) {
    const FirmId row = free_rows.back();
    free_rows.pop_back();
    return row;
  }
  const FirmId row(size());
  weight.push_back(0);
  key.push_back({});
  founded.push_back(Year());
  city.push_back(0);
  category.push_back(0);
  on_zone_land.push_back(0);
  certified_until.push_back(Year());
  log_revenue.push_back(0.0);
  productivity.push_back(0.0);
  rd.push_back(0.0f);
  organisation.push_back(OrganisationId::none());
  return row;
}

namespace {

double edge_of_bin(std::size_t bin) {
  return FirmSums::lowest_size + static_cast<double>(bin) / FirmSums::bins_per_unit;
}

}  // namespace

double quantile_of_bins(const std::array<std::int64_t, FirmSums::n_bins>& sizes, double part) {
  std::int64_t total = 0;
  for (const std::int64_t n : sizes) total += n;
  const double wanted = part * static_cast<double>(total);
  double below = 0.0;
  for (std::size_t bin = 0; bin < sizes.size(); ++bin) {
    const auto n = static_cast<double>(sizes[bin]);
    if (n > 0.0 && below + n >= wanted) return edge_of_bin(bin) + (wanted - below) / n / FirmSums::bins_per_unit;
    below += n;
  }
  return 0.0;
}

double hill_exponent(const std::array<std::int64_t, FirmSums::n_bins>& sizes, double part) {
  std::int64_t total = 0;
  for (const std::int64_t n : sizes) total += n;
  const double wanted = part * static_cast<double>(total);
  double above = 0.0, sum = 0.0;
  std::size_t bin = sizes.size();
  while (bin > 0 && above < wanted) {
    --bin;
    above += static_cast<double>(sizes[bin]);
    sum += static_cast<double>(sizes[bin]) * (edge_of_bin(bin) + 0.5 / FirmSums::bins_per_unit);
  }
  const double excess = sum - above * edge_of_bin(bin);
  return excess > 0.0 ? above / excess : 0.0;
}

namespace {

/// ln Γ(x) for x > 0 (Lanczos, g = 7, nine terms: relative error below 1e-13), from the fixed functions.
double log_gamma(double x) {
  constexpr std::array<double, 9> c{0.99999999999980993,  676.5203681218851,     -1259.1392167224028,
                                    771.32342877765313,   -176.61502916214059,   12.507343278686905,
                                    -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7};
  double sum = c[0];
  for (std::size_t i = 1; i < c.size(); ++i) sum += c[i] / (x - 1.0 + static_cast<double>(i));
  const double t = x + 6.5;
  constexpr double half_log_two_pi = 0.91893853320467274178;
  return half_log_two_pi + (x - 0.5) * maths::log(t) - t + maths::log(sum);
}

}  // namespace

double exponential_power_shape(double ratio) {
  double low = 0.3, high = 4.0;
  for (int step = 0; step < 50; ++step) {
    const double b = 0.5 * (low + high);
    const double at_b = maths::exp(log_gamma(2.0 / b) - 0.5 * (log_gamma(1.0 / b) + log_gamma(3.0 / b)));
    (at_b < ratio ? low : high) = b;
  }
  return 0.5 * (low + high);
}

}  // namespace innochain
