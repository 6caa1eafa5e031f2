#include <algorithm>

#include "scenarios/reader/resolver.hpp"

/// Shocks, and the list of what is traced: parts of a scenario that later files replace as a whole.
namespace innochain {
namespace {

/// Severity by year of the shock's span, or nothing when it is not valid.
std::optional<std::vector<double>> read_severity(Scope& scope, const Node& node, const std::string& path,
                                                 YearSpan years) {
  if (node.is_scalar()) {
    double share = 0.0;
    if (!read(scope, node, path, NumberKind{0, 1}, share)) return {};
    return std::vector<double>(years.size(), share);
  }
  if (!node.is_mapping()) {
    return expect_kind(scope, node, path, "a share from 0 to 1, or shares by year {2018: 0.3, …},"), std::nullopt;
  }
  const std::size_t before = scope.problems.size();
  std::vector<YearValue> steps;
  read(scope, node, path, SeriesKind{1}, steps);
  for (const Entry& entry : node.entries) {
    const auto year = as_integer(entry.key);
    if (year && !years.contains(Year(*year)))
      scope.error(entry.key, join(path, entry.key.text),
                  fmt::format("is outside the years of the shock ({})", years_text(years)));
  }
  if (node.entries.empty()) scope.error(node, path, "has no year (write a share, or shares by year {2018: 0.3, …})");
  if (scope.problems.size() > before) return {};
  std::vector<double> severity;
  for (Year year = years.first; year <= years.last; ++year) severity.push_back(linear_between(steps, year));
  return severity;
}

}  // namespace

void Resolver::merge_shocks(const ScenarioFields& fields, const Node& document) {
  for (std::size_t i = 0; i < fields.shocks.size(); ++i) {
    Shock shock = fields.shocks[i];
    const Node& item = document.find("shocks")->items[i];
    const std::string path = join("shocks", i);
    shock_sources_[shock.name] = &item;
    if (fields.shocks[i].severity_share) {
      const auto severity =
          read_severity(scope_, *fields.shocks[i].severity_share, path + ".severity_share", shock.years);
      if (severity) shock.severity = *severity;
    }
    note_outside(shock.years, item, path);
    const auto same = std::ranges::find(params_.shocks, shock.name, &Shock::name);
    if (same == params_.shocks.end())
      params_.shocks.push_back(std::move(shock));
    else
      *same = std::move(shock);
  }
}

void Resolver::merge_trace(const TraceFields& fields, const Node& document) {
  if (!fields.categories) return;
  const std::vector<CategoryId>& categories = *fields.categories;
  trace_source_ = document.find("trace")->find("categories");
  for (std::size_t i = 0; i < categories.size(); ++i) {
    const auto end = categories.begin() + static_cast<std::ptrdiff_t>(i);
    if (!categories[i].exists() || std::find(categories.begin(), end, categories[i]) == end) continue;
    scope_.error(trace_source_->items[i], join("trace.categories", i),
                 fmt::format("`{}` is listed twice", params_.system.categories[categories[i]].name));
  }
  params_.traced_categories = categories;
}

}  // namespace innochain
