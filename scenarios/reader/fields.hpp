#pragma once

#include <algorithm>
#include <concepts>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/reader/kinds.hpp"

/// A struct declares its fields once, as `template <class V> void fields(V& v, Struct& s)` that calls
/// `v.required(key, member, kind, meaning)` or `v.optional(…)` for each. Two visitors walk the declaration: FieldReader
/// fills the struct from a mapping, SchemaBuilder turns it into JSON Schema.
namespace innochain {

/// A struct with its own `fields()`.
struct NestedKind {};

class FieldReader {
 public:
  FieldReader(Scope& scope, const Node& mapping, std::string path)
      : scope_(scope), mapping_(mapping), path_(std::move(path)) {}

  template <class Value, class Kind>
  void required(std::string_view key, Value& value, const Kind& kind, std::string_view meaning = "") {
    if (!take(key, value, kind)) scope_.error(mapping_, join(path_, key), missing_text(meaning));
  }
  template <class Value, class Kind>
  void optional(std::string_view key, Value& value, const Kind& kind, std::string_view = "") {
    take(key, value, kind);
  }
  /// Reports the keys that no field took.
  void finish() {
    for (const Entry& entry : mapping_.entries) {
      if (std::ranges::find(known_, entry.key.text) != known_.end()) continue;
      scope_.error(
          entry.key, join(path_, entry.key.text),
          fmt::format("unknown key (allowed: {}).{}", fmt::join(known_, ", "), did_you_mean(entry.key.text, known_)));
    }
  }

 private:
  template <class Value, class Kind>
  bool take(std::string_view key, Value& value, const Kind& kind) {
    known_.emplace_back(key);
    const Node* node = mapping_.find(key);
    if (node) read(scope_, *node, join(path_, key), kind, value);
    return node != nullptr;
  }
  static std::string missing_text(std::string_view meaning) {
    return meaning.empty() ? "is missing" : fmt::format("is missing ({})", meaning);
  }

  Scope& scope_;
  const Node& mapping_;
  std::string path_;
  std::vector<std::string> known_;
};

template <class Struct>
struct InsideOptional {
  using type = Struct;
};
template <class Struct>
struct InsideOptional<std::optional<Struct>> {
  using type = Struct;
};

template <class Struct>
  requires std::same_as<Struct, typename InsideOptional<Struct>::type>
bool read(Scope& scope, const Node& node, const std::string& path, const NestedKind&, Struct& out) {
  if (!node.is_mapping()) return expect_kind(scope, node, path, "a mapping"), false;
  const std::size_t before = scope.problems.size();
  FieldReader reader(scope, node, path);
  fields(reader, out);
  reader.finish();
  return scope.problems.size() == before;
}

template <class Struct>
Json struct_schema();

class SchemaBuilder {
 public:
  template <class Value, class Kind>
  void required(std::string_view key, Value& value, const Kind& kind, std::string_view meaning = "") {
    optional(key, value, kind, meaning);
    required_.emplace_back(key);
  }
  template <class Value, class Kind>
  void optional(std::string_view key, Value&, const Kind& kind, std::string_view meaning = "") {
    Json json = of<Value>(kind);
    if (!meaning.empty()) json["description"] = meaning;
    properties_[std::string(key)] = std::move(json);
  }
  Json result() const {
    Json json{{"type", "object"}, {"properties", properties_}, {"additionalProperties", false}};
    if (!required_.empty()) json["required"] = required_;
    return json;
  }

 private:
  template <class Value, class Kind>
  static Json of(const Kind& kind) {
    return schema(kind);
  }
  template <class Value>
  static Json of(const NestedKind&) {
    return struct_schema<typename InsideOptional<Value>::type>();
  }
  template <class Value>
  static Json of(const ListKind<NestedKind>&) {
    return {{"type", "array"}, {"items", struct_schema<typename Value::value_type>()}};
  }

  Json properties_ = Json::object();
  std::vector<std::string> required_;
};

template <class Struct>
Json struct_schema() {
  SchemaBuilder builder;
  Struct example{};
  fields(builder, example);
  return builder.result();
}

}  // namespace innochain
