#pragma once

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

namespace innochain {

/// Pauses between looks for what another process makes: short at first, so that nothing is lost where it is quick, and
/// rare where it is not.
class GrowingPause {
 public:
  void sleep() {
    std::this_thread::sleep_for(pause_);
    slept_ += pause_;
    pause_ = std::min(2 * pause_, longest);
  }
  /// Whether a person would by now like to know what is waited for. True once.
  bool is_long() { return slept_ >= patience && !std::exchange(told_, true); }

 private:
  static constexpr std::chrono::milliseconds longest{500}, patience{10000};
  std::chrono::milliseconds pause_{1}, slept_{0};
  bool told_ = false;
};

}  // namespace innochain
