#include <gtest/gtest.h>

#include <cmath>

#include "calibration/emulation/elliptical_slice.hpp"
#include "calibration/emulation/non_implausible_space.hpp"
#include "sim/core/parallel.hpp"
#include "tests/calibration/emulation/toy_simulators.hpp"

namespace innochain {
namespace {

using testing::test_stream;

/// The first coordinate is at least `least`.
class HalfSpace : public Constraint {
 public:
  explicit HalfSpace(double least) : least_(least) {}
  double severity(const VectorXd& point) const override { return 1.0 + least_ - point[0]; }
  bool within(const VectorXd& point, double level) const override { return severity(point) <= level; }

 private:
  double least_;
};

NonImplausibleSpace beyond(double least, std::uint64_t seed) {
  SpaceOptions options;
  options.points_per_population = 100;
  NonImplausibleSpace space(5, options, seed);
  space.restrict_to(std::make_shared<HalfSpace>(least));
  return space;
}

// P(x > 4) = 3.1671·10⁻⁵. Of 40 intervals at 90 % (of which Student's t is only an approximation for shares), fewer
// than 30 hold the truth with probability 0.002.
TEST(NonImplausibleSpace, EstimatesSmallSharesWithTheirError) {
  constexpr double truth = 3.1671241833119857e-05;
  int held = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const ShareEstimate share = beyond(4.0, seed).share();
    if (share.low <= truth && truth <= share.high) ++held;
    EXPECT_LT(share.high / share.low, 10.0);
  }
  EXPECT_GE(held, 30);
}

// Given x > 4 the mean is φ(4)/P(x > 4) = 4.2256 and the variance 0.0473; other coordinates stay standard normal.
// Bounds of five standard errors of as many independent points as the last level kept.
TEST(NonImplausibleSpace, PointsFollowThePriorInside) {
  const NonImplausibleSpace space = beyond(4.0, 7);
  const MatrixXd points = space.points();
  const double n = 0.25 * static_cast<double>(points.rows());
  EXPECT_NEAR(points.col(0).dot(space.weights()), 4.2256071444, 5.0 * std::sqrt(0.0473 / n));
  EXPECT_GE(points.col(0).minCoeff(), 4.0);
  EXPECT_NEAR(points.col(1).dot(space.weights()), 0.0, 5.0 / std::sqrt(n));
  EXPECT_NEAR(points.col(2).array().square().matrix().dot(space.weights()), 1.0, 5.0 * std::sqrt(2.0 / n));
}

TEST(NonImplausibleSpace, ConstraintsAddUp) {
  NonImplausibleSpace space = beyond(1.0, 3);
  space.restrict_to(std::make_shared<HalfSpace>(2.0));
  const ShareEstimate share = space.share();
  EXPECT_LE(share.low, 0.0227501);  // P(x > 2)
  EXPECT_GE(share.high, 0.0227501);
  EXPECT_TRUE(space.contains(VectorXd::Constant(5, 2.1)));
  EXPECT_FALSE(space.contains(VectorXd::Constant(5, 1.9)));
}

// P(x > 30) is 10⁻¹⁹⁷.
TEST(NonImplausibleSpace, SaysWhenItIsEmpty) {
  const NonImplausibleSpace space = beyond(30.0, 3);
  EXPECT_TRUE(space.empty());
  EXPECT_EQ(space.share().value, 0.0);
}

TEST(NonImplausibleSpace, DoesNotDependOnThreads) {
  const auto with = [](std::size_t threads) {
    const ThreadCount count(threads);
    return beyond(3.0, 1).points();
  };
  EXPECT_EQ(with(1), with(4));
}

TEST(NonImplausibleSpace, SpreadPointsAreItsOwn) {
  const NonImplausibleSpace space = beyond(1.0, 3);
  const MatrixXd chosen = space.spread_points(300, 0);
  EXPECT_GT(least_squared_distance(chosen), 0.0);  // none twice
  for (Eigen::Index i = 0; i < chosen.rows(); ++i) EXPECT_TRUE(space.contains(chosen.row(i)));
}

// A measure other than the prior, and a corner of it: mean and variance of a normal with centre 1 and standard
// deviation 2 beyond 1 are 1 + 2·√(2/π) and 4·(1 − 2/π).
TEST(EllipticalSlice, KeepsARestrictedNormal) {
  const NormalMeasure measure{VectorXd::Constant(1, 1.0), MatrixXd::Constant(1, 1, 2.0)};
  VectorXd at = VectorXd::Constant(1, 2.0);
  double sum = 0.0, squares = 0.0;
  constexpr int n = 40000;
  for (int i = 0; i < n; ++i) {
    Stream stream = test_stream(static_cast<std::uint32_t>(i));
    at = elliptical_slice_step(at, measure, stream, [](const VectorXd& x) { return x[0] > 1.0; });
    sum += at[0], squares += at[0] * at[0];
  }
  const double mean = sum / n, variance = squares / n - mean * mean;
  const double true_mean = 1.0 + 2.0 * 0.79788456080286536, true_variance = 4.0 * (1.0 - 0.63661977236758134);
  // Five standard errors, were every fourth draw independent.
  EXPECT_NEAR(mean, true_mean, 5.0 * std::sqrt(true_variance / (n / 4)));
  EXPECT_NEAR(variance, true_variance, 5.0 * true_variance * std::sqrt(3.0 / (n / 4)));
}

}  // namespace
}  // namespace innochain
