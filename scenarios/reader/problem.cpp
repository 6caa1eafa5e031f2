#include "scenarios/reader/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace innochain {
namespace {

/// Edits that turn `a` into `b`: insertions, deletions, substitutions and swaps of neighbours (optimal string
/// alignment).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before, last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = last;
    last = row;
  }
  return last[b.size()];
}

std::string all_messages(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems) {
    if (!text.empty()) text += '\n';
    text += to_string(problem);
  }
  return text;
}

}  // namespace

std::string to_string(const Problem& problem) {
  std::string text = problem.file;
  if (problem.line > 0) text += fmt::format(":{}:{}", problem.line, problem.column);
  text += ": ";
  if (problem.kind == Problem::Kind::note) text += "note: ";
  if (!problem.path.empty()) text += problem.path + ": ";
  return text + problem.message;
}

InputError::InputError(std::vector<Problem> problems)
    : std::runtime_error(all_messages(problems)), problems_(std::move(problems)) {}

int InputError::exit_code() const {
  const auto has = [&](Problem::Kind kind) {
    return std::ranges::find(problems_, kind, &Problem::kind) != problems_.end();
  };
  if (has(Problem::Kind::invalid)) return 65;
  return has(Problem::Kind::missing) ? 66 : 74;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  constexpr std::size_t longest = 64;  // names are shorter; longer words are not worth the quadratic time
  if (word.empty() || word.size() > longest) return "";
  std::string_view nearest;
  std::size_t smallest = std::numeric_limits<std::size_t>::max();
  for (const std::string& candidate : candidates) {
    std::size_t distance = edit_distance(word, candidate);
    // `noise` is a near miss of `award.noise`, whatever the distance.
    if (candidate.size() > word.size() && candidate.ends_with(word) &&
        candidate[candidate.size() - word.size() - 1] == '.') {
      distance = std::min<std::size_t>(distance, 1);
    }
    if (distance < smallest) smallest = distance, nearest = candidate;
  }
  if (smallest > std::max<std::size_t>(1, word.size() / 3)) return "";
  return fmt::format(" Did you mean `{}`?", nearest);
}

}  // namespace innochain
