#include <gtest/gtest.h>

#include <numeric>
#include <stdexcept>
#include <vector>

#include "calibration/weighted_quantiles.hpp"

namespace innochain {
namespace {

using Numbers = std::vector<double>;

TEST(WeightedQuantiles, ByHand) {
  const Numbers values{3, 1, 2}, weights{1, 1, 2};
  const WeightedQuantiles quantiles(values, weights);
  EXPECT_EQ(quantiles(0.0), 1);
  EXPECT_EQ(quantiles(0.25), 1);
  EXPECT_EQ(quantiles(0.26), 2);
  EXPECT_EQ(quantiles(0.75), 2);
  EXPECT_EQ(quantiles(0.76), 3);
  EXPECT_EQ(quantiles(1.0), 3);
}

TEST(WeightedQuantiles, NumbersWithoutWeightAreNotThere) {
  const Numbers values{0, 5, 9}, weights{0, 1, 0};
  const WeightedQuantiles quantiles(values, weights);
  EXPECT_EQ(quantiles(0.0), 5);
  EXPECT_EQ(quantiles(1.0), 5);
}

TEST(WeightedQuantiles, WeightsStandForRepeatedNumbers) {
  const Numbers once{1, 4, 6}, weights{2, 1, 3}, repeated{6, 1, 6, 4, 1, 6}, equal{1, 1, 1, 1, 1, 1};
  const WeightedQuantiles few(once, weights), many(repeated, equal);
  for (double p = 0.0; p <= 1.0; p += 1.0 / 64) EXPECT_EQ(few(p), many(p)) << p;
}

/// A sum of a hundred times 0.01 is not 1 in floating point, but the fifth of a hundred has a twentieth below or at it.
TEST(WeightedQuantiles, RoundedSumsMoveNothing) {
  for (const std::size_t n : {20u, 100u, 200u, 300u, 1000u}) {
    Numbers values(n);
    std::iota(values.begin(), values.end(), 1.0);
    const Numbers weights(n, 1.0 / static_cast<double>(n));
    const WeightedQuantiles quantiles(values, weights);
    for (const std::size_t of_20 : {1u, 10u, 19u})
      EXPECT_EQ(quantiles(static_cast<double>(of_20) / 20.0), static_cast<double>(n * of_20 / 20)) << n;
  }
}

TEST(WeightedQuantiles, NeedWeights) {
  const Numbers one{1}, none{}, zero{0};
  EXPECT_THROW(WeightedQuantiles(one, none), std::invalid_argument);
  EXPECT_THROW(WeightedQuantiles(none, none), std::invalid_argument);
  EXPECT_THROW(WeightedQuantiles(one, zero), std::invalid_argument);
}

}  // namespace
}  // namespace innochain
