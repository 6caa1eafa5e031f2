#include "sim/ensemble.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/support/indicator_bits.hpp"
#include "tests/support/random_params.hpp"
#include "tests/support/small_world.hpp"

namespace innochain {
namespace {

using namespace testing;

class Ensembles : public ::testing::Test {
 protected:
  Ensembles() {
    for (std::uint32_t replicate = 0; replicate < 24; ++replicate)
      runs.push_back({replicate % 3 ? &params : &other, 1984, replicate});
  }
  std::vector<std::string> results(std::size_t threads) {
    std::vector<std::string> bits;
    const auto report = run_ensemble(runs, {.threads = threads}, [&](std::size_t i, const RunOutcome& outcome) {
      EXPECT_EQ(i, bits.size()) << "delivered out of order";
      EXPECT_EQ(outcome.failure, "");
      bits.push_back(outcome.indicators ? bits_of(*outcome.indicators) : "");
    });
    EXPECT_EQ(report.n_done, runs.size());
    return bits;
  }
  const Params params = small_params();
  const Params other = random_small_params(11);
  std::vector<innochain::Run> runs;
};

TEST_F(Ensembles, give_the_same_bits_for_any_number_of_threads) {
  // Against single runs, each in a new workspace.
  std::vector<std::string> expected;
  for (const innochain::Run& run : runs) {
    Workspace workspace;
    expected.push_back(bits_of(simulate(*run.params, run.seed, run.replicate, workspace)));
  }
  for (const std::size_t threads : {1, 2, 3, 8}) EXPECT_EQ(results(threads), expected) << threads << " threads";
}

/// Four policies that differ from 2015 on, by six replicates; with thinned firms, which split and leave.
class Branches : public ::testing::Test {
 protected:
  Branches() {
    Params base = small_params();
    base.scale.firms_per_agent = 3;
    base.parameters.chain.firms.initial_count = 3000;
    for (int policy = 0; policy < 4; ++policy) {
      arms.push_back(base);
      for (int year = 2015; year <= 2025; ++year) {
        Levers& levers = levers_of(arms.back(), year);
        levers.zone_autonomy_share = 0.3 * policy;
        levers.firm_entry_rate *= 1.0 + policy;
        levers.review.poor_share = 0.1 * policy;
      }
    }
    for (std::uint32_t replicate = 0; replicate < 6; ++replicate)
      for (const Params& arm : arms) runs.push_back({&arm, 1984, replicate});
  }
  std::vector<Params> arms;
  std::vector<innochain::Run> runs;
};

TEST_F(Branches, are_bit_identical_to_whole_runs) {
  std::vector<std::string> whole(runs.size());
  run_ensemble(runs, {.threads = 2},
               [&](std::size_t i, const RunOutcome& run) { whole[i] = bits_of(*run.indicators); });
  EXPECT_NE(whole[0], whole[1]);
  for (const bool in_order : {true, false}) {
    for (const std::size_t threads : {1, 2, 5}) {
      std::vector<std::string> branched(runs.size());
      const auto report =
          run_ensemble(runs, {.threads = threads, .branch_from = Year(2015), .in_order = in_order},
                       [&](std::size_t i, const RunOutcome& run) { branched[i] = bits_of(*run.indicators); });
      EXPECT_EQ(branched, whole) << threads << " threads";
      EXPECT_EQ(report.n_histories, 6u);
    }
  }
}

TEST_F(Branches, may_begin_before_the_first_year_or_after_the_last) {
  std::vector<innochain::Run> alike;  // before the first year nothing is shared; after the last, everything
  for (std::uint32_t replicate = 0; replicate < 3; ++replicate) alike.push_back({&arms[0], 1984, replicate});
  std::vector<std::string> whole;
  run_ensemble(alike, {.threads = 1},
               [&](std::size_t, const RunOutcome& run) { whole.push_back(bits_of(*run.indicators)); });
  for (const int year : {1900, 2100}) {
    run_ensemble(alike, {.threads = 2, .branch_from = Year(year)},
                 [&](std::size_t i, const RunOutcome& run) { EXPECT_EQ(bits_of(*run.indicators), whole[i]) << year; });
  }
}

TEST_F(Ensembles, end_with_the_exception_of_the_receiver) {
  std::size_t n_delivered = 0;
  const auto deliver = [&](std::size_t i, const RunOutcome&) {
    ++n_delivered;
    if (i == 5) throw std::runtime_error("disk full");
  };
  EXPECT_THROW(run_ensemble(runs, {.threads = 2}, deliver), std::runtime_error);
  EXPECT_EQ(n_delivered, 6u);
}

TEST_F(Ensembles, stop_between_runs_when_told) {
  std::atomic<bool> stop = false;
  std::size_t n_delivered = 0;
  const auto report = run_ensemble(runs, {.threads = 2, .stop = &stop}, [&](std::size_t i, const RunOutcome&) {
    EXPECT_EQ(i, n_delivered++);
    stop = true;
  });
  EXPECT_EQ(report.n_done, n_delivered);
  EXPECT_LE(report.n_done, 4u);  // no more than were under way: one a token
  EXPECT_GE(report.n_done, 1u);
}

TEST_F(Ensembles, measure_the_time_of_every_step) {
  const auto report = run_ensemble(runs, {.threads = 2, .measure_time = true}, [](std::size_t, const RunOutcome&) {});
  std::chrono::nanoseconds total(0);
  for (const auto time : report.time_by_step) total += time;
  EXPECT_GT(total.count(), 0);
}

}  // namespace
}  // namespace innochain
