#include "scenarios/reader/scenario_file.hpp"

#include <algorithm>

namespace innochain {
namespace {

constexpr std::size_t longest_chain = 32;

/// The file that `extends` names, or nothing if it is absent or names none (which is a problem).
std::optional<std::filesystem::path> parent_of(const ScenarioDocument& child, std::vector<Problem>& problems) {
  const Node* extends = child.document.find("extends");
  if (!extends) return {};
  Scope scope{problems};
  std::string name;
  if (!read(scope, *extends, "extends", TextKind{}, name)) return {};
  if (name.empty()) return scope.error(*extends, "extends", "is empty (the parent scenario is expected)"), std::nullopt;
  return (child.file.parent_path() / name).lexically_normal();
}

}  // namespace

std::vector<ScenarioDocument> read_chain(const std::filesystem::path& file, std::vector<Problem>& problems) {
  std::vector<ScenarioDocument> chain;
  std::vector<std::filesystem::path> seen;
  std::optional<std::filesystem::path> next = file;
  while (next) {
    std::error_code error;
    const auto identity = std::filesystem::weakly_canonical(*next, error);
    const auto at_extends = [&](std::string message, Problem::Kind kind) {
      problems.push_back(problem_at(*chain.back().document.find("extends"), "extends", std::move(message), kind));
    };
    if (std::ranges::find(seen, identity) != seen.end()) {
      at_extends(fmt::format("comes back to {} (a scenario cannot extend itself)", next->generic_string()),
                 Problem::Kind::invalid);
      break;
    }
    if (chain.size() == longest_chain) {
      at_extends(fmt::format("is the parent number {} (at most {})", chain.size(), longest_chain - 1),
                 Problem::Kind::invalid);
      break;
    }
    if (!chain.empty() && !std::filesystem::is_regular_file(identity, error)) {
      at_extends(fmt::format("there is no file {}", next->generic_string()), Problem::Kind::missing);
      break;
    }
    seen.push_back(identity);
    chain.push_back({*next, read_document(*next, problems)});
    next = parent_of(chain.back(), problems);
  }
  std::ranges::reverse(chain);
  return chain;
}

}  // namespace innochain
