// Contracts as a debug build sees them, whatever this build is.
#undef NDEBUG
#include <gtest/gtest.h>

#include <string>

#include "sim/core/contracts.hpp"

namespace innochain {
namespace {

TEST(ContractsInDebugBuilds, throw_with_place_and_condition) {
  const int stock = -1;
  try {
    EXPECT(stock >= 0);
    FAIL() << "the precondition was not checked";
  } catch (const ProgramError& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("contracts_in_debug.cpp:"), std::string::npos) << message;
    EXPECT_NE(message.find("precondition does not hold: stock >= 0"), std::string::npos) << message;
  }
  EXPECT_THROW(ENSURE(stock == 0), ProgramError);
}

TEST(ContractsInDebugBuilds, evaluate_a_condition_that_holds_once) {
  int n = 0;
  EXPECT(++n == 1);
  ENSURE(++n == 2);
  EXPECT_EQ(n, 2);
}

}  // namespace
}  // namespace innochain
