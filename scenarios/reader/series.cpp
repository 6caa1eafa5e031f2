#include "scenarios/reader/series.hpp"

#include <algorithm>

namespace innochain {

bool read(Scope& scope, const Node& node, const std::string& path, const SeriesKind& kind,
          std::vector<YearValue>& out) {
  if (!node.is_mapping()) return expect_kind(scope, node, path, "a mapping of years to numbers {1984: 3, …}"), false;
  const std::size_t before = scope.problems.size();
  out.clear();
  for (const Entry& entry : node.entries) {
    YearValue item;
    const std::string where = join(path, entry.key.text);
    read(scope, entry.key, where, YearKind{}, item.first);
    read(scope, entry.value, where, NumberKind{0, kind.high}, item.second);
    out.push_back(item);
  }
  std::ranges::sort(out);
  return scope.problems.size() == before;
}

Json schema(const SeriesKind& kind) {
  return {{"type", "object"},
          {"patternProperties", {{"^[0-9]{4}$", schema(NumberKind{0, kind.high})}}},
          {"additionalProperties", false}};
}

double linear_between(const std::vector<YearValue>& values, Year year) {
  if (year <= values.front().first) return values.front().second;
  if (values.back().first <= year) return values.back().second;
  const auto after = std::ranges::lower_bound(values, year, {}, &YearValue::first);
  if (after->first == year) return after->second;
  const auto before = after - 1;
  const double t = static_cast<double>(year - before->first) / (after->first - before->first);
  return before->second + t * (after->second - before->second);
}

}  // namespace innochain
