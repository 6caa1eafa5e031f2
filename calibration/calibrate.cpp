#include "calibration/calibrate.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "calibration/packed_json.hpp"
#include "calibration/posterior.hpp"

namespace innochain {

using nlohmann::json;

namespace {

constexpr int correction_pairs = 64;
constexpr int profile_evaluations = 80;  ///< for each value that a parameter is held at
/// Of each draw. One of each would leave Monte Carlo error in the medians: half a lab in 24, with 300 draws.
constexpr std::size_t free_runs = 4;
constexpr const char* corrections_part = "corrections";

json to_json(const PointFit& fit) {
  return {{"scores", fit.scores},           {"values", fit.values},
          {"objective", fit.objective},     {"at_prior_median", fit.at_prior_median},
          {"evaluations", fit.evaluations}, {"mean_deviations", fit.mean_deviations}};
}
PointFit point_fit_from(const json& text) {
  return {text.at("scores"),          text.at("values"),      text.at("objective"),
          text.at("at_prior_median"), text.at("evaluations"), text.at("mean_deviations")};
}

json to_json(const std::vector<CalibratedDraw>& draws) {
  json list = json::array();
  for (const CalibratedDraw& draw : draws) {
    list.push_back({{"values", draw.values},
                    {"replicate", draw.luck.replicate},
                    {"approvals", draw.luck.approvals},
                    {"distances", draw.distances},
                    {"attempts", draw.attempts}});
  }
  return list;
}
std::vector<CalibratedDraw> draws_from(const json& list) {
  std::vector<CalibratedDraw> draws;
  for (const json& draw : list)
    draws.push_back(
        {draw.at("values"), {draw.at("replicate"), draw.at("approvals")}, draw.at("distances"), draw.at("attempts")});
  return draws;
}

/// All draws n times, one after the other.
std::vector<CalibratedDraw> repeated(const std::vector<CalibratedDraw>& draws, std::size_t n) {
  std::vector<CalibratedDraw> all;
  for (std::size_t i = 0; i < n; ++i) all.insert(all.end(), draws.begin(), draws.end());
  return all;
}

/// The stages, one after the other.
class CalibrationSession {
 public:
  CalibrationSession(InstitutionalModel& model, const CalibrationStore& store, Shard shard, WorkOptions options,
                     const CalibrationNews& news)
      : model_(model),
        calibration_(model.calibration()),
        store_(store),
        shard_(shard),
        options_(std::move(options)),
        news_(news) {
    options_.progress = news.progress;
  }

  CalibrationResult run(const CalibrationExtras& extras) {
    fit_point_first();
    correct_for_feedbacks();
    sample();
    select();
    predict_with_whole_model();
    if (extras.profiles) {
      news_.begin("profiles", model_.prior().size() * profile_scores.size() * profile_evaluations);
      result_.profiles =
          profiles(model_, result_.point_fit, profile_evaluations, calibration_.point_fit.replicates, options_);
    }
    if (extras.second_method) {
      news_.begin("history matching with emulators", static_cast<std::size_t>(calibration_.history_matching.waves));
      result_.second = match_and_compare(model_, result_.abc, options_);
    }
    return std::move(result_);
  }

  /// What a shard beside the first has to do.
  void help_sampling() {
    wait_for_part(store_, corrections_part, shard_, options_, news_);
    correct_for_feedbacks();
    sample();
  }

 private:
  void fit_point_first() {
    if (const auto known = store_.read("point_fit")) {
      result_.point_fit = point_fit_from(unpacked(*known));
      return;
    }
    const PointFitSettings& settings = calibration_.point_fit;
    news_.begin("point fit (a first guess)", static_cast<std::size_t>(settings.evaluations) + 2);
    result_.point_fit = fit_point(model_, settings.evaluations, settings.replicates, options_);
    store_.write("point_fit", packed(to_json(result_.point_fit)));
    news_.say(fmt::format("point fit: objective {:.3g}, {:.3g} at the prior medians", result_.point_fit.objective,
                          result_.point_fit.at_prior_median));
  }

  void correct_for_feedbacks() {
    if (const auto known = store_.read(corrections_part)) {
      const json text = unpacked(*known);
      result_.corrections = text.at("means").get<std::vector<double>>();
      result_.correction_errors = text.at("standard_errors").get<std::vector<double>>();
    } else {
      news_.begin("what the institutions alone leave out", correction_pairs);
      result_.corrections = feedback_corrections(model_, result_.point_fit.values, correction_pairs, options_,
                                                 &result_.correction_errors);
      store_.write(corrections_part,
                   packed({{"means", result_.corrections}, {"standard_errors", result_.correction_errors}}));
    }
    model_.correct(result_.corrections);
  }

  void sample() {
    AbcResult sampled = sample_posterior(model_, calibration_, store_, shard_, options_, news_);
    result_.abc = std::move(sampled.state);
    result_.stop = sampled.stop;
    news_.say(fmt::format("ABC-SMC ended: {}", to_string(result_.stop)));
  }

  /// Parameters of equally probable draws.
  std::vector<std::vector<double>> resampled() const {
    const AbcGeneration& last = result_.abc.history.back();
    const std::size_t n_parameters = model_.prior().size(), n = static_cast<std::size_t>(calibration_.paths.draws);
    std::vector<std::vector<double>> parameters;
    for (const std::size_t i : choose_particles(last.weights, n, calibration_.seed)) {
      std::vector<double>& values = parameters.emplace_back(n_parameters);
      model_.prior().values(std::span(last.scores).subspan(i * n_parameters, n_parameters), values);
    }
    return parameters;
  }

  void select() {
    if (const auto known = store_.read("draws")) {
      result_.draws = draws_from(unpacked(*known));
      return;
    }
    const auto parameters = resampled();
    news_.begin("pasts that fit", parameters.size());
    result_.draws = select_paths(model_, parameters, calibration_.paths, options_);
    store_.write("draws", packed(to_json(result_.draws)));
  }

  void predict_with_whole_model() {
    news_.begin("predictions, with the past of each draw", result_.draws.size());
    result_.kept = predict(model_, result_.draws, Extent::whole, Past::kept, options_, &result_.whole_distances);
    const std::vector<CalibratedDraw> free = repeated(result_.draws, free_runs);
    news_.begin("predictions, free running", free.size());
    result_.free = predict(model_, free, Extent::whole, Past::free, options_);
    result_.evaluation = evaluate(model_.calibration(), result_.kept, result_.free);
  }

  InstitutionalModel& model_;
  const Calibration& calibration_;
  const CalibrationStore& store_;
  Shard shard_;
  WorkOptions options_;
  const CalibrationNews& news_;
  CalibrationResult result_;
};

}  // namespace

CalibrationResult calibrate(InstitutionalModel& model, const CalibrationStore& store, const WorkOptions& options,
                            const CalibrationNews& news, const CalibrationExtras& extras, std::size_t n_shards) {
  return CalibrationSession(model, store, {1, n_shards}, options, news).run(extras);
}

void help_calibration(InstitutionalModel& model, const CalibrationStore& store, Shard shard, const WorkOptions& options,
                      const CalibrationNews& news) {
  CalibrationSession(model, store, shard, options, news).help_sampling();
}

}  // namespace innochain
