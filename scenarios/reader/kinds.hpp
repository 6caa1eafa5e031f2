#pragma once

#include <fmt/format.h>

#include <array>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "scenarios/reader/document.hpp"
#include "scenarios/reader/scalars.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/year.hpp"
#include "sim/system/facts.hpp"
#include "sim/system/institutions.hpp"

/// The kinds of value a field may have. Each kind knows how to read itself from a node and how to state itself in JSON
/// Schema, so that one declaration of a field drives both.
namespace innochain {

using Json = nlohmann::ordered_json;
using ReviewGroupId = Id<struct ReviewGroupTag>;

/// The names of one kind of thing, in the order of their ids.
template <class IdType>
struct Names {
  std::vector<std::string> names;
};

/// What reading needs besides the node: where problems go, and which names are known by now.
struct Scope {
  std::vector<Problem>& problems;
  std::tuple<Names<AuthorityId>, Names<ClusterId>, Names<ProvinceId>, Names<CityId>, Names<ReviewGroupId>,
             Names<FieldId>, Names<CategoryId>, Names<LabTypeId>, Names<ZoneTypeId>, Names<DesignationId>,
             Names<ProgrammeId>, Names<OrganisationId>>
      known = {};

  template <class IdType>
  std::vector<std::string>& names() {
    return std::get<Names<IdType>>(known).names;
  }
  void error(const Node& at, const std::string& path, std::string message) {
    problems.push_back(problem_at(at, path, std::move(message)));
  }
};

inline std::string join(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
}
inline std::string join(const std::string& path, std::size_t item) {
  return fmt::format("{}[{}]", path, item);
}

struct TextKind {};
struct NameKind {};  ///< a snake_case identifier
struct FlagKind {};
struct NumberKind {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};
struct IntegerKind {
  int low = 0, high = 0;
};
struct YearKind {};
struct YearsKind {};  ///< [first, last]
struct FactKind {
  double low = 0.0;
  double high = std::numeric_limits<double>::infinity();
};
template <std::size_t n>
struct ChoiceKind {
  const std::array<const char*, n>& names;
};
/// The same, kept as the word itself.
template <std::size_t n>
struct WordKind {
  const std::array<const char*, n>& names;
};
template <class IdType>
struct ReferenceKind {};
/// A mapping of the names to shares that sum to one.
template <std::size_t n>
struct SharesKind {
  const std::array<const char*, n>& names;
};
/// The same, where every share is a fact.
template <std::size_t n>
struct FactSharesKind {
  const std::array<const char*, n>& names;
};
/// A mapping of the names to facts.
template <std::size_t n>
struct FactsKind {
  const std::array<const char*, n>& names;
};
/// A list of some of the names, as a mask.
template <std::size_t n>
struct MaskKind {
  const std::array<const char*, n>& names;
};
struct YearCountsKind {};  ///< {1984: 3, …}
template <class Kind>
struct ListKind {
  Kind item;
};
/// A value whose meaning depends on more than the field; its owner reads it later.
struct NodeKind {
  Json form = Json::object();  ///< JSON Schema
};

inline constexpr int earliest_year = 1900, latest_year = 2200;
inline constexpr double share_tolerance = 1e-6;  ///< shares are written with a few decimals

bool read(Scope& scope, const Node& node, const std::string& path, const TextKind&, std::string& out);
bool read(Scope& scope, const Node& node, const std::string& path, const NameKind&, std::string& out);
bool read(Scope& scope, const Node& node, const std::string& path, const FlagKind&, bool& out);
bool read(Scope& scope, const Node& node, const std::string& path, const NumberKind& kind, double& out);
bool read(Scope& scope, const Node& node, const std::string& path, const IntegerKind& kind, int& out);
bool read(Scope& scope, const Node& node, const std::string& path, const YearKind&, Year& out);
bool read(Scope& scope, const Node& node, const std::string& path, const YearsKind&, YearSpan& out);
bool read(Scope& scope, const Node& node, const std::string& path, const FactKind& kind, Fact& out);
bool read(Scope& scope, const Node& node, const std::string& path, const YearCountsKind&, std::vector<YearCount>& out);
inline bool read(Scope&, const Node& node, const std::string&, const NodeKind&, const Node*& out) {
  out = &node;
  return true;
}

/// The position of the node's text among the names, or an error that suggests the nearest.
std::optional<std::size_t> read_name_among(Scope& scope, const Node& node, const std::string& path,
                                           std::span<const std::string> names);
/// The values of a mapping whose keys are names of a list: one node per name, nullptr where left out.
std::vector<const Node*> read_by_name(Scope& scope, const Node& node, const std::string& path,
                                      std::span<const std::string> names);
void check_sum(Scope& scope, const Node& node, const std::string& path, double sum);
void expect_kind(Scope& scope, const Node& node, const std::string& path, std::string_view what);

template <std::size_t n>
std::vector<std::string> name_list(const std::array<const char*, n>& names) {
  return {names.begin(), names.end()};
}

template <std::size_t n, class Enum>
  requires std::is_enum_v<Enum>
bool read(Scope& scope, const Node& node, const std::string& path, const ChoiceKind<n>& kind, Enum& out) {
  const auto found = read_name_among(scope, node, path, name_list(kind.names));
  if (found) out = static_cast<Enum>(*found);
  return found.has_value();
}

template <std::size_t n>
bool read(Scope& scope, const Node& node, const std::string& path, const WordKind<n>& kind, std::string& out) {
  const auto found = read_name_among(scope, node, path, name_list(kind.names));
  if (found) out = kind.names[*found];
  return found.has_value();
}

template <class IdType>
bool read(Scope& scope, const Node& node, const std::string& path, const ReferenceKind<IdType>&, IdType& out) {
  const auto found = read_name_among(scope, node, path, scope.names<IdType>());
  if (found) out = IdType(*found);
  return found.has_value();
}
template <class IdType>
bool read(Scope& scope, const Node& node, const std::string& path, const ReferenceKind<IdType>& kind,
          std::size_t& out) {
  IdType id;
  const bool good = read(scope, node, path, kind, id);
  if (good) out = id.index();
  return good;
}
template <class IdType>
bool read(Scope& scope, const Node& node, const std::string& path, const ReferenceKind<IdType>& kind,
          std::string& out) {
  IdType id;
  const bool good = read(scope, node, path, kind, id);
  if (good) out = scope.names<IdType>()[id.index()];
  return good;
}

template <class Kind, class Value>
bool read(Scope& scope, const Node& node, const std::string& path, const ListKind<Kind>& kind,
          std::vector<Value>& out) {
  if (!node.is_sequence()) return expect_kind(scope, node, path, "a list such as [a, b]"), false;
  out.clear();
  bool good = true;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    Value value{};
    good = read(scope, node.items[i], join(path, i), kind.item, value) && good;
    out.push_back(std::move(value));
  }
  return good;
}

template <std::size_t n>
bool read(Scope& scope, const Node& node, const std::string& path, const SharesKind<n>& kind,
          std::array<double, n>& out) {
  const std::size_t before = scope.problems.size();
  const auto values = read_by_name(scope, node, path, name_list(kind.names));
  double sum = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    out[i] = 0.0;
    if (values[i]) read(scope, *values[i], join(path, kind.names[i]), NumberKind{0, 1}, out[i]);
    sum += out[i];
  }
  if (scope.problems.size() == before) check_sum(scope, node, path, sum);
  return scope.problems.size() == before;
}

template <std::size_t n>
bool read(Scope& scope, const Node& node, const std::string& path, const FactsKind<n>& kind, std::array<Fact, n>& out) {
  const std::size_t before = scope.problems.size();
  const auto values = read_by_name(scope, node, path, name_list(kind.names));
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i]) read(scope, *values[i], join(path, kind.names[i]), FactKind{}, out[i]);
  }
  return scope.problems.size() == before;
}

template <std::size_t n>
bool read(Scope& scope, const Node& node, const std::string& path, const FactSharesKind<n>& kind,
          std::array<double, n>& out) {
  const std::size_t before = scope.problems.size();
  std::array<Fact, n> facts;
  read(scope, node, path, FactsKind<n>{kind.names}, facts);
  double sum = 0.0;
  for (std::size_t i = 0; i < n; ++i) sum += out[i] = facts[i].value;
  if (scope.problems.size() == before) check_sum(scope, node, path, sum);
  return scope.problems.size() == before;
}

template <std::size_t n>
bool read(Scope& scope, const Node& node, const std::string& path, const MaskKind<n>& kind, std::array<bool, n>& out) {
  if (!node.is_sequence()) return expect_kind(scope, node, path, "a list such as [a, b]"), false;
  out.fill(false);
  bool good = true;
  const auto names = name_list(kind.names);
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const auto found = read_name_among(scope, node.items[i], join(path, i), names);
    if (found) out[*found] = true;
    good = good && found;
  }
  return good;
}

template <class Kind, class Value>
bool read(Scope& scope, const Node& node, const std::string& path, const Kind& kind, std::optional<Value>& out) {
  Value value{};
  const bool good = read(scope, node, path, kind, value);
  if (good) out = std::move(value);
  return good;
}

Json schema(const TextKind&);
Json schema(const NameKind&);
Json schema(const FlagKind&);
Json schema(const NumberKind& kind);
Json schema(const IntegerKind& kind);
Json schema(const YearKind&);
Json schema(const YearsKind&);
Json schema(const FactKind& kind);
Json schema(const YearCountsKind&);
inline Json schema(const NodeKind& kind) {
  return kind.form;
}
Json choice_schema(const std::vector<std::string>& names);
Json by_name_schema(const std::vector<std::string>& names, const Json& value);

template <std::size_t n>
Json schema(const ChoiceKind<n>& kind) {
  return choice_schema(name_list(kind.names));
}
template <std::size_t n>
Json schema(const WordKind<n>& kind) {
  return choice_schema(name_list(kind.names));
}
template <class IdType>
Json schema(const ReferenceKind<IdType>&) {
  return schema(NameKind{});
}
template <std::size_t n>
Json schema(const SharesKind<n>& kind) {
  return by_name_schema(name_list(kind.names), schema(NumberKind{0, 1}));
}
template <std::size_t n>
Json schema(const FactsKind<n>& kind) {
  return by_name_schema(name_list(kind.names), schema(FactKind{}));
}
template <std::size_t n>
Json schema(const FactSharesKind<n>& kind) {
  return by_name_schema(name_list(kind.names), schema(FactKind{0, 1}));
}
template <std::size_t n>
Json schema(const MaskKind<n>& kind) {
  return {{"type", "array"}, {"items", choice_schema(name_list(kind.names))}};
}
template <class Kind>
Json schema(const ListKind<Kind>& kind) {
  return {{"type", "array"}, {"items", schema(kind.item)}};
}

}  // namespace innochain
