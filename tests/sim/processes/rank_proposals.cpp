#include "sim/processes/rank_proposals.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>

namespace innochain {
namespace {

/// Scores and sorts every proposal: slow, and obviously what is meant.
std::vector<std::int32_t> ranked_one_by_one(const Streams& streams, const Contest& contest, std::int64_t places) {
  struct Proposal {
    double score;
    std::size_t applicant;
  };
  std::vector<Proposal> proposals;
  for (std::size_t i = 0; i < contest.filed.size(); ++i) {
    Stream stream = streams.at(contest.purpose, contest.year, contest.agents[i]);
    for (std::int32_t j = 0; j < contest.filed[i]; ++j)
      proposals.push_back({contest.means[i] + contest.noise * maths::normal_quantile((stream() + 0.5) * 0x1.0p-32), i});
  }
  std::stable_sort(proposals.begin(), proposals.end(),
                   [](const Proposal& a, const Proposal& b) { return a.score > b.score; });
  std::vector<std::int32_t> funded(contest.filed.size(), 0);
  for (std::size_t rank = 0; rank < proposals.size() && static_cast<std::int64_t>(rank) < places; ++rank)
    ++funded[proposals[rank].applicant];
  return funded;
}

RC_GTEST_PROP(RankProposals, FundsThoseThatSortingAllWouldFund, ()) {
  const auto n = *rc::gen::inRange<std::size_t>(1, 60);
  const auto filed = *rc::gen::container<std::vector<std::int32_t>>(n, rc::gen::inRange(0, 200));
  const auto tenths = *rc::gen::container<std::vector<int>>(n, rc::gen::inRange(-30, 31));
  const double noise = *rc::gen::element(0.0, 1e-6, 0.01, 1.0, 50.0);
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  std::vector<double> means(tenths.begin(), tenths.end());
  for (double& mean : means) mean *= 0.1;
  std::vector<std::uint32_t> agents(n);
  std::iota(agents.begin(), agents.end(), 7u);
  const std::int64_t total = std::accumulate(filed.begin(), filed.end(), std::int64_t{0});
  const std::int64_t places = *rc::gen::inRange<std::int64_t>(0, total + 2);

  const Streams streams(seed, 0);
  const Contest contest{Purpose::proposal_scores, Year(2010), agents, means, filed, noise};
  Ranking room;
  std::vector<std::int32_t> funded(n, -1);
  rank_proposals(streams, contest, places, room, funded);
  RC_ASSERT(funded == ranked_one_by_one(streams, contest, places));
}

TEST(RankProposals, AgreesWithSortingAtNationalScale) {
  constexpr std::size_t n = 2500;
  const Streams streams(11, 3);
  std::vector<std::uint32_t> agents(n);
  std::vector<double> means(n);
  std::vector<std::int32_t> filed(n);
  for (std::size_t i = 0; i < n; ++i) {
    Stream stream = streams.at(Purpose::initial_labs, Year(2000), i);
    agents[i] = static_cast<std::uint32_t>(i);
    means[i] = stream.normal();
    filed[i] = static_cast<std::int32_t>(stream.poisson(80.0));
  }
  const Contest contest{Purpose::proposal_scores, Year(2010), agents, means, filed, 1.0};
  Ranking room;
  std::vector<std::int32_t> funded(n);
  rank_proposals(streams, contest, 40'000, room, funded);
  EXPECT_EQ(funded, ranked_one_by_one(streams, contest, 40'000));
}

}  // namespace
}  // namespace innochain
