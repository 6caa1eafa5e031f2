#include "calibration/prior_runs.hpp"

#include <algorithm>

namespace innochain {

namespace {

constexpr std::size_t call_eras = 2;
/// Truths have replicates of their own; there are never so many runs in a table.
constexpr std::uint32_t first_truth = 0x40000000u;

class PriorRunner {
 public:
  explicit PriorRunner(const InstitutionalModel& model)
      : model_(model), params_(institutions_with_drawn_calls(model)), values_(model.prior().size()) {}

  static std::size_t n_statistics(const InstitutionalModel& model) {
    return model.n_statistics() + call_eras * model.series().size();
  }

  void simulate(SyntheticDraw purpose, std::size_t number, std::span<float> scores, std::span<float> statistics) {
    const std::uint64_t seed = model_.calibration().seed;
    Stream stream = synthetic_stream(seed, purpose, number);
    std::vector<double> drawn(model_.prior().size()), measured(n_statistics(model_));
    for (double& score : drawn) score = stream.normal();
    model_.prior().values(drawn, values_);
    model_.apply(values_, params_);
    const std::uint32_t first = purpose == SyntheticDraw::table_truth ? first_truth : 0u;
    const Indicators& run = innochain::simulate(params_, seed, first + static_cast<std::uint32_t>(number), workspace_);
    model_.values_of(params_, run, std::span(measured).first(model_.n_statistics()));
    count_calls(run, std::span(measured).subspan(model_.n_statistics()));
    const auto narrow = [](double x) { return static_cast<float>(x); };
    std::ranges::transform(drawn, scores.begin(), narrow);
    std::ranges::transform(measured, statistics.begin(), narrow);
  }

 private:
  void count_calls(const Indicators& run, std::span<double> counts) const {
    for (std::size_t k = 0; k < model_.series().size(); ++k) {
      const FittedSeries& fitted = model_.series()[k];
      for (const CallDatum& datum : fitted.calls) {
        const bool late = params_.levers_before(datum.year).era == Era::quality;
        if (call_in(params_, run, fitted.designation, datum.year)) counts[call_eras * k + (late ? 1 : 0)] += 1.0;
      }
    }
  }

  const InstitutionalModel& model_;
  Params params_;
  Workspace workspace_;
  std::vector<double> values_;
};

}  // namespace

PriorRuns simulate_prior_runs(const InstitutionalModel& model, SyntheticDraw purpose, std::size_t n,
                              const WorkOptions& options) {
  PriorRuns runs;
  runs.n_parameters = model.prior().size();
  runs.n_statistics = PriorRunner::n_statistics(model);
  runs.scores.resize(n * runs.n_parameters);
  runs.statistics.resize(n * runs.n_statistics);
  tbb::enumerable_thread_specific<PriorRunner> runners([&] { return PriorRunner(model); });
  for_each_parallel(n, options, [&](std::size_t i) {
    runners.local().simulate(purpose, i, std::span(runs.scores).subspan(i * runs.n_parameters, runs.n_parameters),
                             std::span(runs.statistics).subspan(i * runs.n_statistics, runs.n_statistics));
  });
  return runs;
}

}  // namespace innochain
