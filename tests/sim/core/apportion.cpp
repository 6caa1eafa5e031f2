#include "sim/core/apportion.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <numeric>

namespace innochain {
namespace {

// Against the two properties that define the method of largest remainders: the sum, and the quota rule.
RC_GTEST_PROP(Apportion, PartsAddUpAndKeepToTheirQuotas, ()) {
  const auto whole_weights = *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 1000)));
  const std::int64_t total = *rc::gen::inRange<std::int64_t>(0, 4'000'000'000);
  const std::vector<double> weights(whole_weights.begin(), whole_weights.end());
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  std::vector<std::int64_t> parts(weights.size(), -1);
  Ranking room;
  RC_ASSERT(apportion(total, weights, parts, room) == (sum > 0.0));
  if (!(sum > 0.0)) return;
  RC_ASSERT(std::accumulate(parts.begin(), parts.end(), std::int64_t{0}) == total);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const double quota = static_cast<double>(total) * weights[i] / sum;
    RC_ASSERT(static_cast<double>(parts[i]) > quota - 1.0 - 1e-5);
    RC_ASSERT(static_cast<double>(parts[i]) < quota + 1.0 + 1e-5);
  }
}

TEST(Apportion, GivesTheRestToTheLargestRemainders) {
  std::vector<std::int64_t> parts(3);
  Ranking room;
  ASSERT_TRUE(apportion(10, std::vector<double>{1.0, 1.0, 1.5}, parts, room));  // quotas 2.857, 2.857, 4.286
  EXPECT_EQ(parts, (std::vector<std::int64_t>{3, 3, 4}));
}

}  // namespace
}  // namespace innochain
