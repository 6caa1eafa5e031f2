#include "scenarios/reader/kinds.hpp"

#include <algorithm>
#include <cmath>

namespace innochain {
namespace {

std::string range_text(double low, double high) {
  if (std::isfinite(low) && std::isfinite(high))
    return fmt::format("from {} to {}", number_text(low), number_text(high));
  if (std::isfinite(low)) return low == 0.0 ? "not negative" : fmt::format("at least {}", number_text(low));
  if (std::isfinite(high)) return fmt::format("at most {}", number_text(high));
  return "any number";
}

bool is_identifier(std::string_view text) {
  return !text.empty() && 'a' <= text[0] && text[0] <= 'z' &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

Json number_schema(const char* type, double low, double high) {
  Json json{{"type", type}};
  if (std::isfinite(low)) json["minimum"] = low;
  if (std::isfinite(high)) json["maximum"] = high;
  return json;
}

}  // namespace

void expect_kind(Scope& scope, const Node& node, const std::string& path, std::string_view what) {
  scope.error(node, path, fmt::format("{} where {} is expected", described(node), what));
}

bool read(Scope& scope, const Node& node, const std::string& path, const TextKind&, std::string& out) {
  const auto text = as_text(node);
  if (!text) return expect_kind(scope, node, path, "text (in quotes, if it looks like a number or boolean)"), false;
  out = *text;
  return true;
}

bool read(Scope& scope, const Node& node, const std::string& path, const NameKind&, std::string& out) {
  const auto text = as_text(node);
  if (!text || !is_identifier(*text)) {
    return expect_kind(scope, node, path, "a name (lower-case letters, digits and underscores, a letter first)"), false;
  }
  out = *text;
  return true;
}

bool read(Scope& scope, const Node& node, const std::string& path, const FlagKind&, bool& out) {
  const auto flag = as_flag(node);
  if (!flag) return expect_kind(scope, node, path, "true or false"), false;
  out = *flag;
  return true;
}

bool read(Scope& scope, const Node& node, const std::string& path, const NumberKind& kind, double& out) {
  const auto number = as_number(node);
  if (!number) {
    return expect_kind(scope, node, path, fmt::format("a decimal number ({})", range_text(kind.low, kind.high))), false;
  }
  if (*number < kind.low || *number > kind.high) {
    scope.error(node, path,
                fmt::format("{} is out of range ({})", number_text(*number), range_text(kind.low, kind.high)));
    return false;
  }
  out = *number;
  return true;
}

bool read(Scope& scope, const Node& node, const std::string& path, const IntegerKind& kind, int& out) {
  const auto integer = as_integer(node);
  if (!integer) {
    return expect_kind(scope, node, path, fmt::format("a whole number ({})", range_text(kind.low, kind.high))), false;
  }
  if (*integer < kind.low || *integer > kind.high) {
    scope.error(node, path, fmt::format("{} is out of range ({})", *integer, range_text(kind.low, kind.high)));
    return false;
  }
  out = *integer;
  return true;
}

bool read(Scope& scope, const Node& node, const std::string& path, const YearKind&, Year& out) {
  int year = 0;
  if (!read(scope, node, path, IntegerKind{earliest_year, latest_year}, year)) return false;
  out = Year(year);
  return true;
}

bool read(Scope& scope, const Node& node, const std::string& path, const YearsKind&, YearSpan& out) {
  if (!node.is_sequence() || node.items.size() != 2) {
    return expect_kind(scope, node, path, "a span of years [first, last]"), false;
  }
  YearSpan span;
  const bool first = read(scope, node.items[0], join(path, 0), YearKind{}, span.first);
  const bool last = read(scope, node.items[1], join(path, 1), YearKind{}, span.last);
  if (!first || !last) return false;
  if (span.last < span.first) {
    scope.error(
        node, path,
        fmt::format("ends in {} before it starts in {} (write [first, last])", span.last.value(), span.first.value()));
    return false;
  }
  out = span;
  return true;
}

bool read(Scope& scope, const Node& node, const std::string& path, const FactKind& kind, Fact& out) {
  if (!node.is_mapping()) {
    expect_kind(scope, node, path, "a fact {value: …, source: …} or {value: …, assumed: …, range: [low, high]}");
    return false;
  }
  const std::size_t before = scope.problems.size();
  const auto parts = read_by_name(scope, node, path, std::vector<std::string>{"value", "source", "assumed", "range"});
  if (parts[0])
    read(scope, *parts[0], join(path, "value"), NumberKind{kind.low, kind.high}, out.value);
  else
    scope.error(node, path, "has no value");
  if (parts[1]) read(scope, *parts[1], join(path, "source"), TextKind{}, out.source);
  if (parts[2]) read(scope, *parts[2], join(path, "assumed"), TextKind{}, out.assumed);
  if (!parts[1] == !parts[2])
    scope.error(node, path, "needs either a source or the reason why it is assumed, not both");
  out.low = out.high = out.value;
  if (parts[3]) {
    std::vector<double> range;
    const std::string where = join(path, "range");
    const bool good = read(scope, *parts[3], where, ListKind<NumberKind>{{kind.low, kind.high}}, range);
    if (good && (range.size() != 2 || range[0] > range[1]))
      scope.error(*parts[3], where, "is not [low, high]");
    else if (good && (out.value < range[0] || range[1] < out.value))
      scope.error(*parts[3], where, "does not contain the value");
    else if (good)
      out.low = range[0], out.high = range[1];
  } else if (parts[2] && !parts[1]) {
    scope.error(node, path, "is assumed without a range (add range: [low, high])");
  }
  return scope.problems.size() == before;
}

bool read(Scope& scope, const Node& node, const std::string& path, const YearCountsKind&, std::vector<YearCount>& out) {
  if (!node.is_mapping()) return expect_kind(scope, node, path, "a mapping of years to counts {1984: 3, …}"), false;
  const std::size_t before = scope.problems.size();
  out.clear();
  for (const Entry& entry : node.entries) {
    YearCount item;
    const std::string where = join(path, entry.key.text);
    read(scope, entry.key, where, YearKind{}, item.year);
    read(scope, entry.value, where, IntegerKind{0, 1'000'000}, item.count);
    out.push_back(item);
  }
  std::ranges::sort(out, {}, &YearCount::year);
  return scope.problems.size() == before;
}

std::optional<std::size_t> read_name_among(Scope& scope, const Node& node, const std::string& path,
                                           std::span<const std::string> names) {
  const auto text = as_text(node);
  if (!text) return expect_kind(scope, node, path, "a name"), std::nullopt;
  const auto found = std::ranges::find(names, *text);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  std::string message = fmt::format("`{}` is not known", *text);
  if (names.size() <= 8) message += fmt::format(" (allowed: {})", fmt::join(names, ", "));
  scope.error(node, path, message + "." + did_you_mean(*text, names));
  return {};
}

std::vector<const Node*> read_by_name(Scope& scope, const Node& node, const std::string& path,
                                      std::span<const std::string> names) {
  std::vector<const Node*> values(names.size(), nullptr);
  if (!node.is_mapping()) {
    expect_kind(scope, node, path, fmt::format("a mapping with the keys {}", fmt::join(names, ", ")));
    return values;
  }
  for (const Entry& entry : node.entries) {
    const auto found = std::ranges::find(names, entry.key.text);
    if (found != names.end()) {
      values[static_cast<std::size_t>(found - names.begin())] = &entry.value;
    } else {
      scope.error(
          entry.key, join(path, entry.key.text),
          fmt::format("unknown key (allowed: {}).{}", fmt::join(names, ", "), did_you_mean(entry.key.text, names)));
    }
  }
  return values;
}

void check_sum(Scope& scope, const Node& node, const std::string& path, double sum) {
  if (std::abs(sum - 1.0) > share_tolerance)
    scope.error(node, path, fmt::format("the shares sum to {:.6g} (they must sum to 1)", sum));
}

Json schema(const TextKind&) {
  return {{"type", "string"}};
}
Json schema(const NameKind&) {
  return {{"type", "string"}, {"pattern", "^[a-z][a-z0-9_]*$"}};
}
Json schema(const FlagKind&) {
  return {{"type", "boolean"}};
}
Json schema(const NumberKind& kind) {
  return number_schema("number", kind.low, kind.high);
}
Json schema(const IntegerKind& kind) {
  return number_schema("integer", kind.low, kind.high);
}
Json schema(const YearKind&) {
  return schema(IntegerKind{earliest_year, latest_year});
}
Json schema(const YearsKind&) {
  return {{"type", "array"}, {"items", schema(YearKind{})}, {"minItems", 2}, {"maxItems", 2}};
}
Json schema(const FactKind& kind) {
  return {{"type", "object"},
          {"properties",
           {{"value", schema(NumberKind{kind.low, kind.high})},
            {"source", schema(TextKind{})},
            {"assumed", schema(TextKind{})},
            {"range", {{"type", "array"}, {"items", {{"type", "number"}}}, {"minItems", 2}, {"maxItems", 2}}}}},
          {"required", {"value"}},
          {"additionalProperties", false}};
}
Json schema(const YearCountsKind&) {
  return {{"type", "object"},
          {"patternProperties", {{"^[0-9]{4}$", {{"type", "integer"}, {"minimum", 0}}}}},
          {"additionalProperties", false}};
}
Json choice_schema(const std::vector<std::string>& names) {
  return {{"enum", names}};
}
Json by_name_schema(const std::vector<std::string>& names, const Json& value) {
  Json properties = Json::object();
  for (const std::string& name : names) properties[name] = value;
  return {{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
}

}  // namespace innochain
