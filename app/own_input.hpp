#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
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

/// Throws CLI::ValidationError if two files that would be written are one. Empty names stand for none.
inline void refuse_shared_outputs(const std::vector<std::string>& outputs) {
  for (std::size_t i = 0; i < outputs.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (!outputs[i].empty() && std::filesystem::absolute(outputs[i]).lexically_normal() ==
                                     std::filesystem::absolute(outputs[j]).lexically_normal())
        throw CLI::ValidationError(fmt::format("{} is named as two outputs", outputs[i]));
}

}  // namespace innochain
