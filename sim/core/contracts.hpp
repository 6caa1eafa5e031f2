#pragma once

#include <stdexcept>
#include <string>

namespace innochain {

/// A mistake in the program, never of its user.
class ProgramError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

}  // namespace innochain

/// Contracts inside the program: checked in debug builds, free in release. Input is validated at the door instead.
#ifdef NDEBUG
#define EXPECT(condition) static_cast<void>(0)
#define ENSURE(condition) static_cast<void>(0)
#else
#define INNOCHAIN_CONTRACT(kind, condition)                                                                   \
  static_cast<void>((condition) ||                                                                            \
                    (throw ::innochain::ProgramError(std::string(__FILE__) + ":" + std::to_string(__LINE__) + \
                                                     ": " kind " does not hold: " #condition),                \
                     false))
#define EXPECT(condition) INNOCHAIN_CONTRACT("precondition", condition)
#define ENSURE(condition) INNOCHAIN_CONTRACT("postcondition", condition)
#endif
