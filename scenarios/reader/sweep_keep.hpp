#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/reader/kinds.hpp"
#include "sim/system/params.hpp"

namespace innochain {

/// An entry of `keep:`: what the result file of a sweep holds.
struct Kept {
  enum class Reducer : std::uint8_t { none, sum, mean };
  std::string variable;              ///< an indicator; empty: `years` hold for every entry without years of its own
  std::vector<std::string> members;  ///< of its axis, e.g. hidz of zone_stock; empty: all
  Reducer reducer = Reducer::none;   ///< over the years
  std::optional<YearSpan> years;     ///< absent: all years
  bool operator==(const Kept&) const = default;
};

/// Reads the list: names of variables, "name[dimension]" or "name[member, …]", {sum|mean|variable: NAME, years: [a, b]}
/// and {years: [a, b]}. Names are checked against the indicators and the system.
std::vector<Kept> read_keep(Scope& scope, const Node& list, const System& system);

/// The same as YAML, on one line.
std::string keep_text(const std::vector<Kept>& keep);

}  // namespace innochain
