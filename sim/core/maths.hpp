#pragma once

#include <sleef.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

/// Transcendental functions with one fixed implementation.
///
/// glibc chooses its exp, log and pow by the processor's FMA support, and the choices differ in the last
/// bits. SLEEF's `cinz` functions give the same bits on every x86-64 processor (1 ulp; sleef.org, "deterministic
/// functions"). All of `sim` uses these and never <cmath>'s; sqrt, floor and abs are exact in IEEE 754 and stay.
namespace innochain::maths {

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();  ///< stands where there is no value

inline double exp(double x) {
  return Sleef_cinz_expd1_u10purec(x);
}
/// Two exponentials at the price of one.
inline std::array<double, 2> exp_pair(std::array<double, 2> x) {
  std::array<double, 2> result;
  _mm_storeu_pd(result.data(), Sleef_cinz_expd2_u10sse2(_mm_loadu_pd(x.data())));
  return result;
}
inline double expm1(double x) {
  return Sleef_cinz_expm1d1_u10purec(x);
}
inline double log(double x) {
  return Sleef_cinz_logd1_u10purec(x);
}
/// Within 3.5 ulp, in half the time of `log`.
inline double fast_log(double x) {
  return Sleef_cinz_logd1_u35purec(x);
}
inline double log1p(double x) {
  return Sleef_cinz_log1pd1_u10purec(x);
}
inline double pow(double x, double y) {
  return Sleef_cinz_powd1_u10purec(x, y);
}
inline double tan(double x) {
  return Sleef_cinz_tand1_u10purec(x);
}
inline double erfc(double x) {
  return Sleef_cinz_erfcd1_u15purec(x);
}

/// Logarithm of the gamma function, x > 0.
inline double lgamma(double x) {
  return Sleef_cinz_lgammad1_u10purec(x);
}

/// Distribution function of the standard normal, Φ(x).
inline double normal_cdf(double x) {
  return 0.5 * erfc(-x * 0.70710678118654752440);
}

/// x to a whole power n >= 0, by repeated squaring: relative error below n·2⁻⁵³.
inline double whole_power(double x, std::int64_t n) {
  double power = 1.0;
  for (; n > 0; n >>= 1, x *= x)
    if (n & 1) power *= x;
  return power;
}

/// Φ(x) and its density within `normal_error` of the truth, for kernels that need very many.
struct NormalPoint {
  double cdf, density;
};
/// Cubic Hermite interpolation between knots h = 1/32 apart: h⁴/384·max|φ‴| = 1.4·10⁻⁹ for Φ.
inline constexpr double normal_error = 2e-9;

class NormalTable {
 public:
  NormalTable();
  NormalPoint operator()(double x) const {
    if (!(x > -limit)) return {0.0, 0.0};
    if (!(x < limit)) return {1.0, 0.0};
    const double t = (x + limit) * per_unit;
    const auto knot = static_cast<std::size_t>(t);
    const double f = t - static_cast<double>(knot);
    const auto& [a, b, c, d] = cubics_[knot];
    return {a + f * (b + f * (c + f * d)), per_unit * (b + f * (2.0 * c + f * 3.0 * d))};
  }

 private:
  static constexpr int limit = 8, per_unit = 32;
  std::array<std::array<double, 4>, 2 * limit * per_unit> cubics_;
};
extern const NormalTable normal_point;

/// Quantile of the standard normal, Φ⁻¹(p) for 0 < p < 1; relative error below 1e-15.
/// Source: Wichura (1988), Algorithm AS 241, Applied Statistics 37, 477-484 (PPND16).
double normal_quantile(double p);

/// Quantile of the gamma distribution of a shape a >= 0.01 and scale 1, for 0 < p < 1; relative error below 1e-12 for
/// shapes up to 10,000. Takes √a steps in the order of magnitude. Source: Newton's method on the logarithm of the
/// smaller tail, whose series and continued fraction are NIST Digital Library of Mathematical Functions 8.7.1 and
/// 8.9.2 (its even part).
double gamma_quantile(double shape, double p);

/// Standard normal deviates from one random word each, for kernels that need very many: normal_quantile((word + ½)/2³²)
/// within 2·10⁻⁷, by cubic Hermite interpolation between 512 knots; the outer sixteenth is computed.
class DeviateTable {
 public:
  DeviateTable();
  double operator()(std::uint32_t word) const {
    const std::uint32_t knot = word >> shift;
    if (knot < outer || knot >= knots - outer) return normal_quantile((word + 0.5) * 0x1.0p-32);
    const double f = ((word & ((1u << shift) - 1u)) + 0.5) * (1.0 / (1u << shift));
    const auto& [a, b, c, d] = cubics_[knot];
    return a + f * (b + f * (c + f * d));
  }

 private:
  static constexpr std::uint32_t knots = 512, shift = 23, outer = knots / 32;
  std::array<std::array<double, 4>, knots> cubics_{};
};
extern const DeviateTable deviate_of;

/// A double whose functions are the fixed ones. Boost.Random's distributions find exp, log and pow by
/// argument-dependent lookup, so that drawing `Real` numbers keeps libm out of the random streams.
struct Real {
  double value;  // no initializer: Boost keeps Reals in unions, which need a trivial constructor

  Real() = default;
  template <class Number>
    requires std::is_arithmetic_v<Number>
  constexpr Real(Number number) : value(static_cast<double>(number)) {}  // NOLINT: implicit, as double is
  template <class Number>
    requires std::is_arithmetic_v<Number>
  constexpr explicit operator Number() const {
    return static_cast<Number>(value);
  }

  constexpr Real operator-() const { return {-value}; }
  constexpr Real& operator+=(Real other) { return value += other.value, *this; }
  constexpr Real& operator-=(Real other) { return value -= other.value, *this; }
  constexpr Real& operator*=(Real other) { return value *= other.value, *this; }
  constexpr Real& operator/=(Real other) { return value /= other.value, *this; }
  friend constexpr Real operator+(Real a, Real b) { return {a.value + b.value}; }
  friend constexpr Real operator-(Real a, Real b) { return {a.value - b.value}; }
  friend constexpr Real operator*(Real a, Real b) { return {a.value * b.value}; }
  friend constexpr Real operator/(Real a, Real b) { return {a.value / b.value}; }
  friend constexpr auto operator<=>(Real a, Real b) { return a.value <=> b.value; }
  friend constexpr bool operator==(Real a, Real b) { return a.value == b.value; }

  friend Real exp(Real x) { return maths::exp(x.value); }
  friend Real log(Real x) { return maths::log(x.value); }
  friend Real pow(Real x, Real y) { return maths::pow(x.value, y.value); }
  friend Real sqrt(Real x) { return std::sqrt(x.value); }
  friend Real floor(Real x) { return std::floor(x.value); }
  friend Real abs(Real x) { return std::abs(x.value); }
};

}  // namespace innochain::maths

template <>
class std::numeric_limits<innochain::maths::Real> : public std::numeric_limits<double> {};
