#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "calibration/institutional_model.hpp"
#include "calibration/work.hpp"

/// From a sample of parameters to draws whose past fits: a calibrated draw is (parameters, luck), so that a forecast
/// continues a history that agrees with what was observed.
namespace innochain {

struct CalibratedDraw {
  std::vector<double> values;     ///< of the parameters, in the order of the prior
  PathLuck luck;                  ///< of the nearest past that was found
  std::vector<double> distances;  ///< of that past, by fitted series
  std::vector<int> attempts;      ///< lucks tried, by fitted series
};

/// For each parameter vector, searches the lucks of calls and quotas for a past within `distance` of the targets, each
/// series on its own (given the parameters they are independent of each other), and keeps the nearest where none is
/// found in the attempts allowed. The result depends on neither threads nor time. Throws Stopped.
std::vector<CalibratedDraw> select_paths(const InstitutionalModel& model,
                                         const std::vector<std::vector<double>>& parameters,
                                         const PathSettings& settings, const WorkOptions& options);

/// Simulated years of every fitted series for every run.
struct PredictivePaths {
  YearSpan years;
  std::vector<std::string> series;
  std::size_t n_runs = 0;
  std::vector<std::int32_t> approvals, stock, delisted;  ///< by run, series and year

  std::size_t at(std::size_t run, std::size_t k, Year year) const {
    return (run * series.size() + k) * years.size() + years.index(year);
  }
  /// The path of a designation, or of the sum of some.
  void read(std::size_t run, const TargetSeries& wanted, ApprovalPath& path) const;
};

enum class Extent {
  whole,        ///< the whole model
  institutions  ///< the institutions alone
};
enum class Past {
  kept,  ///< the past of the draw, and its own luck afterwards
  free   ///< luck of its own throughout
};

/// Runs every draw to the end of the prediction, also one that stands there more than once: each time it has luck of
/// its own where it runs free. `distances`, where wanted, takes how far the past of each run is from the targets, by
/// draw and fitted series. Throws Stopped.
PredictivePaths predict(const InstitutionalModel& model, std::span<const CalibratedDraw> draws, Extent extent,
                        Past past, const WorkOptions& options, std::vector<double>* distances = nullptr);

/// How much more the whole model gives than the institutions alone with the same parameters and the same luck, by
/// statistic: the mean over pairs of runs. \param pairs at least 2 \param standard_errors where wanted, of the means
std::vector<double> feedback_corrections(const InstitutionalModel& model, std::span<const double> values, int pairs,
                                         const WorkOptions& options, std::vector<double>* standard_errors = nullptr);

}  // namespace innochain
