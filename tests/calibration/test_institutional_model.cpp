/// The institutions as a simulator: what it measures, the likelihood of calls, the corrections, pasts that are pinned.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "calibration/calibrated_draws.hpp"
#include "calibration/institutional_model.hpp"
#include "calibration/point_fit.hpp"
#include "tests/calibration/calibration_fixture.hpp"

namespace innochain {
namespace {

class InstitutionalModelTest : public CalibrationTest {
 protected:
  Calibration calibration_ = read(small(20, 1000));
  InstitutionalModel model_{calibration_};

  std::vector<double> median() const {
    std::vector<double> scores(model_.prior().size(), 0.0), values(scores.size());
    model_.prior().values(scores, values);
    return values;
  }
  WorkOptions work(std::size_t threads) const {
    WorkOptions options;
    options.threads = threads;
    return options;
  }
};

TEST_F(InstitutionalModelTest, DeviationsAreThoseOfTheRunsPath) {
  Params params = model_.institutions_until(calibration_.fit.last);
  model_.apply(median(), params);
  Workspace workspace;
  const Indicators& run = simulate(params, calibration_.seed, 5, workspace);
  std::vector<double> deviations(model_.n_statistics()), log_weights(model_.blocks().size());
  model_.simulate(median(), 5, deviations, log_weights);
  for (std::size_t k = 0; k < model_.series().size(); ++k) {
    const FittedSeries& fitted = model_.series()[k];
    ApprovalPath path;
    read_path(params, run, fitted.designation, {Year(1984), calibration_.fit.last}, path);
    std::int64_t stock = 0;
    for (std::size_t t = 0; t < path.approvals.size(); ++t) stock += path.approvals[t];
    EXPECT_GE(stock, path.stock.back()) << "approvals less exits";
    for (std::size_t j = 0; j < fitted.items.size(); ++j) {
      EXPECT_LE(fitted.items[j]->years.last, calibration_.fit.last) << "nothing held out is fitted";
      EXPECT_EQ(deviations[model_.blocks()[k].first + j],
                deviation(*fitted.items[j], simulated_value(*fitted.items[j], path)));
    }
  }
}

/// Calls and quotas of a series have the luck of the replicate that is named for it, and nothing of others changes.
TEST_F(InstitutionalModelTest, EverySeriesHasLuckOfItsOwn) {
  const std::size_t n_series = model_.series().size();
  std::vector<double> usual(model_.n_statistics()), other(usual), log_weights(n_series), other_weights(n_series);
  model_.simulate(median(), 5, usual, log_weights);
  std::vector<std::uint32_t> lucks(n_series, 5);
  model_.simulate(median(), Luck(5, lucks), other, other_weights);
  EXPECT_EQ(other, usual) << "that of the run itself";
  EXPECT_EQ(other_weights, log_weights);
  for (std::size_t renewed = 0; renewed < n_series; ++renewed) {
    lucks.assign(n_series, 5);
    lucks[renewed] = 9;
    model_.simulate(median(), Luck(5, lucks), other, other_weights);
    for (std::size_t k = 0; k < n_series; ++k) {
      const auto first = static_cast<std::ptrdiff_t>(model_.blocks()[k].first);
      const auto last = first + static_cast<std::ptrdiff_t>(model_.blocks()[k].size);
      const bool same = std::equal(usual.begin() + first, usual.begin() + last, other.begin() + first);
      EXPECT_EQ(same, k != renewed) << k << " " << renewed;
    }
  }
}

/// The luck of a series falls into years: all equal it is that of one number, and what is new from a year on changes
/// nothing that was known before, nor other series.
TEST_F(InstitutionalModelTest, LuckOfASeriesFallsIntoYears) {
  const std::size_t n_series = model_.series().size(), n_years = model_.n_luck_parts();
  ASSERT_EQ(n_years, calibration_.fit.size());
  std::vector<double> usual(model_.n_statistics()), other(usual), log_weights(n_series);
  model_.simulate(median(), Luck(5, std::vector<std::uint32_t>(n_series, 6)), usual, log_weights);
  const std::vector<std::uint32_t> even(n_series * n_years, 6);
  model_.simulate(median(), Luck(5, even, n_years), other, log_weights);
  EXPECT_EQ(other, usual);
  const Year renewed(2010);
  for (std::size_t changed = 0; changed < n_series; ++changed) {
    std::vector<std::uint32_t> lucks = even;
    for (std::size_t year = calibration_.fit.index(renewed); year < n_years; ++year)
      lucks[changed * n_years + year] = 9;
    model_.simulate(median(), Luck(5, lucks, n_years), other, log_weights);
    bool differs = false;
    for (std::size_t k = 0; k < n_series; ++k) {
      for (std::size_t i = 0; i < model_.blocks()[k].size; ++i) {
        const FittedSeries& fitted = model_.series()[k];
        const TargetItem& item = i < fitted.items.size() ? *fitted.items[i] : *fitted.end;
        const std::size_t j = model_.blocks()[k].first + i;
        if (k != changed || item.years.last < renewed) {
          EXPECT_EQ(other[j], usual[j]) << k << " " << item.name;
        }
        differs = differs || other[j] != usual[j];
      }
    }
    EXPECT_TRUE(differs) << changed;
  }
}

/// Other parameters, with luck drawn for them, repeat what happened: bit by bit, in worlds of the shipped calibration.
TEST_F(InstitutionalModelTest, HistoriesRepeatUnderOtherParameters) {
  const Calibration china = read_calibration(source() + "/calibration/china.yaml", observed());
  const InstitutionalModel model(china);
  const std::size_t n_series = model.series().size(), n_years = model.n_luck_parts();
  std::vector<double> before(model.n_statistics()), after(before), weights(n_series), new_weights(n_series);
  std::size_t n_repeated = 0;
  for (std::uint32_t number = 1; number <= 8; ++number) {
    Stream stream = Streams(3, number).at(Purpose::abc_smc, Year(0), 0);
    std::vector<double> scores(model.prior().size()), values(scores.size()), others(scores.size());
    for (double& score : scores) score = 0.7 * stream.normal();
    model.prior().values(scores, values);
    for (const std::size_t j : model.history_parameters()) scores[j] += 0.15 * stream.normal();
    model.prior().values(scores, others);
    std::vector<std::uint32_t> lucks(n_series * n_years);
    for (std::uint32_t& luck : lucks) luck = stream();
    const Luck luck(number, lucks, n_years);
    model.simulate(values, luck, before, weights);
    const std::unique_ptr<History> history = model.history(values, luck);
    for (std::size_t k = 0; k < n_series; ++k)
      EXPECT_NEAR(history->judge(k, values).log_weight, weights[k], 1e-12) << number;
    bool can_repeat = true;
    for (std::size_t k = 0; k < n_series; ++k)
      can_repeat = can_repeat && std::isfinite(history->judge(k, others).log_probability);
    if (!can_repeat) continue;
    std::vector<std::uint32_t> new_lucks = lucks;
    for (std::size_t k = 0; k < n_series; ++k)
      history->draw_luck(k, others, stream, std::span(new_lucks).subspan(k * n_years, n_years));
    EXPECT_NE(new_lucks, lucks);
    model.simulate(others, Luck(number, new_lucks, n_years), after, new_weights);
    EXPECT_EQ(after, before) << number;
    for (std::size_t k = 0; k < n_series; ++k)
      EXPECT_NEAR(history->judge(k, others).log_weight, new_weights[k], 1e-12) << number;
    ++n_repeated;
  }
  EXPECT_GE(n_repeated, 4U);
}

/// Of the shipped calibration, in a few worlds: bit by bit, no other series changes with them, nor do its calls.
TEST_F(InstitutionalModelTest, OwnParametersOfASeriesLeaveTheOthersAlone) {
  const Calibration china = read_calibration(source() + "/calibration/china.yaml", observed());
  const InstitutionalModel model(china);
  const std::vector<std::vector<std::size_t>> own = model.own_parameters();
  std::vector<double> scores(model.prior().size(), 0.0), values(scores.size());
  std::vector<double> usual(model.n_statistics()), other(usual), weights(own.size()), other_weights(own.size());
  std::size_t n_own = 0, n_changed = 0;
  for (std::uint32_t number = 1; number <= 5; ++number) {
    model.prior().values(scores, values);
    model.simulate(values, number, usual, weights);
    for (std::size_t changed = 0; changed < own.size(); ++changed) {
      std::vector<double> elsewhere = scores;
      for (const std::size_t j : own[changed]) elsewhere[j] = 1.5;
      n_own += own[changed].size();
      model.prior().values(elsewhere, values);
      model.simulate(values, number, other, other_weights);
      for (std::size_t k = 0; k < own.size(); ++k) {
        const auto first = static_cast<std::ptrdiff_t>(model.blocks()[k].first);
        const auto last = first + static_cast<std::ptrdiff_t>(model.blocks()[k].size);
        const bool same = std::equal(usual.begin() + first, usual.begin() + last, other.begin() + first) &&
                          weights[k] == other_weights[k];
        if (k != changed) {
          EXPECT_TRUE(same) << k << " " << changed;
        }
        n_changed += same ? 0 : 1;
      }
    }
  }
  EXPECT_EQ(n_own, 5 * 5U) << "four κ and a saturation share";
  EXPECT_EQ(n_changed, 5 * 4U) << "that of discipline SKLs is fixed";
}

/// Of the shipped calibration, in a few worlds: a step that multiplies all appetites by 1.3 and divides every κ that is
/// fitted by it changes discipline SKLs, whose κ is fixed, and nothing else.
TEST_F(InstitutionalModelTest, TradeOffsLeaveAllOtherSeriesAlone) {
  const Calibration china = read_calibration(source() + "/calibration/china.yaml", observed());
  const InstitutionalModel model(china);
  const std::vector<TradeOff> trades = model.trade_offs();
  ASSERT_EQ(trades.size(), 1U);
  const std::vector<std::size_t>& changed = trades[0].blocks;
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_EQ(model.series()[changed[0]].series->designation, "skl_discipline");
  const std::size_t n_blocks = model.blocks().size();
  std::vector<double> scores(model.prior().size(), 0.3), elsewhere = scores, values(scores.size()), moved(values);
  double length = 0.0;
  for (const double entry : trades[0].direction) length += entry * entry;
  EXPECT_NEAR(length, 1.0, 1e-12);
  constexpr double sigma_of_appetites = 0.6, factor = 1.3;
  const double size = std::log(factor) / sigma_of_appetites / trades[0].direction[0];
  for (std::size_t j = 0; j < scores.size(); ++j) elsewhere[j] += size * trades[0].direction[j];
  model.prior().values(scores, values);
  model.prior().values(elsewhere, moved);
  for (std::size_t j = 0; j < values.size(); ++j) {
    const std::string& path = model.prior()[j].path;
    const bool is_appetite = path.find("appetite.") != std::string::npos,
               is_kappa = path.find("kappa.") != std::string::npos;
    EXPECT_NEAR(moved[j] / values[j],
                is_appetite ? factor
                : is_kappa  ? 1.0 / factor
                            : 1.0,
                1e-6)
        << path << ": but for what the range of an appetite cuts off its prior";
  }
  std::size_t n_changed = 0;
  std::vector<double> usual(model.n_statistics()), other(usual), weights(n_blocks), other_weights(n_blocks);
  for (std::uint32_t number = 1; number <= 8; ++number) {
    model.simulate(values, number, usual, weights);
    model.simulate(moved, number, other, other_weights);
    for (std::size_t k = 0; k < n_blocks; ++k) {
      const auto first = static_cast<std::ptrdiff_t>(model.blocks()[k].first);
      const auto last = first + static_cast<std::ptrdiff_t>(model.blocks()[k].size);
      const bool same = std::equal(usual.begin() + first, usual.begin() + last, other.begin() + first) &&
                        weights[k] == other_weights[k];
      if (k != changed[0]) {
        EXPECT_TRUE(same) << k << " " << number;
      } else {
        n_changed += same ? 0 : 1;
      }
    }
  }
  EXPECT_GE(n_changed, 6U);
}

/// Against the formula by hand: log(1 − exp(−λ G/S*)) for calls and −λ G/S* for years without.
TEST_F(InstitutionalModelTest, CallsHaveTheProbabilityOfTheRule) {
  Params params = model_.institutions_until(calibration_.fit.last);
  model_.apply(median(), params);
  Workspace workspace;
  const Indicators& run = simulate(params, calibration_.seed, 3, workspace);
  std::size_t checked = 0;
  for (const FittedSeries& fitted : model_.series()) {
    if (fitted.series->designation != "hidz") continue;
    const std::size_t i = fitted.designation.index() - params.system.lab_types.size();
    double expected = 0.0;
    for (const CallDatum& datum : fitted.calls) {
      const double target = run.zone_target.at(datum.year, i);
      const double gap = target - run.zone_stock.at(datum.year - 1, i);
      const double mean = params.parameters.approvals.call_intensity_rolling * gap / target;
      expected += datum.call ? std::log(1.0 - std::exp(-mean)) : -mean;
      ++checked;
    }
    EXPECT_NEAR(log_probability_of_calls(fitted, params, workspace.state().occasions), expected, 1e-4)
        << "single-precision records";
  }
  EXPECT_EQ(checked, 4u) << "2009 to 2012";
}

TEST_F(InstitutionalModelTest, CallsAfterTheFitAreDrawn) {
  const Params params = whole_until(Year(2017), calibration_);
  for (const FittedSeries& fitted : model_.series())
    for (Year year(2013); year <= Year(2017); ++year)
      EXPECT_EQ(params.levers_in(year).calls[fitted.designation].kind, CallLever::Kind::drawn);
  EXPECT_EQ(params.levers_in(Year(2005)).calls[model_.series().back().designation].kind, CallLever::Kind::moratorium);
}

/// Corrections estimated from some pairs of runs hold for others: the corrected mean of the institutions alone equals
/// that of the whole model within four standard errors of both estimates, for every statistic.
TEST_F(InstitutionalModelTest, CorrectionsCloseTheGapToTheWholeModel) {
  std::vector<double> errors;
  const std::vector<double> corrections = feedback_corrections(model_, median(), 24, work(2), &errors);
  constexpr int n = 24;
  Params whole = whole_until(calibration_.fit.last, calibration_),
         alone = model_.institutions_until(calibration_.fit.last);
  model_.apply(median(), whole);
  model_.apply(median(), alone);
  Workspace a, b;
  std::vector<double> x(model_.n_statistics()), y(x.size()), mean(x.size(), 0.0), squares(x.size(), 0.0);
  for (std::uint32_t r = 0; r < n; ++r) {
    model_.values_of(whole, simulate(whole, calibration_.seed, r, a), x);
    model_.values_of(alone, simulate(alone, calibration_.seed, r, b), y);
    for (std::size_t j = 0; j < x.size(); ++j) {
      mean[j] += (x[j] - y[j]) / n;
      squares[j] += (x[j] - y[j]) * (x[j] - y[j]) / n;
    }
  }
  for (std::size_t j = 0; j < x.size(); ++j) {
    const double own = std::sqrt(std::max(0.0, squares[j] - mean[j] * mean[j]) / (n - 1));
    EXPECT_LE(std::abs(mean[j] - corrections[j]), 4.0 * std::hypot(own, errors[j]) + 1e-9)
        << model_.statistic_names()[j];
  }
}

/// Against a search that runs every attempt to its end, with all series, and keeps the first of the nearest: the lucks,
/// the distances and the numbers of attempts are the same.
TEST_F(InstitutionalModelTest, PastsAreTheNearestOfAllAttempts) {
  const std::size_t n_series = model_.series().size();
  PathSettings settings;
  settings.attempts = 12;
  settings.distance = 2.0;
  std::vector<std::vector<double>> parameters(4, median());
  for (std::size_t i = 0; i < parameters.size(); ++i) parameters[i][0] *= 0.8 + 0.2 * static_cast<double>(i);
  const std::vector<CalibratedDraw> draws = select_paths(model_, parameters, settings, work(2));
  std::vector<double> deviations(model_.n_statistics()), log_weights(n_series);
  std::size_t n_fit = 0, n_nearest = 0;
  for (std::size_t i = 0; i < draws.size(); ++i) {
    std::vector<double> nearest(n_series, std::numeric_limits<double>::infinity());
    std::vector<std::uint32_t> luck(n_series, 0);
    std::vector<int> attempts(n_series, 0);
    for (int attempt = 0; attempt < settings.attempts; ++attempt) {
      const auto number = static_cast<std::uint32_t>(i * 12 + static_cast<std::size_t>(attempt) + 1);
      const std::vector<std::uint32_t> lucks(n_series, number);
      model_.simulate(parameters[i], Luck(draws[i].luck.replicate, lucks), deviations, log_weights);
      for (std::size_t k = 0; k < n_series; ++k) {
        if (nearest[k] <= settings.distance) continue;
        ++attempts[k];
        const double distance = model_.distance(k, deviations);
        if (distance < nearest[k]) nearest[k] = distance, luck[k] = number;
      }
    }
    EXPECT_EQ(draws[i].distances, nearest) << i;
    EXPECT_EQ(draws[i].luck.approvals, luck) << i;
    EXPECT_EQ(draws[i].attempts, attempts) << i;
    for (const double distance : nearest) ++(distance <= settings.distance ? n_fit : n_nearest);
  }
  EXPECT_GT(n_fit, 0U);
  EXPECT_GT(n_nearest, 0U);
}

TEST_F(InstitutionalModelTest, PastsAreReproducedWhateverTheThreadsAndTheFuture) {
  std::vector<std::vector<double>> parameters(3, median());
  parameters[1][0] *= 1.3;
  PathSettings settings;
  settings.attempts = 6;
  settings.distance = 0.5;  // out of reach for most, so that the nearest is kept
  const auto one = select_paths(model_, parameters, settings, work(1));
  const auto four = select_paths(model_, parameters, settings, work(4));
  std::vector<double> distances;
  const PredictivePaths paths = predict(model_, one, Extent::institutions, Past::kept, work(2), &distances);
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(one[i].luck.approvals, four[i].luck.approvals);
    EXPECT_EQ(one[i].distances, four[i].distances);
    for (const std::uint32_t luck : one[i].luck.approvals) {
      EXPECT_GT(luck, 6 * i) << "no two draws try the same luck";
      EXPECT_LE(luck, 6 * (i + 1));
    }
    for (std::size_t k = 0; k < model_.series().size(); ++k)
      EXPECT_EQ(distances[i * model_.series().size() + k], one[i].distances[k])
          << "lucks of the series are put together without disturbing each other";
  }
  EXPECT_EQ(paths.years.last, calibration_.predict.last);
}

TEST_F(InstitutionalModelTest, MoreAttemptsNeverGiveAWorsePast) {
  PathSettings few, many;
  few.attempts = 2, many.attempts = 12;
  few.distance = many.distance = 0.0;
  const auto near = select_paths(model_, {median()}, many, work(1)),
             far = select_paths(model_, {median()}, few, work(1));
  bool better = false;
  for (std::size_t k = 0; k < model_.series().size(); ++k) {
    EXPECT_LE(near[0].distances[k], far[0].distances[k]);
    better = better || near[0].distances[k] < far[0].distances[k];
  }
  EXPECT_TRUE(better);
}

TEST_F(InstitutionalModelTest, WorkCanBeStopped) {
  const std::atomic<bool> stop = true;
  WorkOptions options = work(1);
  options.stop = &stop;
  EXPECT_THROW(select_paths(model_, {median()}, {}, options), Stopped);
  EXPECT_THROW(fit_point(model_, 5, 2, options), Stopped);
}

}  // namespace
}  // namespace innochain
