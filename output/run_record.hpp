#pragma once

#include <string>
#include <string_view>

#include "output/kept.hpp"
#include "sim/state/indicators.hpp"

namespace innochain {

/// A finished run as a journal holds it: why it failed, or the kept indicators as they are in memory.
struct RunRecord {
  static constexpr int layout_version = 1;

  /// \param indicators null if the run failed; \param traces whether named agents are kept
  static std::string packed(const Indicators* indicators, const std::string& failure, const KeptIndicators& kept,
                            bool traces);
  static bool failed(std::string_view packed) { return !packed.empty() && packed.front() != 0; }
  /// Why the run failed; empty if it did not.
  static std::string failure(std::string_view packed);
  /// Fills the kept indicators of a run that did not fail; they must be prepared for the run's params.
  /// Throws ReadFailed if the record has another length.
  static void unpack(std::string_view packed, const KeptIndicators& kept, bool traces, Indicators& indicators);
};

}  // namespace innochain
