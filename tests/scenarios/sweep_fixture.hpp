#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "scenarios/reader/sweep.hpp"
#include "tests/scenarios/scenario_fixture.hpp"

namespace innochain {

/// Sweeps over the small scenarios of ScenarioTest.
class SweepTest : public ScenarioTest {
 protected:
  Sweep sweep(const std::string& text, const ReadOptions& options = {}) const {
    return read_sweep(write("sweep.yaml", "schema_version: 1\n" + text), options);
  }
  std::string sweep_problems(const std::string& text, const ReadOptions& options = {}) const {
    try {
      sweep(text, options);
    } catch (const InputError& error) {
      return without_folder(error.what());
    }
    return "";
  }
  std::string without_folder(std::string text) const {
    const std::string prefix = folder_.generic_string() + "/";
    for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix))
      text.erase(at, prefix.size());
    return text;
  }
  static std::vector<std::string> arm_names(const Sweep& sweep) {
    std::vector<std::string> names;
    for (std::size_t arm = 0; arm < sweep.n_arms(); ++arm) names.push_back(sweep.arm(arm).name);
    return names;
  }
};

}  // namespace innochain
