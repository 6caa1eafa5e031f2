#include <algorithm>

#include "scenarios/reader/lever_history.hpp"
#include "scenarios/reader/sweep_reader.hpp"

/// The canonical text of a sweep.
namespace innochain {
namespace {

std::string level_text(const PlannedAxis& axis, const Level& level) {
  return level.kind == Level::Kind::nothing ? "null" : std::get<std::string>(axis.value(level, true));
}

}  // namespace

std::string SweepReader::column_text(std::size_t axis) const {
  const Draft& draft = drafts_[axis];
  return draft.years ? fmt::format("{}@{}", draft.path, years_text(*draft.years)) : draft.path;
}

std::string SweepReader::axes_text() const {
  const bool rows = plan_.design == DesignKind::list || plan_.design == DesignKind::csv;
  std::string text = fmt::format("axes:{}\n", drafts_.empty() ? " []" : "");
  for (std::size_t i = 0; i < drafts_.size(); ++i) {
    if (!drafts_[i].labelled) continue;  // stands with the axis whose value it shares
    const PlannedAxis& axis = plan_.axes[i];
    text += "  - {path: [" + column_text(i);
    for (std::size_t k = i + 1; k < drafts_.size() && !drafts_[k].labelled; ++k) text += ", " + column_text(k);
    text += "]";
    if (!axis.levels.empty() && !rows) {
      text += ", values: [";
      for (std::size_t k = 0; k < axis.levels.size(); ++k) text += (k ? ", " : "") + level_text(axis, axis.levels[k]);
      text += "]";
    } else if (axis.range) {
      text +=
          fmt::format(", range: [{}, {}], scale: {}, integer: {}", number_text(axis.range->low),
                      number_text(axis.range->high), axis.range->logarithmic ? "log" : "linear", axis.range->integer);
    }
    text += rows ? "}\n" : fmt::format(", linked: axis_{}}}\n", axis.coordinate);
  }
  return text;
}

std::string SweepReader::design_text() const {
  std::string text = fmt::format("design:\n  kind: {}\n", design_kind_names[static_cast<std::size_t>(plan_.design)]);
  if (plan_.latin_hypercube || plan_.sobol) {
    const DesignFields& design = *fields_.design;
    text += fmt::format("  points: {}\n", plan_.n_points);
    if (design.scramble == false) return text + "  scramble: false\n";
    return text + fmt::format("  seed: {}\n", design.seed.value_or(design.scramble_seed.value_or(1)));
  }
  if (plan_.design == DesignKind::grid) return text;
  std::vector<std::string> columns;
  const bool named = !plan_.point_names.empty();
  if (named) columns.emplace_back("name");
  for (std::size_t i = 0; i < drafts_.size(); ++i) {
    if (drafts_[i].labelled) columns.push_back(column_text(i));
  }
  text += fmt::format("  columns: [{}]\n  rows:\n", fmt::join(columns, ", "));
  std::vector<std::string> values;
  for (std::size_t point = 0; point < plan_.n_points; ++point) {
    values.clear();
    if (named) values.push_back(plan_.point_names[point].empty() ? "null" : quoted(plan_.point_names[point]));
    for (std::size_t i = 0; i < plan_.axes.size(); ++i) {
      if (drafts_[i].labelled) values.push_back(level_text(plan_.axes[i], plan_.axes[i].levels[point]));
    }
    text += fmt::format("    - [{}]\n", fmt::join(values, ", "));
  }
  return text;
}

std::string SweepReader::text() const {
  std::string text = fmt::format("schema_version: 1\ntitle: {}\nscenarios:\n", quoted(sweep_.title));
  for (std::size_t s = 0; s < sweep_.scenarios.size(); ++s)
    text += fmt::format("  {}: {}\n", sweep_.scenario_names[s], quoted(scenario_file_texts_[s]));
  if (!sweep_.baseline.empty()) text += fmt::format("baseline: {}\n", sweep_.baseline);
  text += design_text() + axes_text() + fmt::format("replicates: {}\n", sweep_.replicates);
  if (sweep_.seed) text += fmt::format("seed: {}\n", *sweep_.seed);
  text += fmt::format("parameters: {{{}pairing: one_draw_per_replicate}}\n",
                      fields_.parameters.source ? fmt::format("source: {}, ", *fields_.parameters.source) : "");
  if (sweep_.branch_from) text += fmt::format("branch_from: {}\n", sweep_.branch_from->value());
  if (!sweep_.keep.empty()) text += fmt::format("keep: {}\n", keep_text(sweep_.keep));
  if (options_.settings.empty()) return text;
  text += "set:\n";
  for (const std::string& setting : options_.settings) text += fmt::format("  - {}\n", quoted(setting));
  return text;
}

}  // namespace innochain
