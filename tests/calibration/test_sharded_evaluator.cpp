/// Shards in threads, over models in closed form: the bits of one process, whatever the number, the order or the moment
/// of a restart.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "calibration/abc_checkpoint.hpp"
#include "calibration/abc_moves.hpp"
#include "calibration/abc_smc.hpp"
#include "calibration/sharded_evaluator.hpp"
#include "output/errors.hpp"
#include "tests/calibration/abc_models.hpp"
#include "tests/support/temporary_folder.hpp"

namespace innochain {
namespace {

using testing::FunctionSimulator;
using testing::NormalMean;

AbcConfig sharded_config() {
  AbcConfig config;
  config.n_particles = 40;
  config.n_replicates = 3;
  config.target_tolerance = 0.8;
  return config;
}

/// Counts places, and fails after some batches, like a process that is killed.
class MortalEvaluator : public ParticleEvaluator {
 public:
  explicit MortalEvaluator(std::size_t most_batches = 1'000'000) : batches_left_(most_batches) {}
  std::vector<MovedParticle> evaluate(const ParticleBatch& batch) override {
    if (batches_left_-- == 0) throw std::runtime_error("killed");
    n_places += batch.places.size();
    return threaded_.evaluate(batch);
  }
  std::size_t n_places = 0;

 private:
  ThreadedEvaluator threaded_;
  std::size_t batches_left_;
};

class ShardedEvaluatorTest : public ::testing::Test {
 protected:
  ShardResults results(const AbcConfig& config) const { return {folder_.path(), abc_fingerprint(simulator_, config)}; }
  std::string bits(const AbcState& state) const { return abc_checkpoint(state, ""); }
  std::string alone(const AbcConfig& config) const { return bits(run_abc_smc(simulator_, config).state); }
  /// The sampler as one shard; its bits.
  std::string as_shard(const AbcConfig& config, Shard shard, MortalEvaluator& own, AbcState start = {}) {
    ShardedEvaluator evaluator(own, results(config), shard, [](auto, bool) {});
    return bits(run_abc_smc(simulator_, config, evaluator, std::move(start)).state);
  }

  FunctionSimulator simulator_ = NormalMean::simulator(1);
  testing::TemporaryFolder folder_;
};

TEST_F(ShardedEvaluatorTest, AnyNumberOfShardsGivesTheBitsOfOneProcess) {
  AbcConfig config = sharded_config();
  for (const auto& [n_particles, n] : {std::pair<std::size_t, std::size_t>{40, 2}, {40, 3}, {5, 7}}) {
    config.n_particles = n_particles;
    const std::string expected = alone(config);
    MortalEvaluator single;
    as_shard(config, {1, 1}, single);
    std::vector<std::string> found(n);
    std::vector<std::size_t> n_places(n);
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < n; ++i)
        threads.emplace_back([&, i] {
          MortalEvaluator own;
          found[i] = as_shard(config, {i + 1, n}, own);
          n_places[i] = own.n_places;
        });
    }
    EXPECT_EQ(found, std::vector<std::string>(n, expected));
    EXPECT_EQ(std::accumulate(n_places.begin(), n_places.end(), std::size_t{0}), single.n_places)
        << "each place is done once";
    EXPECT_TRUE(std::ranges::is_sorted(n_places, std::greater{})) << "the first shares may be one longer";
    for (std::size_t g = 0; std::filesystem::exists(folder_ / fmt::format("moves-{:03}", g)); ++g)
      results(config).remove(g);
  }
}

TEST_F(ShardedEvaluatorTest, AShardThatIsKilledFindsWhatItDid) {
  const AbcConfig config = sharded_config();
  const std::string expected = alone(config);
  std::string first, second;
  std::size_t n_first = 0, n_second = 0;
  {
    const std::jthread other([&] {
      MortalEvaluator own;
      first = as_shard(config, {1, 2}, own);
      n_first = own.n_places;
    });
    for (int attempt = 0; second.empty() && attempt < 100; ++attempt) {
      MortalEvaluator own(2);
      try {
        second = as_shard(config, {2, 2}, own);
      } catch (const std::runtime_error&) {
      }
      n_second += own.n_places;
    }
  }
  EXPECT_EQ(first, expected);
  EXPECT_EQ(second, expected);
  EXPECT_LE(n_second, n_first) << "nothing was done twice";
}

TEST_F(ShardedEvaluatorTest, WaitsUntilToldOtherwise) {
  MortalEvaluator own;
  std::vector<std::size_t> asked_for;
  int n_looks = 0;
  ShardedEvaluator evaluator(own, results(sharded_config()), {2, 3}, [&](std::span<const std::size_t> missing, bool) {
    asked_for.assign(missing.begin(), missing.end());
    if (++n_looks == 3) throw std::runtime_error("told to stop");
  });
  EXPECT_THROW(run_abc_smc(simulator_, sharded_config(), evaluator), std::runtime_error);
  EXPECT_EQ(asked_for, (std::vector<std::size_t>{1, 3}));
  EXPECT_EQ(n_looks, 3);
}

class ShardResultsTest : public ShardedEvaluatorTest {
 protected:
  ShardResultsTest() {
    AbcTarget target;
    target.inverse_radii = {0.0, 0.0, 0.0};
    const ParticleMoves moves(simulator_, config_, target, 0, {100, 7});
    share_ = {0, 12345, {3, 5}, [=](std::size_t place) { return moves.drawn(place); }};
    answer_ = ThreadedEvaluator().evaluate(share_);
    answer_[1].counts.n_accepted = 2;
    answer_[1].counts.n_renewed = 3;
  }
  ShardResults of(const std::string& fingerprint) const { return {folder_.path(), fingerprint}; }
  std::filesystem::path file() const { return folder_ / "moves-000/shard-1-of-2"; }

  AbcConfig config_ = sharded_config();
  ParticleBatch share_;
  std::vector<MovedParticle> answer_;
  Shard shard_{1, 2};
};

TEST_F(ShardResultsTest, ComeBackAsTheyWere) {
  EXPECT_FALSE(of("a").read(share_, shard_));
  of("a").write(share_, shard_, answer_);
  const auto found = of("a").read(share_, shard_);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    const AbcParticle &read = (*found)[i].particle, &written = answer_[i].particle;
    EXPECT_EQ(read.scores, written.scores);
    EXPECT_EQ(read.origin, written.origin);
    EXPECT_EQ(read.weight, written.weight);
    EXPECT_EQ(read.log_likelihood, written.log_likelihood);
    EXPECT_EQ(read.luck.numbers, written.luck.numbers);
    EXPECT_EQ(read.luck.blocks, written.luck.blocks);
    EXPECT_EQ(read.replicates.deviations, written.replicates.deviations);
    EXPECT_EQ(read.replicates.log_weights, written.replicates.log_weights);
    EXPECT_EQ((*found)[i].n_simulations, answer_[i].n_simulations);
    EXPECT_EQ((*found)[i].counts.n_proposed, answer_[i].counts.n_proposed);
    EXPECT_EQ((*found)[i].counts.n_accepted, answer_[i].counts.n_accepted);
    EXPECT_EQ((*found)[i].counts.n_renewals, answer_[i].counts.n_renewals);
    EXPECT_EQ((*found)[i].counts.n_renewed, answer_[i].counts.n_renewed);
  }
  EXPECT_FALSE(of("a").read(share_, {2, 2}));
  EXPECT_FALSE(of("a").read(share_, {1, 3}));
  of("a").remove(0);
  EXPECT_FALSE(of("a").read(share_, shard_));
}

TEST_F(ShardResultsTest, OfAnotherRunOrAnotherBatchAreRefused) {
  of("a").write(share_, shard_, answer_);
  EXPECT_THROW(of("b").read(share_, shard_), AnotherEnsemble);
  share_.checksum = 54321;
  EXPECT_THROW(of("a").read(share_, shard_), AnotherEnsemble);
  share_.checksum = 12345;
  share_.places.pop_back();
  EXPECT_THROW(of("a").read(share_, shard_), AnotherEnsemble);
}

TEST_F(ShardResultsTest, DamagedAreRefused) {
  of("a").write(share_, shard_, answer_);
  const std::string good = testing::read_text(file());
  for (const std::size_t size : {std::size_t{0}, std::size_t{10}, good.size() / 2, good.size() - 1}) {
    std::filesystem::resize_file(file(), size);
    EXPECT_THROW(of("a").read(share_, shard_), ReadFailed) << size;
    of("a").write(share_, shard_, answer_);
  }
  std::string damaged = good;
  damaged[good.size() / 2] ^= 1;
  std::ofstream(file(), std::ios::binary) << damaged;
  EXPECT_THROW(of("a").read(share_, shard_), ReadFailed);
}

TEST_F(ShardResultsTest, AreNotWrittenWhereTheStoreIsGone) {
  const ShardResults gone(folder_ / "gone", "a");
  EXPECT_THROW(gone.write(share_, shard_, answer_), CannotCreate);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "gone"));
}

}  // namespace
}  // namespace innochain
