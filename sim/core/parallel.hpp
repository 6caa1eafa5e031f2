#pragma once

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <cstddef>

#include "sim/core/hand_over.hpp"

namespace innochain {

/// Gives TBB exactly `threads` threads while it lives, also where that is more than the machine has cores (an arena
/// alone would be capped).
class ThreadCount {
 public:
  explicit ThreadCount(std::size_t threads) : control_(tbb::global_control::max_allowed_parallelism, threads) {}

 private:
  tbb::global_control control_;
};

/// Calls `work(first, end)` for ranges that make up [0, n), on the threads that TBB has.
template <class Work>
void for_each_range(std::size_t n, const Work& work) {
  const Fork fork;
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, n), [&](const auto& range) {
    const Fork::Task task(fork);
    work(range.begin(), range.end());
  });
}

/// Calls `work(i)` for i in [0, n), on the threads that TBB has.
template <class Work>
void for_each_index(std::size_t n, const Work& work) {
  for_each_range(n, [&](std::size_t first, std::size_t end) {
    for (std::size_t i = first; i < end; ++i) work(i);
  });
}

/// Rows that one thread works on at a time. Blocks do not depend on the number of threads, so that sums by block, added
/// in order, do not either.
inline constexpr std::size_t rows_per_block = 8192;

constexpr std::size_t blocks_of(std::size_t n_rows) {
  return (n_rows + rows_per_block - 1) / rows_per_block;
}

/// Calls `work(block, first, end)` for every block of rows, at once where there are enough of them to pay.
/// Isolated, so that a thread which waits does not take up another run meanwhile.
template <class Work>
void for_each_block(std::size_t n_rows, Work&& work) {
  constexpr std::size_t enough = 100'000;
  const auto run = [&](std::size_t block) {
    work(block, block * rows_per_block, std::min(n_rows, (block + 1) * rows_per_block));
  };
  if (n_rows < enough) {
    for (std::size_t block = 0; block < blocks_of(n_rows); ++block) run(block);
    return;
  }
  tbb::this_task_arena::isolate([&] { for_each_index(blocks_of(n_rows), run); });
}

}  // namespace innochain
