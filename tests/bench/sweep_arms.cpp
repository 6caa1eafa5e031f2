// Claim: an arm of a sweep costs microseconds, whatever its axes: computing its values and turning the parameters of
// another arm into its own. The memory of a sweep of 100,000 arms over 20 axes is at most 10 MB above that of 100 arms.

#include <benchmark/benchmark.h>
#include <malloc.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "scenarios/reader/sweep.hpp"

namespace {

using namespace innochain;

Sweep read(const std::string& design, const std::string& axes) {
  const auto file = std::filesystem::temp_directory_path() / ("bench_sweep_" + std::to_string(getpid()) + ".yaml");
  std::ofstream(file) << "schema_version: 1\nscenarios: [" INNOCHAIN_SOURCE_DIR "/scenarios/baseline.yaml]\ndesign: {"
                      << design << "}\naxes:\n"
                      << axes;
  Sweep sweep = read_sweep(file);
  std::filesystem::remove(file);
  return sweep;
}

const std::string levers =
    "  - {path: levers.centralization, years: [2026, 2035], range: [0, 1]}\n"
    "  - {path: levers.allocation_rule, years: [2026, 2035], values: [merit, lottery]}\n"
    "  - {path: levers.calls.hidz, years: [2026, 2035], values: [open, {yearly_probability: 0.5}]}\n"
    "  - {path: levers.openness_share, range: [0, 1]}\n";

std::string twenty_axes() {
  std::string axes = levers;
  int n = 4;
  const Parameters parameters = default_parameters();
  visit_parameters(parameters, [&](double, const Declaration& d) {
    if (n++ < 20)
      axes += "  - {path: parameters." + std::string(d.path) + ", range: [" + std::to_string(d.low) + ", " +
              std::to_string(d.high) + "]}\n";
  });
  return axes;
}

void apply_arms(benchmark::State& state, const std::string& design, const std::string& axes) {
  const Sweep sweep = read(design, axes);
  Params params = sweep.scenarios[0].params;
  std::size_t arm = 0;
  for (auto step : state) {
    sweep.apply(arm, params);
    benchmark::DoNotOptimize(params.levers.data());
    arm = (arm + 1) % sweep.n_arms();
  }
}

BENCHMARK_CAPTURE(apply_arms, sobol_4, "kind: sobol, points: 1024", levers);
BENCHMARK_CAPTURE(apply_arms, sobol_20, "kind: sobol, points: 1024", twenty_axes());
BENCHMARK_CAPTURE(apply_arms, lhs_20, "kind: lhs, points: 1024", twenty_axes());

void name_arms(benchmark::State& state) {
  const Sweep sweep = read("kind: sobol, points: 1024", twenty_axes());
  std::size_t arm = 0;
  for (auto step : state) {
    benchmark::DoNotOptimize(sweep.arm(arm).name.data());
    arm = (arm + 1) % sweep.n_arms();
  }
}
BENCHMARK(name_arms);

void memory(benchmark::State& state, const std::string& kind) {
  for (auto step : state) {
    const auto used = [&](const std::string& points) {
      const Sweep sweep = read("kind: " + kind + ", points: " + points, twenty_axes());
      return static_cast<double>(mallinfo2().uordblks + mallinfo2().hblkhd);
    };
    state.counters["more_MB"] = (used("100000") - used("100")) / 1e6;
  }
}
BENCHMARK_CAPTURE(memory, sobol, "sobol")->Iterations(1);
BENCHMARK_CAPTURE(memory, lhs, "lhs")->Iterations(1);

}  // namespace

BENCHMARK_MAIN();
