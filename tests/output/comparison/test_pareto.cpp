#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>

#include "output/comparison/pareto.hpp"

namespace innochain {
namespace {

TEST(Dominated, ByHand) {
  using Points = std::vector<std::vector<double>>;
  EXPECT_EQ(dominated(Points{{1, 2}, {2, 1}, {1, 1}, {0, 3}}), (std::vector<bool>{false, false, true, false}));
  EXPECT_EQ(dominated(Points{{1, 1}, {1, 1}}), (std::vector<bool>{false, false}));  // neither beats the other
  EXPECT_EQ(dominated(Points{{1, 1}, {1, 2}}), (std::vector<bool>{true, false}));
}

// In the plane the set is a staircase: sorted by the first goal, each must exceed all before in the second.
TEST(Dominated, IsTheStaircaseInThePlane) {
  std::mt19937_64 bits(5);
  std::vector<std::vector<double>> points;
  for (int i = 0; i < 300; ++i)
    points.push_back({static_cast<double>(bits() % 1000003), static_cast<double>(bits() % 1000003)});
  const std::vector<bool> beaten = dominated(points);
  std::vector<std::size_t> order(points.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, std::greater{}, [&](std::size_t i) { return points[i][0]; });
  double highest = -1;
  int n_free = 0;
  for (const std::size_t i : order) {
    EXPECT_EQ(beaten[i], points[i][1] <= highest) << i;
    highest = std::max(highest, points[i][1]);
    n_free += beaten[i] ? 0 : 1;
  }
  EXPECT_GT(n_free, 2);
}

}  // namespace
}  // namespace innochain
