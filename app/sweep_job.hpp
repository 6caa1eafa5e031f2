#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "calibration/parameter_draws.hpp"
#include "output/precision.hpp"
#include "output/result_file.hpp"
#include "output/run_store.hpp"
#include "scenarios/reader/sweep.hpp"
#include "sim/ensemble.hpp"

namespace innochain {

/// Everything that decides what a sweep's result file holds.
struct SweepRequest {
  std::string file;
  std::vector<std::string> settings;   ///< --set path=value
  std::vector<std::string> precision;  ///< --precision INDICATOR@YEAR=…
  std::optional<std::uint64_t> seed;   ///< else the file's, else 1984
  std::optional<int> replicates;       ///< else the file's; with precision, the most of an arm
  bool traces = false;                 ///< whether named agents are kept
  std::string parameters;              ///< --parameters, else the file's; see parameter_source()
  bool quiet = false;
};

/// A sweep that is ready to run: its runs by number, and what is written about them. Run number replicate × arms + arm
/// keeps a sweep balanced at every moment.
class SweepJob : public RunSource {
 public:
  /// Throws InputError with all problems.
  explicit SweepJob(SweepRequest request);

  std::size_t n_arms() const { return sweep_.n_arms(); }
  std::size_t n_replicates() const { return n_replicates_; }
  /// All of them; with precision, the most there can be.
  std::size_t n_runs() const { return n_arms() * n_replicates_; }
  const Sweep& sweep() const { return sweep_; }
  const ParameterDraws& draws() const { return draws_; }
  const KeptIndicators& kept() const { return kept_; }
  bool traces() const { return request_.traces; }
  bool has_precision() const { return !rules_.empty(); }
  PrecisionPlan precision_plan() const { return {rules_, n_arms(), n_replicates_}; }
  std::optional<Year> branch_from() const { return sweep_.branch_from; }
  /// Size of a run before compression.
  std::size_t bytes_per_run() const;

  RunSeed seed(std::size_t run) const override { return {seed_, static_cast<std::uint32_t>(run / n_arms())}; }
  const Params& params(std::size_t run, ParamsRoom& room) const override;

  /// What the result file says of all runs, and of one.
  ResultHeader header(std::size_t planned_runs) const;
  RunInfo info(std::size_t run) const;
  /// Says what belongs together ("ensemble"), and how to collect it ("collect").
  nlohmann::json manifest() const;
  /// The request that a store was begun with, for collecting it. Throws NotAResultFile.
  static SweepRequest request_of(const nlohmann::json& manifest);

 private:
  void check_scenarios(std::vector<Problem>& problems) const;
  void read_rules(std::vector<Problem>& problems);
  void read_draws();
  std::vector<ScenarioRecord> records() const;

  SweepRequest request_;
  Sweep sweep_;
  std::uint64_t seed_ = 1984;
  std::size_t n_replicates_ = 1;
  std::vector<KeptIndicator> kept_list_;
  KeptIndicators kept_;
  std::vector<PrecisionRule> rules_;
  ParameterDraws draws_;
  std::vector<ParameterDraws::InScenario> drawn_;  ///< by scenario
};

}  // namespace innochain
