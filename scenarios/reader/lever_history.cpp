#include "scenarios/reader/lever_history.hpp"

#include <algorithm>

namespace innochain {

std::string years_text(YearSpan years) {
  if (years.first == years.last) return fmt::format("{}", years.first.value());
  return fmt::format("{}..{}", years.first.value(), years.last.value());
}

LeverHistory::LeverHistory(const System& system, const LeverTable& table, YearSpan years)
    : table_(table),
      years_(years),
      levers_(years.size(), default_levers(system)),
      sources_(table.levers().size(), std::vector<Source>(years.size())) {}

YearSpan LeverHistory::inside(YearSpan years) const {
  return {std::max(years.first, years_.first), std::min(years.last, years_.last)};
}

void LeverHistory::apply(const LeverSetting& setting) {
  const YearSpan span = inside(setting.years);
  for (Year year = span.first; year <= span.last; ++year) {
    setting.effect(levers_[years_.index(year)], year);
    sources_[setting.lever][years_.index(year)] = {setting.at, false, layer_};
  }
}

void LeverHistory::centralize(const LeverSetting& setting, std::vector<Problem>& notes) {
  const YearSpan span = inside(setting.years);
  std::vector<std::string> reset;
  for (const std::size_t lever : table_.centralized()) {
    const Node* earlier = nullptr;
    for (Year year = span.first; year <= span.last; ++year) {
      Source& source = sources_[lever][years_.index(year)];
      if (!earlier && !source.composite) earlier = source.at;
      source = {setting.at, true, layer_};
    }
    if (earlier) reset.push_back(fmt::format("{} ({}:{})", table_.paths()[lever], *earlier->file, earlier->line));
  }
  apply(setting);
  if (reset.empty()) return;
  notes.push_back(
      problem_at(*setting.at, "centralization",
                 fmt::format("resets what earlier files set in {}: {}", years_text(span), fmt::join(reset, ", ")),
                 Problem::Kind::note));
}

void LeverHistory::apply_layer(const std::vector<LeverSetting>& settings, std::vector<Problem>& notes) {
  ++layer_;
  const auto is_composite = [&](const LeverSetting& setting) {
    return table_.levers()[setting.lever].kind == Lever::Kind::centralization;
  };
  for (const LeverSetting& setting : settings) {
    if (is_composite(setting)) centralize(setting, notes);
  }
  for (const LeverSetting& setting : settings) {
    if (is_composite(setting)) continue;
    const YearSpan span = inside(setting.years);
    bool beats = false;
    for (Year year = span.first; year <= span.last; ++year) {
      const Source& source = sources_[setting.lever][years_.index(year)];
      beats = beats || (source.composite && source.layer == layer_);
    }
    if (beats) {
      notes.push_back(
          problem_at(*setting.at, table_.paths()[setting.lever],
                     fmt::format("is set explicitly in {}, so that `centralization` in the same file does not move it",
                                 years_text(span)),
                     Problem::Kind::note));
    }
    apply(setting);
  }
}

}  // namespace innochain
