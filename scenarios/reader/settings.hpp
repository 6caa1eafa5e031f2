#pragma once

#include "scenarios/reader/scenario_file.hpp"

namespace innochain {

/// The --set options as one more document of the chain, so that they pass the same checks as a file.
ScenarioDocument settings_document(const std::vector<std::string>& settings, std::vector<Problem>& problems);

}  // namespace innochain
