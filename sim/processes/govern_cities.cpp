#include "sim/processes/govern_cities.hpp"

#include <algorithm>
#include <cmath>

namespace innochain {

namespace {

using Policy = Cities::Policy;

/// The search for policies of one year.
class Search {
 public:
  Search(const Params& params, Year year, const Streams& streams, State& state)
      : p_(params.parameters.chain.governance),
        year_(year),
        streams_(streams),
        cities_(state.cities),
        before_(state.scratch.policies),
        dimensions_(state.cities.dimensions),
        n_(static_cast<double>(state.cities.dimensions)),
        common_(std::sqrt(1.0 - p_.local_share)),
        own_(std::sqrt(p_.local_share)),
        autonomy_(params.levers_in(year).zone_autonomy_share) {}

  void move_common_optimum() {
    if (!(p_.common_drift > 0.0)) return;
    Stream stream = streams_.at(Purpose::policy_template, year_, 1);
    const double keep = std::sqrt(1.0 - p_.common_drift * p_.common_drift);
    for (std::size_t k = 0; k < dimensions_; ++k)
      cities_.common[k] = keep * cities_.common[k] + p_.common_drift * stream.normal();
  }

  void experiment() {
    const double probability = p_.experiment_rate * autonomy_;
    if (!(probability > 0.0)) return;
    for_each_open([&](CityId city) {
      Stream stream = streams_.at(Purpose::policy_experiments, year_, city.index());
      if (stream.coarse_uniform() >= probability) return;
      Policy tried = cities_.policy[city];
      for (std::size_t k = 0; k < dimensions_; ++k)
        tried[k] += p_.experiment_step / std::sqrt(n_) * stream.coarse_normal();
      keep_if_better(city, tried, stream);
    });
  }

  void imitate() {
    const double probability = p_.imitation_rate * autonomy_;
    if (!(probability > 0.0)) return;
    before_.clear();
    for (const Policy& policy : cities_.policy) before_.push_back(policy);
    for_each_open([&](CityId city) {
      Stream stream = streams_.at(Purpose::policy_imitation, year_, city.index());
      if (stream.coarse_uniform() >= probability) return;
      const CityId model = best_of_five(stream);
      if (!model.exists()) return;
      Policy tried = cities_.policy[city];
      for (std::size_t k = 0; k < dimensions_; ++k)
        tried[k] += p_.imitation_step * (before_[model.index()][k] - tried[k]);
      keep_if_better(city, tried, stream);
    });
  }

  void pull_to_the_centre() {
    const double speed =
        std::min(1.0, p_.template_learning + p_.template_experiment_learning * p_.experiment_rate * autonomy_);
    Stream stream = streams_.at(Purpose::policy_template, year_, 0);
    for (std::size_t k = 0; k < dimensions_; ++k) {
      const double seen = common_ * cities_.common[k] + p_.template_error * stream.normal();
      cities_.central[k] += speed * (seen - cities_.central[k]);
    }
    const double pull = p_.pull * (1.0 - autonomy_);
    if (!(pull > 0.0)) return;
    for_each_open([&](CityId city) {
      Policy& policy = cities_.policy[city];
      for (std::size_t k = 0; k < dimensions_; ++k) policy[k] += pull * (cities_.central[k] - policy[k]);
    });
  }

  void follow_seats() {
    for_each_open([&](CityId city) {
      const CityId seat = cities_.seat[city];
      if (seat.exists() && seat != city) cities_.policy[city] = cities_.policy[seat];
    });
  }

  /// Fit and value of every city's policy.
  void assess() {
    Policy mean{};
    double n_open = 0.0;
    for_each_open([&](CityId city) {
      for (std::size_t k = 0; k < dimensions_; ++k) mean[k] += cities_.policy[city][k];
      n_open += 1.0;
    });
    for (std::size_t k = 0; k < dimensions_; ++k) mean[k] /= n_open;
    for_each_open([&](CityId city) {
      cities_.fit[city] = fit(city, cities_.policy[city]);
      cities_.value[city] = cities_.fit[city] - p_.spillover * square(cities_.policy[city], mean) / n_;
    });
  }

 private:
  template <class Visitor>
  void for_each_open(Visitor&& visit) {
    for (const CityId city : all<CityId>(cities_.open.size()))
      if (cities_.open[city]) visit(city);
  }

  double square(const Policy& a, const Policy& b) const {
    double sum = 0.0;
    for (std::size_t k = 0; k < dimensions_; ++k) sum += (a[k] - b[k]) * (a[k] - b[k]);
    return sum;
  }

  double fit(CityId city, const Policy& policy) const {
    const Policy& local = cities_.local[city];
    double sum = 0.0;
    for (std::size_t k = 0; k < dimensions_; ++k) {
      const double distance = policy[k] - common_ * cities_.common[k] - own_ * local[k];
      sum += distance * distance;
    }
    return -sum / n_;
  }

  void keep_if_better(CityId city, const Policy& tried, Stream& stream) {
    const double now = fit(city, cities_.policy[city]) + p_.sight_error * stream.coarse_normal();
    const double then = fit(city, tried) + p_.sight_error * stream.coarse_normal();
    if (then > now) cities_.policy[city] = tried;
  }

  CityId best_of_five(Stream& stream) const {
    CityId best;
    double best_seen = 0.0;
    for (int i = 0; i < 5; ++i) {
      const CityId city(stream.choice(before_.size()));
      const double seen = fit(city, before_[city.index()]) + p_.sight_error * stream.coarse_normal();
      if (cities_.open[city] && (!best.exists() || seen > best_seen)) best = city, best_seen = seen;
    }
    return best;
  }

  const ChainParameters::Governance& p_;
  Year year_;
  const Streams& streams_;
  Cities& cities_;
  std::vector<Policy>& before_;
  std::size_t dimensions_;
  double n_, common_, own_, autonomy_;
};

/// Growth of each field's firms in the country since last year, to the power with which autonomous cities respond.
void measure_growth(double response, State& state, std::vector<double>& log_growth) {
  Cities& cities = state.cities;
  const Column<FieldId, double>& now = state.firms.sums.firms_of;
  log_growth.clear();
  for (const FieldId field : all<FieldId>(now.size())) {
    const double before = cities.firms_before[field];
    log_growth.push_back(before > 0.0 && now[field] > 0.0 ? response * maths::log(now[field] / before) : 0.0);
    cities.firms_before[field] = now[field];
  }
}

/// Moves what cities promote, and takes what overlap costs from the value of their policies.
void specialize(const Params& params, Year year, State& state) {
  const ChainParameters::Governance& p = params.parameters.chain.governance;
  const std::size_t n_fields = params.system.fields.size();
  Cities& cities = state.cities;
  const double autonomy = params.levers_in(year).zone_autonomy_share;
  std::vector<double>& log_growth = state.scratch.values;
  measure_growth(p.hot_response * autonomy, state, log_growth);
  auto& mean = state.scratch.category_values;  // what the country's cities promote, by field
  mean.assign(n_fields, 0.0);
  auto& target = state.scratch.city_values;  // of one city, by field
  for (const CityId city : all<CityId>(cities.open.size())) {
    if (!cities.open[city]) continue;
    const auto share = cities.promoted_in(city);
    const double* labs = state.research.labs.data() + city.index() * n_fields;
    target.clear();
    double sum = 0.0;
    for (std::size_t k = 0; k < n_fields; ++k) {
      // One lab's worth of strength everywhere, divided as the country's work is, so that no field is excluded.
      const double strength = (1.0 - autonomy) > 0.0 ? maths::fast_log(labs[k] + state.scratch.field_shares[k]) : 0.0;
      const double habit = autonomy > 0.0 ? autonomy * maths::fast_log(share[k]) : 0.0;  // a field may have no share
      target.push_back(maths::exp(habit + log_growth[k] + (1.0 - autonomy) * strength));
      sum += target.back();
    }
    for (std::size_t k = 0; k < n_fields; ++k) {
      share[k] += p.specialization_speed * (target[k] / sum - share[k]);
      mean[k] += share[k];
    }
  }
  double mean_length = 0.0;
  for (const double x : mean) mean_length += x * x;
  for (const CityId city : all<CityId>(cities.open.size())) {
    if (!cities.open[city]) continue;
    double product = 0.0, length = 0.0;
    const auto share = cities.promoted_in(city);
    for (std::size_t k = 0; k < n_fields; ++k) product += share[k] * mean[k], length += share[k] * share[k];
    cities.value[city] -= p.specialization_weight * product / std::sqrt(length * mean_length);
  }
}

/// Research weight of each field, not below a trace.
void share_fields(const Params& params, State& state) {
  auto& shares = state.scratch.field_shares;
  shares.assign(params.system.fields.size(), 1e-3);
  for (const CategoryId c : all<CategoryId>(params.system.categories.size()))
    shares[params.system.categories[c].field.index()] += state.technology.weight[c];
}

}  // namespace

void govern_cities(const Params& params, Year year, const Streams& streams, State& state) {
  Search search(params, year, streams, state);
  search.move_common_optimum();
  search.experiment();
  search.imitate();
  search.pull_to_the_centre();
  search.follow_seats();
  search.assess();
  share_fields(params, state);
  specialize(params, year, state);

  Cities& cities = state.cities;
  if (year > Year(static_cast<int>(params.parameters.chain.firms.initial_year)) && year > params.scale.years.first)
    return;
  double sum = 0.0, n = 0.0;
  for (const CityId city : all<CityId>(cities.open.size()))
    if (cities.open[city]) sum += cities.value[city], n += 1.0;
  cities.reference_value = sum / n;
}

}  // namespace innochain
