#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "calibration/linear_algebra.hpp"

namespace innochain {

/// A condition on points in normal scores.
class Constraint {
 public:
  virtual ~Constraint() = default;
  /// How far a point breaks the condition: at most 1 where it holds.
  virtual double severity(const VectorXd& point) const = 0;
  /// Whether severity(point) <= level.
  virtual bool within(const VectorXd& point, double level) const = 0;
};

/// A share of the prior with a 90 % interval.
struct ShareEstimate {
  double value = 0.0, low = 0.0, high = 0.0;
};

struct SpaceOptions {
  std::size_t points_per_population = 250;
  int steps_per_level = 4;
  /// A space whose estimated share of the prior falls below this is called empty.
  double smallest_share = 1e-12;
};

/// The part of the prior's space that fulfils some constraints, as points drawn from the prior restricted to it, and
/// its share of the prior. By subset simulation (Au and Beck 2001, Probabilistic Engineering Mechanics 16, 263–277):
/// the latest constraint is tightened to levels that a quarter of the points keep; those are repeated and moved within
/// the level by elliptical slice sampling. Eight independent populations give the error of the share.
class NonImplausibleSpace {
 public:
  static constexpr std::size_t n_populations = 8;

  /// All of the prior.
  NonImplausibleSpace(std::size_t dimensions, const SpaceOptions& options, std::uint64_t seed);

  /// Adds a constraint. In parallel over populations, with results independent of the number of threads.
  void restrict_to(std::shared_ptr<const Constraint> constraint);

  bool contains(const VectorXd& point) const;
  /// No population has a point left.
  bool empty() const;
  /// Of the prior. The interval is Cox's for the mean of a log-normal variable (Zhou and Gao 1997, Statistics in
  /// Medicine 16, 783–790), over the populations; from 0 to the greatest share where some of them are empty.
  ShareEstimate share() const;
  std::size_t dimensions() const { return dimensions_; }

  /// All points, one a row, and their weights (sum 1), by the shares of their populations.
  MatrixXd points() const;
  VectorXd weights() const;
  /// n points of all of them, in proportion to their weights and in an order that has no meaning: of several
  /// such choices, that whose nearest two points are farthest apart. A point may be repeated where n is large.
  MatrixXd spread_points(std::size_t n, std::uint32_t draw) const;

 private:
  struct Population {
    std::vector<VectorXd> points;
    double share = 1.0;
  };
  void restrict_population(std::size_t index, Population& population, const Constraint& constraint) const;
  void move_points(std::size_t index, Population& population, const Constraint& constraint, double level,
                   std::uint32_t round, std::vector<double>& severities) const;

  std::size_t dimensions_;
  SpaceOptions options_;
  std::uint64_t seed_;
  std::vector<std::shared_ptr<const Constraint>> constraints_;
  std::vector<Population> populations_;
};

/// The smallest squared distance between two rows.
double least_squared_distance(const MatrixXd& points);

}  // namespace innochain
