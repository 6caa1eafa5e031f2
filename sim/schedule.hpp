#pragma once

#include <span>
#include <string_view>

#include "sim/core/random.hpp"
#include "sim/system/params.hpp"

namespace innochain {

struct State;
struct Indicators;

/// One step of the year.
struct Step {
  std::string_view name;     ///< the process, a function declared in sim/processes/
  std::string_view section;  ///< of docs/odd.md
  std::string_view meaning;
  void (*run)(const Params&, Year, const Streams&, State&, Indicators&);
  bool institutional = false;  ///< whether a run of the institutions alone takes it
};

/// The steps of the year, in order. `innochain describe schedule` prints this table.
std::span<const Step> schedule();

}  // namespace innochain
