// Claim: a year of a firm costs 50 ns on one core (20 million firm-years a second), whatever their number from 10⁴ to
// 10⁷. The limit of any model of firms with luck of their own is a kernel that only loads the same columns, draws the
// same four words and stores the columns again: about 10 ns.

#include <benchmark/benchmark.h>

#include "scenarios/reader/scenario.hpp"
#include "sim/core/parallel.hpp"
#include "sim/processes/enter_firms.hpp"
#include "sim/processes/grow_firms.hpp"
#include "sim/state/initialise.hpp"

namespace {

using namespace innochain;

/// The country in the year of its first firms, so many of them; none leave, so that their number stays.
struct Country {
  Params params = read_scenario(INNOCHAIN_SOURCE_DIR "/scenarios/baseline.yaml", {}).params;
  Streams streams{1984, 0};
  State state;
  Year year;

  explicit Country(double n_firms) {
    ChainParameters::Firms& firms = params.parameters.chain.firms;
    firms.initial_count = n_firms;
    firms.agents_at_most = 1e8;
    firms.exit_distance = 100.0;
    firms.exit_rate = 0.0;
    initialise(params, streams, state);
    year = Year(static_cast<int>(firms.initial_year));
    enter_firms(params, year, streams, state);
    grow_firms(params, year, streams, state);
  }
  double bytes_per_agent() const {
    const Firms& f = state.firms;
    return static_cast<double>(sizeof(f.weight[FirmId(0)]) + sizeof(FirmKey) + 2 * sizeof(Year) +
                               2 * sizeof(std::uint16_t) + sizeof(std::uint8_t) + 2 * sizeof(double) + sizeof(float) +
                               sizeof(OrganisationId));
  }
};

void report(benchmark::State& bench, const Country& country) {
  const auto n = static_cast<double>(country.state.firms.size());
  bench.counters["firms"] = n;
  bench.counters["bytes_per_agent"] = country.bytes_per_agent();
  bench.counters["firm_years"] =
      benchmark::Counter(n * static_cast<double>(bench.iterations()), benchmark::Counter::kIsRate);
}

void grow(benchmark::State& bench) {
  const ThreadCount one(1);
  Country country(static_cast<double>(bench.range(0)));
  for (auto _ : bench) {
    if (country.year < country.params.scale.years.last) ++country.year;
    grow_firms(country.params, country.year, country.streams, country.state);
    benchmark::DoNotOptimize(country.state.firms.sums.firms);
  }
  report(bench, country);
}
BENCHMARK(grow)->RangeMultiplier(10)->Range(10'000, 10'000'000)->Unit(benchmark::kMillisecond);

/// The same rows, columns and random words without the model.
void only_load_draw_and_store(benchmark::State& bench) {
  Country country(static_cast<double>(bench.range(0)));
  Firms& firms = country.state.firms;
  for (auto _ : bench) {
    if (country.year < country.params.scale.years.last) ++country.year;
    double sum = 0.0;
    for (const FirmId firm : all<FirmId>(firms.size())) {
      const FirmKey key = firms.key[firm];
      const auto words = country.streams.words(Purpose::firm_year, country.year, key.agent, key.draw);
      const double some = (words[0] ^ words[1]) * 0x1.0p-40, more = (words[2] ^ words[3]) * 0x1.0p-40;
      firms.log_revenue[firm] += some;
      firms.productivity[firm] += more;
      sum +=
          firms.weight[firm] * (firms.city[firm] + firms.category[firm] + firms.rd[firm] + firms.on_zone_land[firm]) +
          (country.year - firms.founded[firm]) + (country.year - firms.certified_until[firm]) +
          (firms.organisation[firm].exists() ? 1.0 : 0.0);
    }
    benchmark::DoNotOptimize(sum);
  }
  report(bench, country);
}
BENCHMARK(only_load_draw_and_store)->RangeMultiplier(10)->Range(10'000, 10'000'000)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
