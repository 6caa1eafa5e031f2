// Claim: what a random number costs beyond its share of a Philox block, which is the limit for addressed draws.

#include <benchmark/benchmark.h>

#include "sim/core/random.hpp"

namespace {

using namespace innochain;

const Streams streams(1984, 0);

/// Draws at a new address each time, as processes do for agents.
template <class Draw>
void at_new_addresses(benchmark::State& bench, Draw&& draw) {
  std::uint32_t agent = 0;
  for (auto _ : bench) {
    Stream stream = streams.at(Purpose::lab_outputs, Year(2000), agent++);
    benchmark::DoNotOptimize(draw(stream));
  }
}

void bare_block(benchmark::State& bench) {
  std::uint32_t agent = 0;
  for (auto _ : bench) benchmark::DoNotOptimize(streams.block(Purpose::lab_outputs, Year(2000), agent++, 0));
}
BENCHMARK(bare_block);

void uniform(benchmark::State& bench) {
  at_new_addresses(bench, [](Stream& stream) { return stream.uniform(); });
}
BENCHMARK(uniform);

void normal(benchmark::State& bench) {
  at_new_addresses(bench, [](Stream& stream) { return stream.normal(); });
}
BENCHMARK(normal);

void poisson(benchmark::State& bench) {
  const auto mean = static_cast<double>(bench.range(0));
  at_new_addresses(bench, [&](Stream& stream) { return stream.poisson(mean); });
}
BENCHMARK(poisson)->ArgName("mean")->Arg(1)->Arg(4)->Arg(20)->Arg(80);

void repeated_poisson(benchmark::State& bench) {
  const RepeatedPoisson poisson(static_cast<double>(bench.range(0)));
  at_new_addresses(bench, [&](Stream& stream) { return poisson(stream); });
}
BENCHMARK(repeated_poisson)->ArgName("mean")->Arg(1)->Arg(4)->Arg(20);

void binomial(benchmark::State& bench) {
  at_new_addresses(bench, [&](Stream& stream) { return stream.binomial(bench.range(0), 0.3); });
}
BENCHMARK(binomial)->ArgName("trials")->Arg(4)->Arg(20)->Arg(100);

void gamma(benchmark::State& bench) {
  at_new_addresses(bench, [](Stream& stream) { return stream.gamma(3.0, 1.0); });
}
BENCHMARK(gamma);

}  // namespace

BENCHMARK_MAIN();
