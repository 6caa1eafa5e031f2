#include "calibration/second_method.hpp"

#include <algorithm>
#include <set>

#include "sim/core/parallel.hpp"

namespace innochain {

namespace {

constexpr std::uint32_t first_matching_luck = 0xa0000000u;  ///< beside those of pasts and free runs

const char* to_string(MatchingEnd end) {
  switch (end) {
    case MatchingEnd::emulators_suffice:
      return "what the emulators do not know hardly counts any more";
    case MatchingEnd::no_longer_shrinks:
      return "the space no longer shrinks";
    case MatchingEnd::empty:
      return "no parameters are left that match";
    case MatchingEnd::nothing_emulated:
      return "no emulator passed its diagnostics";
    case MatchingEnd::most_waves:
      return "the largest number of waves was reached";
  }
  return "";
}

/// The last population, where copies of a particle count as one draw in the effective size.
PosteriorSample sample_of(const AbcState& abc, std::size_t n_parameters) {
  const AbcGeneration& last = abc.history.back();
  const auto n = static_cast<Eigen::Index>(last.weights.size()), d = static_cast<Eigen::Index>(n_parameters);
  PosteriorSample sample;
  sample.scores.resize(n, d);
  sample.weights.resize(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    sample.weights[i] = last.weights[static_cast<std::size_t>(i)];
    for (Eigen::Index j = 0; j < d; ++j) sample.scores(i, j) = last.scores[static_cast<std::size_t>(i * d + j)];
  }
  const auto n_unique = static_cast<double>(last.n_unique);
  sample.effective_sizes = VectorXd::Constant(d, std::min(effective_sample_size(last.weights), n_unique));
  return sample;
}

WaveSummary summary_of(const Wave& wave) {
  WaveSummary summary;
  summary.n_points = wave.n_new_points;
  for (const StatisticReport& report : wave.statistics) summary.n_statistics_used += report.used ? 1 : 0;
  summary.share = wave.share.value;
  summary.share_low = wave.share.low;
  summary.share_high = wave.share.high;
  return summary;
}

}  // namespace

SecondMethod match_and_compare(const InstitutionalModel& model, const AbcState& abc, const WorkOptions& options) {
  const Calibration& calibration = model.calibration();
  const ThreadCount threads(options.threads);
  HistoryMatchingOptions settings;
  settings.seed = calibration.seed;
  settings.points_per_wave = static_cast<std::size_t>(calibration.history_matching.points);
  settings.n_replicates = static_cast<std::size_t>(calibration.history_matching.replicates);
  settings.most_waves = static_cast<std::size_t>(calibration.history_matching.waves);
  settings.first_luck = first_matching_luck;
  SecondMethod method;
  const HistoryMatch match = match_history(model, settings, [&](const Wave& wave) {
    method.waves.push_back(summary_of(wave));
    method.emulators = wave.statistics;
    if (options.progress) options.progress(method.waves.size());
    if (options.stop && options.stop->load()) throw Stopped();
  });
  method.end = to_string(match.end);
  if (match.end == MatchingEnd::empty || match.end == MatchingEnd::nothing_emulated) return method;
  EmulatorPosteriorOptions sampling;
  sampling.seed = calibration.seed;
  const EmulatorPosterior posterior = sample_emulator_posterior(model, match, settings.emulator, sampling);
  method.diagnostics = posterior.diagnostics;
  method.comparison = compare_posteriors(sample_of(abc, model.prior().size()), posterior.sample, calibration.seed);
  return method;
}

Table wave_table(const SecondMethod& method) {
  std::vector<std::int32_t> points, used;
  std::vector<double> share, low, high;
  for (const WaveSummary& wave : method.waves) {
    points.push_back(static_cast<std::int32_t>(wave.n_points));
    used.push_back(static_cast<std::int32_t>(wave.n_statistics_used));
    share.push_back(wave.share), low.push_back(wave.share_low), high.push_back(wave.share_high);
  }
  return {"history_matching",
          "Waves of history matching: " + method.end,
          {{"points", "1", "new points of the design", points},
           {"statistics_used", "1", "statistics whose emulators passed their diagnostics", used},
           {"share", "1", "share of the prior that is not implausible", share},
           {"share_low", "1", "its 90 % interval, low", low},
           {"share_high", "1", "high", high}}};
}

Table emulator_table(const InstitutionalModel& model, const SecondMethod& method) {
  constexpr double inactive = 0.01;  // see Emulator::total_effects
  std::vector<std::int32_t> used, active;
  std::vector<double> beyond, residual, ruled_out, share, effect;
  std::vector<std::string> main_parameters;
  for (const StatisticReport& report : method.emulators) {
    used.push_back(report.used ? 1 : 0);
    beyond.push_back(report.beyond_3_sd), residual.push_back(report.residual_sd);
    ruled_out.push_back(report.ruled_out), share.push_back(report.emulator_share);
    const auto main = std::ranges::max_element(report.total_effects);
    const auto parameter = static_cast<std::size_t>(main - report.total_effects.begin());
    main_parameters.push_back(*main > 0.0 ? model.prior()[parameter].path : std::string());
    effect.push_back(*main);
    active.push_back(
        static_cast<std::int32_t>(std::ranges::count_if(report.total_effects, [](double e) { return e >= inactive; })));
  }
  return {"emulators",
          "Emulators of the last wave of history matching",
          {{"statistic", "", "what is emulated", model.statistic_names()},
           {"used", "1", "1: passed its diagnostics and rules points out", used},
           {"beyond_3_sd", "1", "share of left-out values beyond 3 standard deviations", beyond},
           {"residual_sd", "1", "root mean square of standardized left-out residuals", residual},
           {"ruled_out", "1", "share of the space that this statistic alone finds implausible", ruled_out},
           {"emulator_share", "1", "of the emulator in the variance that implausibility is measured by", share},
           {"main_parameter", "", "parameter with the largest total effect; empty where none has any", main_parameters},
           {"main_effect", "1", "its total effect: share of the variance of the emulated mean", effect},
           {"active_parameters", "1", "parameters with a total effect of at least 0.01", active}}};
}

Table comparison_table(const InstitutionalModel& model, const SecondMethod& method) {
  std::vector<std::string> paths;
  std::array<std::vector<double>, 8> columns;
  std::vector<std::int32_t> disagree;
  std::vector<double> r_hat, effective_size;
  for (std::size_t i = 0; i < method.comparison.size(); ++i) {
    const MarginalComparison& c = method.comparison[i];
    paths.push_back(model.prior()[i].path);
    std::size_t column = 0;
    for (const double value : {c.a.low, c.a.median, c.a.high, c.b.low, c.b.median, c.b.high, c.distance, c.noise})
      columns[column++].push_back(value);
    disagree.push_back(c.disagree ? 1 : 0);
    r_hat.push_back(method.diagnostics->r_hat[static_cast<Eigen::Index>(i)]);
    effective_size.push_back(method.diagnostics->effective_size[static_cast<Eigen::Index>(i)]);
  }
  return {"comparison",
          "ABC-SMC and emulators, in normal scores under the prior",
          {{"path", "", "path in scenarios", paths},
           {"smc_q05", "1", "ABC-SMC: 5 % quantile", columns[0]},
           {"smc_q50", "1", "median", columns[1]},
           {"smc_q95", "1", "95 % quantile", columns[2]},
           {"emulator_q05", "1", "emulators: 5 % quantile", columns[3]},
           {"emulator_q50", "1", "median", columns[4]},
           {"emulator_q95", "1", "95 % quantile", columns[5]},
           {"distance", "1", "Wasserstein distance, prior standard deviations", columns[6]},
           {"noise", "1", "what Monte Carlo error explains", columns[7]},
           {"disagree", "1", "1: more than that", disagree},
           {"emulator_r_hat", "1",
            "potential scale reduction of the emulators' Markov chains: above 1.05 they do not agree", r_hat},
           {"emulator_effective_size", "1", "independent draws that these chains are worth", effective_size}}};
}

}  // namespace innochain
