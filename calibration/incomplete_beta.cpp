#include "calibration/incomplete_beta.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/core/maths.hpp"

namespace innochain {

namespace {

/// The continued fraction of I_x(a, b), which converges fast for x < (a + 1)/(a + b + 2), by Lentz's method.
/// Source: NIST Digital Library of Mathematical Functions, 8.17.22 and 3.10(iii).
double continued_fraction(double a, double b, double x) {
  constexpr double tiny = 1e-300, precision = std::numeric_limits<double>::epsilon();
  constexpr int max_terms = 10'000;
  const auto away_from_zero = [](double value) { return std::abs(value) < tiny ? tiny : value; };
  double numerator = 1.0, denominator = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0)), value = denominator;
  const auto multiply = [&](double term) {
    denominator = 1.0 / away_from_zero(1.0 + term * denominator);
    numerator = away_from_zero(1.0 + term / numerator);
    value *= numerator * denominator;
  };
  for (int m = 1; m < max_terms; ++m) {
    multiply(m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)));
    multiply(-(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)));
    if (std::abs(numerator * denominator - 1.0) <= precision) break;
  }
  return value;
}

}  // namespace

IncompleteBeta::IncompleteBeta(double a, double b)
    : a_(a), b_(b), log_beta_(maths::lgamma(a) + maths::lgamma(b) - maths::lgamma(a + b)) {}

double IncompleteBeta::operator()(double x) const {
  if (!(x > 0.0)) return 0.0;
  if (!(x < 1.0)) return 1.0;
  const double front = maths::exp(a_ * maths::log(x) + b_ * maths::log1p(-x) - log_beta_);
  if (x < (a_ + 1.0) / (a_ + b_ + 2.0)) return front * continued_fraction(a_, b_, x) / a_;
  return 1.0 - front * continued_fraction(b_, a_, 1.0 - x) / b_;
}

double IncompleteBeta::inverse(double p) const {
  if (!(p > 0.0)) return 0.0;
  if (!(p < 1.0)) return 1.0;
  // Newton's method for log I as a function of log x, which is a straight line near zero; bisection where it leaves the
  // bracket.
  double low = maths::log(std::numeric_limits<double>::min()), high = 0.0;
  double u = std::min(-1e-3, (maths::log(p) + maths::log(a_) + log_beta_) / a_);
  constexpr int max_steps = 200;
  for (int step = 0; step < max_steps; ++step) {
    if (!(u > low && u < high)) u = 0.5 * (low + high);
    const double x = maths::exp(u), mass = (*this)(x);
    (mass < p ? low : high) = u;
    const double slope = maths::exp(u + log_density(x)) / mass;
    const double next = u - (maths::log(mass) - maths::log(p)) / slope;
    if (std::abs(next - u) <= 1e-15 * std::max(1.0, -u) || high - low <= 1e-15) break;
    u = next;
  }
  return maths::exp(u);
}

double IncompleteBeta::log_density(double x) const {
  if (!(x > 0.0) || !(x < 1.0)) return -std::numeric_limits<double>::infinity();
  return (a_ - 1.0) * maths::log(x) + (b_ - 1.0) * maths::log1p(-x) - log_beta_;
}

}  // namespace innochain
