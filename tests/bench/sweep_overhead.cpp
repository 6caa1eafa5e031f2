// What the harness costs a run, beside the simulation: taking the arm's parameters, dispatch over the threads, packing
// the indicators and appending them to the journal. The model is trivial: each run ends, by an exception, as soon as it
// has its parameters, and delivers the indicators of one run that was simulated before. EMA workbench needs 39 µs a run
// with a trivial model, and 280 in parallel.

#include <benchmark/benchmark.h>

#include <filesystem>
#include <fstream>
#include <numeric>
#include <stdexcept>

#include "output/journal.hpp"
#include "output/run_record.hpp"
#include "scenarios/reader/sweep.hpp"
#include "sim/ensemble.hpp"

namespace {

using namespace innochain;

/// Two scenarios × 1,000 points of a Sobol design over three parameters and two levers.
Sweep large_sweep(const std::filesystem::path& folder) {
  const std::string scenarios = INNOCHAIN_SOURCE_DIR "/scenarios/";
  std::ofstream(folder / "s.yaml")
      << "schema_version: 1\nscenarios: {baseline: " << scenarios << "baseline.yaml, commercial: " << scenarios
      << "policies/commercialization_first.yaml}\ndesign: {kind: sobol, points: 1000}\nreplicates: 5\naxes:\n"
         "  - {path: parameters.technology.chain_elasticity, range: [0, 1]}\n"
         "  - {path: parameters.firms.absorption, range: [0.01, 0.1]}\n"
         "  - {path: parameters.orientation.response, range: [0, 3]}\n"
         "  - {path: levers.openness_share, years: [2026, 2035], range: [0.2, 0.9]}\n"
         "  - {path: levers.zone_autonomy_share, years: [2026, 2035], range: [0, 1]}\n";
  return read_sweep(folder / "s.yaml");
}

class Arms : public RunSource {
 public:
  explicit Arms(const Sweep& sweep) : sweep_(sweep) {}
  RunSeed seed(std::size_t run) const override { return {1984, static_cast<std::uint32_t>(run / sweep_.n_arms())}; }
  const Params& params(std::size_t run, ParamsRoom& room) const override {
    const std::size_t arm = run % sweep_.n_arms(), scenario = sweep_.scenario_of(arm);
    room.resize(sweep_.scenarios.size());
    if (!room[scenario]) room[scenario] = std::make_unique<Params>(sweep_.scenarios[scenario].params);
    sweep_.apply(arm, *room[scenario]);
    throw std::runtime_error("a trivial model");
  }

 private:
  const Sweep& sweep_;
};

void overhead(benchmark::State& state) {
  const auto folder = std::filesystem::temp_directory_path() / "innochain_bench_sweep";
  std::filesystem::create_directory(folder);
  const Sweep sweep = large_sweep(folder);
  Workspace workspace;
  const Indicators& indicators = simulate(sweep.scenarios.front().params, 1984, 0, workspace);
  const KeptIndicators kept = state.range(1) != 0 ? KeptIndicators() : KeptIndicators({{"self_reliance", {}, {}, {}}});
  std::vector<std::size_t> runs(sweep.n_arms() * 5);
  std::iota(runs.begin(), runs.end(), std::size_t{0});
  EnsembleOptions options;
  options.threads = static_cast<std::size_t>(state.range(0));
  options.in_order = false;
  for (auto _ : state) {
    std::filesystem::remove(folder / "runs");
    JournalWriter journal(folder / "runs", "bench");
    run_ensemble(Arms(sweep), runs, options, [&](std::size_t place, const RunOutcome&) {
      journal.append(runs[place], RunRecord::packed(&indicators, "", kept, false));
    });
  }
  state.counters["time_per_run"] =
      benchmark::Counter(static_cast<double>(state.iterations() * static_cast<std::int64_t>(runs.size())),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["bytes_per_run"] = static_cast<double>(RunRecord::packed(&indicators, "", kept, false).size());
  std::filesystem::remove_all(folder);
}

BENCHMARK(overhead)
    ->ArgNames({"threads", "everything"})
    ->Args({1, 0})
    ->Args({2, 0})
    ->Args({1, 1})
    ->Args({2, 1})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
