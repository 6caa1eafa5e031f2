/// The second stage of a calibration: its simulator against runs made by hand, and the whole in small.
#include <algorithm>
#include <limits>
#include <map>

#include "calibration/luck_numbers.hpp"
#include "calibration/second_stage.hpp"
#include "output/digest.hpp"
#include "sim/simulate.hpp"
#include "tests/calibration/calibration_fixture.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

KnownValue known(std::optional<double> value, double low, double high) {
  KnownValue result;
  result.value = value;
  result.low = low, result.high = high;
  result.confidence = "sourced", result.level = "medium";
  return result;
}

TEST(OutputDeviation, IsInUnitsOfTheErrorOfWhatIsKnown) {
  EXPECT_DOUBLE_EQ(deviation(known(100, 90, 110), 120), 2.0);
  EXPECT_DOUBLE_EQ(deviation(known(100, 90, 110), 95), -0.5);
  EXPECT_EQ(deviation(known({}, 90, 110), 95), 0.0);
  EXPECT_DOUBLE_EQ(deviation(known({}, 90, 110), 115), 0.5);
  EXPECT_DOUBLE_EQ(deviation(known({}, 90, 110), 70), -2.0);
  EXPECT_EQ(deviation(known({}, -infinity, 8), -1e6), 0.0);
  const double error = relative_error("sourced", "medium");
  EXPECT_DOUBLE_EQ(deviation(known({}, -infinity, 8), 8 + 8 * error), 1.0);
}

class SecondStageTest : public CalibrationTest {
 protected:
  static std::string text(const std::string& more = "paths: {draws: 6}\n", const std::string& replicates = "1") {
    return head() + "after: " + source() +
           "/scenarios/posterior/china.h5\n"
           "years: {fit: [1984, 2017], predict: [2018, 2022]}\n"
           "scale: {firms_per_agent: 1000, proposals_per_agent: 1000}\n"
           "priors:\n"
           "  labs.paper_rate: {lognormal: {median: 1.5, sigma: 0.4}}\n"
           "  labs.patent_rate: {lognormal: {median: 0.57, sigma: 0.4}}\n"
           "method: {kind: abc_smc, particles: 12, replicates: " +
           replicates + ", most_moves: 2, last_moves: 1, stop: {simulations: 70}}\n" + more;
  }

  std::string fitted(const std::string& name, std::size_t threads, int stop_after) {
    const Calibration calibration = read(text());
    const OutputModel model(calibration);
    const std::filesystem::path output = folder_ / name;
    return done_in_pieces(output, calibration, threads, stop_after,
                          [&](const CalibrationStore& store, const WorkOptions& work, const CalibrationNews& news) {
                            const SecondStage result = fit_outputs(model, store, 1, work, news);
                            const Posterior first = read_posterior(calibration.after->file);
                            PosteriorWriter writer(output, false, subject_of(model, first), {});
                            write_second_stage(writer, model, first, result);
                            writer.finish();
                          });
  }
};

TEST_F(SecondStageTest, ARunHasTheParametersAndThePastOfOneDraw) {
  const Calibration calibration = read(text());
  const OutputModel model(calibration);
  const std::vector<double> values{2.0, 0.4, 0.0};
  const std::size_t n = model.n_statistics();
  std::vector<double> got(n), again(n), other(n), log_weights(1);
  std::uint32_t one[] = {1};
  while (model.draw_of(Luck(10, one)) != 13) ++one[0];
  model.simulate(values, Luck(10, one), got, log_weights);
  model.simulate(values, Luck(13), again, log_weights);
  model.simulate(values, Luck(14), other, log_weights);
  EXPECT_EQ(got, again) << "luck stands for the draw alone";
  EXPECT_NE(got, other);

  // By hand: a run of draw 13 with two parameters set, and one value of its indicators.
  Params params = whole_until(Year(2017), calibration);
  const ParameterDraws draws(calibration.after->file, ParameterDraws::Kind::posterior, 1);
  draws.in(calibration.scenario).apply(13, params);
  params.parameters.labs.paper_rate = 2.0;
  params.parameters.labs.patent_rate = 0.4;
  Workspace workspace;
  const Indicators& run = simulate(params, 99, 5, workspace);
  double papers = 0.0;
  for (std::size_t host = 0; host < run.papers.width(); ++host) papers += run.papers.at(Year(2010), host);
  const std::vector<std::string> names = model.statistic_names();
  const std::size_t j = static_cast<std::size_t>(std::ranges::find(names, "sci_papers: 2010") - names.begin());
  ASSERT_LT(j, n);
  const auto rows = std::ranges::count_if(names, [](const auto& name) { return name.starts_with("sci_papers"); });
  const double n_patterns = 4.0, share = std::sqrt(static_cast<double>(n) / (n_patterns * static_cast<double>(rows)));
  EXPECT_NEAR(got[j], share * (papers / 1000.0 - 143.8) / (143.8 * relative_error("recalled", "medium")), 1e-9);
}

/// A sampler begins with equal numbers of replicate and block: they have to lead to all draws alike.
TEST_F(SecondStageTest, LuckIsEvenOverDraws) {
  const Calibration calibration = read(text());
  const OutputModel model(calibration);
  const std::size_t n_draws = read_posterior(calibration.after->file).n_draws();
  const auto expect_even = [&](auto&& luck_of) {
    constexpr std::uint32_t a_draw = 200;
    std::vector<double> counts(n_draws, 0.0);
    for (std::uint32_t i = 0; i < a_draw * n_draws; ++i) ++counts[luck_of(i)];
    EXPECT_LT(testing::chi_square_excess(counts, std::vector<double>(n_draws, a_draw)), 0.0);
  };
  const LuckNumbers numbers(3);
  expect_even([&](std::uint32_t i) {
    const std::uint32_t block[] = {numbers(i)};
    return model.draw_of(Luck(numbers(i), block));
  });
  expect_even([&](std::uint32_t i) {
    const std::uint32_t block[] = {numbers(i)};
    return model.draw_of(Luck(7, block));
  });
}

TEST_F(SecondStageTest, EveryPatternCountsAlikeHoweverManyYearsItHas) {
  const Calibration calibration = read(text());
  const OutputModel model(calibration);
  // A particle whose deviations are all one error has the distance one, and each pattern makes a quarter of its square.
  std::vector<double> deviations(model.n_statistics()), doubled(model.n_statistics()), log_weights(1);
  model.simulate(std::vector<double>{1.5, 0.57, 0.0}, Luck(1), deviations, log_weights);
  std::map<std::string, double> squares;
  double all = 0.0;
  Params params = whole_until(Year(2017), calibration);
  model.apply(1, std::vector<double>{1.5, 0.57, 0.0}, params);
  Workspace workspace;
  const Indicators& run = simulate(params, 1, 0, workspace);
  for (std::size_t j = 0; j < model.targets().size(); ++j) {
    const OutputTarget& target = model.targets()[j];
    const double plain = deviation(*target.known, model.value(target, params, run));
    ASSERT_NE(plain, 0.0);
    const double share = std::pow(deviations[j] / plain, 2) / static_cast<double>(model.n_statistics());
    squares[target.pattern->name] += share;
    all += share;
  }
  EXPECT_NEAR(all, 1.0, 1e-9);
  ASSERT_EQ(squares.size(), 4u);
  for (const auto& [name, share] : squares) EXPECT_NEAR(share, 0.25, 1e-9) << name;
}

TEST_F(SecondStageTest, IsTheSameResumedAndOnAnyThreads) {
  const std::string whole = fitted("whole.h5", 1, 0);
  EXPECT_EQ(n_attempts_, 1);
  EXPECT_EQ(fitted("resumed.h5", 2, 1), whole);
  EXPECT_GT(n_attempts_, 1);
}

TEST_F(SecondStageTest, ItsFileBringsTheParametersOfBothStagesAndThePastOfTheFirst) {
  fitted("both.h5", 2, 0);
  const Posterior both = read_posterior(folder_ / "both.h5");
  const Posterior first = read_posterior(source() + "/scenarios/posterior/china.h5");
  ASSERT_EQ(both.n_draws(), 6u);
  ASSERT_EQ(both.paths.size(), first.paths.size() + 2);
  EXPECT_EQ(both.seed, first.seed);
  EXPECT_EQ(both.last_pinned, first.last_pinned);
  for (std::size_t i = 0; i < both.n_draws(); ++i) {
    const std::vector<double> inherited(both.values[i].begin(), both.values[i].end() - 2);
    const auto found = std::ranges::find(first.values, inherited);
    ASSERT_NE(found, first.values.end());
    const PathLuck& past = first.luck[static_cast<std::size_t>(found - first.values.begin())];
    EXPECT_EQ(both.luck[i].replicate, past.replicate);
    EXPECT_EQ(both.luck[i].approvals, past.approvals);
  }
  const Calibration calibration = read(text());
  const ParameterDraws draws(folder_ / "both.h5", ParameterDraws::Kind::posterior, 1);
  Params params = calibration.scenario.params;
  draws.in(calibration.scenario).apply(2, params);
  EXPECT_EQ(params.parameters.labs.paper_rate, both.values[2][first.paths.size()]);
}

TEST_F(SecondStageTest, RefusesWhatDoesNotFitTheFirstStage) {
  const auto says = [&](const std::string& file, const char* message) {
    EXPECT_NE(problems(file).find(message), std::string::npos) << problems(file);
  };
  says(text("", "2"), "replicates must be 1");
  says(text("point_fit: {evaluations: 6}\n"), "is not done in a second stage");
  says(text("paths: {attempts: 3}\n"), "only `draws` can be set");
  std::string other = text();
  other.replace(other.find("1984, 2017"), 10, "1984, 2012").replace(other.find("2018, 2022"), 10, "2013, 2017");
  says(other, "was fitted up to 2017, this is to be fitted up to 2012");
  std::string twice = text();
  twice.replace(twice.find("labs.paper_rate"), 15, "approvals.ambition");
  says(twice, "has fitted parameters.approvals.ambition already");
  std::string missing = text();
  missing.replace(missing.find("china.h5"), 8, "chile.h5");
  says(missing, "there is no file");
  std::string empty = text();
  const std::size_t at = empty.find("after: ");
  empty.replace(at, empty.find('\n', at) - at, "after: \"\"");
  says(empty, "names no file");
}

}  // namespace
}  // namespace innochain
