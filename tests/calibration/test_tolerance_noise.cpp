#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "calibration/tolerance_noise.hpp"
#include "tests/support/statistics.hpp"

/// Errors that a tolerance stands for are uniform in its region.
namespace innochain {
namespace {

Stream stream_of(std::size_t number) {
  return Streams(3, 0).at(Purpose::abc_smc, Year(1), number);
}

/// Of a uniform point in the unit ball of n dimensions, the radius to the n-th power is uniform, and coordinates have
/// mean 0 and variance 1/(n + 2).
TEST(ToleranceNoise, BallIsFilledUniformly) {
  constexpr std::size_t n_points = 20'000;
  for (const std::size_t n : {1u, 2u, 7u}) {
    Stream stream = stream_of(n);
    std::vector<double> powers, first;
    for (std::size_t i = 0; i < n_points; ++i) {
      const std::vector<double> point = in_unit_ball(n, stream);
      double squares = 0.0;
      for (const double x : point) squares += x * x;
      powers.push_back(std::pow(squares, 0.5 * static_cast<double>(n)));
      first.push_back(point.front());
    }
    const testing::Moments radius = testing::moments_of(powers), coordinate = testing::moments_of(first);
    const double variance = 1.0 / static_cast<double>(n + 2);
    EXPECT_NEAR(radius.mean, 0.5, testing::mean_bound(1.0 / 12.0, n_points));
    EXPECT_NEAR(radius.variance, 1.0 / 12.0, testing::mean_bound(1.0 / 180.0, n_points));
    EXPECT_NEAR(coordinate.mean, 0.0, testing::mean_bound(variance, n_points));
    EXPECT_NEAR(coordinate.variance, variance, coordinate.variance_bound);
  }
}

/// Squared distance from the box, and on how many of its sides.
struct Place {
  double squares = 0.0;
  std::size_t n_beside = 0;
};

Place place_of(std::span<const double> point, std::span<const double> half_widths) {
  Place place;
  for (std::size_t j = 0; j < point.size(); ++j) {
    const double excess = std::max(0.0, std::abs(point[j]) - half_widths[j]);
    place.squares += excess * excess;
    place.n_beside += excess > 0.0 ? 1 : 0;
  }
  return place;
}

/// Against points drawn uniformly from the box around it, of which those in the rounded box are kept: as many lie
/// beside the box in 1, 2 and 3 dimensions, as far from it, and as far in a dimension.
TEST(ToleranceNoise, RoundedBoxIsWhatRejectionLeaves) {
  constexpr std::array half_widths{0.3, 0.0, 1.5};
  constexpr double radius = 0.8;
  constexpr std::size_t n_points = 40'000;
  Stream stream = stream_of(20);
  std::array<std::vector<double>, 6> direct, rejected;
  const auto note = [&](std::array<std::vector<double>, 6>& features, std::span<const double> point) {
    const Place place = place_of(point, half_widths);
    for (std::size_t m = 1; m <= 3; ++m) features[m - 1].push_back(place.n_beside == m ? 1.0 : 0.0);
    features[3].push_back(std::sqrt(place.squares));
    features[4].push_back(point[0] * point[0]);
    features[5].push_back(point[2] + std::abs(point[2]));
  };
  while (direct[0].size() < n_points) {
    const std::vector<double> point = in_rounded_box(half_widths, radius, stream);
    ASSERT_LE(place_of(point, half_widths).squares, radius * radius * (1.0 + 1e-12));
    note(direct, point);
  }
  while (rejected[0].size() < n_points) {
    std::array<double, 3> point{};
    for (std::size_t j = 0; j < point.size(); ++j)
      point[j] = (half_widths[j] + radius) * (2.0 * stream.uniform() - 1.0);
    if (place_of(point, half_widths).squares <= radius * radius) note(rejected, point);
  }
  for (std::size_t f = 0; f < direct.size(); ++f) {
    const testing::Moments a = testing::moments_of(direct[f]), b = testing::moments_of(rejected[f]);
    EXPECT_NEAR(a.mean, b.mean, testing::mean_bound(a.variance + b.variance, n_points)) << f;
  }
}

TEST(ToleranceNoise, FlatBoxIsABall) {
  constexpr std::array flat{0.0, 0.0};
  Stream stream = stream_of(30), same = stream_of(30);
  for (int i = 0; i < 100; ++i) {
    const std::vector<double> point = in_rounded_box(flat, 2.0, stream);
    same.uniform(), same.uniform();  // on which sides it lies
    const std::vector<double> ball = in_unit_ball(2, same);
    EXPECT_DOUBLE_EQ(point[0], 2.0 * ball[0]);
    EXPECT_DOUBLE_EQ(point[1], 2.0 * ball[1]);
  }
}

}  // namespace
}  // namespace innochain
