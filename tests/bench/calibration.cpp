/// Claim: a sampler's run costs less than half of a bare one, since most share a world (sim/world.hpp), and what the
/// sampler does beside its runs (proposals, shapes of the population, likelihoods) is less than 5 % of its time. The
/// first two simulate the same runs of the institutions alone: bare, and as a particle of ABC-SMC in worlds that nobody
/// used before (priors, deviations, call probabilities, distances, and the worlds, which are kept). The third is a
/// particle in worlds that are known, the fourth a particle that makes moves, with the sampler's share as a counter.
#include <benchmark/benchmark.h>

#include <chrono>

#include "calibration/abc_evaluator.hpp"
#include "calibration/abc_kernel.hpp"
#include "calibration/abc_moves.hpp"
#include "calibration/abc_smc.hpp"
#include "calibration/institutional_model.hpp"

namespace innochain {
namespace {

constexpr std::size_t n_replicates = 1;  // as in china.yaml

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
  job.luck.numbers = {0};
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

/// Another simulator, and how long its runs took.
class TimedSimulator : public Simulator {
 public:
  explicit TimedSimulator(const Simulator& timed) : timed_(timed) {}
  const Prior& prior() const override { return timed_.prior(); }
  const std::vector<StatisticsBlock>& blocks() const override { return timed_.blocks(); }
  std::vector<std::vector<std::size_t>> own_parameters() const override { return timed_.own_parameters(); }
  std::vector<TradeOff> trade_offs() const override { return timed_.trade_offs(); }
  void simulate(std::span<const double> values, Luck luck, std::span<double> deviations,
                std::span<double> log_weights) const override {
    const auto start = Clock::now();
    timed_.simulate(values, luck, deviations, log_weights);
    inside_ += Clock::now() - start;
  }
  double seconds() const { return std::chrono::duration<double>(inside_).count(); }

 private:
  using Clock = std::chrono::steady_clock;
  const Simulator& timed_;
  mutable Clock::duration inside_{};
};

/// Particles of the prior that make moves, all of which are accepted but for the prior: the most that shapes can cost.
void moves(benchmark::State& state) {
  constexpr std::size_t n_moves = 50;
  const InstitutionalModel model(china());
  const TimedSimulator simulator(model);
  AbcConfig config;
  config.n_particles = static_cast<std::size_t>(china().smc.particles);
  config.n_replicates = n_replicates;
  AbcTarget target;
  target.inverse_radii.assign(model.n_statistics(), 0.0);
  const ParticleMoves first(simulator, config, target, 0, {0, 0});
  AbcPopulation population;
  for (std::size_t place = 0; place < config.n_particles; ++place) population.push_back(first.drawn(place).particle);
  const ParticleMoves particle_moves(simulator, config, target, 1, ParticleMoves::taken_by_round(config));
  const ProposalKernel kernel(population, 0, {});
  std::size_t place = 0;
  const double before = simulator.seconds();
  const auto start = std::chrono::steady_clock::now();
  for (auto _ : state) {
    benchmark::DoNotOptimize(particle_moves.moved(population[place], place, n_moves, kernel).n_simulations);
    place = (place + 1) % config.n_particles;
  }
  const double all = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  state.counters["harness_share"] = 1.0 - (simulator.seconds() - before) / all;
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(n_moves));
}
BENCHMARK(moves)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace innochain

BENCHMARK_MAIN();
