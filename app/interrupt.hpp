#pragma once

#include <atomic>

namespace innochain {

/// While it lives, SIGINT and SIGTERM ask the program to stop instead of ending it; a second SIGINT ends it at once
/// (130).
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  static const std::atomic<bool>& requested();
};

}  // namespace innochain
