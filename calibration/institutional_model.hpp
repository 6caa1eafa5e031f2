#pragma once

#include <oneapi/tbb/enumerable_thread_specific.h>

#include <memory>
#include <span>
#include <vector>

#include "calibration/calibration_file.hpp"
#include "calibration/fitted_series.hpp"
#include "calibration/simulator.hpp"
#include "sim/simulate.hpp"
#include "sim/state/state.hpp"
#include "sim/world.hpp"

namespace innochain {

/// The luck by which a calibrated draw reproduces its past: a replicate for calls and quotas of each fitted series, and
/// one for all else.
struct PathLuck {
  std::uint32_t replicate = 0;
  std::vector<std::uint32_t> approvals;
};

/// Calls after the year are drawn, whatever the scenario knows of them: what a forecaster of that year could not know.
void draw_calls_after(Year last_known, Params& params);

/// Params of the whole model up to a year, with calls drawn after the fit.
Params whole_until(Year last, const Calibration& calibration);

/// The institutions of the model (see Params::institutions_only) up to the end of the fit, as a simulator: parameters
/// in, deviations from the targets out, one block a series. Runs have the seed of the calibration and the luck as
/// their replicate.
class InstitutionalModel : public Simulator {
 public:
  /// \param calibration must outlive the model
  explicit InstitutionalModel(const Calibration& calibration);
  ~InstitutionalModel() override;

  const Prior& prior() const override { return calibration_.prior; }
  const std::vector<StatisticsBlock>& blocks() const override { return blocks_; }
  /// The κ and the saturation share of its designation; none where a designation takes candidates from others.
  std::vector<std::vector<std::size_t>> own_parameters() const override;
  /// The appetites of all eras are multiplied, and all κ divided, by one number: only designations whose κ is fixed,
  /// or has a prior that is not log-normal, see it; the others but for what bounds cut off the priors. None where an
  /// appetite is fixed or has a prior that is not log-normal, or where a designation takes candidates from others.
  std::vector<TradeOff> trade_offs() const override;
  /// The years up to the end of the fit.
  std::size_t n_luck_parts() const override { return institutions_.scale.years.size(); }
  /// Those that act by calls and numbers approved alone, and the one that does nothing. The bar raise is among them: it
  /// acts by how many candidates pass.
  std::vector<std::size_t> history_parameters() const override;
  std::unique_ptr<History> history(std::span<const double> values, Luck luck) const override;
  void simulate(std::span<const double> values, Luck luck, std::span<double> deviations,
                std::span<double> log_weights) const override;
  /// Asks after every year.
  bool simulate_unless(const IsHopeless& is_hopeless, std::span<const double> values, Luck luck,
                       std::span<double> deviations, std::span<double> log_weights) const override;

  /// A run of institutions with parameters that apply() has written, in a world of before where it can be shared.
  /// \param worlds made for params of this model that end in the same year
  const Indicators& run(const Params& institutions, std::uint32_t replicate, RecentWorlds& worlds, Workspace& workspace,
                        const GoesOn& goes_on = {}) const;

  const std::vector<FittedSeries>& series() const { return series_; }
  /// Names of the statistics, in their order: "hidz: cumulative_2012".
  std::vector<std::string> statistic_names() const;
  const Calibration& calibration() const { return calibration_; }

  /// Writes the fixed and the fitted parameters.
  void apply(std::span<const double> values, Params& params) const;
  /// Params of the institutions alone up to a year.
  Params institutions_until(Year last) const;
  /// Pins a draw's luck up to the end of the fit.
  void pin(const PathLuck& luck, Params& params) const;

  /// What the items measure in one run that ended in or after the last year of the fit, as it is.
  void values_of(const Params& params, const Indicators& run, std::span<double> values) const;
  /// Deviations of such a run; the corrections are added to the values of a run of the institutions alone.
  void measure(const Params& params, const Indicators& run, std::span<double> deviations) const;
  /// Added to what runs of the institutions alone give, by statistic: the mean effect of what they leave out (funding,
  /// outputs, firms). See feedback_corrections().
  void correct(std::vector<double> corrections) { corrections_ = std::move(corrections); }
  const std::vector<double>& corrections() const { return corrections_; }
  /// Of a series from what was observed: max(root mean square deviation of its items, deviation of the end of the
  /// fit). \param deviations of all statistics
  double distance(std::size_t k, std::span<const double> deviations) const;

 private:
  class InstitutionalHistory;
  struct Room;
  Room& room() const;
  /// Simulates in the room of the thread.
  const Indicators& run(std::span<const double> values, Luck luck, const GoesOn& goes_on = {}) const;
  /// Whether one takes its candidates from others.
  bool designations_depend_on_each_other() const;

  const Calibration& calibration_;
  std::vector<FittedSeries> series_;
  std::vector<StatisticsBlock> blocks_;
  std::vector<double> corrections_;
  bool shares_worlds_ = false;  ///< no fitted parameter changes a World
  Params institutions_;
  mutable tbb::enumerable_thread_specific<std::unique_ptr<Room>> rooms_;
};

}  // namespace innochain
