#pragma once

#include "scenarios/reader/lever_table.hpp"

namespace innochain {

/// One lever set over a span of years.
struct LeverSetting {
  std::size_t lever = 0;  ///< place in the table
  LeverEffect effect;
  YearSpan years;
  const Node* at = nullptr;  ///< where it is written
};

/// The levers of all years, built up layer by layer (a layer is one file, or all --set), and where each value was
/// written.
class LeverHistory {
 public:
  /// Who set a lever in a year.
  struct Source {
    const Node* at = nullptr;  ///< nullptr: the declared default
    bool composite = false;    ///< `centralization` moved it
    std::size_t layer = 0;
    bool operator==(const Source&) const = default;
  };

  LeverHistory(const System& system, const LeverTable& table, YearSpan years);

  /// Applies the settings of the next layer: first every `centralization`, which resets what earlier layers set on its
  /// path, then the other levers in order, which therefore beat it. Adds notes that say which levers were concerned.
  void apply_layer(const std::vector<LeverSetting>& settings, std::vector<Problem>& notes);

  const std::vector<Levers>& levers() const { return levers_; }
  const Source& source(std::size_t lever, Year year) const { return sources_[lever][years_.index(year)]; }

 private:
  void apply(const LeverSetting& setting);
  void centralize(const LeverSetting& setting, std::vector<Problem>& notes);
  YearSpan inside(YearSpan years) const;

  const LeverTable& table_;
  YearSpan years_;
  std::size_t layer_ = 0;
  std::vector<Levers> levers_;
  std::vector<std::vector<Source>> sources_;  ///< by lever and year
};

std::string years_text(YearSpan years);

}  // namespace innochain
