// Morris's design and effects against what its definition demands and against closed forms.

#include <gtest/gtest.h>

#include <limits>
#include <numeric>
#include <set>

#include "calibration/sensitivity/morris_effects.hpp"
#include "tests/calibration/sensitivity/test_functions.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

MorrisEffects effects(const MorrisDesign& design, const testing::Function& function) {
  return morris_effects(design, testing::outputs_at(design, function), MissingRows::refuse, testing::few_resamples);
}

TEST(MorrisDesign, ChangesEveryFactorOnceByTheSameStep) {
  const MorrisDesign design(5, {.trajectories = 50, .levels = 6});
  EXPECT_DOUBLE_EQ(design.step(), 6.0 / 10.0);
  for (std::size_t t = 0; t < 50; ++t) {
    std::set<std::size_t> changed;
    for (std::size_t step = 1; step <= 5; ++step) {
      const std::size_t point = t * 6 + step;
      for (std::size_t k = 0; k < 5; ++k) {
        const double change = design.at(point, k) - design.at(point - 1, k);
        if (k != design.changed(t, step)) {
          EXPECT_EQ(change, 0.0);
        } else {
          EXPECT_NEAR(change, design.rises(t, k) ? design.step() : -design.step(), 1e-15);
        }
      }
      changed.insert(design.changed(t, step));
    }
    EXPECT_EQ(changed.size(), 5u);
  }
}

TEST(MorrisDesign, VisitsAllLevelsEquallyOften) {
  const std::size_t levels = 8, n = 20'000;
  const MorrisDesign design(1, {.trajectories = n, .levels = levels, .seed = 5});
  std::vector<double> starts(levels, 0.0);
  for (std::size_t t = 0; t < n; ++t) starts[static_cast<std::size_t>(std::lround(design.at(2 * t, 0) * 7))] += 1.0;
  const std::vector<double> expected(levels, static_cast<double>(n) / levels);
  EXPECT_LT(testing::chi_square_excess(starts, expected), 0.0);
}

/// Mean distance between all points of different trajectories.
double spread(const MorrisDesign& design) {
  double sum = 0.0;
  std::size_t n = 0;
  for (std::size_t p = 0; p < design.n_points(); ++p) {
    for (std::size_t q = 0; q < p; ++q) {
      if (p / design.points_per_row() == q / design.points_per_row()) continue;
      double square = 0.0;
      for (std::size_t k = 0; k < design.n_factors(); ++k) square += std::pow(design.at(p, k) - design.at(q, k), 2);
      sum += std::sqrt(square);
      ++n;
    }
  }
  return sum / static_cast<double>(n);
}

TEST(MorrisDesign, KeepsCandidatesThatLieFarApart) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const MorrisDesign chosen(4, {.trajectories = 8, .levels = 4, .candidates = 100, .seed = seed});
    ASSERT_EQ(chosen.n_trajectories(), 8u);
    EXPECT_GT(spread(chosen), spread(MorrisDesign(4, {.trajectories = 8, .levels = 4, .seed = seed})));
  }
}

TEST(MorrisEffects, OfALinearFunctionAreItsCoefficients) {
  const std::vector<double> weights{2.0, -3.0, 0.0};
  const MorrisEffects found = effects(MorrisDesign(3, {.trajectories = 12, .levels = 4}),
                                      [&](auto x) { return 7.0 + weights[0] * x[0] + weights[1] * x[1]; });
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(found.mu[i].value, weights[i], 1e-13);
    EXPECT_NEAR(found.mu_star[i].value, std::abs(weights[i]), 1e-13);
    EXPECT_NEAR(found.sigma[i].value, 0.0, 1e-13);
    EXPECT_NEAR(found.mu[i].lower, weights[i], 1e-13);
    EXPECT_NEAR(found.mu[i].upper, weights[i], 1e-13);
  }
  EXPECT_EQ(found.mu_star[2].value, 0.0);
}

// The effect of x₁ on x₁·x₂ is x₂, uniform on the p levels: mean 1/2, variance (p + 1)/12(p − 1).
TEST(MorrisEffects, OfAProductAreTheOtherFactor) {
  const std::size_t n = 4000, levels = 4;
  const MorrisEffects found =
      effects(MorrisDesign(2, {.trajectories = n, .levels = levels}), [](auto x) { return x[0] * x[1]; });
  const double variance = 5.0 / 36.0;
  // The fourth central moment of {0, 1/3, 2/3, 1} is 41/1296, by hand.
  const double of_variance = testing::mean_bound(41.0 / 1296.0 - variance * variance, n);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_NEAR(found.mu[i].value, 0.5, testing::mean_bound(variance, n));
    EXPECT_NEAR(found.mu[i].value, found.mu_star[i].value, 1e-13);
    EXPECT_NEAR(found.sigma[i].value * found.sigma[i].value, variance, of_variance + variance / n);
  }
}

// (x − 1/2)² on four levels: from 0 to 2/3 it falls by 2/9, from 1/3 to 1 it rises by as much: what mu cancels, mu_star
// keeps.
TEST(MorrisEffects, SizesDoNotCancel) {
  const std::size_t n = 1000;
  const MorrisEffects found =
      effects(MorrisDesign(1, {.trajectories = n, .levels = 4}), [](auto x) { return (x[0] - 0.5) * (x[0] - 0.5); });
  EXPECT_NEAR(found.mu_star[0].value, 1.0 / 3.0, 1e-13);
  EXPECT_NEAR(found.mu[0].value, 0.0, testing::mean_bound(1.0 / 9.0, n));
}

TEST(MorrisEffects, OfAConstantAreNothing) {
  const MorrisEffects found = effects(MorrisDesign(2, {.trajectories = 10, .levels = 4}), [](auto) { return 0.1; });
  EXPECT_EQ(found.variance, 0.0);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(found.mu_star[i].value, 0.0);
    EXPECT_EQ(found.sigma[i].value, 0.0);
    EXPECT_EQ(found.mu[i].lower, 0.0);
    EXPECT_EQ(found.mu[i].upper, 0.0);
  }
}

TEST(MorrisEffects, TrajectoriesThatLackAValueAreRefusedOrDropped) {
  const MorrisDesign design(2, {.trajectories = 10, .levels = 4});
  const auto function = [](std::span<const double> x) { return std::exp(x[0]) * x[1]; };
  std::vector<double> outputs = testing::outputs_at(design, function);
  outputs[4] = std::numeric_limits<double>::quiet_NaN();  // of the second trajectory
  EXPECT_TRUE(std::isnan(morris_effects(design, outputs, MissingRows::refuse, testing::few_resamples).mu[0].value));
  const MorrisEffects dropped = morris_effects(design, outputs, MissingRows::drop, testing::few_resamples);
  EXPECT_EQ(dropped.n_trajectories, 9u);
  double sum = 0.0;
  for (std::size_t t = 0; t < 10; ++t) {
    if (t == 1) continue;
    for (std::size_t step = 1; step <= 2; ++step)
      if (design.changed(t, step) == 0)
        sum += std::abs(outputs[3 * t + step] - outputs[3 * t + step - 1]) / design.step();
  }
  EXPECT_NEAR(dropped.mu_star[0].value, sum / 9.0, 1e-12);
}

}  // namespace
}  // namespace innochain
