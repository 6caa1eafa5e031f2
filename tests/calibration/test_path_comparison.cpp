/// What a run tells of itself year by year, and that nothing changes where runs end by it.
#include <algorithm>
#include <memory>
#include <vector>

#include "calibration/abc_checkpoint.hpp"
#include "calibration/abc_smc.hpp"
#include "calibration/path_comparison.hpp"
#include "tests/calibration/calibration_fixture.hpp"

namespace innochain {
namespace {

class PathComparisonTest : public CalibrationTest {
 protected:
  Calibration calibration_ = read(small(20, 1000));
  InstitutionalModel model_{calibration_};

  std::vector<double> median() const {
    const std::vector<double> scores(model_.prior().size(), 0.0);
    std::vector<double> values(scores.size());
    model_.prior().values(scores, values);
    return values;
  }
};

/// After every year a run tells what is known of it: what its whole path says of items that end by then, nothing of
/// others, and the probability of the calls until then. It ends where it is told to.
TEST_F(PathComparisonTest, ARunTellsYearByYearWhatIsKnownOfIt) {
  std::vector<double> corrections(model_.n_statistics());
  for (std::size_t j = 0; j < corrections.size(); ++j) corrections[j] = 0.25 * static_cast<double>(j) - 1.0;
  model_.correct(corrections);
  Params params = model_.institutions_until(calibration_.fit.last);
  model_.apply(median(), params);
  Workspace workspace;
  const Indicators& run = simulate(params, calibration_.seed, 7, workspace);
  std::vector<double> whole(model_.n_statistics()), deviations(whole), log_weights(model_.blocks().size());
  model_.measure(params, run, whole);
  Year year = calibration_.fit.first;
  const IsHopeless look = [&](std::span<const double> known, std::span<const double> weights) {
    for (std::size_t k = 0; k < model_.series().size(); ++k) {
      FittedSeries until = model_.series()[k];
      for (std::size_t i = 0; i < model_.blocks()[k].size; ++i) {
        const TargetItem& item = i < until.items.size() ? *until.items[i] : *until.end;
        const std::size_t j = model_.blocks()[k].first + i;
        EXPECT_EQ(known[j], item.years.last <= year ? whole[j] : 0.0) << item.name << " " << year.value();
      }
      std::erase_if(until.calls, [&](const CallDatum& datum) { return datum.year > year; });
      EXPECT_EQ(weights[k], log_probability_of_calls(until, params, workspace.state().occasions)) << year.value();
    }
    ++year;
    return false;
  };
  EXPECT_TRUE(model_.simulate_unless(look, median(), 7, deviations, log_weights));
  EXPECT_EQ(year, calibration_.fit.last + 1);
  EXPECT_EQ(deviations, whole);
  std::size_t n_asked = 0;
  const IsHopeless in_the_tenth = [&](std::span<const double>, std::span<const double>) { return ++n_asked == 10; };
  EXPECT_FALSE(model_.simulate_unless(in_the_tenth, median(), 7, deviations, log_weights));
  EXPECT_EQ(n_asked, 10U);
}

/// A model whose runs all go on to their end, and why it would have ended some of them.
class NeverEnding : public Simulator {
 public:
  explicit NeverEnding(const InstitutionalModel& model) : model_(model) {}
  const Prior& prior() const override { return model_.prior(); }
  const std::vector<StatisticsBlock>& blocks() const override { return model_.blocks(); }
  std::vector<std::vector<std::size_t>> own_parameters() const override { return model_.own_parameters(); }
  std::vector<TradeOff> trade_offs() const override { return model_.trade_offs(); }
  std::size_t n_luck_parts() const override { return model_.n_luck_parts(); }
  std::vector<std::size_t> history_parameters() const override { return model_.history_parameters(); }
  std::unique_ptr<History> history(std::span<const double> values, Luck luck) const override {
    return model_.history(values, luck);
  }
  void simulate(std::span<const double> values, Luck luck, std::span<double> deviations,
                std::span<double> log_weights) const override {
    model_.simulate(values, luck, deviations, log_weights);
  }
  bool simulate_unless(const IsHopeless& is_hopeless, std::span<const double> values, Luck luck,
                       std::span<double> deviations, std::span<double> log_weights) const override {
    n_runs += is_hopeless ? 1 : 0;
    if (is_hopeless && !model_.simulate_unless(is_hopeless, values, luck, deviations, log_weights)) {
      const std::vector<double> none(log_weights.size(), 0.0);
      ++(is_hopeless(deviations, none) ? n_ended_by_deviations : n_ended_by_calls);
    }
    return Simulator::simulate_unless(is_hopeless, values, luck, deviations, log_weights);
  }
  mutable std::size_t n_runs = 0, n_ended_by_deviations = 0, n_ended_by_calls = 0;  ///< on one thread

 private:
  const InstitutionalModel& model_;
};

/// Of the shipped calibration, a population on its way: bit by bit, against runs that all go on to their end, with
/// particles of one replicate, and of three, where a block is not lost with one of them. What would have ended them is
/// sometimes the deviations by themselves, sometimes only with the calls.
TEST_F(PathComparisonTest, RunsThatEndEarlyChangeNothing) {
  const Calibration china = read_calibration(source() + "/calibration/china.yaml", observed());
  const InstitutionalModel model(china);
  for (const std::size_t n_replicates : {1, 3}) {
    AbcConfig config;
    config.n_particles = 12;
    config.n_replicates = n_replicates;
    config.adaptive_scales = false;
    config.max_moves = 12;
    config.ess_share = 0.3;
    config.max_generations = 7;
    const NeverEnding never_ending(model);
    const std::string expected = abc_checkpoint(run_abc_smc(never_ending, config).state, "");
    EXPECT_EQ(abc_checkpoint(run_abc_smc(model, config).state, ""), expected);
    EXPECT_GT(never_ending.n_ended_by_deviations, 0U);
    EXPECT_GT(never_ending.n_ended_by_calls, 0U);
    EXPECT_LT(never_ending.n_ended_by_deviations + never_ending.n_ended_by_calls, never_ending.n_runs);
  }
}

}  // namespace
}  // namespace innochain
