#include "scenarios/reader/settings.hpp"

#include <algorithm>

namespace innochain {
namespace {

Node made(Node::Kind kind, const Node& at, std::string text = "") {
  Node node;
  node.kind = kind;
  node.text = std::move(text);
  node.file = at.file;
  node.line = at.line;
  node.column = at.column;
  return node;
}

/// The value under a key of a mapping, made when it is not there.
Node& child(Node& mapping, std::string_view key, Node::Kind kind, const Node& at) {
  for (Entry& entry : mapping.entries) {
    if (entry.key.text == key) return entry.value;
  }
  mapping.entries.push_back({made(Node::Kind::scalar, at, std::string(key)), made(kind, at)});
  return mapping.entries.back().value;
}

/// "2026..2035" or "2026" as [2026, 2035].
std::optional<Node> years_node(std::string_view text, const Node& at) {
  const std::size_t dots = text.find("..");
  const std::string first(text.substr(0, dots)), last(dots == text.npos ? text : text.substr(dots + 2));
  Node node = made(Node::Kind::sequence, at);
  node.items = {made(Node::Kind::scalar, at, first), made(Node::Kind::scalar, at, last)};
  return as_integer(node.items[0]) && as_integer(node.items[1]) ? std::optional(node) : std::nullopt;
}

void add_setting(Node& document, const std::string& setting, std::vector<Problem>& problems) {
  const std::string name = fmt::format("--set {}", setting);
  const auto wrong = [&](std::string message) { problems.push_back({name, 0, 0, "", std::move(message)}); };
  const std::size_t equals = setting.find('=');
  if (equals == std::string::npos || equals == 0) return wrong("is not path=value");
  const std::size_t first = setting.find_first_not_of(" \t\r\n", equals + 1);
  if (first == std::string::npos || setting[first] == '#') return wrong("has no value after `=`");
  // Blanks stand for the path, so that messages give the column in the whole setting.
  Node value = parse_document(std::string(equals + 1, ' ') + setting.substr(equals + 1), name, problems);
  std::string path = setting.substr(0, equals);

  Node key = made(Node::Kind::scalar, value);
  key.column = 1;
  if (path.starts_with("levers.")) {
    Node& overrides = child(document, "overrides", Node::Kind::sequence, key);
    Node item = made(Node::Kind::mapping, key);
    const std::size_t at = path.find('@');
    if (at != std::string::npos) {
      const auto years = years_node(std::string_view(path).substr(at + 1), key);
      if (!years) return wrong(fmt::format("`{}` is not a span of years (write @2026..2035)", path.substr(at)));
      child(item, "years", Node::Kind::sequence, key) = *years;
    }
    const std::string lever = path.substr(7, at == std::string::npos ? at : at - 7);
    child(item, "lever", Node::Kind::scalar, key) = made(Node::Kind::scalar, key, lever);
    child(item, "value", Node::Kind::null, key) = std::move(value);
    overrides.items.push_back(std::move(item));
    return;
  }
  const std::string_view section = path.starts_with("scale.") ? "scale" : "parameters";
  if (path.starts_with(section) && path[section.size()] == '.') path.erase(0, section.size() + 1);
  child(child(document, section, Node::Kind::mapping, key), path, Node::Kind::null, key) = std::move(value);
}

}  // namespace

ScenarioDocument settings_document(const std::vector<std::string>& settings, std::vector<Problem>& problems) {
  Node root;
  root.kind = Node::Kind::mapping;
  root.file = std::make_shared<const std::string>("--set");
  child(root, "schema_version", Node::Kind::scalar, root) = made(Node::Kind::scalar, root, "1");
  for (const std::string& setting : settings) {
    std::vector<Problem> own;
    try {
      add_setting(root, setting, own);
    } catch (const InputError& error) {
      own = error.problems();
    }
    problems.insert(problems.end(), own.begin(), own.end());
  }
  return {{}, std::move(root)};
}

}  // namespace innochain
