#include "app/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace innochain {

namespace {

using std::chrono::duration;

bool changing_line_possible() {
  const char* terminal = std::getenv("TERM");
  return isatty(STDERR_FILENO) && terminal && std::string_view(terminal) != "dumb";
}

}  // namespace

const std::map<std::string, ProgressStyle>& progress_styles() {
  static const std::map<std::string, ProgressStyle> styles{{"auto", ProgressStyle::automatic},
                                                           {"plain", ProgressStyle::plain},
                                                           {"json", ProgressStyle::json},
                                                           {"none", ProgressStyle::none}};
  return styles;
}

Progress::Progress(ProgressStyle style, std::size_t n_runs)
    : style_(style),
      on_terminal_(style == ProgressStyle::automatic && changing_line_possible()),
      n_runs_(n_runs),
      start_(Clock::now()),
      last_(start_) {}

Progress::~Progress() {
  if (line_open_) std::fputs("\n", stderr);
}

void Progress::done(std::size_t n_done) {
  if (style_ == ProgressStyle::none) return;
  n_runs_ = std::max(n_runs_, n_done);  // a search may end an evaluation or two later than it was told to
  const auto now = Clock::now();
  const double interval = on_terminal_ ? 0.2 : style_ == ProgressStyle::json ? 1.0 : 10.0;
  if (n_done < n_runs_ && duration<double>(now - last_).count() < interval) return;
  last_ = now;
  print(n_done, duration<double>(now - start_).count());
}

void Progress::print(std::size_t n_done, double seconds) {
  const double rate = seconds > 0.0 ? static_cast<double>(n_done) / seconds : 0.0;
  const double left = rate > 0.0 ? static_cast<double>(n_runs_ - n_done) / rate : 0.0;
  if (style_ == ProgressStyle::json) {
    fmt::print(stderr, "{{\"done\":{},\"runs\":{},\"runs_per_second\":{:.2f},\"seconds_left\":{:.1f}}}\n", n_done,
               n_runs_, rate, left);
  } else {
    fmt::print(stderr, "{}{} of {} runs, {:.1f} a second, {:.0f} s left{}", on_terminal_ ? "\r" : "", n_done, n_runs_,
               rate, left, on_terminal_ ? "   " : "\n");
    line_open_ = on_terminal_;
  }
  std::fflush(stderr);
}

}  // namespace innochain
