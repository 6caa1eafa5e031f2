#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <vector>

#include "output/errors.hpp"

namespace innochain {

/// Throws CannotCreate if a file that would be written is one of those that are read, whatever --force says.
inline void refuse_own_input(const std::string& output, const std::vector<std::string>& inputs) {
  std::error_code ignored;
  for (const std::string& input : inputs)
    if (std::filesystem::equivalent(output, input, ignored))
      throw CannotCreate(fmt::format("{}: is an input of this command and would be overwritten", output));
}

}  // namespace innochain
