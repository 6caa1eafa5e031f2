#include "calibration/fitted_series.hpp"

#include <algorithm>

#include "sim/core/maths.hpp"
#include "sim/processes/quota_law.hpp"

namespace innochain {

FittedSeries fitted_part(const TargetSeries& series, const Calibration& calibration) {
  const Params& params = calibration.scenario.params;
  FittedSeries fitted;
  fitted.series = &series;
  fitted.designation = params.system.designation(series.designation);  // reading the calibration has seen to it
  for (const TargetItem& item : series.items)
    if (in_window(item, calibration.fit)) fitted.items.push_back(&item);
  fitted.end = end_of_fit(series, calibration.fit.last);
  for (const CallDatum& datum : series.calls)
    if (calibration.fit.contains(datum.year) &&
        params.levers_in(datum.year).calls[fitted.designation].kind != CallLever::Kind::moratorium)
      fitted.calls.push_back(datum);
  std::ranges::stable_sort(fitted.calls, {}, &CallDatum::year);
  return fitted;
}

void begin_path(const Params& params, const Indicators& run, DesignationId designation, YearSpan years,
                ApprovalPath& path) {
  const std::size_t n_lab_types = params.system.lab_types.size(), i = designation.index();
  path.years = years;
  path.initial_stock = i < n_lab_types ? run.lab_initial_stock[i] : run.zone_initial_stock[i - n_lab_types];
  path.approvals.assign(years.size(), 0);
  path.stock.assign(years.size(), 0);
  path.delisted.assign(years.size(), 0);
}

void read_year(const Params& params, const Indicators& run, DesignationId designation, Year year, ApprovalPath& path) {
  const std::size_t n_lab_types = params.system.lab_types.size();
  const bool lab = designation.index() < n_lab_types;
  const std::size_t i = lab ? designation.index() : designation.index() - n_lab_types;
  const Count& approvals = lab ? run.lab_approvals : run.zone_approvals;
  const Count& stock = lab ? run.lab_stock : run.zone_stock;
  const Count& delisted = lab ? run.lab_delisted : run.zone_delisted;
  const std::size_t t = path.years.index(year);
  path.approvals[t] = approvals.at(year, i);
  path.stock[t] = stock.at(year, i);
  path.delisted[t] = delisted.at(year, i);
}

double log_probability_of_call(const CallDatum& datum, DesignationId designation, const Params& params,
                               std::span<const ApprovalOccasion> occasions) {
  const auto found = std::ranges::find_if(occasions, [&](const ApprovalOccasion& occasion) {
    return occasion.year == datum.year && occasion.designation == designation;
  });
  double call = 0.0;
  if (found != occasions.end()) {
    const double target = target_stock(params, datum.year, designation);
    const double gap = std::max(0.0, target - static_cast<double>(found->stock));
    if (target > 0.0) call = call_probability(params, datum.year, designation, target, gap);
  }
  constexpr double least = 1e-12;
  return maths::log(std::max(least, datum.call ? call : 1.0 - call));
}

void read_path(const Params& params, const Indicators& run, DesignationId designation, YearSpan years,
               ApprovalPath& path) {
  begin_path(params, run, designation, years, path);
  for (Year year = years.first; year <= years.last; ++year) read_year(params, run, designation, year, path);
}

double log_probability_of_calls(const FittedSeries& fitted, const Params& params,
                                std::span<const ApprovalOccasion> occasions) {
  double sum = 0.0;
  for (const CallDatum& datum : fitted.calls)
    sum += log_probability_of_call(datum, fitted.designation, params, occasions);
  return sum;
}

}  // namespace innochain
