#pragma once

#include <oneapi/tbb/global_control.h>

#include <cstddef>

namespace innochain {

/// Gives TBB exactly `threads` threads while it lives, also where that is more than the machine has cores (an arena
/// alone would be capped).
class ThreadCount {
 public:
  explicit ThreadCount(std::size_t threads) : control_(tbb::global_control::max_allowed_parallelism, threads) {}

 private:
  tbb::global_control control_;
};

}  // namespace innochain
