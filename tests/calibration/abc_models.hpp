#pragma once

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <functional>
#include <utility>
#include <vector>

#include "calibration/simulator.hpp"
#include "sim/core/random.hpp"

/// Models with a known posterior, to try samplers on.
namespace innochain::testing {

/// A simulator made of a function of (values, stream of the replicate, deviations, log weights), which is called for
/// each block with the block's luck.
class FunctionSimulator : public Simulator {
 public:
  using Function = std::function<void(std::span<const double>, Stream&, std::span<double>, std::span<double>)>;

  FunctionSimulator(Prior prior, std::vector<StatisticsBlock> blocks, Function function,
                    std::vector<std::vector<std::size_t>> own_parameters = {}, std::vector<TradeOff> trade_offs = {},
                    std::size_t n_luck_parts = 1)
      : prior_(std::move(prior)),
        blocks_(std::move(blocks)),
        function_(std::move(function)),
        own_parameters_(std::move(own_parameters)),
        trade_offs_(std::move(trade_offs)),
        n_luck_parts_(n_luck_parts) {
    own_parameters_.resize(blocks_.size());
  }

  const Prior& prior() const override { return prior_; }
  const std::vector<StatisticsBlock>& blocks() const override { return blocks_; }
  std::vector<std::vector<std::size_t>> own_parameters() const override { return own_parameters_; }
  std::vector<TradeOff> trade_offs() const override { return trade_offs_; }
  std::size_t n_luck_parts() const override { return n_luck_parts_; }
  void simulate(std::span<const double> values, Luck luck, std::span<double> deviations,
                std::span<double> log_weights) const override {
    std::vector<double> all_deviations(deviations.size()), all_log_weights(log_weights.size(), 0.0);
    for (std::size_t k = 0; k < blocks_.size(); ++k) {
      Stream stream =
          Streams(1, luck.number).at(Purpose::lab_quality, Year(0), static_cast<std::uint32_t>(k), luck.block(k));
      function_(values, stream, all_deviations, all_log_weights);
      for (std::size_t j = blocks_[k].first; j < blocks_[k].first + blocks_[k].size; ++j)
        deviations[j] = all_deviations[j];
      log_weights[k] = all_log_weights[k];
    }
  }

 private:
  Prior prior_;
  std::vector<StatisticsBlock> blocks_;
  Function function_;
  std::vector<std::vector<std::size_t>> own_parameters_;
  std::vector<TradeOff> trade_offs_;
  std::size_t n_luck_parts_;
};

/// Three normal observations of one mean in two blocks, and one of known likelihood, which stands in the log weights of
/// the first. The prior of the mean is normal; further parameters do nothing.
struct NormalMean {
  static constexpr double prior_mean = 1.0, prior_sd = 2.0;
  static constexpr std::array<double, 3> observed{1.8, 0.4, 1.5}, sds{0.5, 0.8, 1.0};
  static constexpr double weighed = 2.0, weighed_sd = 1.2;

  static FunctionSimulator simulator(std::size_t n_neutral = 0) {
    using Kind = Distribution::Kind;
    std::vector<PriorParameter> parameters{{"mean", "1", {Kind::normal, prior_mean, prior_sd}}};
    for (std::size_t i = 0; i < n_neutral; ++i)
      parameters.push_back({fmt::format("neutral{}", i), "1", {Kind::uniform, 0.0, 1.0}});
    return {Prior(std::move(parameters)),
            {{"one", 0, 1}, {"two", 1, 2}},
            [](std::span<const double> values, Stream& stream, std::span<double> deviations,
               std::span<double> log_weights) {
              for (std::size_t j = 0; j < 3; ++j)
                deviations[j] = (values[0] + sds[j] * stream.normal() - observed[j]) / sds[j];
              const double z = (weighed - values[0]) / weighed_sd;
              log_weights[0] = -0.5 * z * z;
            }};
  }
};

/// The g-and-k distribution (Rayner & MacGillivray 2002, Stat. Comput. 12, 57–75) with c = 0.8.
struct GAndK {
  double a, b, g, k;
  double quantile(double z) const {
    return a + b * (1.0 + 0.8 * std::tanh(0.5 * g * z)) * std::pow(1.0 + z * z, k) * z;
  }
  /// Derivative of the quantile by the normal score.
  double slope(double z) const {
    const double t = std::tanh(0.5 * g * z), power = std::pow(1.0 + z * z, k);
    return b * power *
           (0.4 * g * (1.0 - t * t) * z + (1.0 + 0.8 * t) * (1.0 + (2.0 * k + 1.0) * z * z) / (1.0 + z * z));
  }
};

}  // namespace innochain::testing
