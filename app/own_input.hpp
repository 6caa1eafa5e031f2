#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "app/observed_folder.hpp"
#include "output/errors.hpp"

namespace innochain {

/// Throws CannotCreate if a file that would be written is one of those that are read, or an observed series, whatever
/// --force says. (A YAML file is never replaced: refuse_unwritable.)
inline void refuse_own_input(const std::string& output, const std::vector<std::string>& inputs) {
  std::error_code ignored;
  const std::filesystem::path folder = std::filesystem::absolute(output, ignored).parent_path();
  if (std::filesystem::exists(output, ignored) && std::filesystem::equivalent(folder, observed_folder(), ignored))
    throw CannotCreate(fmt::format("{}: is one of the observed series", output));
  for (const std::string& input : inputs)
    if (std::filesystem::equivalent(output, input, ignored))
      throw CannotCreate(fmt::format("{}: is an input of this command and would be overwritten", output));
}

/// An option that names a file to be written, and the file: empty for none.
struct OutputOption {
  std::string option;
  std::string file;
};

/// Throws CLI::ValidationError if two files that would be written are one.
inline void refuse_shared_outputs(const std::vector<OutputOption>& outputs) {
  std::map<std::filesystem::path, std::string> named;
  for (const auto& [option, file] : outputs) {
    if (file.empty()) continue;
    const auto [first, is_new] = named.try_emplace(std::filesystem::absolute(file).lexically_normal(), option);
    if (!is_new) throw CLI::ValidationError(fmt::format("{} and {} both name {}", first->second, option, file));
  }
}

}  // namespace innochain
