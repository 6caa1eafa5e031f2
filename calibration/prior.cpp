#include "calibration/prior.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "calibration/incomplete_beta.hpp"
#include "sim/core/maths.hpp"

namespace innochain {

namespace {

/// Mass of 1e-16 lies beyond, as much as one double can tell from none near 1.
constexpr double largest_score = 8.2;

/// Mass on either side of a point. Both are kept because 1 − p loses the digits of a small tail.
struct Tails {
  double below, above;
};

Tails normal_tails(double z) {
  return {maths::normal_cdf(z), maths::normal_cdf(-z)};
}

double normal_score(Tails tails) {
  constexpr double least = std::numeric_limits<double>::min();  // no mass on one side: a far but finite score
  return tails.below < tails.above ? maths::normal_quantile(std::max(tails.below, least))
                                   : -maths::normal_quantile(std::max(tails.above, least));
}

double between(double from, double to, Tails tails) {
  return tails.below < tails.above ? from + tails.below * (to - from) : to - tails.above * (to - from);
}

Tails uniform_tails(double from, double to, double x) {
  return {std::clamp((x - from) / (to - from), 0.0, 1.0), std::clamp((to - x) / (to - from), 0.0, 1.0)};
}

/// Mass beside x before truncation.
Tails whole_tails(const Distribution& d, double x) {
  using Kind = Distribution::Kind;
  if ((d.kind == Kind::log_uniform || d.kind == Kind::log_normal) && !(x > 0.0)) return {0.0, 1.0};
  switch (d.kind) {
    case Kind::uniform:
      return uniform_tails(d.a, d.b, x);
    case Kind::log_uniform:
      return uniform_tails(0.0, maths::log(d.b / d.a), maths::log(x / d.a));
    case Kind::normal:
      return normal_tails((x - d.a) / d.b);
    case Kind::log_normal:
      return normal_tails(maths::log(x / d.a) / d.b);
    case Kind::beta:
      return {IncompleteBeta(d.a, d.b)(x), IncompleteBeta(d.b, d.a)(1.0 - x)};
  }
  return {};
}

/// The point with that mass beside it before truncation.
double whole_quantile(const Distribution& d, Tails tails) {
  using Kind = Distribution::Kind;
  switch (d.kind) {
    case Kind::uniform:
      return between(d.a, d.b, tails);
    case Kind::log_uniform:
      return d.a * maths::exp(between(0.0, maths::log(d.b / d.a), tails));
    case Kind::normal:
      return d.a + d.b * normal_score(tails);
    case Kind::log_normal:
      return d.a * maths::exp(d.b * normal_score(tails));
    case Kind::beta:
      return tails.below < tails.above ? IncompleteBeta(d.a, d.b).inverse(tails.below)
                                       : 1.0 - IncompleteBeta(d.b, d.a).inverse(tails.above);
  }
  return 0.0;
}

double whole_log_density(const Distribution& d, double x) {
  using Kind = Distribution::Kind;
  constexpr double half_log_two_pi = 0.91893853320467274178;
  const auto normal = [](double z) { return -0.5 * z * z - half_log_two_pi; };
  if ((d.kind == Kind::log_uniform || d.kind == Kind::log_normal) && !(x > 0.0)) return -maths::infinity;
  switch (d.kind) {
    case Kind::uniform:
      return x >= d.a && x <= d.b ? -maths::log(d.b - d.a) : -maths::infinity;
    case Kind::log_uniform:
      return x >= d.a && x <= d.b ? -maths::log(x) - maths::log(maths::log(d.b / d.a)) : -maths::infinity;
    case Kind::normal:
      return normal((x - d.a) / d.b) - maths::log(d.b);
    case Kind::log_normal:
      return normal(maths::log(x / d.a) / d.b) - maths::log(d.b) - maths::log(x);
    case Kind::beta:
      return IncompleteBeta(d.a, d.b).log_density(x);
  }
  return 0.0;
}

/// Mass between two points, from the side where it has more digits.
double mass(Tails from, Tails to) {
  return from.below < from.above ? to.below - from.below : from.above - to.above;
}

/// A uniform distribution that is truncated is one on the shorter interval, exactly.
Distribution shortened(Distribution d) {
  using Kind = Distribution::Kind;
  if (d.kind != Kind::uniform && d.kind != Kind::log_uniform) return d;
  d.a = std::max(d.a, d.low);
  d.b = std::min(d.b, d.high);
  return d;
}

/// Where the limits cut off much, a probability is known to 1e-16 of the whole, not of itself.
Tails tails_of(const Distribution& given, double x) {
  const Distribution d = shortened(given);
  const Tails low = whole_tails(d, d.low), high = whole_tails(d, d.high);
  const Tails here = whole_tails(d, std::clamp(x, d.low, d.high));
  const double all = mass(low, high);
  return {mass(low, here) / all, mass(here, high) / all};
}

double point_of(const Distribution& given, Tails tails) {
  const Distribution d = shortened(given);
  const Tails low = whole_tails(d, d.low), high = whole_tails(d, d.high);
  const double all = mass(low, high);
  const Tails whole{low.below + tails.below * all, high.above + tails.above * all};
  return std::clamp(whole_quantile(d, whole), d.low, d.high);
}

void check(const Distribution& d) {
  using Kind = Distribution::Kind;
  const auto fail = [&](const char* what) {
    throw std::invalid_argument(fmt::format("distribution of ({}, {}) in [{}, {}]: {}", d.a, d.b, d.low, d.high, what));
  };
  if (!std::isfinite(d.a) || !std::isfinite(d.b)) fail("numbers must be finite");
  if (d.kind == Kind::uniform && !(d.a < d.b)) fail("the lower end must be below the upper end");
  if (d.kind == Kind::log_uniform && !(d.a > 0.0 && d.a < d.b)) fail("ends must be positive and rise");
  if (d.kind == Kind::normal && !(d.b > 0.0)) fail("the standard deviation must be positive");
  if (d.kind == Kind::log_normal && !(d.a > 0.0 && d.b > 0.0)) fail("median and standard deviation must be positive");
  if (d.kind == Kind::beta && !(d.a > 0.0 && d.b > 0.0)) fail("shapes must be positive");
  if (!(d.low < d.high)) fail("the lower limit must be below the upper limit");
  if (!(mass(whole_tails(d, d.low), whole_tails(d, d.high)) > 0.0)) fail("there is no mass between the limits");
}

}  // namespace

Distribution::Distribution(Kind kind_, double a_, double b_)
    : Distribution(kind_, a_, b_, -maths::infinity, maths::infinity) {}

Distribution::Distribution(Kind kind_, double a_, double b_, double low_, double high_)
    : kind(kind_), a(a_), b(b_), low(low_), high(high_) {
  check(*this);
}

double Distribution::cdf(double x) const {
  return tails_of(*this, x).below;
}

double Distribution::quantile(double p) const {
  return point_of(*this, {p, 1.0 - p});
}

double Distribution::log_density(double x) const {
  if (!(x >= low && x <= high)) return -maths::infinity;
  return whole_log_density(*this, x) - maths::log(mass(whole_tails(*this, low), whole_tails(*this, high)));
}

void Prior::values(std::span<const double> scores, std::span<double> out) const {
  for (std::size_t i = 0; i < size(); ++i) {
    const double score = std::clamp(scores[i], -largest_score, largest_score);
    out[i] = point_of(parameters_[i].distribution, normal_tails(score));
  }
}

void Prior::scores(std::span<const double> values, std::span<double> out) const {
  for (std::size_t i = 0; i < size(); ++i) {
    const double score = normal_score(tails_of(parameters_[i].distribution, values[i]));
    out[i] = std::clamp(score, -largest_score, largest_score);
  }
}

}  // namespace innochain
