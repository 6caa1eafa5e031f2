#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/progress.hpp"

namespace innochain {

/// What `innochain run` was asked for.
struct RunRequest {
  std::vector<std::string> scenarios;
  std::vector<std::string> settings;  ///< --set path=value
  std::string parameters;             ///< --parameters; see parameter_source()
  std::string output;
  std::optional<int> replicates;       ///< of each scenario: 16; with precision, the most: 1024
  std::vector<std::string> precision;  ///< --precision INDICATOR@YEAR=…
  std::uint64_t seed = 1984;
  int threads = 0;  ///< 0: all
  bool force = false, profile = false, quiet = false;
  ProgressStyle progress = ProgressStyle::automatic;
  std::string command_line;
};

/// Simulates the replicates of all scenarios and writes the result file. Returns the exit code; throws InputError and
/// FileError.
int run_scenarios(const RunRequest& request);

}  // namespace innochain
