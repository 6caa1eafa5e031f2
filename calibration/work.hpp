#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>

#include "sim/core/parallel.hpp"

namespace innochain {

/// Work spread over threads, which may be stopped.
struct WorkOptions {
  std::size_t threads = 1;
  const std::atomic<bool>* stop = nullptr;
  std::function<void(std::size_t done)> progress;  ///< called from any thread
};

/// Thrown where the work was stopped before its end.
class Stopped : public std::exception {
 public:
  const char* what() const noexcept override { return "stopped"; }
};

/// Calls `work(i)` for i in [0, n) in parallel. Throws Stopped.
template <class Work>
void for_each_parallel(std::size_t n, const WorkOptions& options, Work&& work) {
  const ThreadCount threads(options.threads);
  std::atomic<std::size_t> done = 0;
  for_each_index(n, [&](std::size_t i) {
    if (options.stop && options.stop->load()) return;
    work(i);
    ++done;
    if (options.progress) options.progress(done);
  });
  if (done < n) throw Stopped();
}

}  // namespace innochain
