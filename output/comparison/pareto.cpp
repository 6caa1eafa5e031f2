#include "output/comparison/pareto.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "output/comparison/contrasts.hpp"
#include "output/comparison/intervals.hpp"
#include "sim/core/maths.hpp"

namespace innochain {

namespace {

/// Means of units by policy, goal and unit; NaN where a unit has no run with all goals.
using UnitValues = std::vector<std::vector<std::vector<double>>>;

UnitValues unit_values(const Policies& policies, const std::vector<std::size_t>& chosen,
                       const std::vector<std::vector<double>>& values) {
  UnitValues means(chosen.size());
  for (std::size_t p = 0; p < chosen.size(); ++p) {
    for (const std::vector<double>& goal : values) {
      std::vector<double> sum(policies.n_units, 0.0), n(policies.n_units, 0.0);
      for (const auto& [key, run] : policies.members[chosen[p]]) {
        if (std::isnan(goal[run])) continue;
        sum[policies.unit_of_key[key]] += goal[run];
        n[policies.unit_of_key[key]] += 1.0;
      }
      for (std::size_t u = 0; u < sum.size(); ++u) sum[u] = n[u] > 0.0 ? sum[u] / n[u] : maths::nan;
      means[p].push_back(std::move(sum));
    }
  }
  return means;
}

/// Keeps the units that every policy has in every goal.
std::size_t keep_shared_units(UnitValues& values) {
  if (values.empty() || values.front().empty()) return 0;
  std::size_t kept = 0;
  for (std::size_t u = 0; u < values.front().front().size(); ++u) {
    bool shared = true;
    for (const auto& goals : values) {
      for (const auto& units : goals) shared = shared && !std::isnan(units[u]);
    }
    if (!shared) continue;
    for (auto& goals : values) {
      for (auto& units : goals) units[kept] = units[u];
    }
    ++kept;
  }
  for (auto& goals : values) {
    for (auto& units : goals) units.resize(kept);
  }
  return kept;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return values.empty() ? maths::nan : sum / static_cast<double>(values.size());
}

double mean_of(const std::vector<double>& values, std::span<const std::uint32_t> places) {
  double sum = 0.0;
  for (const std::uint32_t place : places) sum += values[place];
  return sum / static_cast<double>(places.size());
}

template <class Mean>
std::vector<std::vector<double>> points_of(const UnitValues& values, const std::vector<Term>& goals, Mean mean) {
  std::vector<std::vector<double>> points(values.size());
  for (std::size_t p = 0; p < values.size(); ++p) {
    for (std::size_t g = 0; g < goals.size(); ++g) points[p].push_back(towards(goals[g].goal, mean(values[p][g])));
  }
  return points;
}

bool beats(const std::vector<double>& a, const std::vector<double>& b) {
  bool better = false;
  for (std::size_t g = 0; g < a.size(); ++g) {
    if (!(a[g] >= b[g])) return false;
    better = better || a[g] > b[g];
  }
  return better;
}

}  // namespace

std::vector<bool> dominated(std::span<const std::vector<double>> points) {
  // In descending order of the first goal, then the second …, what beats a point stands before it, and if anything
  // does, something undominated does.
  std::vector<std::size_t> order(points.size()), front;
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, std::greater{}, [&](std::size_t i) -> const std::vector<double>& { return points[i]; });
  std::vector<bool> result(points.size(), false);
  for (const std::size_t point : order) {
    result[point] = std::ranges::any_of(front, [&](std::size_t best) { return beats(points[best], points[point]); });
    if (!result[point]) front.push_back(point);
  }
  return result;
}

Pareto pareto_set(const ComparedFile& file, const Policies& policies, const std::vector<std::size_t>& chosen,
                  const std::vector<Term>& goals, std::size_t n_resamples, std::uint64_t seed) {
  Pareto pareto{goals, {}, 0};
  UnitValues values = unit_values(policies, chosen, read_all_terms(file, goals));
  pareto.n_units = keep_shared_units(values);
  if (pareto.n_units == 0) return pareto;
  const auto points = points_of(values, goals, [](const auto& units) { return mean_of(units); });
  const std::vector<bool> beaten = dominated(points);
  for (std::size_t p = 0; p < chosen.size(); ++p) {
    Pareto::Member member{chosen[p], {}, !beaten[p], maths::nan};
    for (std::size_t g = 0; g < goals.size(); ++g) member.means.push_back(towards(goals[g].goal, points[p][g]));
    pareto.members.push_back(std::move(member));
  }
  constexpr std::size_t most_comparisons = 100'000'000;
  if (pareto.n_units < 2 || chosen.size() * chosen.size() * n_resamples > most_comparisons) return pareto;
  std::vector<std::size_t> n_undominated(chosen.size(), 0);
  const Resamples resamples(pareto.n_units, n_resamples, seed);
  std::vector<std::uint32_t> scratch;
  for (std::size_t r = 0; r < n_resamples; ++r) {
    const auto places = resamples.places(r, scratch);
    const auto drawn = points_of(values, goals, [&](const auto& units) { return mean_of(units, places); });
    const std::vector<bool> lost = dominated(drawn);
    for (std::size_t p = 0; p < chosen.size(); ++p) n_undominated[p] += lost[p] ? 0 : 1;
  }
  for (std::size_t p = 0; p < chosen.size(); ++p)
    pareto.members[p].share_of_resamples = static_cast<double>(n_undominated[p]) / static_cast<double>(n_resamples);
  return pareto;
}

}  // namespace innochain
