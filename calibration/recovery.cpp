#include "calibration/recovery.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "calibration/calibrate.hpp"
#include "calibration/packed_json.hpp"
#include "calibration/posterior.hpp"
#include "calibration/weighted_quantiles.hpp"

namespace innochain {

namespace {

using nlohmann::json;

double rank_of(double truth, std::span<const double> scores, std::span<const double> weights) {
  double rank = 0.0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (scores[i] < truth) rank += weights[i];
    if (scores[i] == truth) rank += 0.5 * weights[i];
  }
  return rank;
}

std::vector<RecoveredParameter> compare(const SyntheticSet& set, const WeightedScores& sample) {
  const Prior& prior = set.calibration.prior;
  const std::vector<double> shrinkage = shrinkages(sample);
  std::vector<RecoveredParameter> parameters(prior.size());
  std::vector<WeightedQuantiles> quantiles;
  for (std::size_t p = 0; p < prior.size(); ++p) {
    const std::vector<double> scores = sample.of_parameter(p);
    parameters[p].truth = set.values[p];
    parameters[p].rank = rank_of(set.scores[p], scores, sample.weights);
    parameters[p].shrinkage = shrinkage[p];
    quantiles.emplace_back(scores, sample.weights);
  }
  constexpr std::array ends{&RecoveredParameter::low, &RecoveredParameter::median, &RecoveredParameter::high};
  constexpr std::array levels{0.05, 0.5, 0.95};
  std::vector<double> scores(prior.size()), values(prior.size());
  for (std::size_t e = 0; e < ends.size(); ++e) {
    for (std::size_t p = 0; p < prior.size(); ++p) scores[p] = quantiles[p](levels[e]);
    prior.values(scores, values);
    for (std::size_t p = 0; p < prior.size(); ++p) parameters[p].*ends[e] = values[p];
  }
  return parameters;
}

}  // namespace

RecoveredSet recover(const InstitutionalModel& model, std::size_t number, const WorkOptions& options) {
  const SyntheticSet set = make_synthetic(model, number);
  const InstitutionalModel own(set.calibration);
  const AbcResult sampled =
      run_abc_smc(own, sampler_config(set.calibration, options.threads), {}, [&](const AbcState&) {
        if (options.stop && options.stop->load()) throw Stopped();
      });
  const AbcGeneration& last = sampled.state.history.back();
  RecoveredSet result;
  result.parameters = compare(set, {own.prior().size(), last.scores, last.weights});
  result.stop = sampled.stop;
  result.tolerance = last.tolerance;
  result.effective_sample_size = last.ess;
  result.n_generations = sampled.state.history.size() - 1;
  result.n_unique = last.n_unique;
  result.n_simulations = sampled.state.n_simulations;
  return result;
}

std::string to_text(const RecoveredSet& set) {
  json parameters = json::array();
  for (const RecoveredParameter& p : set.parameters)
    parameters.push_back({p.truth, p.low, p.median, p.high, p.rank, p.shrinkage});
  return packed({{"parameters", parameters},
                 {"stop", static_cast<int>(set.stop)},
                 {"tolerance", set.tolerance},
                 {"effective_sample_size", set.effective_sample_size},
                 {"n_generations", set.n_generations},
                 {"n_unique", set.n_unique},
                 {"n_simulations", set.n_simulations}});
}

RecoveredSet recovered_set(const std::string& text) {
  const json read = unpacked(text);
  RecoveredSet set;
  for (const json& p : read.at("parameters"))
    set.parameters.push_back({p.at(0), p.at(1), p.at(2), p.at(3), p.at(4), p.at(5)});
  set.stop = static_cast<AbcStop>(read.at("stop").get<int>());
  set.tolerance = read.at("tolerance");
  set.effective_sample_size = read.at("effective_sample_size");
  set.n_generations = read.at("n_generations");
  set.n_unique = read.at("n_unique");
  set.n_simulations = read.at("n_simulations");
  return set;
}

bool RecoverySummary::recovers() const {
  return all.share() >= 1.0 - most_lost && neutral_shrinkage < least_information;
}

RecoverySummary summarize_recovery(const InstitutionalModel& model, const std::vector<RecoveredSet>& sets) {
  RecoverySummary summary;
  summary.n_sets = sets.size();
  for (const RecoveredSet& set : sets) summary.n_too_wide += set.stop != AbcStop::target_reached ? 1 : 0;
  const auto n = static_cast<double>(sets.size());
  std::vector<std::size_t> inside(model.prior().size(), 0);
  for (std::size_t p = 0; p < model.prior().size(); ++p) {
    ParameterRecovery& own = summary.parameters.emplace_back();
    own.path = model.prior()[p].path;
    for (const RecoveredSet& set : sets) {
      inside[p] += set.parameters[p].inside() ? 1 : 0;
      own.mean_rank += set.parameters[p].rank / n;
      own.mean_shrinkage += set.parameters[p].shrinkage / n;
    }
    own.inside = static_cast<double>(inside[p]) / n;
    if (own.path == neutral_path) summary.neutral_shrinkage = own.mean_shrinkage;
  }
  for (std::size_t p = 0; p < summary.parameters.size(); ++p) {
    if (summary.parameters[p].path == neutral_path) continue;
    summary.all.n += sets.size(), summary.all.n_inside += inside[p];
    if (summary.parameters[p].mean_shrinkage < summary.neutral_shrinkage + least_information) continue;
    summary.identified.n += sets.size(), summary.identified.n_inside += inside[p];
  }
  return summary;
}

}  // namespace innochain
