// Claim: the national model runs from 1984 to 2035 in less than 1.5 s on two threads and in less than 1 GB with every
// firm and every grant proposal an agent; at the scale of sweeps (one agent for 100 firms, one for 20 proposals) the
// aim is 40 ms on one core, of which the competitions for grants and the research of 97,000 lab-years need more. Prints
// the time of each step, firm-years a second and the peak memory; `two_threads` gives the time of two runs at once over
// that of one after the other.

#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "scenarios/reader/scenario.hpp"
#include "sim/core/parallel.hpp"
#include "sim/ensemble.hpp"
#include "sim/schedule.hpp"
#include "sim/simulate.hpp"

namespace {

using namespace innochain;

Params baseline(int firms_per_agent, int proposals_per_agent) {
  Params params = read_scenario(INNOCHAIN_SOURCE_DIR "/scenarios/baseline.yaml", {}).params;
  params.scale.firms_per_agent = firms_per_agent;
  params.scale.proposals_per_agent = proposals_per_agent;
  return params;
}

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

/// Sum over the years of the firms at their ends.
double firm_years(const Params& params, const Indicators& indicators) {
  double sum = 0.0;
  for (Year year = params.scale.years.first; year <= params.scale.years.last; ++year)
    sum += std::max(0, indicators.firms.at(year));
  return sum;
}

/// One run after the other, each on as many threads as `threads`.
void baseline_run(benchmark::State& bench) {
  const Params params = baseline(static_cast<int>(bench.range(0)), static_cast<int>(bench.range(1)));
  const ThreadCount threads(static_cast<std::size_t>(bench.range(2)));
  Workspace workspace;
  workspace.measure_time();
  simulate(params, 1984, 0, workspace);  // warm
  workspace.measure_time();
  std::uint32_t replicate = 0;
  double years = 0.0;
  for (auto _ : bench) {
    const Indicators& indicators = simulate(params, 1984, ++replicate, workspace);
    years = firm_years(params, indicators);
    benchmark::DoNotOptimize(years);
  }
  for (std::size_t i = 0; i < schedule().size(); ++i) {
    const double ms = std::chrono::duration<double, std::milli>(workspace.time_by_step()[i]).count();
    bench.counters["ms:" + std::string(schedule()[i].name)] =
        benchmark::Counter(ms, benchmark::Counter::kAvgIterations);
  }
  bench.counters["firm_years"] = years;
  bench.counters["peak_MB"] = peak_megabytes();
  bench.counters["runs"] = benchmark::Counter(static_cast<double>(bench.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(baseline_run)
    ->ArgNames({"firms_per_agent", "proposals_per_agent", "threads"})
    ->Args({1, 1, 1})
    ->Args({1, 1, 2})
    ->Args({10, 20, 1})
    ->Args({100, 20, 1})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

/// Median over five alternations of the time of an ensemble on one thread over that on two.
void two_threads(benchmark::State& bench) {
  const Params params = baseline(static_cast<int>(bench.range(0)), 20);
  std::vector<Run> runs;
  for (std::uint32_t replicate = 0; replicate < static_cast<std::uint32_t>(bench.range(1)); ++replicate)
    runs.push_back({&params, 1984, replicate});
  const auto time = [&](std::size_t threads) {
    EnsembleOptions options;
    options.threads = threads;
    const auto start = std::chrono::steady_clock::now();
    run_ensemble(runs, options, [](std::size_t, const RunOutcome&) {});
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  for (auto _ : bench) {
    std::vector<double> ratios;
    for (int alternation = 0; alternation < 5; ++alternation) ratios.push_back(time(1) / time(2));
    std::sort(ratios.begin(), ratios.end());
    bench.counters["ratio_median"] = ratios[2];
    bench.counters["ratio_lowest"] = ratios[0];
    bench.counters["ratio_highest"] = ratios[4];
  }
}
BENCHMARK(two_threads)
    ->ArgNames({"firms_per_agent", "runs"})
    ->Args({1, 4})
    ->Args({100, 24})
    ->Iterations(1)
    ->Unit(benchmark::kSecond)
    ->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
