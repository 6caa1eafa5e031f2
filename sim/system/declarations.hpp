#pragma once

#include <optional>
#include <string_view>

namespace innochain {

/// One declaration per parameter or lever. It drives the scenario reader, `--set`, `innochain describe`, the JSON
/// Schema and the tables of docs/odd.md.
struct Declaration {
  std::string_view path;     ///< as written in scenarios, e.g. "approvals.dispersion"
  std::string_view unit;     ///< "1" for pure numbers
  double low = 0.0;          ///< smallest and
  double high = 0.0;         ///< largest allowed value
  double value = 0.0;        ///< default
  std::string_view meaning;  ///< one sentence
  std::string_view source;   ///< paper, statute, report page, or "assumed: …"
};

/// Levers on the path of the composite `centralization` have a value at 0 and at 1, linear in between.
struct CentralizationPath {
  double at_zero = 0.0;
  double at_one = 0.0;
};

struct LeverDeclaration : Declaration {
  std::optional<CentralizationPath> centralization{};
};

}  // namespace innochain
