#include "calibration/calibrated_draws.hpp"

#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "calibration/path_comparison.hpp"
#include "sim/core/parallel.hpp"

namespace innochain {

namespace {

/// Replicates of the pasts of draws and of free runs; calls and quotas of the pasts have those from 1 up, one a draw
/// and attempt. Those of the sampler are spread over all numbers: a past may meet one of them by chance, but no run
/// repeats another on purpose.
constexpr std::uint32_t first_past = 0xc0000000u, first_free = 0xe0000000u;

/// The search for the luck of one draw.
class PathSearch {
 public:
  PathSearch(const InstitutionalModel& model, const PathSettings& settings)
      : model_(model),
        settings_(settings),
        params_(model.institutions_until(model.calibration().fit.last)),
        comparison_(model) {}

  CalibratedDraw find(const std::vector<double>& values, std::size_t place) {
    const std::uint32_t replicate = first_past + static_cast<std::uint32_t>(place);
    const std::size_t n_series = model_.series().size();
    CalibratedDraw draw{values, {replicate, std::vector<std::uint32_t>(n_series, 0)}, {}, {}};
    draw.distances.assign(n_series, std::numeric_limits<double>::infinity());
    draw.attempts.assign(n_series, 0);
    model_.apply(values, params_);
    PathLuck tried{replicate, std::vector<std::uint32_t>(n_series)};
    const auto n_attempts = static_cast<std::size_t>(settings_.attempts);
    for (std::size_t attempt = 0; attempt < n_attempts && leave_out_what_fits(draw.distances); ++attempt) {
      const auto luck = static_cast<std::uint32_t>(place * n_attempts + attempt + 1);
      tried.approvals.assign(n_series, luck);
      model_.pin(tried, params_);
      model_.run(params_, replicate, worlds_, workspace_, [&](Year year) {
        comparison_.add(year, params_, workspace_.indicators(), workspace_.state().occasions);
        return may_be_nearer(draw);
      });
      keep_nearer(luck, draw);
    }
    return draw;
  }

 private:
  /// Series whose past fits need not be simulated again. False where nothing is left to do.
  bool leave_out_what_fits(const std::vector<double>& distances) {
    bool any = false;
    for (std::size_t k = 0; k < distances.size(); ++k) {
      const bool fits = distances[k] <= settings_.distance;
      params_.left_out[model_.series()[k].designation] = fits ? 1 : 0;
      any = any || !fits;
    }
    return any;
  }
  /// By what is known of the run: distances only grow with the years, so that one that cannot need not go on.
  bool may_be_nearer(const CalibratedDraw& draw) const {
    for (std::size_t k = 0; k < draw.distances.size(); ++k)
      if (is_searched(k) && is_nearer(k, draw)) return true;
    return false;
  }
  void keep_nearer(std::uint32_t luck, CalibratedDraw& draw) {
    for (std::size_t k = 0; k < draw.distances.size(); ++k) {
      if (!is_searched(k)) continue;
      ++draw.attempts[k];
      if (!is_nearer(k, draw)) continue;
      draw.distances[k] = model_.distance(k, comparison_.deviations());
      draw.luck.approvals[k] = luck;
    }
  }
  bool is_searched(std::size_t k) const { return params_.simulates(model_.series()[k].designation); }
  bool is_nearer(std::size_t k, const CalibratedDraw& draw) const {
    return model_.distance(k, comparison_.deviations()) < draw.distances[k];
  }

  const InstitutionalModel& model_;
  const PathSettings& settings_;
  Params params_;
  RecentWorlds worlds_{1};
  Workspace workspace_;
  PathComparison comparison_;
};

}  // namespace

std::vector<CalibratedDraw> select_paths(const InstitutionalModel& model,
                                         const std::vector<std::vector<double>>& parameters,
                                         const PathSettings& settings, const WorkOptions& options) {
  std::vector<CalibratedDraw> draws(parameters.size());
  tbb::enumerable_thread_specific<PathSearch> searches([&] { return PathSearch(model, settings); });
  for_each_parallel(parameters.size(), options,
                    [&](std::size_t i) { draws[i] = searches.local().find(parameters[i], i); });
  return draws;
}

void PredictivePaths::read(std::size_t run, const TargetSeries& wanted, ApprovalPath& path) const {
  path.years = years;
  path.initial_stock = 0;  // designations begin with nothing
  for (auto* values : {&path.approvals, &path.stock, &path.delisted}) values->assign(years.size(), 0);
  const std::vector<std::string> single{wanted.designation};
  for (const std::string& part : wanted.parts.empty() ? single : wanted.parts) {
    const auto found = std::ranges::find(series, part);
    if (found == series.end()) continue;
    const std::size_t first = at(run, static_cast<std::size_t>(found - series.begin()), years.first);
    for (std::size_t t = 0; t < years.size(); ++t) {
      path.approvals[t] += approvals[first + t];
      path.stock[t] += stock[first + t];
      path.delisted[t] += delisted[first + t];
    }
  }
}

PredictivePaths predict(const InstitutionalModel& model, std::span<const CalibratedDraw> draws, Extent extent,
                        Past past, const WorkOptions& options, std::vector<double>* distances) {
  const Calibration& calibration = model.calibration();
  const std::size_t n_series = model.series().size();
  PredictivePaths paths;
  paths.years = {calibration.fit.first, calibration.predict.last};
  for (const FittedSeries& fitted : model.series()) paths.series.push_back(fitted.series->designation);
  paths.n_runs = draws.size();
  for (auto* values : {&paths.approvals, &paths.stock, &paths.delisted})
    values->assign(draws.size() * n_series * paths.years.size(), 0);
  if (distances) distances->assign(draws.size() * n_series, 0.0);

  struct Room {
    Params params;
    Workspace workspace;
    ApprovalPath path;
    std::vector<double> deviations;
  };
  tbb::enumerable_thread_specific<Room> rooms([&] {
    return Room{extent == Extent::whole ? whole_until(paths.years.last, model.calibration())
                                        : model.institutions_until(paths.years.last),
                {},
                {},
                std::vector<double>(model.n_statistics())};
  });
  for_each_parallel(draws.size(), options, [&](std::size_t i) {
    Room& room = rooms.local();
    model.apply(draws[i].values, room.params);
    if (past == Past::kept) model.pin(draws[i].luck, room.params);
    const std::uint32_t own = (past == Past::kept ? 0u : first_free) + static_cast<std::uint32_t>(i);
    const Indicators& run = simulate(room.params, calibration.seed, own, room.workspace);
    for (std::size_t k = 0; k < n_series; ++k) {
      read_path(room.params, run, model.series()[k].designation, paths.years, room.path);
      const std::size_t first = paths.at(i, k, paths.years.first);
      std::ranges::copy(room.path.approvals, paths.approvals.begin() + static_cast<std::ptrdiff_t>(first));
      std::ranges::copy(room.path.stock, paths.stock.begin() + static_cast<std::ptrdiff_t>(first));
      std::ranges::copy(room.path.delisted, paths.delisted.begin() + static_cast<std::ptrdiff_t>(first));
    }
    if (!distances) return;
    model.measure(room.params, run, room.deviations);
    for (std::size_t k = 0; k < n_series; ++k) (*distances)[i * n_series + k] = model.distance(k, room.deviations);
  });
  return paths;
}

std::vector<double> feedback_corrections(const InstitutionalModel& model, std::span<const double> values, int pairs,
                                         const WorkOptions& options, std::vector<double>* standard_errors) {
  struct Room {
    Params whole, alone;
    Workspace whole_run, alone_run;
  };
  const Year last = model.calibration().fit.last;
  tbb::enumerable_thread_specific<Room> rooms(
      [&] { return Room{whole_until(last, model.calibration()), model.institutions_until(last), {}, {}}; });
  const std::size_t n_statistics = model.n_statistics(), n = static_cast<std::size_t>(pairs);
  std::vector<double> differences(n * n_statistics);
  for_each_parallel(n, options, [&](std::size_t i) {
    Room& room = rooms.local();
    model.apply(values, room.whole);
    model.apply(values, room.alone);
    const std::uint64_t seed = model.calibration().seed;
    const std::uint32_t luck = first_free + static_cast<std::uint32_t>(i);
    std::vector<double> whole(n_statistics), alone(n_statistics);
    model.values_of(room.whole, simulate(room.whole, seed, luck, room.whole_run), whole);
    model.values_of(room.alone, simulate(room.alone, seed, luck, room.alone_run), alone);
    for (std::size_t j = 0; j < n_statistics; ++j) differences[i * n_statistics + j] = whole[j] - alone[j];
  });
  std::vector<double> means(n_statistics, 0.0);
  if (standard_errors) standard_errors->assign(n_statistics, 0.0);
  for (std::size_t j = 0; j < n_statistics; ++j) {
    double squares = 0.0;
    for (std::size_t i = 0; i < n; ++i) means[j] += differences[i * n_statistics + j] / static_cast<double>(n);
    for (std::size_t i = 0; i < n; ++i) {
      const double deviation = differences[i * n_statistics + j] - means[j];
      squares += deviation * deviation;
    }
    if (standard_errors) (*standard_errors)[j] = std::sqrt(squares / static_cast<double>(n * (n - 1)));
  }
  return means;
}

}  // namespace innochain
