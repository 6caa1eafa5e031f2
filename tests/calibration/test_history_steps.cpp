/// Moves that keep what happened, on a model whose posterior is known.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <memory>

#include "calibration/abc_smc.hpp"
#include "calibration/history_steps.hpp"
#include "tests/calibration/posterior_estimate.hpp"

namespace innochain {
namespace {

using testing::estimate_posterior;
using testing::PosteriorEstimate;
using Kind = Distribution::Kind;

/// Six trials a block, one by each part of its luck. θ are their log odds, to which the second block adds a parameter
/// of its own; four successes in the first and two in the second were observed, beside data of weight exp(−(θ − 1)²/2).
class CountedSuccesses : public Simulator {
 public:
  static constexpr std::array<double, 2> observed{4.0, 2.0};
  static constexpr std::size_t n_parts = 6;
  static double probability(std::size_t block, std::span<const double> values) {
    return 1.0 / (1.0 + std::exp(-values[0] - (block == 1 ? values[1] : 0.0)));
  }
  static double log_weight(std::size_t block, std::span<const double> values) {
    return block == 0 ? -0.5 * (values[0] - 1.0) * (values[0] - 1.0) : 0.0;
  }
  static bool succeeds(std::uint32_t luck, std::size_t block, std::size_t part, std::span<const double> values) {
    return Streams(77, luck).at(Purpose::abc_smc, Year(static_cast<int>(part)), block).uniform() <
           probability(block, values);
  }

  const Prior& prior() const override { return prior_; }
  const std::vector<StatisticsBlock>& blocks() const override { return blocks_; }
  std::vector<std::vector<std::size_t>> own_parameters() const override { return {{}, {1}}; }
  std::size_t n_luck_parts() const override { return n_parts; }
  std::vector<std::size_t> history_parameters() const override { return {0, 1}; }
  void simulate(std::span<const double> values, Luck luck, std::span<double> deviations,
                std::span<double> log_weights) const override {
    for (std::size_t k = 0; k < 2; ++k) {
      deviations[k] = -observed[k];
      for (std::size_t part = 0; part < n_parts; ++part)
        deviations[k] += succeeds(luck.block(k, part), k, part, values) ? 1.0 : 0.0;
      log_weights[k] = log_weight(k, values);
    }
  }
  std::unique_ptr<History> history(std::span<const double> values, Luck luck) const override {
    auto history = std::make_unique<Successes>();
    for (std::size_t k = 0; k < 2; ++k)
      for (std::size_t part = 0; part < n_parts; ++part)
        history->happened[k][part] = succeeds(luck.block(k, part), k, part, values);
    return history;
  }

 private:
  struct Successes : History {
    std::array<std::array<bool, n_parts>, 2> happened{};
    Judgement judge(std::size_t k, std::span<const double> values) override {
      const double p = probability(k, values);
      double log_probability = 0.0;
      for (const bool success : happened[k]) log_probability += std::log(success ? p : 1.0 - p);
      return {log_probability, log_weight(k, values)};
    }
    void draw_luck(std::size_t k, std::span<const double> values, Stream& stream,
                   std::span<std::uint32_t> luck) const override {
      for (std::size_t part = 0; part < n_parts; ++part) do
          luck[part] = stream();
        while (succeeds(luck[part], k, part, values) != happened[k][part]);
    }
  };

  Prior prior_{
      std::vector<PriorParameter>{{"shared", "1", {Kind::normal, 0.0, 1.0}}, {"own", "1", {Kind::normal, 0.0, 1.0}}}};
  std::vector<StatisticsBlock> blocks_{{"first", 0, 1}, {"second", 1, 1}};
};

/// By the trapezoidal rule over both parameters.
TEST(HistorySteps, LeadToTheExactPosteriorOfCounts) {
  constexpr double tolerance = 0.5;  // the counts themselves
  std::array<double, 2> first{}, second{};
  double total = 0.0;
  for (double a = -5.0; a <= 5.0; a += 0.02) {
    for (double b = -5.0; b <= 5.0; b += 0.02) {
      const std::array values{a, b};
      double density = std::exp(-0.5 * (a * a + b * b));
      for (std::size_t k = 0; k < 2; ++k) {
        const double p = CountedSuccesses::probability(k, values), n = CountedSuccesses::observed[k];
        density *= std::pow(p, n) * std::pow(1.0 - p, CountedSuccesses::n_parts - n) *
                   std::exp(CountedSuccesses::log_weight(k, values));
      }
      total += density;
      for (std::size_t j = 0; j < 2; ++j) {
        first[j] += density * values[j];
        second[j] += density * values[j] * values[j];
      }
    }
  }
  AbcConfig config;
  config.n_particles = 300;
  config.adaptive_scales = false;
  config.target_tolerance = tolerance;
  config.last_moves = 16;
  config.history_every = 2;
  for (const std::size_t n_replicates : {1u, 2u}) {
    config.n_replicates = n_replicates;
    const PosteriorEstimate found = estimate_posterior(CountedSuccesses(), config, 40, false);
    for (std::size_t j = 0; j < 2; ++j) {
      const double mean = first[j] / total;
      EXPECT_NEAR(found.means[j].mean, mean, found.means[j].half_width) << n_replicates << " " << j;
      EXPECT_NEAR(found.sds[j].mean, std::sqrt(second[j] / total - mean * mean), found.sds[j].half_width)
          << n_replicates << " " << j;
    }
  }
}

/// They simulate before and after, which the bound of a generation's runs must allow for.
TEST(HistorySteps, NeverExceedTheBudget) {
  const CountedSuccesses simulator;
  AbcConfig config;
  config.n_particles = 20;
  config.adaptive_scales = false;
  config.target_tolerance = 0.1;
  config.max_moves = 5;
  config.last_moves = 11;
  config.history_every = 2;
  std::size_t n_stopped = 0;
  for (std::uint64_t budget = 500; budget <= 1500; budget += 100) {
    config.max_simulations = budget;
    const AbcResult result = run_abc_smc(simulator, config);
    EXPECT_LE(result.state.n_simulations, budget);
    n_stopped += result.stop == AbcStop::simulations ? 1 : 0;
    std::size_t n_history_moves = 0;
    for (const AbcGeneration& generation : result.state.history) n_history_moves += generation.counts.n_history_moves;
    EXPECT_GT(n_history_moves, 0u);
  }
  EXPECT_GT(n_stopped, 0u);
}

}  // namespace
}  // namespace innochain
