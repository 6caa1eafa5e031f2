#pragma once

#include <cmath>
#include <functional>
#include <numbers>
#include <span>
#include <vector>

#include "calibration/sensitivity/bootstrap.hpp"

/// Functions of points of the unit cube whose indices are known in closed form.
namespace innochain::testing {

inline constexpr BootstrapOptions few_resamples{.resamples = 100};

using Function = std::function<double(std::span<const double>)>;

/// Outputs at all points of a design.
template <class Design>
std::vector<double> outputs_at(const Design& design, const Function& function) {
  std::vector<double> outputs(design.n_points()), point(design.n_factors());
  for (std::size_t p = 0; p < outputs.size(); ++p) {
    for (std::size_t k = 0; k < point.size(); ++k) point[k] = design.at(p, k);
    outputs[p] = function(point);
  }
  return outputs;
}

/// Shares of the variance, by factor, and of pairs in the order of SobolIndices.
struct ClosedForm {
  double variance;
  std::vector<double> first, total, second;
};

/// sin x₁ + a sin² x₂ + b x₃⁴ sin x₁ on (−π, π)³, with a = 7 and b = 0.1.
/// Source: Ishigami and Homma (1990), ISUMA '90, 398–403.
struct Ishigami {
  static constexpr double a = 7.0, b = 0.1;
  static double value(std::span<const double> u) {
    const auto x = [&](std::size_t k) { return std::numbers::pi * (2.0 * u[k] - 1.0); };
    return std::sin(x(0)) + a * std::pow(std::sin(x(1)), 2) + b * std::pow(x(2), 4) * std::sin(x(0));
  }
  static ClosedForm indices() {
    const double p4 = std::pow(std::numbers::pi, 4), p8 = p4 * p4;
    const double v1 = 0.5 * std::pow(1.0 + b * p4 / 5.0, 2), v2 = a * a / 8.0;
    const double v13 = b * b * p8 * (1.0 / 18.0 - 1.0 / 50.0);
    const double v = v1 + v2 + v13;
    return {v, {v1 / v, v2 / v, 0.0}, {(v1 + v13) / v, v2 / v, v13 / v}, {0.0, v13 / v, 0.0}};
  }
};

/// Π (|4xᵢ − 2| + aᵢ)/(1 + aᵢ). Source: Saltelli and Sobol' (1995), Reliability Engineering & System Safety 50,
/// 225–239.
struct SobolG {
  std::vector<double> a;

  double operator()(std::span<const double> x) const {
    double product = 1.0;
    for (std::size_t i = 0; i < a.size(); ++i) product *= (std::abs(4.0 * x[i] - 2.0) + a[i]) / (1.0 + a[i]);
    return product;
  }
  ClosedForm indices() const {
    std::vector<double> parts;
    double whole = 1.0;
    for (const double ai : a) {
      parts.push_back(1.0 / (3.0 * (1.0 + ai) * (1.0 + ai)));
      whole *= 1.0 + parts.back();
    }
    ClosedForm form{whole - 1.0, {}, {}, {}};
    for (std::size_t i = 0; i < a.size(); ++i) {
      form.first.push_back(parts[i] / form.variance);
      form.total.push_back(parts[i] * whole / (1.0 + parts[i]) / form.variance);
      for (std::size_t j = i + 1; j < a.size(); ++j) form.second.push_back(parts[i] * parts[j] / form.variance);
    }
    return form;
  }
};

}  // namespace innochain::testing
