#pragma once

#include <optional>
#include <string>
#include <vector>

#include "calibration/abc_smc.hpp"
#include "calibration/calibrated_draws.hpp"
#include "calibration/emulation/compare_posteriors.hpp"
#include "calibration/emulation/emulator_posterior.hpp"
#include "calibration/emulation/history_matching.hpp"
#include "output/table.hpp"

namespace innochain {

/// One wave of history matching, as it is reported.
struct WaveSummary {
  std::size_t n_points = 0, n_statistics_used = 0;
  double share = 0.0, share_low = 0.0,
         share_high = 0.0;  ///< of the prior that is not implausible, with its 90 % interval
};

/// What the second, independent method finds, and where it disagrees with ABC-SMC. Its likelihood is a normal one in
/// the deviations where ABC-SMC has a hard tolerance, so that some disagreement is one of likelihoods.
struct SecondMethod {
  std::vector<WaveSummary> waves;
  std::string end;
  std::vector<StatisticReport> emulators;       ///< of the last wave; by statistic
  std::optional<ChainDiagnostics> diagnostics;  ///< none where nothing was left to sample
  std::vector<MarginalComparison> comparison;   ///< ABC-SMC first; by parameter
};

/// History matching with emulators of the institutions alone, the posterior that the emulators give, and its comparison
/// with the last generation of ABC-SMC.
SecondMethod match_and_compare(const InstitutionalModel& model, const AbcState& abc, const WorkOptions& options);

Table wave_table(const SecondMethod& method);
/// What the emulators of the last wave are worth, statistic by statistic, and which parameters each depends on.
Table emulator_table(const InstitutionalModel& model, const SecondMethod& method);
Table comparison_table(const InstitutionalModel& model, const SecondMethod& method);

}  // namespace innochain
