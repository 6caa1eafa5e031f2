#include "calibration/path_comparison.hpp"

#include <algorithm>

namespace innochain {

PathComparison::PathComparison(const InstitutionalModel& model)
    : model_(model),
      paths_(model.series().size()),
      deviations_(model.n_statistics()),
      log_weights_(model.blocks().size()) {}

void PathComparison::add(Year year, const Params& params, const Indicators& run,
                         std::span<const ApprovalOccasion> occasions) {
  const YearSpan years{params.scale.years.first, model_.calibration().fit.last};
  if (year == years.first) {
    std::ranges::fill(deviations_, 0.0);
    std::ranges::fill(log_weights_, 0.0);
  }
  for (std::size_t k = 0; k < paths_.size(); ++k) {
    const FittedSeries& fitted = model_.series()[k];
    ApprovalPath& path = paths_[k];
    if (year == years.first) begin_path(params, run, fitted.designation, years, path);
    read_year(params, run, fitted.designation, year, path);
    for_each_item(fitted, model_.blocks()[k].first, [&](const TargetItem& item, std::size_t j) {
      if (item.years.last == year)
        deviations_[j] = deviation(item, simulated_value(item, path) + model_.corrections()[j]);
    });
    for (const CallDatum& datum : fitted.calls)
      if (datum.year == year) log_weights_[k] += log_probability_of_call(datum, fitted.designation, params, occasions);
  }
}

}  // namespace innochain
