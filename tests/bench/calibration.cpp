/// Claim: a sampler's run costs less than half of a bare one, since most share a world (sim/world.hpp), and proposals
/// add less than 5 % to it. The first two simulate the same runs of the institutions alone: bare, and as a particle of
/// ABC-SMC in worlds that nobody used before (priors, deviations, call probabilities, distances, and the worlds, which
/// are kept). The third is a particle in worlds that are known, the fourth what a move costs beside its runs: a
/// proposal, and the shape of the population where it was accepted.
#include <benchmark/benchmark.h>

#include "calibration/abc_evaluator.hpp"
#include "calibration/abc_kernel.hpp"
#include "calibration/institutional_model.hpp"

namespace innochain {
namespace {

constexpr std::size_t n_replicates = 4;  // as in china.yaml

const Calibration& china() {
  static const std::string source = INNOCHAIN_SOURCE_DIR;
  static const Calibration calibration =
      read_calibration(source + "/calibration/china.yaml", source + "/calibration/observed");
  return calibration;
}

void bare_runs(benchmark::State& state) {
  const InstitutionalModel model(china());
  Params params = model.institutions_until(china().fit.last);
  std::vector<double> scores(model.prior().size(), 0.0), values(scores.size());
  model.prior().values(scores, values);
  model.apply(values, params);
  Workspace workspace;
  std::uint32_t luck = 0;
  for (auto _ : state)
    for (std::size_t r = 0; r < n_replicates; ++r)
      benchmark::DoNotOptimize(&simulate(params, china().seed, luck++, workspace));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(n_replicates));
}
BENCHMARK(bare_runs)->Unit(benchmark::kMillisecond);

/// Evaluates one particle again and again, after `change` gave it other luck.
template <class Change>
void evaluate_again(benchmark::State& state, Change&& change) {
  const InstitutionalModel model(china());
  ParticleTask task;
  task.target.inverse_radii.assign(model.n_statistics(), 0.0);
  task.log_weight_bounds.assign(model.blocks().size(), 0.0);
  ParticleJob job;
  job.scores.assign(model.prior().size(), 0.0);
  job.luck.numbers = {0, 1, 2, 3};
  job.luck.blocks.assign(n_replicates * model.blocks().size(), 0);
  for (auto _ : state) {
    benchmark::DoNotOptimize(evaluate_particle(model, task, job));
    change(job.luck);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(n_replicates));
}

void particles(benchmark::State& state) {
  evaluate_again(state, [](ParticleLuck& luck) {
    for (std::uint32_t& number : luck.numbers) number += n_replicates;
  });
}
BENCHMARK(particles)->Unit(benchmark::kMillisecond);

void particles_in_known_worlds(benchmark::State& state) {
  evaluate_again(state, [](ParticleLuck& luck) {
    for (std::uint32_t& block : luck.blocks) ++block;
  });
}
BENCHMARK(particles_in_known_worlds)->Unit(benchmark::kMillisecond);

void moves(benchmark::State& state) {
  constexpr std::size_t n_particles = 1500, n_parameters = 18;  // as in china.yaml
  const Streams streams(1, 0);
  AbcPopulation population(n_particles);
  for (std::size_t i = 0; i < n_particles; ++i) {
    Stream stream = streams.at(Purpose::abc_smc, Year(0), static_cast<std::uint32_t>(i));
    for (std::size_t j = 0; j < n_parameters; ++j) population[i].scores.push_back(stream.normal());
    population[i].origin = i;
    population[i].weight = 1.0 / static_cast<double>(n_particles);
  }
  const ProposalKernel kernel(population, 0, {});
  Stream stream = streams.at(Purpose::abc_smc, Year(1), 0);
  std::size_t i = 0;
  for (auto _ : state) {
    const AbcParticle& particle = population[i++ % n_particles];
    const ProposalKernel::Others others = kernel.without(particle.origin);
    const LocalShape here = others.shape_at(particle.scores);
    benchmark::DoNotOptimize(others.propose(particle.scores, here, stream));
  }
}
BENCHMARK(moves)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace innochain

BENCHMARK_MAIN();
