#pragma once

#include <oneapi/tbb/enumerable_thread_specific.h>

#include <memory>
#include <string>
#include <vector>

#include "calibration/parameter_draws.hpp"
#include "calibration/run_quantity.hpp"
#include "calibration/simulator.hpp"

namespace innochain {

/// One known value of an output: papers of a year, patents of a lab.
struct OutputTarget {
  const Pattern* pattern = nullptr;
  const KnownValue* known = nullptr;
  std::size_t quantity = 0;  ///< number of its pattern among the outputs
  std::string name() const;  ///< "sci_papers: 2010"
};

/// How far a value is from a known one, in units of its error, half of [low, high]: from the value where there is one,
/// else from the interval. An open end is never crossed.
double deviation(const KnownValue& known, double simulated);

/// The whole model up to the end of the fit, as the simulator of a second stage: parameters of outputs in, deviations
/// of outputs out. A run has the parameters and the past of one draw of the first stage, chosen by its luck, so that
/// the particles of a sampler are pairs of a draw and of output parameters, and outputs may also tell draws apart.
///
/// All statistics are one block, because the outputs of a run share its past. Years of one series share most of their
/// error, in the world and in the model; so every pattern counts alike in the distance, however many years it has.
class OutputModel : public Simulator {
 public:
  /// \param calibration of a second stage; must outlive the model. Throws what ParameterDraws does.
  explicit OutputModel(const Calibration& calibration);

  const Prior& prior() const override { return calibration_.prior; }
  const std::vector<StatisticsBlock>& blocks() const override { return blocks_; }
  void simulate(std::span<const double> values, Luck luck, std::span<double> deviations,
                std::span<double> log_weights) const override;

  const Calibration& calibration() const { return calibration_; }
  const std::vector<OutputTarget>& targets() const { return targets_; }    ///< up to the end of the fit
  const std::vector<OutputTarget>& held_out() const { return held_out_; }  ///< up to the end of the prediction
  std::vector<std::string> statistic_names() const;

  /// The draw of the first stage that a luck stands for.
  std::size_t draw_of(Luck luck) const;
  /// Writes a draw of the first stage with its past, and the parameters of this one; no values: the scenario's.
  void apply(std::size_t draw, std::span<const double> values, Params& params) const;
  /// What a run gives for a target, in the unit of its pattern.
  double value(const OutputTarget& target, const Params& params, const Indicators& run) const;

 private:
  struct Room {
    Params params;
    Workspace workspace;
  };

  const Calibration& calibration_;
  ParameterDraws draws_;
  ParameterDraws::InScenario in_scenario_;
  std::size_t n_draws_ = 0;
  std::vector<RunQuantity> quantities_;
  std::vector<OutputTarget> targets_, held_out_;
  std::vector<double> shares_;  ///< by statistic: what makes patterns count alike
  std::vector<StatisticsBlock> blocks_;
  mutable tbb::enumerable_thread_specific<Room> rooms_;
};

}  // namespace innochain
