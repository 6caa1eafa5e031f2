#include "calibration/emulation/history_matching.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>

#include "calibration/weighted_quantiles.hpp"
#include "scenarios/designs/latin_hypercube.hpp"
#include "sim/core/maths.hpp"
#include "sim/core/parallel.hpp"

namespace innochain {
namespace {

/// Points of the space at which reports look.
constexpr std::size_t report_points = 200;

class Matching {
 public:
  Matching(const Simulator& simulator, const HistoryMatchingOptions& options)
      : simulator_(simulator),
        options_(options),
        discrepancy_(options.discrepancy),
        match_{{}, NonImplausibleSpace(simulator.prior().size(), options.space, options.seed)} {
    if (discrepancy_.empty()) discrepancy_.assign(simulator.n_statistics(), 0.0);
    if (discrepancy_.size() != simulator.n_statistics())
      throw std::invalid_argument("history matching needs one discrepancy for each statistic");
  }

  HistoryMatch run(const std::function<void(const Wave&)>& after_wave) {
    while (match_.waves.size() < options_.most_waves) {
      const double share_before = match_.space.share().value;
      const std::optional<MatchingEnd> end = add_wave(share_before);
      if (after_wave) after_wave(*match_.waves.back());
      if (end) {
        match_.end = *end;
        break;
      }
    }
    return std::move(match_);
  }

 private:
  std::optional<MatchingEnd> add_wave(double share_before) {
    match_.waves.push_back(std::make_unique<Wave>());
    Wave& wave = *match_.waves.back();
    wave.runs = simulate_design();
    wave.n_new_points = options_.points_per_wave;
    emulate(wave);
    std::vector<std::size_t> used = diagnose(wave);
    if (used.empty()) return report_space(wave), MatchingEnd::nothing_emulated;
    wave.rank =
        std::min(match_.waves.size() <= options_.forgiving_waves ? std::size_t{2} : std::size_t{1}, used.size());
    const Implausibility::Options rule{wave.rank, options_.cutoff};
    report_ruled_out(wave, Implausibility(wave.emulators, used, discrepancy_, rule));
    std::ranges::stable_sort(used, std::greater<>(), [&](std::size_t j) { return wave.statistics[j].ruled_out; });
    match_.space.restrict_to(std::make_shared<const Implausibility>(wave.emulators, used, discrepancy_, rule));
    report_space(wave);
    return end_after(wave, share_before);
  }

  std::optional<MatchingEnd> end_after(const Wave& wave, double share_before) const {
    if (match_.space.empty()) return MatchingEnd::empty;
    const bool still_forgiving = match_.waves.size() < options_.forgiving_waves + 1;
    const bool suffices = std::ranges::all_of(wave.statistics, [&](const StatisticReport& report) {
      return report.used && report.emulator_share < options_.enough_emulation;
    });
    if (still_forgiving) return std::nullopt;
    if (suffices) return MatchingEnd::emulators_suffice;
    if (wave.share.value > options_.least_shrinkage_keeps * share_before) return MatchingEnd::no_longer_shrinks;
    return std::nullopt;
  }

  /// New points, and what earlier waves did in the space.
  DesignRuns simulate_design() {
    const std::size_t n = options_.points_per_wave, wave = match_.waves.size() - 1;
    const MatrixXd points = wave == 0 ? latin_hypercube_scores(n, simulator_.prior().size(), options_.seed)
                                      : match_.space.spread_points(n, 0);
    const auto luck = options_.first_luck + static_cast<std::uint32_t>(wave * n * options_.n_replicates);
    DesignRuns runs = run_design(simulator_, points, options_.n_replicates, luck);
    if (wave == 0) return runs;
    const DesignRuns& earlier = match_.waves[wave - 1]->runs;
    std::vector<Eigen::Index> inside;
    for (Eigen::Index i = 0; i < earlier.points.rows(); ++i) {
      if (match_.space.contains(earlier.points.row(i))) inside.push_back(i);
    }
    return joined(runs, earlier, inside);
  }

  void emulate(Wave& wave) const {
    std::vector<std::optional<StatisticEmulator>> emulators(simulator_.n_statistics());
    for_each_index(emulators.size(), [&](std::size_t j) { emulators[j].emplace(wave.runs, j, options_.emulator); });
    for (auto& emulator : emulators) wave.emulators.push_back(std::move(*emulator));
  }

  std::vector<std::size_t> diagnose(Wave& wave) const {
    wave.statistics.resize(wave.emulators.size());
    const Eigen::Index n_points = std::min<Eigen::Index>(wave.runs.points.rows(), report_points);
    for_each_index(wave.emulators.size(), [&](std::size_t j) {
      StatisticReport& report = wave.statistics[j];
      const LeaveOneOut left_out = wave.emulators[j].mean_emulator().leave_one_out();
      report.beyond_3_sd = left_out.beyond_3_sd;
      report.residual_sd = std::sqrt(left_out.residuals.squaredNorm() / static_cast<double>(left_out.residuals.size()));
      report.used = report.beyond_3_sd <= options_.most_beyond_3_sd;
      report.total_effects = wave.emulators[j].mean_emulator().total_effects(wave.runs.points.topRows(n_points));
    });
    std::vector<std::size_t> used;
    for (std::size_t j = 0; j < wave.statistics.size(); ++j) {
      if (wave.statistics[j].used) used.push_back(j);
    }
    return used;
  }

  void report_ruled_out(Wave& wave, const Implausibility& implausibility) const {
    const MatrixXd points = match_.space.spread_points(report_points, 1);
    for_each_index(wave.emulators.size(), [&](std::size_t j) {
      Eigen::Index n = 0;
      for (Eigen::Index i = 0; i < points.rows(); ++i)
        n += implausibility.of_statistic(j, points.row(i)) > options_.cutoff ? 1 : 0;
      wave.statistics[j].ruled_out = static_cast<double>(n) / static_cast<double>(points.rows());
    });
  }

  void report_space(Wave& wave) const {
    wave.share = match_.space.share();
    if (!match_.space.empty()) report_emulator_shares(wave);
  }

  void report_emulator_shares(Wave& wave) const {
    const MatrixXd points = match_.space.spread_points(report_points, 2);
    const std::vector<double> equal(static_cast<std::size_t>(points.rows()), 1.0);
    for_each_index(wave.emulators.size(), [&](std::size_t j) {
      std::vector<double> shares;
      for (Eigen::Index i = 0; i < points.rows(); ++i) {
        const double emulator = wave.emulators[j].predict(points.row(i)).variance;
        const double others = 1.0 + discrepancy_[j] * discrepancy_[j] + wave.emulators[j].run_variance(points.row(i));
        shares.push_back(emulator / (emulator + others));
      }
      wave.statistics[j].emulator_share = WeightedQuantiles(shares, equal)(0.5);
    });
  }

  const Simulator& simulator_;
  const HistoryMatchingOptions& options_;
  std::vector<double> discrepancy_;
  HistoryMatch match_;
};

}  // namespace

HistoryMatch match_history(const Simulator& simulator, const HistoryMatchingOptions& options,
                           const std::function<void(const Wave&)>& after_wave) {
  return Matching(simulator, options).run(after_wave);
}

MatrixXd latin_hypercube_scores(std::size_t points, std::size_t dimensions, std::uint64_t seed) {
  constexpr std::uint64_t n_choices = 10;
  MatrixXd best;
  double best_distance = -1.0;
  for (std::uint64_t choice = 0; choice < n_choices; ++choice) {
    const LatinHypercube cube(points, dimensions, seed * n_choices + choice);
    MatrixXd candidate(static_cast<Eigen::Index>(points), static_cast<Eigen::Index>(dimensions));
    for (std::size_t i = 0; i < points; ++i) {
      for (std::size_t d = 0; d < dimensions; ++d)
        candidate(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(d)) = cube.at(i, d);
    }
    const double distance = least_squared_distance(candidate);
    if (distance > best_distance) best_distance = distance, best = std::move(candidate);
  }
  return best.unaryExpr([](double p) { return maths::normal_quantile(p); });
}

}  // namespace innochain
