#include "calibration/sensitivity/morris_effects.hpp"

#include <algorithm>
#include <cmath>

#include "calibration/sensitivity/whole_rows.hpp"
#include "sim/core/maths.hpp"

namespace innochain {

namespace {

/// Effects by trajectory of those used, then factor.
std::vector<double> effects_of(const MorrisDesign& design, std::span<const double> outputs,
                               const std::vector<std::size_t>& trajectories) {
  const std::size_t n = design.n_factors();
  std::vector<double> effects(trajectories.size() * n);
  for (std::size_t t = 0; t < trajectories.size(); ++t) {
    const auto along = outputs.subspan(trajectories[t] * design.points_per_row(), design.points_per_row());
    for (std::size_t step = 1; step <= n; ++step) {
      const std::size_t factor = design.changed(trajectories[t], step);
      const double change = (along[step] - along[step - 1]) / design.step();
      effects[t * n + factor] = design.rises(trajectories[t], factor) ? change : -change;
    }
  }
  return effects;
}

/// Terms of a trajectory: of every factor the effect less its mean, its size, and the square of the former, from which
/// nothing cancels.
RowTerms terms_of(std::span<const double> effects, std::span<const double> means) {
  const std::size_t n = means.size();
  RowTerms terms(effects.size() / n, 3 * n);
  for (std::size_t t = 0; t < terms.n_rows(); ++t) {
    for (std::size_t i = 0; i < n; ++i) {
      const double effect = effects[t * n + i], deviation = effect - means[i];
      terms.row(t)[i] = deviation;
      terms.row(t)[n + i] = std::abs(effect);
      terms.row(t)[2 * n + i] = deviation * deviation;
    }
  }
  return terms;
}

std::vector<double> means_of(std::span<const double> effects, std::size_t n_factors) {
  std::vector<double> means(n_factors, 0.0);
  for (std::size_t k = 0; k < effects.size(); ++k) means[k % n_factors] += effects[k];
  const std::size_t n_trajectories = effects.size() / n_factors;
  for (double& mean : means) mean /= static_cast<double>(n_trajectories);
  return means;
}

void summarize(std::span<const double> sums, double n, std::span<const double> means, std::span<double> out) {
  const std::size_t n_factors = means.size();
  for (std::size_t i = 0; i < n_factors; ++i) {
    const double shift = sums[i] / n;
    out[i] = means[i] + shift;
    out[n_factors + i] = sums[n_factors + i] / n;
    const double squares = std::max(0.0, sums[2 * n_factors + i] - n * shift * shift);
    out[2 * n_factors + i] = n > 1.0 ? std::sqrt(squares / (n - 1.0)) : maths::nan;
  }
}

/// Mean and variance over the points of some rows. Values are taken less the first, so that equal ones have none.
std::pair<double, double> output_moments(std::span<const double> outputs, const std::vector<std::size_t>& rows,
                                         std::size_t per_row) {
  const auto n = static_cast<double>(rows.size() * per_row);
  const double first = outputs[rows.front() * per_row];
  double mean = 0.0, squares = 0.0;
  for (const std::size_t row : rows)
    for (const double y : outputs.subspan(row * per_row, per_row)) mean += (y - first) / n;
  for (const std::size_t row : rows) {
    for (const double y : outputs.subspan(row * per_row, per_row)) {
      const double deviation = y - first - mean;
      squares += deviation * deviation;
    }
  }
  return {first + mean, squares / (n - 1.0)};
}

}  // namespace

MorrisEffects morris_effects(const MorrisDesign& design, std::span<const double> outputs, MissingRows missing,
                             const BootstrapOptions& options) {
  const std::size_t n = design.n_factors();
  const std::vector<std::size_t> whole = whole_rows(outputs, design.points_per_row());
  MorrisEffects result{whole.size(), maths::nan, maths::nan, {}, {}, {}};
  std::vector<BootstrapEstimate> all(3 * n, {maths::nan, maths::nan, maths::nan});
  if (!whole.empty() && (missing == MissingRows::drop || whole.size() == design.n_trajectories())) {
    std::tie(result.mean, result.variance) = output_moments(outputs, whole, design.points_per_row());
    const std::vector<double> effects = effects_of(design, outputs, whole), means = means_of(effects, n);
    all = bootstrap(
        terms_of(effects, means), 3 * n,
        [&](std::span<const double> sums, double rows, std::span<double> out) { summarize(sums, rows, means, out); },
        options);
  }
  const auto end = [&](std::size_t k) { return all.begin() + static_cast<std::ptrdiff_t>(k * n); };
  result.mu.assign(end(0), end(1));
  result.mu_star.assign(end(1), end(2));
  result.sigma.assign(end(2), end(3));
  return result;
}

}  // namespace innochain
