#pragma once

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
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
  tbb::this_task_arena::isolate([&] { tbb::parallel_for(std::size_t{0}, blocks_of(n_rows), run); });
}

}  // namespace innochain
