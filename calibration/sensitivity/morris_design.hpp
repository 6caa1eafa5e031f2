#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "calibration/sensitivity/saltelli_design.hpp"

namespace innochain {

/// Trajectories through a grid of p levels in the unit cube, 0 and 1 included. Each begins anywhere on the grid and
/// changes every factor once, in random order, by Δ = p/(2(p − 1)) up or down, whichever stays inside, so that all
/// levels are visited equally often. A trajectory has D + 1 points.
/// Source: Morris (1991), Technometrics 33, 161–174.
///
/// With `candidates` > `trajectories`, as many are drawn and those kept that lie far apart (Campolongo, Cariboni and
/// Saltelli 2007, Environmental Modelling & Software 22, 1509–1518): first the two farthest from each other, then
/// always the one with the largest sum of squared distances to those kept. (The best set of all is a combinatorial
/// search.)
class MorrisDesign {
 public:
  struct Options {
    std::size_t trajectories = 10;
    std::size_t levels = 4;      ///< p, even
    std::size_t candidates = 0;  ///< 0: every trajectory that is drawn is kept
    std::uint64_t seed = 1;
  };
  MorrisDesign(std::size_t factors, const Options& options);

  std::size_t n_trajectories() const { return starts_.size() / factors_; }
  std::size_t n_factors() const { return factors_; }
  std::size_t points_per_row() const { return factors_ + 1; }
  std::size_t n_points() const { return n_trajectories() * points_per_row(); }
  /// Δ, the size of all steps.
  double step() const { return static_cast<double>(half_) / static_cast<double>(2 * half_ - 1); }
  /// A coordinate of a point, in [0, 1].
  double at(std::size_t point, std::size_t factor) const;
  /// Which factor a step (from 1) of a trajectory changes.
  std::size_t changed(std::size_t trajectory, std::size_t step) const;
  /// Whether it goes up.
  bool rises(std::size_t trajectory, std::size_t factor) const {
    return starts_[trajectory * factors_ + factor] < half_;
  }
  PointRole role(std::size_t point) const;

 private:
  void draw(std::size_t trajectory, std::uint64_t seed);
  void keep(const std::vector<std::size_t>& trajectories);
  std::vector<std::size_t> spread_out(std::size_t n) const;
  /// Sum of the Euclidean distances between all points of one and all points of the other, squared.
  double squared_distance(std::size_t one, std::size_t other) const;

  std::size_t factors_;
  std::size_t half_;                   ///< p/2
  std::vector<std::uint32_t> starts_;  ///< levels, by trajectory and factor
  std::vector<std::uint32_t> turns_;   ///< the step (from 1) that changes a factor, by trajectory and factor
};

}  // namespace innochain
