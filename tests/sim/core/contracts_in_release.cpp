// Contracts as a release build sees them, whatever this build is.
#ifndef NDEBUG
#define NDEBUG
#endif
#include <gtest/gtest.h>

#include "sim/core/contracts.hpp"

namespace innochain {
namespace {

TEST(ContractsInReleaseBuilds, cost_nothing) {
  [[maybe_unused]] int n = 0;
  EXPECT_NO_THROW(EXPECT(++n < 0));
  EXPECT_NO_THROW(ENSURE(++n < 0));
  EXPECT_EQ(n, 0) << "the condition was evaluated";
}

}  // namespace
}  // namespace innochain
