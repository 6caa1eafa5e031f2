#include "calibration/emulation/non_implausible_space.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "calibration/emulation/draws.hpp"
#include "calibration/emulation/elliptical_slice.hpp"
#include "sim/core/maths.hpp"
#include "sim/core/parallel.hpp"

namespace innochain {
namespace {

constexpr double kept_by_level = 0.25;

/// The level that a quarter of the points keep, or 1 where it is lower.
double next_level(std::vector<double> severities) {
  const auto place = severities.begin() +
                     static_cast<std::ptrdiff_t>(std::ceil(kept_by_level * static_cast<double>(severities.size()))) - 1;
  std::nth_element(severities.begin(), place, severities.end());
  return std::max(1.0, *place);
}

/// Keeps the points within the level and repeats them in turn to the old number; leaves all where it would keep none.
/// Returns the share that was kept. The point that set the level is not kept: with it, the share would be biased by
/// one point a level (Bréhier, Lelièvre and Rousset 2015, ESAIM: Probability and Statistics 19, 361–394).
double keep_within(double level, std::vector<VectorXd>& points, std::vector<double>& severities) {
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (severities[i] <= 1.0 || severities[i] < level) kept.push_back(i);
  }
  if (kept.empty()) return 0.0;
  std::vector<VectorXd> next;
  std::vector<double> next_severities;
  for (std::size_t i = 0; i < points.size(); ++i) {
    next.push_back(points[kept[i % kept.size()]]);
    next_severities.push_back(severities[kept[i % kept.size()]]);
  }
  points = std::move(next);
  severities = std::move(next_severities);
  return static_cast<double>(kept.size()) / static_cast<double>(points.size());
}

}  // namespace

NonImplausibleSpace::NonImplausibleSpace(std::size_t dimensions, const SpaceOptions& options, std::uint64_t seed)
    : dimensions_(dimensions), options_(options), seed_(seed), populations_(n_populations) {
  for (std::size_t p = 0; p < n_populations; ++p) {
    for (std::size_t i = 0; i < options.points_per_population; ++i) {
      Stream stream = emulation_stream(seed, DrawKind::initial_points, 0, p * options.points_per_population + i);
      populations_[p].points.push_back(standard_normal(static_cast<Eigen::Index>(dimensions), stream));
    }
  }
}

void NonImplausibleSpace::restrict_to(std::shared_ptr<const Constraint> constraint) {
  for_each_index(n_populations, [&](std::size_t p) { restrict_population(p, populations_[p], *constraint); });
  constraints_.push_back(std::move(constraint));
}

void NonImplausibleSpace::restrict_population(std::size_t index, Population& population,
                                              const Constraint& constraint) const {
  std::vector<double> severities;
  for (const VectorXd& point : population.points) severities.push_back(constraint.severity(point));
  double level = std::numeric_limits<double>::infinity();
  for (std::uint32_t round = 0; level > 1.0 && population.share >= options_.smallest_share; ++round) {
    level = next_level(severities);
    population.share *= keep_within(level, population.points, severities);
    move_points(index, population, constraint, level, round, severities);
  }
  if (level > 1.0) population.share = 0.0;
}

void NonImplausibleSpace::move_points(std::size_t index, Population& population, const Constraint& constraint,
                                      double level, std::uint32_t round, std::vector<double>& severities) const {
  const NormalMeasure prior = NormalMeasure::standard(dimensions_);
  const auto accepts = [&](const VectorXd& point) { return constraint.within(point, level) && contains(point); };
  for (std::size_t i = 0; i < population.points.size(); ++i) {
    Stream stream = emulation_stream(seed_, DrawKind::moves, constraints_.size(),
                                     index * options_.points_per_population + i, round);
    for (int step = 0; step < options_.steps_per_level; ++step) {
      population.points[i] = elliptical_slice_step(population.points[i], prior, stream, accepts);
    }
    if (level > 1.0) severities[i] = constraint.severity(population.points[i]);
  }
}

bool NonImplausibleSpace::contains(const VectorXd& point) const {
  // The latest constraint rules out most of what is near the space.
  return std::all_of(constraints_.rbegin(), constraints_.rend(),
                     [&](const auto& constraint) { return constraint->within(point, 1.0); });
}

bool NonImplausibleSpace::empty() const {
  return std::ranges::all_of(populations_, [](const Population& population) { return !(population.share > 0.0); });
}

ShareEstimate NonImplausibleSpace::share() const {
  constexpr double t_quantile = 1.8945786050613054;  // Student's t with 7 degrees of freedom, 0.95
  constexpr double n = n_populations;
  double mean = 0.0, greatest = 0.0, log_mean = 0.0, squares = 0.0;
  for (const Population& population : populations_) {
    mean += population.share / n;
    greatest = std::max(greatest, population.share);
  }
  const auto is_empty = [](const Population& population) { return !(population.share > 0.0); };
  if (std::ranges::any_of(populations_, is_empty)) return {mean, 0.0, greatest};
  for (const Population& population : populations_) log_mean += maths::log(population.share) / n;
  for (const Population& population : populations_) {
    const double away = maths::log(population.share) - log_mean;
    squares += away * away;
  }
  const double variance = squares / (n - 1.0), centre = log_mean + 0.5 * variance;
  const double reach = t_quantile * std::sqrt(variance / n + 0.5 * variance * variance / (n - 1.0));
  return {mean, maths::exp(centre - reach), std::min(1.0, maths::exp(centre + reach))};
}

MatrixXd NonImplausibleSpace::points() const {
  MatrixXd result(static_cast<Eigen::Index>(n_populations * options_.points_per_population),
                  static_cast<Eigen::Index>(dimensions_));
  Eigen::Index row = 0;
  for (const Population& population : populations_) {
    for (const VectorXd& point : population.points) result.row(row++) = point;
  }
  return result;
}

VectorXd NonImplausibleSpace::weights() const {
  VectorXd result(static_cast<Eigen::Index>(n_populations * options_.points_per_population));
  for (std::size_t p = 0; p < n_populations; ++p) {
    const auto size = static_cast<Eigen::Index>(options_.points_per_population);
    result.segment(static_cast<Eigen::Index>(p) * size, size).setConstant(populations_[p].share);
  }
  const double sum = result.sum();
  return sum > 0.0 ? VectorXd(result / sum)
                   : VectorXd::Constant(result.size(), 1.0 / static_cast<double>(result.size()));
}

MatrixXd NonImplausibleSpace::spread_points(std::size_t n, std::uint32_t draw) const {
  constexpr std::uint32_t n_choices = 10;
  const MatrixXd all = points();
  const VectorXd weight = weights();
  MatrixXd best;
  double best_distance = -1.0;
  for (std::uint32_t choice = 0; choice < n_choices; ++choice) {
    Stream stream = emulation_stream(seed_, DrawKind::choices, constraints_.size(), draw, choice);
    // A random order, cut into n slices of equal weight: without repetitions while slices are wider than points.
    std::vector<Eigen::Index> order(static_cast<std::size_t>(all.rows()));
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<Eigen::Index>(i);
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[stream.index(i)]);
    MatrixXd chosen(static_cast<Eigen::Index>(n), all.cols());
    double passed = weight[order[0]];
    std::size_t at = 0;
    const double start = stream.uniform();
    for (std::size_t i = 0; i < n; ++i) {
      const double target = (static_cast<double>(i) + start) / static_cast<double>(n);
      while (passed < target && at + 1 < order.size()) passed += weight[order[++at]];
      chosen.row(static_cast<Eigen::Index>(i)) = all.row(order[at]);
    }
    const double distance = least_squared_distance(chosen);
    if (distance > best_distance) best_distance = distance, best = std::move(chosen);
  }
  return best;
}

double least_squared_distance(const MatrixXd& points) {
  double least = std::numeric_limits<double>::infinity();
  const MatrixXd columns = points.transpose();
  for (Eigen::Index i = 0; i < columns.cols(); ++i) {
    for (Eigen::Index j = 0; j < i; ++j) least = std::min(least, (columns.col(i) - columns.col(j)).squaredNorm());
  }
  return least;
}

}  // namespace innochain
