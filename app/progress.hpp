#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>

namespace innochain {

/// How runs done, rate and time left are told on stderr.
enum class ProgressStyle {
  automatic,  ///< one changing line on a terminal, else plain
  plain,      ///< a line now and then, for logs
  json,       ///< a JSON object a line, for machines
  none
};

/// The styles by the words of the command line.
const std::map<std::string, ProgressStyle>& progress_styles();

/// Tells how an ensemble gets on, a few times a second at most.
class Progress {
 public:
  Progress(ProgressStyle style, std::size_t n_runs);
  ~Progress();
  void done(std::size_t n_done);

 private:
  using Clock = std::chrono::steady_clock;
  void print(std::size_t n_done, double seconds);

  ProgressStyle style_;
  bool on_terminal_;
  std::size_t n_runs_;
  Clock::time_point start_, last_;
  bool line_open_ = false;
};

}  // namespace innochain
