// Claim: ranking the proposals of one field of the NSFC costs at most about twice what drawing a word for each and
// comparing it with a threshold that is already known does: the limit, as every proposal has a draw of its own.

#include <benchmark/benchmark.h>

#include <algorithm>

#include "sim/processes/rank_proposals.hpp"

namespace {

using namespace innochain;

/// Applicants of one field and their proposals, 80 each on average with every proposal an agent.
struct Field {
  std::vector<std::uint32_t> agents;
  std::vector<double> means;
  std::vector<std::int32_t> filed, funded;
  std::int64_t total = 0;

  Field(const Streams& streams, double proposals_per_applicant) {
    for (std::uint32_t i = 0; i < 450; ++i) {
      Stream stream = streams.at(Purpose::initial_labs, Year(2000), i);
      agents.push_back(i);
      means.push_back(stream.normal());
      filed.push_back(static_cast<std::int32_t>(stream.poisson(stream.gamma(1.0, proposals_per_applicant))));
      total += filed.back();
    }
    funded.assign(agents.size(), 0);
  }
};

double proposals_of(const benchmark::State& bench) {
  return 80.0 / static_cast<double>(bench.range(0));
}

void rank_field(benchmark::State& bench) {
  const Streams streams(1984, 0);
  Field field(streams, proposals_of(bench));
  Ranking room;
  int year = 1984;
  for (auto _ : bench) {
    const Contest contest{Purpose::proposal_scores, Year(year++), field.agents, field.means, field.filed, 1.0};
    rank_proposals(streams, contest, field.total / 5, room, field.funded);
    benchmark::DoNotOptimize(field.funded.data());
  }
  bench.SetItemsProcessed(bench.iterations() * field.total);
}
BENCHMARK(rank_field)->ArgName("proposals_per_agent")->Arg(1)->Arg(20)->Arg(100);

/// The limit: as many words drawn and compared, and nothing else.
void draw_and_count(benchmark::State& bench) {
  const Streams streams(1984, 0);
  Field field(streams, proposals_of(bench));
  int year = 1984;
  for (auto _ : bench) {
    ++year;
    for (std::size_t i = 0; i < field.agents.size(); ++i) {
      const auto filed = static_cast<std::size_t>(field.filed[i]);
      const auto threshold = static_cast<std::uint32_t>(0.8 * 0x1.0p32);
      std::int32_t above = 0;
      for (std::size_t first = 0; first < filed; first += 4) {
        const auto words =
            streams.block(Purpose::proposal_scores, Year(year), field.agents[i], static_cast<std::uint32_t>(first / 4));
        for (std::size_t j = 0; j < std::min<std::size_t>(4, filed - first); ++j) above += words[j] > threshold;
      }
      field.funded[i] = above;
    }
    benchmark::DoNotOptimize(field.funded.data());
  }
  bench.SetItemsProcessed(bench.iterations() * field.total);
}
BENCHMARK(draw_and_count)->ArgName("proposals_per_agent")->Arg(1)->Arg(20)->Arg(100);

}  // namespace

BENCHMARK_MAIN();
