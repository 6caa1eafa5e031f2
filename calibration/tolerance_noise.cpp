#include "calibration/tolerance_noise.hpp"

#include <cmath>
#include <numbers>

#include "sim/core/maths.hpp"

namespace innochain {

namespace {

/// Volumes of the balls of a radius in 0, 1, …, n dimensions.
std::vector<double> ball_volumes(std::size_t n, double radius) {
  std::vector<double> volumes{1.0, 2.0 * radius};
  for (std::size_t k = 2; k <= n; ++k)
    volumes.push_back(volumes[k - 2] * 2.0 * std::numbers::pi * radius * radius / static_cast<double>(k));
  return volumes;
}

/// A rounded box falls into parts by the set of dimensions in which a point lies beside the box. That of m dimensions
/// is the ball of m dimensions times the box's other sides, so that volumes can be summed one dimension after another.
class Parts {
 public:
  Parts(std::span<const double> half_widths, double radius)
      : n_(half_widths.size()), volumes_((n_ + 1) * (n_ + 2), 0.0) {
    const std::vector<double> balls = ball_volumes(n_, radius);
    for (std::size_t m = 0; m <= n_; ++m) volume(n_, m) = balls[m];
    for (std::size_t j = n_; j-- > 0;)
      for (std::size_t m = 0; m <= j; ++m)
        volume(j, m) = 2.0 * half_widths[j] * volume(j + 1, m) + volume(j + 1, m + 1);
  }

  /// Probability that a point lies beside the box in dimension j, where it does so in m of those before.
  double beside(std::size_t j, std::size_t m) { return volume(j + 1, m + 1) / volume(j, m); }

 private:
  /// Of all parts with m dimensions beside among the first j, but for the sides of the box in these.
  double& volume(std::size_t j, std::size_t m) { return volumes_[j * (n_ + 2) + m]; }

  std::size_t n_;
  std::vector<double> volumes_;
};

}  // namespace

std::vector<double> in_unit_ball(std::size_t n_dimensions, Stream& stream) {
  std::vector<double> point(n_dimensions);
  double squares = 0.0;
  for (double& x : point) x = stream.normal(), squares += x * x;
  const double radius = maths::exp(maths::log(stream.uniform()) / static_cast<double>(n_dimensions));
  for (double& x : point) x *= radius / std::sqrt(squares);
  return point;
}

std::vector<double> in_rounded_box(std::span<const double> half_widths, double radius, Stream& stream) {
  Parts parts(half_widths, radius);
  std::vector<double> point(half_widths.size());
  std::vector<std::size_t> beside;
  for (std::size_t j = 0; j < point.size(); ++j) {
    if (stream.bernoulli(parts.beside(j, beside.size())))
      beside.push_back(j);
    else
      point[j] = half_widths[j] * (2.0 * stream.uniform() - 1.0);
  }
  if (beside.empty()) return point;
  const std::vector<double> excess = in_unit_ball(beside.size(), stream);
  for (std::size_t i = 0; i < beside.size(); ++i)
    point[beside[i]] = radius * excess[i] + std::copysign(half_widths[beside[i]], excess[i]);
  return point;
}

}  // namespace innochain
