#include "sim/core/maths.hpp"

#include <algorithm>

namespace innochain::maths {

NormalTable::NormalTable() {
  constexpr double peak = 0.39894228040143268, h = 1.0 / per_unit;
  const auto slope = [&](double x) { return h * peak * exp(-0.5 * x * x); };
  for (std::size_t knot = 0; knot < cubics_.size(); ++knot) {
    const double x = -limit + static_cast<double>(knot) * h;
    const double value = normal_cdf(x), rise = normal_cdf(x + h) - value, left = slope(x), right = slope(x + h);
    cubics_[knot] = {value, left, 3.0 * rise - 2.0 * left - right, left + right - 2.0 * rise};
  }
}

const NormalTable normal_point;

double normal_quantile(double p) {
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q *
           (((((((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r +
                45921.953931549871457) *
                   r +
               13731.693765509461125) *
                  r +
              1971.5909503065514427) *
                 r +
             133.14166789178437745) *
                r +
            3.387132872796366608) /
           (((((((5226.495278852545925 * r + 28729.085735721942674) * r + 39307.89580009271061) * r +
                21213.794301586595867) *
                   r +
               5394.1960214247511077) *
                  r +
              687.1870074920579083) *
                 r +
             42.313330701600911252) *
                r +
            1.0);
  }
  double r = std::sqrt(-fast_log(q < 0.0 ? p : 1.0 - p));
  double x;
  if (r <= 5.0) {
    r -= 1.6;
    x = (((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r +
             1.27045825245236838258) *
                r +
            3.64784832476320460504) *
               r +
           5.7694972214606914055) *
              r +
          4.6303378461565452959) *
             r +
         1.42343711074968357734) /
        (((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r +
             0.14810397642748007459) *
                r +
            0.68976733498510000455) *
               r +
           1.6763848301838038494) *
              r +
          2.05319162663775882187) *
             r +
         1.0);
  } else {
    r -= 5.0;
    x = (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r +
             0.026532189526576123093) *
                r +
            0.29656057182850489123) *
               r +
           1.7848265399172913358) *
              r +
          5.4637849111641143699) *
             r +
         6.6579046435011037772) /
        (((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r +
             7.868691311456132591e-4) *
                r +
            0.0148753612908506148525) *
               r +
           0.13692988092273580531) *
              r +
          0.59983220655588793769) *
             r +
         1.0);
  }
  return q < 0.0 ? -x : x;
}

namespace {

/// Σ xⁿ/((a + 1)…(a + n)): P(a, x)·Γ(a + 1)·eˣ·x⁻ᵃ.
double lower_series(double a, double x) {
  double term = 1.0, sum = 1.0;
  for (double n = 1.0; term > 1e-17 * sum; ++n) sum += term *= x / (a + n);
  return sum;
}

/// Q(a, x)·Γ(a)·eˣ·x⁻ᵃ for x > a + 1, by Lentz's method.
double upper_fraction(double a, double x) {
  double b = x + 1.0 - a, numerator = 1e300, denominator = 1.0 / b, value = denominator;
  constexpr double precision = 2e-16;
  constexpr int most_terms = 100'000;
  for (int i = 1; i < most_terms; ++i) {
    const double n = i, term = n * (a - n);
    b += 2.0;
    denominator = 1.0 / (b + term * denominator);
    numerator = b + term / numerator;
    value *= numerator * denominator;
    if (std::abs(numerator * denominator - 1.0) <= precision) break;
  }
  return value;
}

}  // namespace

double gamma_quantile(double shape, double p) {
  // In y = log x the distribution function and its complement have concave logarithms, so that Newton's method for
  // them converges from everywhere, on one side of the root after the first step.
  const double log_gamma_above = lgamma(shape + 1.0), log_gamma = log_gamma_above - log(shape);
  const double z = normal_quantile(p), root = 1.0 - 1.0 / (9.0 * shape) + z / (3.0 * std::sqrt(shape));
  const double below = (log(p) + log_gamma_above) / shape;                        // P(a, x) < xᵃ/Γ(a + 1)
  double y = root > 0.0 ? std::max(below, log(shape) + 3.0 * log(root)) : below;  // Wilson & Hilferty (1931)
  const bool lower = p <= 0.5;
  const double wanted = lower ? log(p) : log1p(-p);
  constexpr int most_steps = 100;
  for (int step = 0; step < most_steps; ++step) {
    const double x = exp(y), log_slope = shape * y - x - log_gamma;
    const double tail = lower             ? log_slope - log(shape) + log(lower_series(shape, x))
                        : x < shape + 1.0 ? log1p(-exp(log_slope - log(shape)) * lower_series(shape, x))
                                          : log_slope + log(upper_fraction(shape, x));
    const double change = (lower ? wanted - tail : tail - wanted) * exp(tail - log_slope);
    y += change;
    // The error that is left is of the order of its square.
    if (std::abs(change) < 1e-8) break;
  }
  return exp(y);
}

DeviateTable::DeviateTable() {
  constexpr double step = 1.0 / knots;
  const auto slope = [](double z) { return step * 2.50662827463100050242 * maths::exp(0.5 * z * z); };
  for (std::uint32_t knot = outer; knot < knots - outer; ++knot) {
    const double left = normal_quantile(knot * step), right = normal_quantile((knot + 1) * step);
    const double from = slope(left), to = slope(right), rise = right - left;
    cubics_[knot] = {left, from, 3.0 * rise - 2.0 * from - to, from + to - 2.0 * rise};
  }
}

const DeviateTable deviate_of;

}  // namespace innochain::maths
