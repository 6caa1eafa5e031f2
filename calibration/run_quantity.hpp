#pragma once

#include <string>
#include <vector>

#include "calibration/patterns.hpp"
#include "sim/state/indicators.hpp"

namespace innochain {

/// The quantity of a pattern, read from the indicators of a run without a result file between them.
class RunQuantity {
 public:
  /// \param pattern must outlive the object
  /// Throws InputError, at the place of the pattern: an indicator that there is not, a dimension it does not have or
  /// along which nothing is selected, a category that the system does not have, a trace of a named agent.
  RunQuantity(const Pattern& pattern, const System& system);

  /// In the unit of the observed value; NaN where a value that is needed is missing, or a year was not simulated.
  /// \param years of the row that it is compared with
  double value(const Indicators& run, YearSpan simulated, YearSpan years) const;

 private:
  struct Term {
    const SimulatedTerm* term;
    std::vector<std::size_t> positions;  ///< along the indicator's axis
  };
  double value(const Indicators& run, YearSpan simulated, const SimulatedTerm& term, Year year) const;

  const Pattern* pattern_;
  std::vector<Term> terms_;
};

}  // namespace innochain
