// Claim: Sobol indices of 12 factors with second order, N = 4096 (106,496 evaluations of a trivial function), design,
// evaluations, indices and intervals from 100 resamples together, take a small part of SALib's 1.4 s (whose defaults
// these are). The harness around a real model costs nothing beside it.

#include "calibration/sensitivity/sobol_indices.hpp"

#include <benchmark/benchmark.h>

#include <vector>

#include "sim/core/parallel.hpp"

namespace {

using namespace innochain;

constexpr std::size_t n_factors = 12, n_rows = 4096;

double trivial(const std::vector<double>& x) {
  double sum = 0.0;
  for (std::size_t k = 0; k < n_factors; ++k) sum += static_cast<double>(k + 1) * x[k];
  return sum + x[0] * x[1];
}

std::vector<double> evaluate(const SaltelliDesign& design) {
  std::vector<double> outputs(design.n_points()), point(n_factors);
  for (std::size_t p = 0; p < outputs.size(); ++p) {
    for (std::size_t k = 0; k < n_factors; ++k) point[k] = design.at(p, k);
    outputs[p] = trivial(point);
  }
  return outputs;
}

void whole(benchmark::State& state) {
  const ThreadCount threads(static_cast<std::size_t>(state.range(0)));
  for (auto step : state) {
    const SaltelliDesign design(n_rows, n_factors, true, 1);
    const std::vector<double> outputs = evaluate(design);
    benchmark::DoNotOptimize(sobol_indices(design, outputs, MissingRows::refuse, {.resamples = 100}).first.data());
  }
}
BENCHMARK(whole)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

void design_alone(benchmark::State& state) {
  const ThreadCount threads(1);
  for (auto step : state) {
    const SaltelliDesign design(n_rows, n_factors, true, 1);
    benchmark::DoNotOptimize(design.at(0, 0));
  }
}
BENCHMARK(design_alone)->Unit(benchmark::kMillisecond)->UseRealTime();

void indices_alone(benchmark::State& state) {
  const ThreadCount threads(1);
  const SaltelliDesign design(n_rows, n_factors, true, 1);
  const std::vector<double> outputs = evaluate(design);
  for (auto step : state)
    benchmark::DoNotOptimize(sobol_indices(design, outputs, MissingRows::refuse, {.resamples = 100}).first.data());
}
BENCHMARK(indices_alone)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
