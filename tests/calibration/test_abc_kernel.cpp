/// Kernels without one origin: those of a population that never had it, made anew.
#include <gtest/gtest.h>

#include <limits>

#include "calibration/abc_kernel.hpp"

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

}  // namespace
}  // namespace innochain
