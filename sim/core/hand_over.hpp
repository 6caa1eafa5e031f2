#pragma once

#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#endif

/// What the thread sanitizer cannot see, since TBB's library is not compiled with it: what a thread wrote before it
/// handed over is seen by the one that takes over. Other builds need no telling, and are told nothing.
namespace innochain {

/// Whoever takes over at the same address later sees what this thread wrote.
inline void hand_over([[maybe_unused]] const void* at) {
#ifdef __SANITIZE_THREAD__
  __tsan_release(const_cast<void*>(at));
#endif
}

inline void take_over([[maybe_unused]] const void* at) {
#ifdef __SANITIZE_THREAD__
  __tsan_acquire(const_cast<void*>(at));
#endif
}

/// One thread's turn at something that passes from thread to thread.
class Turn {
 public:
  explicit Turn(const void* at) : at_(at) { take_over(at_); }
  ~Turn() { hand_over(at_); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  const void* at_;
};

/// Tasks that see what was before them, not what the others do; what follows sees them all.
class Fork {
 public:
  Fork() { hand_over(&begun_); }
  ~Fork() { take_over(&ended_); }
  Fork(const Fork&) = delete;
  Fork& operator=(const Fork&) = delete;

  /// One of the tasks, while it lives.
  class Task {
   public:
    explicit Task(const Fork& fork) : fork_(fork) { take_over(&fork_.begun_); }
    ~Task() { hand_over(&fork_.ended_); }
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;

   private:
    const Fork& fork_;
  };

 private:
  char begun_ = 0, ended_ = 0;
};

}  // namespace innochain
