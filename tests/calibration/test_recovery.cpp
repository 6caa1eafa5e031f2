#include <gtest/gtest.h>

#include <limits>

#include "calibration/recovery.hpp"

namespace innochain {
namespace {

TEST(RecoveredSet, IsKeptWithoutLossAlsoAtTheInfiniteToleranceOfThePrior) {
  RecoveredSet set;
  set.parameters = {{0.1, -1.0 / 3.0, 0.0, 1e300, 0.5, -0.25}, {2.0, 1.0, 2.0, 3.0, 1.0, 0.0}};
  set.stop = AbcStop::simulations;
  set.tolerance = std::numeric_limits<double>::infinity();
  set.effective_sample_size = 11.5;
  set.n_generations = 3, set.n_unique = 12;
  set.n_simulations = std::uint64_t{1} << 40;
  const RecoveredSet again = recovered_set(to_text(set));
  EXPECT_EQ(again.tolerance, set.tolerance);
  EXPECT_EQ(again.stop, set.stop);
  EXPECT_EQ(again.n_simulations, set.n_simulations);
  EXPECT_EQ(again.n_generations, set.n_generations);
  EXPECT_EQ(again.n_unique, set.n_unique);
  EXPECT_EQ(again.effective_sample_size, set.effective_sample_size);
  ASSERT_EQ(again.parameters.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(again.parameters[i].truth, set.parameters[i].truth);
    EXPECT_EQ(again.parameters[i].low, set.parameters[i].low);
    EXPECT_EQ(again.parameters[i].median, set.parameters[i].median);
    EXPECT_EQ(again.parameters[i].high, set.parameters[i].high);
    EXPECT_EQ(again.parameters[i].rank, set.parameters[i].rank);
    EXPECT_EQ(again.parameters[i].shrinkage, set.parameters[i].shrinkage);
  }
}

}  // namespace
}  // namespace innochain
