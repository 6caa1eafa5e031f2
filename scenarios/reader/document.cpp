#include "scenarios/reader/document.hpp"

#include <fmt/format.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <fstream>
#include <map>
#include <optional>
#include <sstream>

namespace innochain {
namespace {

constexpr std::size_t largest_file = 16u << 20;
constexpr std::size_t deepest = 64;
constexpr std::size_t most_values = 200'000;

/// Ends the reading of a document that cannot be understood.
struct Unusable {
  Problem problem;
};

std::size_t count_values(const Node& node) {
  std::size_t values = 1;
  for (const Node& item : node.items) values += count_values(item);
  for (const Entry& entry : node.entries) values += 1 + count_values(entry.value);
  return values;
}

/// Builds the tree from yaml-cpp's events. Its own Node accepts duplicate keys and expands aliases without limit.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::shared_ptr<const std::string> file, std::vector<Problem>& problems)
      : file_(std::move(file)), problems_(problems) {}

  bool complete() const { return root_.has_value(); }
  Node take() { return std::move(*root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (root_) fail(mark, "a second document starts here (one document a file)");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(make(Node::Kind::null, mark), anchor); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) fail(mark, "this alias lies inside the value it stands for");
    Node copy = found->second;
    copy.line = mark.line + 1;
    copy.column = mark.column + 1;
    charge(mark, count_values(copy));
    add(std::move(copy), 0);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check_tag(mark, tag);
    Node node = make(Node::Kind::scalar, mark);
    node.text = value;
    node.quoted = tag == "!";
    add(std::move(node), anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::sequence);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::mapping);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node node;
    YAML::anchor_t anchor = 0;
    std::optional<Node> key = {};           ///< read, its value is still to come
    bool duplicate = false;                 ///< that key was there before: its value is dropped
    std::map<std::string, int> lines = {};  ///< of the keys so far
  };

  [[noreturn]] void fail(const YAML::Mark& mark, std::string message) const {
    throw Unusable{{*file_, mark.line + 1, mark.column + 1, path(), std::move(message)}};
  }
  void check_tag(const YAML::Mark& mark, const std::string& tag) const {
    if (!tag.empty() && tag != "?" && tag != "!")
      fail(mark, fmt::format("tag `{}` (tags are not part of the language)", tag));
  }
  void charge(const YAML::Mark& mark, std::size_t values) {
    values_ += values;
    if (values_ > most_values)
      fail(mark, fmt::format("more than {} values, counting what aliases stand for", most_values));
  }
  Node make(Node::Kind kind, const YAML::Mark& mark) {
    charge(mark, 1);
    Node node;
    node.kind = kind;
    node.file = file_;
    node.line = mark.line + 1;
    node.column = mark.column + 1;
    return node;
  }
  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Kind kind) {
    check_tag(mark, tag);
    if (stack_.size() == deepest) fail(mark, fmt::format("nested too deeply (at most {} levels)", deepest));
    stack_.push_back({make(kind, mark), anchor});
  }
  void close() {
    Open done = std::move(stack_.back());
    stack_.pop_back();
    add(std::move(done.node), done.anchor);
  }
  void add(Node node, YAML::anchor_t anchor) {
    if (anchor != 0) anchors_[anchor] = node;
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = stack_.back();
    if (parent.node.is_sequence()) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
      set_key(parent, std::move(node));
    } else {
      if (!parent.duplicate) parent.node.entries.push_back({std::move(*parent.key), std::move(node)});
      parent.key.reset();
    }
  }
  void set_key(Open& parent, Node key) {
    if (!key.is_scalar()) {
      throw Unusable{
          {*file_, key.line, key.column, path(), "a key that is not a word or number (keys are plain words)"}};
    }
    const auto [first, fresh] = parent.lines.emplace(key.text, key.line);
    parent.duplicate = !fresh;
    if (!fresh) {
      const std::string where = path();
      problems_.push_back({*file_, key.line, key.column, where.empty() ? key.text : where + "." + key.text,
                           fmt::format("duplicate key (first given in line {})", first->second)});
    }
    parent.key = std::move(key);
  }
  std::string path() const {
    std::string text;
    for (const Open& open : stack_) {
      if (open.node.is_sequence())
        text += fmt::format("[{}]", open.node.items.size());
      else if (open.key)
        text += (text.empty() ? "" : ".") + open.key->text;
    }
    return text;
  }

  std::shared_ptr<const std::string> file_;
  std::vector<Problem>& problems_;
  std::vector<Open> stack_;
  std::map<YAML::anchor_t, Node> anchors_;
  std::optional<Node> root_;
  std::size_t values_ = 0;
};

[[noreturn]] void stop(std::vector<Problem>& problems, Problem last) {
  problems.push_back(std::move(last));
  throw InputError(problems);
}

}  // namespace

std::optional<Problem> bad_byte(std::string_view text, const std::string& name, bool tabs_indent) {
  int line = 1, column = 1;
  bool indentation = true;
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t k) { return i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0u; };
    const unsigned lead = byte(0);
    const auto problem = [&](std::string message) { return Problem{name, line, column, "", std::move(message)}; };
    if (lead == '\n') {
      ++line, ++i, column = 1, indentation = true;
      continue;
    }
    if (lead == '\t' && indentation && !tabs_indent) return problem("a tab in the indentation (indent with spaces)");
    if (lead < 0x20 && lead != '\t' && lead != '\r') {
      return problem(fmt::format("control character 0x{:02x} (the file must be text in UTF-8)", lead));
    }
    indentation = indentation && lead == ' ';
    const std::size_t length = lead < 0x80                   ? 1
                               : lead >= 0xc2 && lead < 0xe0 ? 2
                               : lead >= 0xe0 && lead < 0xf0 ? 3
                               : lead >= 0xf0 && lead < 0xf5 ? 4
                                                             : 0;
    bool valid = length > 0;
    for (std::size_t k = 1; k < length; ++k) valid = valid && (byte(k) & 0xc0) == 0x80;
    if (length == 3) valid = valid && !(lead == 0xe0 && byte(1) < 0xa0) && !(lead == 0xed && byte(1) >= 0xa0);
    if (length == 4) valid = valid && !(lead == 0xf0 && byte(1) < 0x90) && !(lead == 0xf4 && byte(1) >= 0x90);
    if (!valid) return problem(fmt::format("byte 0x{:02x} is not UTF-8 (the file must be text in UTF-8)", lead));
    i += length, ++column;
  }
  return {};
}

const Node* Node::find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key.text == key) return &entry.value;
  }
  return nullptr;
}

Problem problem_at(const Node& node, std::string path, std::string message, Problem::Kind kind) {
  return {node.file ? *node.file : "", node.line, node.column, std::move(path), std::move(message), kind};
}

Node parse_document(std::string_view text, const std::string& name, std::vector<Problem>& problems) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // a byte order mark, from Windows editors
  if (text.size() > largest_file) stop(problems, {name, 0, 0, "", "larger than 16 MiB (too large for an input file)"});
  if (auto problem = bad_byte(text, name)) stop(problems, std::move(*problem));

  // yaml-cpp accepts a quoted text that is not closed when the file ends with its line: let every file end in a
  // comment.
  std::istringstream stream{std::string(text) + "\n#"};
  TreeBuilder builder(std::make_shared<const std::string>(name), problems);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (Unusable& unusable) {
    stop(problems, std::move(unusable.problem));
  } catch (const YAML::DeepRecursion& error) {
    stop(problems, {name, error.mark.line + 1, error.mark.column + 1, "",
                    fmt::format("nested too deeply (at most {} levels)", deepest)});
  } catch (const YAML::Exception& error) {
    stop(problems,
         {name, error.mark.line + 1, error.mark.column + 1, "", fmt::format("not valid YAML: {}", error.msg)});
  }
  if (!builder.complete())
    stop(problems, {name, 1, 1, "", "the file is empty (a mapping that begins with schema_version is expected)"});
  return builder.take();
}

Node read_document(const std::filesystem::path& file, std::vector<Problem>& problems) {
  const std::string name = file.generic_string();
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (!std::filesystem::exists(status)) {
    stop(problems, {name, 0, 0, "", "there is no such file", Problem::Kind::missing});
  }
  if (std::filesystem::is_directory(status)) {
    stop(problems, {name, 0, 0, "", "is a directory (a YAML file is expected)", Problem::Kind::missing});
  }
  std::ifstream stream(file, std::ios::binary);
  std::string text(largest_file + 1, '\0');
  if (stream) stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream.is_open() || stream.bad()) {
    stop(problems, {name, 0, 0, "", "cannot be read (permission or device error)", Problem::Kind::unreadable});
  }
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return parse_document(text, name, problems);
}

}  // namespace innochain
