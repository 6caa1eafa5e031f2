#include <gtest/gtest.h>

#include <array>
#include <boost/math/distributions/non_central_chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <functional>
#include <set>

#include "calibration/abc_smc.hpp"
#include "calibration/posterior.hpp"
#include "tests/calibration/abc_models.hpp"
#include "tests/calibration/posterior_estimate.hpp"

/// Posteriors of the sampler against those that are known.
namespace innochain {
namespace {

using testing::Estimate;
using testing::estimate_of;
using testing::estimate_posterior;
using testing::FunctionSimulator;
using testing::GAndK;
using testing::NormalMean;
using testing::PosteriorEstimate;
using Kind = Distribution::Kind;

/// Mean and standard deviation of a density on a grid.
std::array<double, 2> moments_on_grid(double from, double to, const std::function<double(double)>& density) {
  constexpr int n = 4000;
  double total = 0.0, first = 0.0, second = 0.0;
  for (int i = 0; i <= n; ++i) {
    const double x = from + (to - from) * i / n, weight = density(x);
    total += weight, first += weight * x, second += weight * x * x;
  }
  return {first / total, std::sqrt(second / total - first * first / (total * total))};
}

/// The ABC posterior of the normal mean, in closed form: the chance that simulated observations fall into the ball.
double abc_density(double mean, double tolerance) {
  using M = NormalMean;
  const boost::math::normal standard;
  const auto off = [&](std::size_t j) { return (mean - M::observed[j]) / M::sds[j]; };
  const double one = cdf(standard, tolerance - off(0)) - cdf(standard, -tolerance - off(0));
  const boost::math::non_central_chi_squared squares(2.0, off(1) * off(1) + off(2) * off(2));
  const double two = cdf(squares, 2.0 * tolerance * tolerance);
  const double z = (mean - M::prior_mean) / M::prior_sd, w = (mean - M::weighed) / M::weighed_sd;
  return std::exp(-0.5 * (z * z + w * w)) * one * two;
}

void expect_exact(const PosteriorEstimate& found, double tolerance) {
  const auto [mean, sd] = moments_on_grid(-2.0, 4.0, [&](double x) { return abc_density(x, tolerance); });
  EXPECT_NEAR(found.means[0].mean, mean, found.means[0].half_width);
  EXPECT_NEAR(found.sds[0].mean, sd, found.sds[0].half_width);
}

TEST(AbcPosteriors, OfANormalMeanIsTheExactOneAtItsTolerance) {
  AbcConfig config;
  config.n_particles = 300;
  config.n_replicates = 4;
  config.adaptive_scales = false;
  config.target_tolerance = 0.5;
  const PosteriorEstimate found = estimate_posterior(NormalMean::simulator(), config, 40, false);
  expect_exact(found, config.target_tolerance);
}

/// Two observations, of μ + a and of μ + b with normal noise: a and b are parameters of one block alone, which renewals
/// move with its luck; one run a particle, and many last moves. Of μ the exact posterior at the tolerance is an
/// integral over one unknown, of a over two.
TEST(AbcPosteriors, OfBlocksWithParametersOfTheirOwnIsTheExactOneAtItsTolerance) {
  constexpr std::array<double, 2> observed{2.0, -0.5};
  constexpr double sd = 0.3, tolerance = 1.0;
  const FunctionSimulator simulator(
      Prior({{"mu", "1", {Kind::normal, 0.0, 1.0}},
             {"a", "1", {Kind::normal, 0.0, 1.0}},
             {"b", "1", {Kind::normal, 0.0, 1.0}}}),
      {{"one", 0, 1}, {"two", 1, 1}},
      [&](std::span<const double> values, Stream& stream, std::span<double> deviations, std::span<double>) {
        for (std::size_t k = 0; k < 2; ++k)
          deviations[k] = (values[0] + values[1 + k] + sd * stream.normal() - observed[k]) / sd;
      },
      {{1}, {2}});
  AbcConfig config;
  config.n_particles = 150;
  config.n_replicates = 1;
  config.adaptive_scales = false;
  config.target_tolerance = tolerance;
  config.last_moves = 240;
  const PosteriorEstimate found = estimate_posterior(simulator, config, 20, false);

  const boost::math::normal standard;
  /// The chance that a normal number is within the tolerance of an observation.
  const auto hits = [&](double mean, double spread, double target) {
    return cdf(standard, (target + tolerance * sd - mean) / spread) -
           cdf(standard, (target - tolerance * sd - mean) / spread);
  };
  const double with_own = std::hypot(1.0, sd);
  const auto prior = [](double x) { return std::exp(-0.5 * x * x); };
  const auto [mean, spread] = moments_on_grid(-5.0, 5.0, [&](double mu) {
    return prior(mu) * hits(mu, with_own, observed[0]) * hits(mu, with_own, observed[1]);
  });
  const auto [own_mean, own_spread] = moments_on_grid(-5.0, 5.0, [&](double a) {
    constexpr int n = 200;
    double sum = 0.0;
    for (int i = 0; i <= n; ++i) {
      const double mu = -5.0 + 10.0 * i / n;
      sum += prior(mu) * hits(mu + a, sd, observed[0]) * hits(mu, with_own, observed[1]);
    }
    return prior(a) * sum;
  });
  EXPECT_NEAR(found.means[0].mean, mean, found.means[0].half_width);
  EXPECT_NEAR(found.sds[0].mean, spread, found.sds[0].half_width);
  EXPECT_NEAR(found.means[1].mean, own_mean, found.means[1].half_width);
  EXPECT_NEAR(found.sds[1].mean, own_spread, found.sds[1].half_width);
}

/// The normal mean with luck of two levels, as the institutions have it: half of the noise's variance hangs on the
/// number of the replicate, which renewals keep, half on that of the block alone, which new numbers keep.
class TwofoldLuck : public Simulator {
 public:
  const Prior& prior() const override { return model_.prior(); }
  const std::vector<StatisticsBlock>& blocks() const override { return model_.blocks(); }
  void simulate(std::span<const double> values, Luck luck, std::span<double> deviations,
                std::span<double> log_weights) const override {
    std::array<double, 3> of_number{}, of_block{};
    model_.simulate(values, luck.number ^ 0x9e3779b9u, of_number, log_weights);
    for (std::size_t k = 0; k < blocks().size(); ++k) {
      model_.simulate(values, luck.block(k), of_block, log_weights);
      for (std::size_t j = blocks()[k].first; j < blocks()[k].first + blocks()[k].size; ++j) {
        const double off = (values[0] - NormalMean::observed[j]) / NormalMean::sds[j];
        deviations[j] = off + std::sqrt(0.5) * (of_number[j] - off + of_block[j] - off);
      }
    }
  }

 private:
  FunctionSimulator model_ = NormalMean::simulator();
};

/// The same posterior, however often luck is renewed, and after rounds at the last tolerance.
TEST(AbcPosteriors, OfANormalMeanIsTheExactOneWithLuckOfTwoLevels) {
  for (const std::size_t n_replicates : {1, 4}) {
    AbcConfig config;
    config.n_particles = 300;
    config.n_replicates = n_replicates;
    config.adaptive_scales = false;
    config.target_tolerance = 0.5;
    config.renewal_share = 0.7;
    config.last_moves = 4;
    const PosteriorEstimate found = estimate_posterior(TwofoldLuck(), config, 40, false);
    SCOPED_TRACE(n_replicates);
    expect_exact(found, config.target_tolerance);
  }
}

/// The normal mean with noise in six parts of equal variance, of which renewals keep some.
class LuckInParts : public Simulator {
 public:
  const Prior& prior() const override { return model_.prior(); }
  const std::vector<StatisticsBlock>& blocks() const override { return model_.blocks(); }
  std::size_t n_luck_parts() const override { return 6; }
  void simulate(std::span<const double> values, Luck luck, std::span<double> deviations,
                std::span<double> log_weights) const override {
    std::array<double, 3> of_part{};
    for (std::size_t k = 0; k < blocks().size(); ++k) {
      for (std::size_t j = blocks()[k].first; j < blocks()[k].first + blocks()[k].size; ++j)
        deviations[j] = (values[0] - NormalMean::observed[j]) / NormalMean::sds[j];
      for (std::size_t part = 0; part < luck.n_parts; ++part) {
        model_.simulate(values, luck.block(k, part) ^ (0x9e3779b9u * static_cast<std::uint32_t>(part + 1)), of_part,
                        log_weights);
        for (std::size_t j = blocks()[k].first; j < blocks()[k].first + blocks()[k].size; ++j) {
          const double off = (values[0] - NormalMean::observed[j]) / NormalMean::sds[j];
          deviations[j] += (of_part[j] - off) / std::sqrt(static_cast<double>(luck.n_parts));
        }
      }
    }
  }

 private:
  FunctionSimulator model_ = NormalMean::simulator();
};

TEST(AbcPosteriors, OfANormalMeanIsTheExactOneWithLuckInParts) {
  AbcConfig config;
  config.n_particles = 300;
  config.n_replicates = 1;
  config.adaptive_scales = false;
  config.target_tolerance = 0.5;
  config.last_moves = 24;
  for (const double whole_share : {0.0, 0.5}) {
    config.whole_share = whole_share;
    const PosteriorEstimate found = estimate_posterior(LuckInParts(), config, 40, false);
    SCOPED_TRACE(whole_share);
    expect_exact(found, config.target_tolerance);
  }
}

/// The ABC posterior mixes conjugate posteriors of observations moved inside the ball, so its mean is at most the
/// largest such move away from the conjugate one, and its variance larger by at most the square of it.
TEST(AbcPosteriors, OfANormalMeanIsTheConjugateOneWithinTheTolerance) {
  using M = NormalMean;
  AbcConfig config;
  config.n_particles = 300;
  config.n_replicates = 4;
  config.adaptive_scales = false;
  config.target_tolerance = 0.3;
  double precision = 1.0 / (M::prior_sd * M::prior_sd) + 1.0 / (M::weighed_sd * M::weighed_sd);
  double sum = M::prior_mean / (M::prior_sd * M::prior_sd) + M::weighed / (M::weighed_sd * M::weighed_sd);
  for (std::size_t j = 0; j < 3; ++j) {
    precision += 1.0 / (M::sds[j] * M::sds[j]);
    sum += M::observed[j] / (M::sds[j] * M::sds[j]);
  }
  // Moves of ε in the first block, of length ε√2 in the two statistics of the second; gains are 1/(sd·precision).
  const double gain_two = std::hypot(1.0 / M::sds[1], 1.0 / M::sds[2]) / precision;
  const double bias = config.target_tolerance * (1.0 / (M::sds[0] * precision) + std::sqrt(2.0) * gain_two);
  const PosteriorEstimate found = estimate_posterior(M::simulator(), config, 8, false);
  EXPECT_NEAR(found.means[0].mean, sum / precision, found.means[0].half_width + bias);
  const double sd = found.sds[0].mean, width = found.sds[0].half_width;
  EXPECT_GE((sd + width) * (sd + width), 1.0 / precision);
  EXPECT_LE((sd - width) * (sd - width), 1.0 / precision + bias * bias);
}

/// Greenwood's epidemic (Greenwood 1931; Bailey 1975): each of S susceptibles is infected by the next generation with
/// the same probability while anyone is ill. With all cases and escapes observed, a beta prior gives a beta posterior,
/// which exact matches reproduce without bias.
TEST(AbcPosteriors, OfAnEpidemicWithExactMatchesIsTheConjugateOne) {
  constexpr double n_cases = 3.0, n_escapes = 16.0;  // the chain 1, 2, 1, 0 among eight: 6 + 5 + 5 escapes
  const FunctionSimulator simulator(
      Prior({{"p", "1", {Kind::beta, 2.0, 5.0}}}), {{"chain", 0, 2}},
      [](std::span<const double> values, Stream& stream, std::span<double> deviations, auto) {
        std::int64_t susceptible = 8, ill = 1, cases = 0, escapes = 0;
        while (ill > 0) {
          ill = stream.binomial(susceptible, values[0]);
          susceptible -= ill, cases += ill, escapes += susceptible;
        }
        deviations[0] = static_cast<double>(cases) - n_cases;
        deviations[1] = static_cast<double>(escapes) - n_escapes;
      });
  AbcConfig config;
  config.n_particles = 300;
  config.n_replicates = 5;
  config.target_tolerance = 0.5;
  config.adaptive_scales = false;
  const PosteriorEstimate found = estimate_posterior(simulator, config, 32, false);
  constexpr double a = 2.0 + n_cases, b = 5.0 + n_escapes;
  EXPECT_NEAR(found.means[0].mean, a / (a + b), found.means[0].half_width);
  EXPECT_NEAR(found.sds[0].mean, std::sqrt(a * b / (a + b + 1.0)) / (a + b), found.sds[0].half_width);
}

/// A parameter that the simulator ignores keeps its prior: the shrinkage that it shows is the sampler's own. One run
/// measures it to √(2/ESS) only, so it is averaged over runs, and ranks are taken from particles far apart.
TEST(AbcPosteriors, OfAParameterWithoutEffectIsThePrior) {
  constexpr std::size_t n_neutral = 3, stride = 30;
  const FunctionSimulator simulator = NormalMean::simulator(n_neutral);
  AbcConfig config;
  config.n_particles = 300;
  config.n_replicates = 4;
  config.target_tolerance = 0.5;
  std::vector<double> neutral_shrinkages, ranks;
  for (config.seed = 1; config.seed <= 40; ++config.seed) {
    const AbcState state = run_abc_smc(simulator, config).state;
    const AbcGeneration& last = state.history.back();
    const std::vector<double> shrinkage = shrinkages({1 + n_neutral, last.scores, last.weights});
    EXPECT_GT(shrinkage[0], 0.9);
    neutral_shrinkages.push_back((shrinkage[1] + shrinkage[2] + shrinkage[3]) / n_neutral);
    std::set<std::uint64_t> origins;
    for (std::size_t i = 0; i < state.population.size(); i += stride) {
      const AbcParticle& particle = state.population[i];
      if (!(particle.weight > 0.0) || !origins.insert(particle.origin).second) continue;
      for (std::size_t j = 1; j <= n_neutral; ++j) ranks.push_back(maths::normal_cdf(particle.scores[j]));
    }
  }
  const Estimate shrinkage = estimate_of(neutral_shrinkages);
  EXPECT_LT(std::abs(shrinkage.mean) + shrinkage.half_width, 0.1) << shrinkage.mean;
  EXPECT_LT(testing::uniformity_excess(ranks, 20), 0.0) << ranks.size();
}

/// So do many, although a kernel of hardly more particles than a covariance has numbers moves them: particles that
/// counted themselves in it would leave the tails, and the prior's variance shrink by a tenth and more.
TEST(AbcPosteriors, OfManyParametersWithoutEffectAreThePriorWithFewParticles) {
  constexpr std::size_t n_neutral = 17;
  const FunctionSimulator simulator = NormalMean::simulator(n_neutral);
  AbcConfig config;
  config.n_particles = 200;
  config.n_replicates = 2;
  config.target_tolerance = 0.5;
  config.acceptances = 1.0;
  config.max_moves = 8;
  config.last_moves = 16;
  std::vector<double> neutral_shrinkages;
  for (config.seed = 1; config.seed <= 30; ++config.seed) {
    const AbcGeneration last = run_abc_smc(simulator, config).state.history.back();
    const std::vector<double> shrinkage = shrinkages({1 + n_neutral, last.scores, last.weights});
    for (std::size_t j = 1; j <= n_neutral; ++j) neutral_shrinkages.push_back(shrinkage[j]);
  }
  const Estimate shrinkage = estimate_of(neutral_shrinkages);
  EXPECT_LT(std::abs(shrinkage.mean) + shrinkage.half_width, 0.1) << shrinkage.mean;
}

// --- g-and-k: octiles of 399 observations, whose joint density is known
// -----------------------------------------------

constexpr std::size_t n_octiles = 7,
                      per_gap = 50;  // the octiles of 399 numbers are the order statistics 50, 100, …, 350
using Octiles = std::array<double, n_octiles>;
constexpr GAndK g_and_k_truth{3.0, 1.0, 2.0, 0.5};

/// Standard errors of the octiles at the truth: √(p(1 − p)/n)/density.
Octiles octile_errors() {
  Octiles errors{};
  const boost::math::normal standard;
  for (std::size_t i = 0; i < n_octiles; ++i) {
    const double p = static_cast<double>(i + 1) / 8.0, z = quantile(standard, p);
    errors[i] = std::sqrt(p * (1.0 - p) / 400.0) * g_and_k_truth.slope(z) / pdf(standard, z);
  }
  return errors;
}

/// Order statistics 50, 100, … of 399 uniform numbers are sums of gamma numbers, over the sum of all.
Octiles draw_octiles(const GAndK& model, Stream& stream) {
  std::array<double, n_octiles + 1> sums{};
  double sum = 0.0;
  for (double& s : sums) s = sum += stream.gamma(per_gap, per_gap);
  Octiles octiles{};
  for (std::size_t i = 0; i < n_octiles; ++i) octiles[i] = model.quantile(maths::normal_quantile(sums[i] / sum));
  return octiles;
}

Octiles observed_octiles() {
  Stream stream = Streams(7, 0).at(Purpose::lab_quality, Year(0), 0);
  return draw_octiles(g_and_k_truth, stream);
}

GAndK model_of(std::span<const double> values) {
  return {values[0], values[1], values[2], values[3]};
}

Prior g_and_k_prior() {
  const Distribution d{Kind::uniform, 0.0, 10.0};
  return Prior({{"a", "1", d}, {"b", "1", d}, {"g", "1", d}, {"k", "1", d}});
}

FunctionSimulator g_and_k_simulator() {
  return {g_and_k_prior(),
          {{"octiles", 0, n_octiles}},
          [observed = observed_octiles(), errors = octile_errors()](std::span<const double> values, Stream& stream,
                                                                    std::span<double> deviations, auto) {
            const Octiles octiles = draw_octiles(model_of(values), stream);
            for (std::size_t i = 0; i < n_octiles; ++i) deviations[i] = (octiles[i] - observed[i]) / errors[i];
          }};
}

/// The normal score of a value: the quantile function inverted by bisection and Newton's method.
double score_of(const GAndK& model, double x) {
  double low = -40.0, high = 40.0, z = 0.0;
  for (int step = 0; step < 100; ++step) {
    const double excess = model.quantile(z) - x;
    (excess > 0.0 ? high : low) = z;
    double next = z - excess / model.slope(z);
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (std::abs(next - z) < 1e-10) return next;
    z = next;
  }
  return z;
}

/// Joint log density of the octiles, as order statistics, without its constant.
double log_density_of(const Octiles& octiles, const GAndK& model) {
  double log_sum = 0.0, below = 0.0;
  for (const double x : octiles) {
    const double z = score_of(model, x), p = maths::normal_cdf(z);
    if (!(p > below)) return -HUGE_VAL;
    log_sum += (per_gap - 1) * std::log(p - below) - 0.5 * z * z - std::log(model.slope(z));
    below = p;
  }
  return below < 1.0 ? log_sum + (per_gap - 1) * std::log1p(-below) : -HUGE_VAL;
}

/// The ABC posterior by another way: a random walk over parameters and the observation's move inside the ball, with the
/// exact density of the moved octiles. Means and standard deviations of the scores, with errors from batches.
PosteriorEstimate reference_posterior(double tolerance, std::size_t n_batches, std::size_t batch_size) {
  const Octiles observed = observed_octiles(), errors = octile_errors();
  const Prior prior = g_and_k_prior();
  constexpr std::array<double, 4> steps{0.03, 0.06, 0.25, 0.10};
  Stream stream = Streams(3, 0).at(Purpose::abc_smc, Year(0), 0);
  std::array<double, 4> scores{}, values{g_and_k_truth.a, g_and_k_truth.b, g_and_k_truth.g, g_and_k_truth.k};
  Octiles moved{}, moves{};
  prior.scores(values, scores);
  const auto log_posterior = [&](const std::array<double, 4>& at, const Octiles& move) {
    double square = 0.0, log_prior = 0.0;
    for (std::size_t i = 0; i < n_octiles; ++i) {
      square += move[i] * move[i];
      moved[i] = observed[i] + errors[i] * move[i];
    }
    if (square > tolerance * tolerance * n_octiles) return -HUGE_VAL;
    for (const double score : at) log_prior -= 0.5 * score * score;
    prior.values(at, values);
    return log_prior + log_density_of(moved, model_of(values));
  };
  double present = log_posterior(scores, moves);
  std::array<std::vector<double>, 4> means, sds;
  for (std::size_t batch = 0; batch <= n_batches; ++batch) {  // the first is left out
    std::array<double, 4> first{}, second{};
    for (std::size_t i = 0; i < batch_size; ++i) {
      std::array<double, 4> at = scores;
      Octiles move = moves;
      const double size = stream.uniform();
      for (std::size_t j = 0; j < 4; ++j) at[j] += size * steps[j] * stream.normal();
      for (double& m : move) m += 0.5 * size * tolerance * stream.normal();
      const double next = log_posterior(at, move);
      if (std::log(stream.uniform()) < next - present) scores = at, moves = move, present = next;
      for (std::size_t j = 0; j < 4; ++j) first[j] += scores[j], second[j] += scores[j] * scores[j];
    }
    const auto n = static_cast<double>(batch_size);
    for (std::size_t j = 0; j < 4 && batch > 0; ++j) {
      means[j].push_back(first[j] / n);
      sds[j].push_back(std::sqrt(second[j] / n - first[j] * first[j] / (n * n)));
    }
  }
  PosteriorEstimate estimate;
  for (std::size_t j = 0; j < 4; ++j) {
    estimate.means.push_back(estimate_of(means[j]));
    estimate.sds.push_back(estimate_of(sds[j]));
  }
  return estimate;
}

TEST(AbcPosteriors, OfTheGAndKDistributionAgreesWithALongMarkovChain) {
  AbcConfig config;
  config.n_particles = 200;
  config.n_replicates = 4;
  config.adaptive_scales = false;
  config.target_tolerance = 0.9;
  const PosteriorEstimate found = estimate_posterior(g_and_k_simulator(), config, 24, true);
  const PosteriorEstimate reference = reference_posterior(config.target_tolerance, 20, 20'000);
  for (std::size_t j = 0; j < 4; ++j) {
    const auto bound = [](const Estimate& a, const Estimate& b) { return std::hypot(a.half_width, b.half_width); };
    const Estimate &mean = found.means[j], &mean_reference = reference.means[j];
    const Estimate &sd = found.sds[j], &sd_reference = reference.sds[j];
    EXPECT_NEAR(mean.mean, mean_reference.mean, bound(mean, mean_reference)) << j;
    EXPECT_NEAR(sd.mean, sd_reference.mean, bound(sd, sd_reference)) << j;
  }
}

}  // namespace
}  // namespace innochain
