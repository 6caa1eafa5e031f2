#include <gtest/gtest.h>

#include "calibration/profiles.hpp"

namespace innochain {
namespace {

/// One statistic, 10·(x + y − 1), which cannot tell x from y; z does nothing.
class Ridge : public Simulator {
 public:
  const Prior& prior() const override { return prior_; }
  const std::vector<StatisticsBlock>& blocks() const override { return blocks_; }
  void simulate(std::span<const double> values, Luck, std::span<double> deviations,
                std::span<double> log_weights) const override {
    deviations[0] = 10.0 * (values[0] + values[1] - 1.0);
    log_weights[0] = 0.0;
  }

 private:
  static PriorParameter standard_normal(const char* name) {
    return {name, "1", Distribution(Distribution::Kind::normal, 0.0, 1.0)};
  }
  Prior prior_{{standard_normal("x"), standard_normal("y"), standard_normal("z")}};
  std::vector<StatisticsBlock> blocks_{{"all", 0, 1}};
};

/// The objective is 100·(x + y − 1)² + x² + y² + z². Where x is held, y = 100·(1 − x)/101 fits best, and leaves
/// 100·(1 − x)²/101 + x²; where z is held, z² is left over.
TEST(Profiles, AreThoseInClosedForm) {
  const Ridge ridge;
  const PointFit fit = fit_point(ridge, 600, 1, {});
  PointFit of_another_time = fit;
  of_another_time.objective = -100.0;  // what the fit was before a correction of the simulator counts for nothing
  const std::vector<Profile> found = profiles(ridge, of_another_time, 600, 1, {});
  const auto left = [](double x) { return 100.0 / 101.0 * (1.0 - x) * (1.0 - x) + x * x; };
  ASSERT_EQ(found.size(), 3U);
  for (std::size_t i = 0; i < profile_scores.size(); ++i) {
    const double score = profile_scores[i];
    EXPECT_EQ(found[0].values[i], score);
    EXPECT_NEAR(found[0].rises[i], left(score) - left(100.0 / 201.0), 1e-3);
    EXPECT_NEAR(found[1].rises[i], found[0].rises[i], 1e-3);
    EXPECT_NEAR(found[2].rises[i], score * score, 1e-3);
  }
}

}  // namespace
}  // namespace innochain
