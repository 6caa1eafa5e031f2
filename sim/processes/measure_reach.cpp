#include <algorithm>
#include <span>
#include <vector>

#include "sim/processes/grow_firms.hpp"

namespace innochain {

namespace {

/// Labs' results in reach of the firms of every place.
class Reach {
 public:
  Reach(const Params& params, State& state)
      : system_(params.system),
        p_(params.parameters.chain.firms),
        n_(params.system.categories.size()),
        inside_(state.research.inside),
        outside_(state.research.outside),
        clusters_(state.scratch.values),
        seats_(state.cities.seat),
        firms_(state.firms) {
    add_up();
  }

  /// Cities without labs share a row with others of their cluster; others have one, and if they have a zone one more
  /// for it.
  void fill_rows() {
    firms_.reach_gain.clear();
    for (std::size_t cluster = 0; cluster <= system_.clusters.size(); ++cluster) add_row(cluster, {}, {}, 0.0, 0.0);
    for (const CityId city : all<CityId>(system_.cities.size())) {
      const std::size_t cluster = cluster_of(city);
      const auto zone = std::span(inside_).subspan(city.index() * n_, n_);
      const auto rest = std::span(outside_).subspan(city.index() * n_, n_);
      const auto nothing = [](std::span<const double> row) {
        return std::all_of(row.begin(), row.end(), [](double x) { return x == 0.0; });
      };
      if (nothing(zone) && nothing(rest)) {
        firms_.reach_row[city] = {cluster, cluster};
        continue;
      }
      if (!seats_[city].exists()) {
        const std::size_t row = add_row(cluster, zone, rest, 1.0, 1.0);
        firms_.reach_row[city] = {row, row};
        continue;
      }
      firms_.reach_row[city].second = add_row(cluster, zone, rest, 1.0, p_.outside_reach);
      firms_.reach_row[city].first = add_row(cluster, zone, rest, p_.outside_reach, 1.0);
    }
  }

 private:
  std::size_t cluster_of(CityId city) const {
    const ClusterId cluster = system_.cities[city].cluster;
    return cluster.exists() ? cluster.index() : system_.clusters.size();
  }

  /// Results by cluster; the last row is that of the whole country.
  void add_up() {
    clusters_.assign((system_.clusters.size() + 1) * n_, 0.0);
    double* country = clusters_.data() + system_.clusters.size() * n_;
    for (const CityId city : all<CityId>(system_.cities.size())) {
      const ClusterId cluster = system_.cities[city].cluster;
      for (std::size_t c = 0; c < n_; ++c) {
        const double results = inside_[city.index() * n_ + c] + outside_[city.index() * n_ + c];
        if (cluster.exists()) clusters_[cluster.index() * n_ + c] += results;
        country[c] += results;
      }
    }
  }

  /// The gain in a place whose own zone and rest of the city have the given results and weights; returns its row.
  std::size_t add_row(std::size_t cluster, std::span<const double> zone, std::span<const double> rest,
                      double zone_weight, double rest_weight) {
    const std::size_t row = firms_.reach_gain.size() / n_;
    const double* country = clusters_.data() + system_.clusters.size() * n_;
    const bool has_cluster = cluster < system_.clusters.size();
    const double near = has_cluster ? p_.cluster_reach : p_.far_reach;  // weight of the rest of the own cluster
    double* field_sums = field_sums_.data();
    std::fill(field_sums_.begin(), field_sums_.end(), 0.0);
    for (std::size_t c = 0; c < n_; ++c) {
      const double in_zone = zone.empty() ? 0.0 : zone[c], in_rest = rest.empty() ? 0.0 : rest[c];
      const double around = has_cluster ? clusters_[cluster * n_ + c] : 0.0;
      const double own_cluster = has_cluster ? around - in_zone - in_rest : -(in_zone + in_rest);
      reach_[c] =
          zone_weight * in_zone + rest_weight * in_rest + near * own_cluster + p_.far_reach * (country[c] - around);
      field_sums[field_of(c)] += reach_[c];
    }
    for (std::size_t c = 0; c < n_; ++c) {
      const double related = (1.0 - p_.related_reach) * reach_[c] + p_.related_reach * field_sums[field_of(c)];
      firms_.reach_gain.push_back(1.0 +
                                  p_.lab_absorption * maths::fast_log(1.0 + std::max(0.0, related) / p_.reach_scale));
    }
    return row;
  }

  std::size_t field_of(std::size_t category) const { return system_.categories[CategoryId(category)].field.index(); }

  const System& system_;
  const ChainParameters::Firms& p_;
  std::size_t n_;
  const std::vector<double>&inside_, &outside_;
  std::vector<double>& clusters_;
  const Column<CityId, CityId>& seats_;
  Firms& firms_;
  std::vector<double>&reach_ = firms_.reach, &field_sums_ = firms_.reach_of_fields;
};

}  // namespace

void measure_reach(const Params& params, State& state) {
  Firms& firms = state.firms;
  firms.reach.resize(params.system.categories.size());
  firms.reach_of_fields.resize(params.system.fields.size());
  firms.reach_row.resize(params.system.cities.size());
  Reach(params, state).fill_rows();
}

}  // namespace innochain
