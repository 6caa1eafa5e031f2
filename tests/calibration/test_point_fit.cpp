#include <gtest/gtest.h>

#include "calibration/point_fit.hpp"

namespace innochain {
namespace {

/// A simulator whose best point is known: deviations (x − 1, y + 2) without noise; the prior pulls by z²/2 a parameter.
class Quadratic : public Simulator {
 public:
  const Prior& prior() const override { return prior_; }
  const std::vector<StatisticsBlock>& blocks() const override { return blocks_; }
  void simulate(std::span<const double> x, Luck, std::span<double> deviations,
                std::span<double> weights) const override {
    deviations[0] = 10.0 * (x[0] - 1.0), deviations[1] = 10.0 * (x[1] + 2.0);
    weights[0] = 0.0;
  }

 private:
  Prior prior_{{{"x", "1", Distribution(Distribution::Kind::normal, 0.0, 1.0)},
                {"y", "1", Distribution(Distribution::Kind::normal, 0.0, 1.0)}}};
  std::vector<StatisticsBlock> blocks_{{"all", 0, 2}};
};

/// The objective is (100 (x−1)² + 100 (y+2)²)/2 + (x² + y²)/2, whose minimum is at 100/101 and −200/101.
TEST(PointFit, FindsTheMinimumInClosedForm) {
  WorkOptions options;
  const PointFit fit = fit_point(Quadratic(), 400, 1, options);
  EXPECT_NEAR(fit.values[0], 100.0 / 101.0, 1e-3);
  EXPECT_NEAR(fit.values[1], -200.0 / 101.0, 1e-3);
  EXPECT_LT(fit.objective, fit.at_prior_median);
  EXPECT_NEAR(fit.at_prior_median, 250.0, 1e-9);
}

}  // namespace
}  // namespace innochain
