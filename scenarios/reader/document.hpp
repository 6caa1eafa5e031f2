#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/reader/problem.hpp"

namespace innochain {

struct Node;

/// One `key: value` of a mapping.
struct Entry;

/// A YAML value that knows its place in its file. Aliases are expanded; tags are not part of the language.
struct Node {
  enum class Kind { null, scalar, sequence, mapping };
  Kind kind = Kind::null;
  std::string text;     ///< of a scalar
  bool quoted = false;  ///< a scalar in quotes is text, whatever it looks like
  std::shared_ptr<const std::string> file;
  int line = 0, column = 0;    ///< from 1
  std::vector<Node> items;     ///< of a sequence
  std::vector<Entry> entries;  ///< of a mapping, in the order of the file

  bool is_mapping() const { return kind == Kind::mapping; }
  bool is_sequence() const { return kind == Kind::sequence; }
  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_plain(std::string_view word) const { return is_scalar() && !quoted && text == word; }
  /// The value of a key of a mapping, or nullptr.
  const Node* find(std::string_view key) const;
};

struct Entry {
  Node key;  ///< always a scalar
  Node value;
};

/// Reads one YAML document. What can still be used is returned although problems (such as duplicate keys) are added to
/// `problems`; a file that cannot be read or parsed at all throws InputError with everything found so far.
/// Limits: 16 MiB, 64 levels of nesting, 200,000 values after the expansion of aliases.
Node read_document(const std::filesystem::path& file, std::vector<Problem>& problems);

/// The same for text; `name` stands for the file in messages.
Node parse_document(std::string_view text, const std::string& name, std::vector<Problem>& problems);

/// The first place where `text` is not UTF-8, or holds control characters or (unless `tabs_indent`) a tab that indents
/// a line, as a problem; nothing if all is well.
std::optional<Problem> bad_byte(std::string_view text, const std::string& name, bool tabs_indent = false);

/// A problem at the place of a node.
Problem problem_at(const Node& node, std::string path, std::string message,
                   Problem::Kind kind = Problem::Kind::invalid);

}  // namespace innochain
