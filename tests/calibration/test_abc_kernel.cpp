/// Kernels without one origin: those of a population that never had it, made anew.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "calibration/abc_kernel.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

constexpr std::uint64_t nobody = std::numeric_limits<std::uint64_t>::max();

AbcPopulation population_of(std::size_t n, std::size_t n_parameters) {
  AbcPopulation population(n);
  for (std::size_t i = 0; i < n; ++i) {
    Stream stream = Streams(3, 0).at(Purpose::abc_smc, Year(0), i);
    for (std::size_t j = 0; j < n_parameters; ++j)
      population[i].scores.push_back(stream.normal() + (j > 0 ? 0.8 * population[i].scores[j - 1] : 0.0));
    population[i].weight = i % 7 == 0 ? 0.0 : stream.uniform();
    population[i].origin = i / 2;  // copies and their originals
  }
  return population;
}

/// Where each particle was a round before: it has half forgotten it.
std::vector<double> earlier_of(const AbcPopulation& population) {
  std::vector<double> earlier;
  for (std::size_t i = 0; i < population.size(); ++i) {
    Stream stream = Streams(4, 0).at(Purpose::abc_smc, Year(0), population[i].origin, static_cast<std::uint32_t>(i));
    for (const double score : population[i].scores) earlier.push_back(0.5 * score + stream.normal());
  }
  return earlier;
}

void expect_near(const LocalShape& a, const LocalShape& b) {
  EXPECT_LT((a.factor - b.factor).cwiseAbs().maxCoeff(), 1e-12);
  EXPECT_NEAR(a.log_volume, b.log_volume, 1e-12);
}

TEST(ProposalKernel, WithoutAnOriginIsThatOfTheOthers) {
  for (const std::size_t n_neighbours : {std::size_t{0}, std::size_t{5}, std::size_t{1000}}) {
    const AbcPopulation population = population_of(60, 4);
    const std::vector<double> earlier = earlier_of(population);
    const ProposalKernel kernel(population, n_neighbours, {}, earlier);
    for (const std::uint64_t origin : {1u, 10u, 29u}) {
      AbcPopulation others;
      std::vector<double> earlier_of_others;
      for (std::size_t i = 0; i < population.size(); ++i) {
        if (population[i].origin == origin) continue;
        others.push_back(population[i]);
        for (std::size_t j = 0; j < 4; ++j) earlier_of_others.push_back(earlier[4 * i + j]);
      }
      const ProposalKernel own(others, n_neighbours, {}, earlier_of_others);
      const auto without = kernel.without(origin), made_anew = own.without(nobody);
      for (const std::size_t place : {0u, 17u, 59u}) {
        const std::vector<double>& scores = population[place].scores;
        const LocalShape here = without.shape_at(scores);
        expect_near(here, made_anew.shape_at(scores));
        // A wide step shows the mean and the covariance of the whole, a slow one the directions.
        for (std::uint32_t draw = 0; draw < 20; ++draw) {
          Stream one = Streams(5, draw).at(Purpose::abc_smc, Year(0), 0), other = one;
          const Proposal a = without.propose(scores, here, one), b = made_anew.propose(scores, here, other);
          EXPECT_NEAR(a.log_ratio, b.log_ratio, 1e-9);
          for (std::size_t j = 0; j < scores.size(); ++j) EXPECT_NEAR(a.scores[j], b.scores[j], 1e-12);
        }
      }
    }
  }
}

TEST(ProposalKernel, OfOneOriginAloneIsThatOfAll) {
  AbcPopulation population = population_of(30, 3);
  for (AbcParticle& particle : population) particle.origin = 4;
  const ProposalKernel kernel(population, 0, {});
  const std::vector<double>& scores = population[1].scores;
  expect_near(kernel.without(4).shape_at(scores), kernel.without(nobody).shape_at(scores));
}

/// A population that is bent and of unequal width, so that the covariance near a point depends on the point.
AbcPopulation bent_population(std::size_t n) {
  AbcPopulation population(n);
  for (std::size_t i = 0; i < n; ++i) {
    Stream stream = Streams(3, 0).at(Purpose::abc_smc, Year(0), i);
    const double x = stream.normal();
    population[i].scores = {x, x * x - 1.0 + 0.2 * stream.normal(), std::exp(0.5 * x) * stream.normal()};
    population[i].weight = 1.0 / static_cast<double>(n);
    population[i].origin = i;
  }
  return population;
}

/// Every kind of step by itself: chains that begin with the prior and are accepted by the ratio alone stay there.
TEST(ProposalKernel, StepsOfEveryKindKeepThePrior) {
  constexpr std::size_t n_chains = 10'000, n_parameters = 3;
  constexpr int n_moves = 10;
  for (const ProposalShares& shares :
       {ProposalShares{1.0, 0.0, 0.0, 0.0}, ProposalShares{0.0, 1.0, 0.0, 0.0}, ProposalShares{0.0, 0.0, 1.0, 0.0},
        ProposalShares{0.0, 0.0, 0.0, 0.0}, ProposalShares{0.0, 0.0, 0.0, 1.0}}) {
    const AbcPopulation population = bent_population(200);
    const ProposalKernel kernel(population, 20, shares, earlier_of(population));
    const auto others = kernel.without(5);
    std::array<double, n_parameters> means{}, squares{}, products{};
    for (std::size_t chain = 0; chain < n_chains; ++chain) {
      Stream stream = Streams(9, 1).at(Purpose::abc_smc, Year(1), chain);
      std::vector<double> at{stream.normal(), stream.normal(), stream.normal()};
      for (int move = 0; move < n_moves; ++move) {
        Proposal proposal = others.propose(at, others.shape_at(at), stream);
        if (std::log(stream.uniform()) < proposal.log_ratio) at = std::move(proposal.scores);
      }
      for (std::size_t j = 0; j < n_parameters; ++j) {
        means[j] += at[j] / n_chains;
        squares[j] += at[j] * at[j] / n_chains;
        products[j] += at[j] * at[(j + 1) % n_parameters] / n_chains;
      }
    }
    for (std::size_t j = 0; j < n_parameters; ++j) {
      EXPECT_NEAR(means[j], 0.0, testing::mean_bound(1.0, n_chains))
          << shares.local << " " << shares.wide << " " << shares.difference << " " << shares.slow << " " << j;
      EXPECT_NEAR(squares[j], 1.0, testing::mean_bound(2.0, n_chains))
          << shares.local << " " << shares.wide << " " << shares.difference << " " << shares.slow << " " << j;
      EXPECT_NEAR(products[j], 0.0, testing::mean_bound(1.0, n_chains))
          << shares.local << " " << shares.wide << " " << shares.difference << " " << shares.slow << " " << j;
    }
  }
}

/// By hand: five points of two parameters, all of them neighbours. The covariance of the whole is drawn towards an
/// uncorrelated one with the weight of 2·3/2 points, the local one towards that with the same weight, and a hundredth
/// of the variances is added.
TEST(ProposalKernel, CovariancesOfFewPointsAreDrawnTowardsSimplerOnes) {
  const std::array<std::array<double, 2>, 5> points{{{-2, -1}, {-1, -1}, {0, 1}, {1, -1}, {2, 2}}};
  AbcPopulation population(5);
  for (std::size_t i = 0; i < 5; ++i) population[i] = {{points[i][0], points[i][1]}, i, 0.2, 0.0, {}, {}};
  const ProposalKernel kernel(population, 5, {});
  const auto others = kernel.without(nobody);
  const Eigen::MatrixXd factor = others.shape_at(std::vector{0.0, 0.0}).factor;
  const Eigen::MatrixXd covariance = factor * factor.transpose();
  const double variance_one = 2.0, variance_two = 8.0 / 5.0, together = 6.0 / 5.0;  // means are 0
  EXPECT_NEAR(covariance(0, 0), 1.01 * variance_one, 1e-12);
  EXPECT_NEAR(covariance(1, 1), 1.01 * variance_two, 1e-12);
  const double whole = 5.0 * together / 8.0;
  EXPECT_NEAR(covariance(0, 1), (5.0 * together + 3.0 * whole) / 8.0, 1e-12);
}

/// Two others of one and three parts of the weight: the coordinates that move do so by one multiple of their
/// difference.
TEST(ProposalKernel, DifferenceStepsFollowTwoOthers) {
  AbcPopulation population(3);
  population[0] = {{9.0, 9.0, 9.0, 9.0}, 7, 0.2, 0.0, {}, {}};  // the particle's own origin, which does not count
  population[1] = {{1.0, -2.0, 0.5, 3.0}, 1, 0.2, 0.0, {}, {}};
  population[2] = {{-1.0, 1.0, 0.25, 2.0}, 2, 0.6, 0.0, {}, {}};
  const std::array<double, 4> difference{2.0, -3.0, 0.25, 1.0};
  const ProposalKernel kernel(population, 0, {0.0, 0.0, 1.0, 0.0});
  const auto others = kernel.without(7);
  const std::vector<double> from{0.3, -0.1, 0.2, 0.4};
  const LocalShape here = others.shape_at(from);
  constexpr std::size_t n_steps = 20'000;
  std::size_t n_still = 0, n_of_all = 0, n_positive = 0, n_moved = 0;
  for (std::size_t i = 0; i < n_steps; ++i) {
    Stream stream = Streams(11, 0).at(Purpose::abc_smc, Year(0), i);
    const Proposal proposal = others.propose(from, here, stream);
    double size = 0.0, log_prior_ratio = 0.0;
    std::size_t n_coordinates = 0;
    for (std::size_t j = 0; j < from.size(); ++j) {
      log_prior_ratio += 0.5 * (from[j] * from[j] - proposal.scores[j] * proposal.scores[j]);
      if (proposal.scores[j] == from[j]) continue;
      const double own = (proposal.scores[j] - from[j]) / difference[j];
      if (n_coordinates > 0) {
        ASSERT_NEAR(own, size, 1e-12);
      }
      size = own;
      ++n_coordinates;
    }
    ASSERT_NEAR(proposal.log_ratio, log_prior_ratio, 1e-12);
    if (n_coordinates == 0) {
      ++n_still;
      continue;
    }
    const double usual = 2.38 / std::sqrt(2.0 * static_cast<double>(n_coordinates));
    const bool is_whole = std::abs(std::abs(size) - 1.0) < 1e-12;
    ASSERT_TRUE(is_whole || (std::abs(size) <= usual + 1e-12 && std::abs(size) >= usual / std::sqrt(10.0) - 1e-12))
        << size;
    ++n_moved;
    n_positive += size > 0.0 ? 1 : 0;
    n_of_all += n_coordinates == from.size() ? 1 : 0;
  }
  // Two draws are of the same point in 0.25² + 0.75² of the cases; all four coordinates move in one third of the
  // rest and (1/3)⁴ and (2/3)⁴ of two more; none does in (2/3)⁴ and (1/3)⁴ of these.
  const double same = 0.625, one = 1.0 / 81.0, two = 16.0 / 81.0, all = (one + two + 1.0) / 3.0,
               none = (two + one) / 3.0;
  constexpr double n = n_steps;
  EXPECT_NEAR(static_cast<double>(n_still) / n, same + (1.0 - same) * none, testing::mean_bound(0.25, n_steps));
  EXPECT_NEAR(static_cast<double>(n_of_all) / n, (1.0 - same) * all, testing::mean_bound(0.25, n_steps));
  EXPECT_NEAR(static_cast<double>(n_positive) / static_cast<double>(n_moved), 0.5, testing::mean_bound(0.25, n_moved));
}

/// Three independent numbers, mixed: of the first the particles keep 0.9 over the round, of the second 0.5, of the
/// third nothing. What they were mixed by comes out, but for the sample's error, of which these are six deviations, and
/// the hundredth by which variances are raised.
TEST(SlowDirections, AreThoseOfAKnownProcess) {
  constexpr Eigen::Index n = 40'000;
  const Eigen::Vector3d kept(0.0, 0.5, 0.9);
  Eigen::Matrix3d mixing;
  mixing << 1.0, 0.4, -0.3, 0.2, 0.8, 0.5, -0.6, 0.1, 1.5;
  Eigen::MatrixXd before(3, n), after(3, n);
  for (Eigen::Index i = 0; i < n; ++i) {
    Stream stream = Streams(6, 0).at(Purpose::abc_smc, Year(0), i);
    Eigen::Vector3d from, to;
    for (Eigen::Index j = 0; j < 3; ++j) {
      from[j] = stream.normal();
      to[j] = kept[j] * from[j] + std::sqrt(1.0 - kept[j] * kept[j]) * stream.normal();
    }
    before.col(i) = mixing * from;
    after.col(i) = mixing * to;
  }
  const SlowDirections slow(before, after, Eigen::VectorXd::Constant(n, 1.0 / n));
  const double bound = 0.03 + 6.0 / std::sqrt(static_cast<double>(n));
  for (Eigen::Index j = 0; j < 3; ++j) {
    EXPECT_NEAR(slow.correlations[j], kept[j], bound) << j;
    const double sign = slow.steps.col(j).dot(mixing.col(j)) > 0.0 ? 1.0 : -1.0;
    EXPECT_LT((sign * slow.steps.col(j) - mixing.col(j)).norm(), bound * mixing.norm()) << j;
  }
}

/// Each is along one of the directions, in proportion to the time that forgetting takes, and as often to one side.
TEST(ProposalKernel, SlowStepsFollowTheDirections) {
  const AbcPopulation population = bent_population(400);
  std::vector<double> earlier;
  for (const AbcParticle& particle : population) {
    Stream stream = Streams(7, 0).at(Purpose::abc_smc, Year(0), particle.origin);
    const auto& z = particle.scores;
    earlier.insert(earlier.end(), {0.95 * z[0] + 0.3 * stream.normal(), 0.6 * z[1] + stream.normal(), stream.normal()});
  }
  const ProposalKernel kernel(population, 0, {0.0, 0.0, 0.0, 1.0}, earlier);
  const auto others = kernel.without(nobody);
  Eigen::MatrixXd before(3, 400), after(3, 400);
  for (Eigen::Index i = 0; i < 400; ++i) {
    for (Eigen::Index j = 0; j < 3; ++j) {
      before(j, i) = earlier[static_cast<std::size_t>(3 * i + j)];
      after(j, i) = population[static_cast<std::size_t>(i)].scores[static_cast<std::size_t>(j)];
    }
  }
  const SlowDirections slow(before, after, Eigen::VectorXd::Constant(400, 1.0 / 400.0));
  std::array<double, 3> times{}, counts{};
  double total = 0.0;
  for (std::size_t j = 0; j < 3; ++j) {
    const double correlation = slow.correlations[static_cast<Eigen::Index>(j)];
    ASSERT_LT(correlation, 0.98);
    times[j] = -1.0 / std::log(std::max(correlation, 1e-3));
    total += times[j];
  }
  const std::vector<double> from{0.3, -0.1, 0.2};
  const LocalShape here = others.shape_at(from);
  constexpr std::size_t n_steps = 20'000;
  std::size_t n_forward = 0;
  for (std::size_t i = 0; i < n_steps; ++i) {
    Stream stream = Streams(12, 0).at(Purpose::abc_smc, Year(0), i);
    const Proposal proposal = others.propose(from, here, stream);
    Eigen::Vector3d step;
    for (std::size_t j = 0; j < 3; ++j) step[static_cast<Eigen::Index>(j)] = proposal.scores[j] - from[j];
    // One of the three coordinates of the step is not zero.
    const Eigen::Vector3d sizes = slow.steps.colPivHouseholderQr().solve(step);
    Eigen::Index direction = 0;
    const double size = sizes.cwiseAbs().maxCoeff(&direction);
    ASSERT_NEAR(sizes.cwiseAbs().sum(), size, 1e-9 * size);
    ASSERT_LT(size, 2.38 * 6.0);
    ++counts[static_cast<std::size_t>(direction)];
    n_forward += sizes[direction] > 0.0 ? 1 : 0;
  }
  for (std::size_t j = 0; j < 3; ++j)
    EXPECT_NEAR(counts[j] / n_steps, times[j] / total, testing::mean_bound(0.25, n_steps)) << j;
  EXPECT_NEAR(static_cast<double>(n_forward) / n_steps, 0.5, testing::mean_bound(0.25, n_steps));
}

/// A parameter in which all particles agree moves on its own in half of the steps of coordinates times 1/3, and in the
/// other half where all three move (a quarter), by as much as one that is spread; its prior is kept.
TEST(ProposalKernel, CoordinatesInWhichParticlesAgreeMoveToo) {
  AbcPopulation population = bent_population(400);
  for (AbcParticle& particle : population) particle.scores[0] = 0.5;
  const ProposalKernel kernel(population, 0, {0.0, 0.0, 0.0, 0.0});
  const auto others = kernel.without(nobody);
  const std::vector<double> from{0.5, -0.1, 0.2};
  const LocalShape here = others.shape_at(from);
  constexpr std::size_t n_steps = 20'000;
  std::vector<double> moved, far;
  for (std::size_t i = 0; i < n_steps; ++i) {
    Stream stream = Streams(13, 0).at(Purpose::abc_smc, Year(0), i);
    const Proposal proposal = others.propose(from, here, stream);
    EXPECT_EQ(proposal.log_ratio, 0.0);
    moved.push_back(proposal.scores[0] != from[0] ? 1.0 : 0.0);
    if (moved.back() > 0.0) far.push_back(std::abs(proposal.scores[0] - from[0]) > 0.5 ? 1.0 : 0.0);
  }
  const double share = 0.5 / 3.0 + 0.5 / 4.0;
  EXPECT_NEAR(testing::moments_of(moved).mean, share, testing::mean_bound(share * (1.0 - share), n_steps));
  EXPECT_GT(testing::moments_of(far).mean, 0.25);  // half of them are fresh draws from the prior
}

}  // namespace
}  // namespace innochain
