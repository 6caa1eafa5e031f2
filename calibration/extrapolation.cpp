#include "calibration/extrapolation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <nlopt.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "calibration/incomplete_beta.hpp"
#include "calibration/sample_moments.hpp"
#include "sim/core/maths.hpp"

namespace innochain {

namespace {

constexpr double tail = (1.0 - forecast_level) / 2.0;
constexpr std::array<double, 2> rates{0.01, 2.0};  ///< a year: slower and faster curves are lines and steps
constexpr double years_outside = 25.0;             ///< of the midpoint, beyond which only the capacity would change

/// The smallest count that a negative binomial number exceeds with a probability of at most 1 − p.
/// \param success probability, in (0, 1)
double negative_binomial_quantile(double shape, double success, double p) {
  const auto reaches = [&](double count) { return IncompleteBeta(shape, count + 1.0)(success) >= p; };
  double below = -1.0, at = 0.0;
  while (!reaches(at)) below = std::exchange(at, 2.0 * at + 1.0);
  while (at - below > 1.0) {
    const double middle = std::floor((below + at) / 2.0);
    (reaches(middle) ? at : below) = middle;
  }
  return at;
}

/// What a number of Student's t distribution exceeds in absolute value with probability p.
double student_bound(double degrees_of_freedom, double p) {
  const double x = IncompleteBeta(degrees_of_freedom / 2.0, 0.5).inverse(p);
  return std::sqrt(degrees_of_freedom * (1.0 - x) / x);
}

double logistic(double rate, double midpoint, double year) {
  return 1.0 / (1.0 + maths::exp(-rate * (year - midpoint)));
}

/// Given rate and midpoint the best capacity is a linear regression, which leaves two parameters to search.
double best_capacity(std::span<const CurvePoint> points, double rate, double midpoint) {
  double product = 0.0, square = 0.0;
  for (const CurvePoint& point : points) {
    const double shape = logistic(rate, midpoint, point.year);
    product += shape * point.count;
    square += shape * shape;
  }
  return product / square;
}

double squared_error(std::span<const CurvePoint> points, double rate, double midpoint) {
  const double capacity = best_capacity(points, rate, midpoint);
  double sum = 0.0;
  for (const CurvePoint& point : points) {
    const double residual = point.count - capacity * logistic(rate, midpoint, point.year);
    sum += residual * residual;
  }
  return sum;
}

/// Squared error at a log rate and a midpoint, as NLopt calls it.
double error_at(const std::vector<double>& x, std::vector<double>&, void* points) {
  return squared_error(*static_cast<const std::span<const CurvePoint>*>(points), maths::exp(x[0]), x[1]);
}

struct Shape {
  double rate = 0.0, midpoint = 0.0, error = std::numeric_limits<double>::infinity();
};

/// Local search from one start, over log rate and midpoint.
Shape improved(std::span<const CurvePoint> points, double rate, double midpoint, double first, double last) {
  nlopt::opt search(nlopt::LN_SBPLX, 2);
  search.set_lower_bounds({maths::log(rates.front()), first});
  search.set_upper_bounds({maths::log(rates.back()), last});
  search.set_min_objective(error_at, &points);
  search.set_xtol_abs(1e-9);
  search.set_maxeval(5000);
  std::vector<double> at{maths::log(rate), midpoint};
  double error = 0.0;
  search.optimize(at, error);
  return {maths::exp(at[0]), at[1], error};
}

}  // namespace

Forecast constant_rate(std::span<const double> recent, int n_years) {
  if (recent.size() < 2) throw std::invalid_argument("a constant rate needs two years or more");
  const double mean = mean_of(recent), years = n_years;
  if (mean == 0.0) return {};
  const double of_a_year = std::max(mean, variance_of(recent));  // not below that of a Poisson number
  const double expected = mean * years;
  const double variance = of_a_year * years * (1.0 + years / static_cast<double>(recent.size()));
  const double shape = expected * expected / (variance - expected);
  const auto quantile = [&](double p) { return negative_binomial_quantile(shape, expected / variance, p); };
  return {{quantile(tail), quantile(1.0 - tail)}, quantile(0.5)};
}

double LogisticCurve::at(double year) const {
  return capacity * logistic(rate, midpoint, year);
}

Forecast LogisticCurve::forecast(double year) const {
  const double half_width = residual_sd * student_bound(degrees_of_freedom, 2.0 * tail);
  const double middle = at(year);
  return {{middle - half_width, middle + half_width}, middle};
}

LogisticCurve fit_logistic(std::span<const CurvePoint> points) {
  constexpr int n_parameters = 3;
  if (points.size() <= n_parameters) throw std::invalid_argument("a logistic curve needs four points or more");
  const auto [earliest, latest] = std::ranges::minmax_element(points, {}, &CurvePoint::year);
  const double first = earliest->year - years_outside, last = latest->year + years_outside;
  // The error has several minima: a step at each wave of approvals, and one long rise.
  constexpr int n_starts = 16;
  Shape best;
  for (const double rate : {0.03, 0.1, 0.3, 1.0}) {
    for (int start = 0; start <= n_starts; ++start) {
      const Shape found = improved(points, rate, first + (last - first) * start / n_starts, first, last);
      if (found.error < best.error) best = found;
    }
  }
  const int degrees = static_cast<int>(points.size()) - n_parameters;
  return {best_capacity(points, best.rate, best.midpoint), best.rate, best.midpoint, std::sqrt(best.error / degrees),
          degrees};
}

std::vector<CurvePoint> points_up_to(const TargetSeries& series, Year last_year) {
  std::vector<CurvePoint> points;
  const auto add = [&](const TargetItem& item) {
    const double year = item.years.last.value();
    const auto same = [&](const CurvePoint& point) { return point.year == year; };
    if (std::ranges::none_of(points, same)) points.push_back({year, (item.low + item.high) / 2.0});
  };
  for (const TargetItem& item : series.items) {
    const bool dated = item.quantity == TargetQuantity::stock || item.quantity == TargetQuantity::cumulative;
    if (dated && item.years.last <= last_year) add(item);
  }
  if (const TargetItem* end = end_of_fit(series, last_year)) add(*end);
  return points;
}

namespace {

const TargetSeries& series_named(const TargetFile& targets, const std::string& designation) {
  const auto found = std::ranges::find(targets.series, designation, &TargetSeries::designation);
  if (found == targets.series.end()) throw std::out_of_range("no series of targets is named " + designation);
  return *found;
}

void add_yearly(TargetSeries& sum, const TargetSeries& part) {
  for (const YearlyApprovals& year : part.yearly) {
    const auto found = std::ranges::find(sum.yearly, year.year, &YearlyApprovals::year);
    if (found == sum.yearly.end())
      sum.yearly.push_back(year);
    else
      found->approvals += year.approvals;
  }
  std::ranges::sort(sum.yearly, {}, &YearlyApprovals::year);
}

/// Keeps the ends of the years that both have.
void add_ends(TargetSeries& sum, const TargetSeries& part) {
  std::vector<TargetItem> common;
  for (TargetItem& end : sum.ends) {
    const TargetItem* other = end_of_fit(part, end.years.last);
    if (other == nullptr) continue;
    end.low += other->low, end.high += other->high;
    common.push_back(std::move(end));
  }
  sum.ends = std::move(common);
}

/// Approvals of the years up to `last_year`, none if one of them is not known. Before its first year a designation did
/// not exist, so that it had no approvals.
std::vector<double> recent_approvals(const TargetSeries& series, Year last_year, int n_years) {
  if (series.yearly.empty() || series.yearly.front().year > last_year) return {};
  std::vector<double> recent;
  for (Year year = last_year - (n_years - 1); year <= last_year; ++year) {
    const auto known = std::ranges::find(series.yearly, year, &YearlyApprovals::year);
    if (known == series.yearly.end() && year >= series.yearly.front().year) return {};
    recent.push_back(known == series.yearly.end() ? 0.0 : known->approvals);
  }
  return recent;
}

}  // namespace

TargetSeries as_one_series(const TargetFile& targets, const TargetSeries& series) {
  TargetSeries sum = series;
  for (std::size_t i = 0; i < series.parts.size(); ++i) {
    const TargetSeries& part = series_named(targets, series.parts[i]);
    add_yearly(sum, part);
    if (i == 0)
      sum.ends = part.ends;
    else
      add_ends(sum, part);
  }
  return sum;
}

std::optional<Forecast> baseline_forecast(Baseline baseline, const TargetSeries& series, Year last_year,
                                          const TargetItem& item) {
  const TargetItem* end = end_of_fit(series, last_year);
  const bool dated = item.quantity == TargetQuantity::stock || item.quantity == TargetQuantity::cumulative;
  if (end == nullptr || !dated || item.years.last <= last_year) return std::nullopt;
  if (baseline == Baseline::logistic) {
    const std::vector<CurvePoint> points = points_up_to(series, last_year);
    if (points.size() < 4) return std::nullopt;
    return fit_logistic(points).forecast(item.years.last.value());
  }
  const int n_years = baseline == Baseline::constant_10 ? 10 : 5;
  const std::vector<double> recent = recent_approvals(series, last_year, n_years);
  if (recent.empty()) return std::nullopt;
  Forecast forecast = constant_rate(recent, item.years.last - last_year);
  const double start = (end->low + end->high) / 2.0;
  for (double* value : {&forecast.interval.low, &forecast.interval.high, &forecast.median}) *value += start;
  return forecast;
}

SeriesScore baseline_score(Baseline baseline, const TargetSeries& series, Year last_year, YearSpan window) {
  SeriesScore score;
  for (const TargetItem& item : series.items) {
    if (!is_scored(item, window)) continue;
    if (const auto forecast = baseline_forecast(baseline, series, last_year, item)) score.add(item, *forecast);
  }
  return score;
}

}  // namespace innochain
