#include "app/interrupt.hpp"

#include <unistd.h>

#include <csignal>

namespace innochain {

namespace {

std::atomic<bool> stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "the signal handler may only touch lock-free objects");

void on_signal(int signal) {
  if (stop_requested.exchange(true) && signal == SIGINT) _exit(130);
}

void install(void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

}  // namespace

Interrupt::Interrupt() {
  install(on_signal);
}
Interrupt::~Interrupt() {
  install(SIG_DFL);
}
const std::atomic<bool>& Interrupt::requested() {
  return stop_requested;
}

}  // namespace innochain
