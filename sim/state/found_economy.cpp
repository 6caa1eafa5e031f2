#include "sim/state/found_economy.hpp"

#include <algorithm>
#include <cmath>

namespace innochain {

namespace {

void found_technology(const Params& params, const Streams& streams, Technology& technology) {
  const Column<CategoryId, Category>& categories = params.system.categories;
  const ChainParameters::Technology& p = params.parameters.chain.technology;
  const std::size_t n = categories.size();
  for (auto* column : {&technology.weight, &technology.basic, &technology.applied, &technology.frontier,
                       &technology.applied_productivity, &technology.basic_effort, &technology.applied_effort,
                       &technology.enterprise_effort, &technology.severity, &technology.severity_before,
                       &technology.import_reliance, &technology.output_loss, &technology.paper_factor,
                       &technology.patent_factor, &technology.result_factor, &technology.gap})
    column->assign(n, 0.0);
  technology.basic_coordination.assign(n, 1.0);
  technology.applied_coordination.assign(n, 1.0);
  double total = 0.0;
  for (const Category& category : categories) total += category.share;
  const double gap_scale = params.parameters.chain.imports.gap_scale;
  for (const CategoryId c : all<CategoryId>(n)) {
    Stream stream = streams.at(Purpose::initial_technology, params.scale.years.first, c.index());
    const auto around = [&](double median, double spread) {
      return median * maths::exp(spread * stream.normal() - 0.5 * spread * spread);
    };
    technology.weight[c] = total > 0.0 ? categories[c].share / total : 1.0 / static_cast<double>(n);
    technology.frontier[c] = around(1.0, p.initial_frontier_spread);
    technology.applied[c] = around(p.initial_applied * technology.frontier[c], p.initial_applied_spread);
    technology.basic[c] = around(p.initial_basic * technology.frontier[c], p.initial_basic_spread);
    const double gap = std::max(0.0, maths::log(technology.frontier[c] / technology.applied[c]));
    technology.import_reliance[c] = 1.0 - maths::exp(-gap / gap_scale);
  }
}

void found_background(const Params& params, Background& background) {
  const ChainParameters::Background& p = params.parameters.chain.background;
  background.orientation.assign(params.system.fields.size(),
                                {p.initial_basic, p.initial_applied, 1.0 - p.initial_basic - p.initial_applied});
  background.academic_staff = background.enterprise_staff = 0.0;
}

double mean_square(const Cities::Policy& policy, std::size_t dimensions) {
  double squares = 0.0;
  for (std::size_t k = 0; k < dimensions; ++k) squares += policy[k] * policy[k];
  return squares / static_cast<double>(dimensions);
}

/// Makes the local optima mean 0 over cities in each dimension, and the mean square 1.
void centre_local_optima(Cities& cities) {
  const auto n = static_cast<double>(cities.local.size());
  for (std::size_t k = 0; k < cities.dimensions; ++k) {
    double sum = 0.0, squares = 0.0;
    for (const Cities::Policy& local : cities.local) sum += local[k];
    for (Cities::Policy& local : cities.local) local[k] -= sum / n, squares += local[k] * local[k];
    if (!(squares > 0.0)) continue;
    for (Cities::Policy& local : cities.local) local[k] /= std::sqrt(squares / n);
  }
}

void found_cities(const Params& params, const Streams& streams, Cities& cities) {
  const System& system = params.system;
  const Year first = params.scale.years.first;
  const std::size_t n = system.cities.size();
  cities.dimensions = static_cast<std::size_t>(params.parameters.chain.governance.dimensions);
  cities.open.assign(n, 1);
  cities.policy.assign(n, {});
  cities.local.assign(n, {});
  cities.central = cities.common = {};
  for (auto* column :
       {&cities.fit, &cities.value, &cities.fundamentals, &cities.place, &cities.performance, &cities.zone_performance})
    column->assign(n, 0.0);
  cities.reference_value = 0.0;
  cities.seat.assign(n, CityId::none());
  const double spread = params.parameters.zones.fundamentals_spread;
  for (const CityId city : all<CityId>(n)) {
    Stream stream = streams.at(Purpose::city_optimum, first, city.index());
    for (std::size_t k = 0; k < cities.dimensions; ++k) cities.local[city][k] = stream.normal();
    cities.fundamentals[city] = spread * streams.at(Purpose::city_optimum, first, city.index(), 1).normal();
    if (system.provinces[system.cities[city].province].special_administrative_region) cities.open[city] = 0;
  }
  centre_local_optima(cities);
  Stream common = streams.at(Purpose::city_optimum, first, 0, 2);
  for (std::size_t k = 0; k < cities.dimensions; ++k) cities.common[k] = common.normal();
  const double size = std::sqrt(mean_square(cities.common, cities.dimensions));
  for (std::size_t k = 0; k < cities.dimensions; ++k) cities.common[k] /= size;
}

/// At first every city promotes what the country does.
void promote_alike(const System& system, const Technology& technology, Cities& cities) {
  const std::size_t n_fields = system.fields.size();
  std::vector<double> share(n_fields, 0.0);
  for (const CategoryId c : all<CategoryId>(system.categories.size()))
    share[system.categories[c].field.index()] += technology.weight[c];
  cities.promoted.clear();
  for (std::size_t city = 0; city < system.cities.size(); ++city)
    cities.promoted.insert(cities.promoted.end(), share.begin(), share.end());
  cities.firms_before.assign(n_fields, 0.0);
}

void arrange_categories(const System& system, const Technology& technology, Firms& firms) {
  firms.categories.clear();
  firms.category_sums.clear();
  firms.categories_of.clear();
  for (const FieldId field : all<FieldId>(system.fields.size())) {
    const std::size_t first = firms.categories.size();
    double sum = 0.0;
    for (const CategoryId c : all<CategoryId>(system.categories.size())) {
      if (system.categories[c].field != field) continue;
      firms.categories.push_back(static_cast<std::uint16_t>(c.index()));
      firms.category_sums.push_back(sum += technology.weight[c]);
    }
    firms.categories_of.push_back({first, firms.categories.size()});
  }
}

void clear_firms(const Params& params, std::size_t n_organisations, Firms& firms) {
  firms.clear();
  firms.of_organisation.assign(n_organisations, FirmId::none());
  firms.sums.resize(params);
  for (FirmSums& sums : firms.partial_sums) sums.resize(params);
  firms.entries = 0;
}

void open_research(const Params& params, YearOfResearch& research) {
  const System& system = params.system;
  research = {};
  research.filed.assign(params.scale.years.size(), 0);
  research.inside.assign(system.cities.size() * system.categories.size(), 0.0);
  research.outside.assign(system.cities.size() * system.categories.size(), 0.0);
  research.labs.assign(system.cities.size() * system.fields.size(), 0.0);
}

}  // namespace

void found_economy(const Params& params, const Streams& streams, State& state) {
  const System& system = params.system;
  found_technology(params, streams, state.technology);
  found_background(params, state.background);
  found_cities(params, streams, state.cities);
  promote_alike(system, state.technology, state.cities);
  clear_firms(params, state.organisations.size(), state.firms);
  arrange_categories(system, state.technology, state.firms);
  open_research(params, state.research);
}

}  // namespace innochain
