// Claim: a baseline run of 52 years takes less than 400 ms on one core with every grant proposal an agent. Where one
// simulated proposal stands for 20 the aim is 25 ms, and about 100 ms are needed: teams for topics, filing of proposals
// and the outputs of 97,000 lab-years are what is left. Prints runs per second, the time of each step and the peak
// memory.

#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include "scenarios/reader/scenario.hpp"
#include "sim/schedule.hpp"
#include "sim/simulate.hpp"

namespace {

using namespace innochain;

Params baseline(int proposals_per_agent) {
  Params params = read_scenario(INNOCHAIN_SOURCE_DIR "/scenarios/baseline.yaml", {}).params;
  params.scale.proposals_per_agent = proposals_per_agent;
  return params;
}

void baseline_run(benchmark::State& bench) {
  const Params params = baseline(static_cast<int>(bench.range(0)));
  Workspace workspace;
  workspace.measure_time();
  simulate(params, 1984, 0, workspace);  // warm
  workspace.measure_time();
  std::uint32_t replicate = 0;
  for (auto _ : bench) benchmark::DoNotOptimize(simulate(params, 1984, ++replicate, workspace));
  for (std::size_t i = 0; i < schedule().size(); ++i) {
    const double ms = std::chrono::duration<double, std::milli>(workspace.time_by_step()[i]).count();
    bench.counters["ms:" + std::string(schedule()[i].name)] =
        benchmark::Counter(ms, benchmark::Counter::kAvgIterations);
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  bench.counters["peak_MB"] = static_cast<double>(usage.ru_maxrss) / 1024.0;
  bench.counters["runs"] = benchmark::Counter(static_cast<double>(bench.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(baseline_run)->ArgName("proposals_per_agent")->Arg(1)->Arg(20)->Arg(100)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
