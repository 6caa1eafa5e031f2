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

void expect_near(const LocalShape& a, const LocalShape& b) {
  EXPECT_LT((a.factor - b.factor).cwiseAbs().maxCoeff(), 1e-12);
  EXPECT_NEAR(a.log_volume, b.log_volume, 1e-12);
}

TEST(ProposalKernel, WithoutAnOriginIsThatOfTheOthers) {
  for (const std::size_t n_neighbours : {std::size_t{0}, std::size_t{5}, std::size_t{1000}}) {
    const AbcPopulation population = population_of(60, 4);
    const ProposalKernel kernel(population, n_neighbours, {});
    for (const std::uint64_t origin : {1u, 10u, 29u}) {
      AbcPopulation others = population;
      std::erase_if(others, [&](const AbcParticle& particle) { return particle.origin == origin; });
      const ProposalKernel own(others, n_neighbours, {});
      const auto without = kernel.without(origin), made_anew = own.without(nobody);
      for (const std::size_t place : {0u, 17u, 59u}) {
        const std::vector<double>& scores = population[place].scores;
        const LocalShape here = without.shape_at(scores);
        expect_near(here, made_anew.shape_at(scores));
        // A wide step shows the mean and the covariance of the whole.
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
  for (const ProposalShares& shares : {ProposalShares{1.0, 0.0}, ProposalShares{0.0, 1.0}, ProposalShares{0.0, 0.0}}) {
    const ProposalKernel kernel(bent_population(200), 20, shares);
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
      EXPECT_NEAR(means[j], 0.0, testing::mean_bound(1.0, n_chains)) << shares.local << " " << shares.wide << " " << j;
      EXPECT_NEAR(squares[j], 1.0, testing::mean_bound(2.0, n_chains))
          << shares.local << " " << shares.wide << " " << j;
      EXPECT_NEAR(products[j], 0.0, testing::mean_bound(1.0, n_chains))
          << shares.local << " " << shares.wide << " " << j;
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

}  // namespace
}  // namespace innochain
