#include "output/comparison/student_t.hpp"

#include <sleef.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "sim/core/maths.hpp"

namespace innochain {

namespace {

using std::numbers::pi;

/// P(|T| <= √ν·tan θ), as a finite sum (26.7.3 and 26.7.4).
double within_angle(double angle, std::size_t freedom) {
  const double slope = maths::tan(angle);
  const double cosine = 1.0 / std::sqrt(1.0 + slope * slope), sine = slope * cosine;
  const bool odd = freedom % 2 == 1;
  double term = odd ? cosine : 1.0, sum = freedom == 1 ? 0.0 : term;
  for (std::size_t power = odd ? 3 : 2; power + 2 <= freedom; power += 2) {
    const auto k = static_cast<double>(power);
    term *= (k - 1.0) / k * cosine * cosine;
    sum += term;
  }
  return odd ? 2.0 / pi * (angle + sine * sum) : sine * sum;
}

/// The expansion in 1/ν around the normal quantile x (26.7.5).
double expanded_bound(double confidence, std::size_t freedom) {
  const double x = maths::normal_quantile(0.5 * (1.0 + confidence)), y = x * x, n = 1.0 / static_cast<double>(freedom);
  const double g1 = x * (y + 1.0) / 4.0;
  const double g2 = x * ((5.0 * y + 16.0) * y + 3.0) / 96.0;
  const double g3 = x * (((3.0 * y + 19.0) * y + 17.0) * y - 15.0) / 384.0;
  const double g4 = x * ((((79.0 * y + 776.0) * y + 1482.0) * y - 1920.0) * y - 945.0) / 92160.0;
  return x + n * (g1 + n * (g2 + n * (g3 + n * g4)));
}

}  // namespace

double student_t_within(double t, std::size_t freedom) {
  // sim/core/maths.hpp has no arc tangent; this is the one of its family.
  return std::min(1.0, within_angle(Sleef_cinz_atand1_u10purec(t / std::sqrt(static_cast<double>(freedom))), freedom));
}

double student_t_bound(double confidence, std::size_t freedom) {
  constexpr std::size_t many = 400;
  if (freedom > many) return expanded_bound(confidence, freedom);
  double low = 0.0, high = 0.5 * pi;
  for (int halving = 0; halving < 60; ++halving) {
    const double middle = 0.5 * (low + high);
    (within_angle(middle, freedom) < confidence ? low : high) = middle;
  }
  return std::sqrt(static_cast<double>(freedom)) * maths::tan(low);
}

}  // namespace innochain
