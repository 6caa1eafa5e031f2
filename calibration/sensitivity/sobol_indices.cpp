#include "calibration/sensitivity/sobol_indices.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "calibration/sensitivity/whole_rows.hpp"
#include "sim/core/maths.hpp"

namespace innochain {

namespace {

/// Where the terms of a row stand: a, b, a² + b², then for every factor i b·(ab_i − a), ab_i − a and (ab_i − a)², then
/// ba_i, then ba_i·ab_j − a·b of the pairs. Outputs are taken less a pilot mean, so that little cancels.
struct TermPlaces {
  std::size_t n_factors;
  bool second_order;

  static constexpr std::size_t a = 0, b = 1, squares = 2;
  std::size_t product(std::size_t i) const { return 3 + i; }
  std::size_t change(std::size_t i) const { return 3 + n_factors + i; }
  std::size_t squared_change(std::size_t i) const { return 3 + 2 * n_factors + i; }
  std::size_t ba(std::size_t i) const { return 3 + 3 * n_factors + i; }
  std::size_t pair(std::size_t k) const { return 3 + 4 * n_factors + k; }
  std::size_t n_pairs() const { return second_order ? n_factors * (n_factors - 1) / 2 : 0; }
  std::size_t n_terms() const { return 3 + 3 * n_factors + (second_order ? n_factors + n_pairs() : 0); }
  std::size_t n_statistics() const { return 2 * n_factors + n_pairs(); }
};

void fill_row(const TermPlaces& places, std::span<const double> outputs, double pilot, std::span<double> terms) {
  const std::size_t n = places.n_factors;
  const double a = outputs.front() - pilot, b = outputs.back() - pilot;
  terms[TermPlaces::a] = a;
  terms[TermPlaces::b] = b;
  terms[TermPlaces::squares] = a * a + b * b;
  for (std::size_t i = 0; i < n; ++i) {
    const double change = outputs[1 + i] - outputs.front();
    terms[places.product(i)] = b * change;
    terms[places.change(i)] = change;
    terms[places.squared_change(i)] = change * change;
  }
  if (!places.second_order) return;
  for (std::size_t i = 0; i < n; ++i) {
    const double ba = outputs[1 + n + i] - pilot;
    terms[places.ba(i)] = ba;
    for (std::size_t j = i + 1; j < n; ++j)
      terms[places.pair(pair_of(i, j, n))] = ba * (outputs[1 + j] - pilot) - a * b;
  }
}

/// Mean (less the pilot's) and variance over A and B. A variance that is not above the rounding error of its sums is 0.
std::pair<double, double> moments(std::span<const double> sums, double n) {
  const double mean = (sums[TermPlaces::a] + sums[TermPlaces::b]) / (2.0 * n);
  const double square = sums[TermPlaces::squares] / (2.0 * n);
  const double variance = square - mean * mean;
  const double rounding = 2.0 * n * std::numeric_limits<double>::epsilon() * square;
  return {mean, variance > rounding ? variance : 0.0};
}

/// The statistics: first order of all factors, total order of all, second order of all pairs.
void indices_of_sums(const TermPlaces& places, std::span<const double> sums, double n, std::span<double> out) {
  const std::size_t n_factors = places.n_factors;
  const auto [mean, variance] = moments(sums, n);
  if (!(variance > 0.0)) {
    std::ranges::fill(out, maths::nan);
    return;
  }
  for (std::size_t i = 0; i < n_factors; ++i) {
    out[i] = (sums[places.product(i)] - mean * sums[places.change(i)]) / n / variance;
    out[n_factors + i] = sums[places.squared_change(i)] / (2.0 * n) / variance;
  }
  for (std::size_t i = 0; places.second_order && i < n_factors; ++i) {
    for (std::size_t j = i + 1; j < n_factors; ++j) {
      const std::size_t k = pair_of(i, j, n_factors);
      const double shift = sums[places.ba(i)] + sums[places.change(j)] - sums[TermPlaces::b];  // Σ ba + ab − a − b
      const double closed = (sums[places.pair(k)] - mean * shift) / n / variance;
      out[2 * n_factors + k] = closed - out[i] - out[j];
    }
  }
}

}  // namespace

SobolIndices sobol_indices(const SaltelliDesign& design, std::span<const double> outputs, MissingRows missing,
                           const BootstrapOptions& options) {
  const TermPlaces places{design.n_factors(), design.second_order()};
  const std::size_t per_row = design.points_per_row();
  const std::vector<std::size_t> whole = whole_rows(outputs, per_row);
  SobolIndices indices{whole.size(), maths::nan, maths::nan, {}, {}, {}};
  const bool usable = !whole.empty() && (missing == MissingRows::drop || whole.size() == design.n_rows());

  std::vector<BootstrapEstimate> all(places.n_statistics(), {maths::nan, maths::nan, maths::nan});
  if (usable) {
    double pilot = 0.0;
    for (const std::size_t row : whole) pilot += outputs[row * per_row] + outputs[(row + 1) * per_row - 1];
    pilot /= 2.0 * static_cast<double>(whole.size());
    RowTerms terms(whole.size(), places.n_terms());
    double a = 0.0, squares = 0.0, b = 0.0;
    for (std::size_t i = 0; i < whole.size(); ++i) {
      fill_row(places, outputs.subspan(whole[i] * per_row, per_row), pilot, terms.row(i));
      a += terms.row(i)[TermPlaces::a];
      b += terms.row(i)[TermPlaces::b];
      squares += terms.row(i)[TermPlaces::squares];
    }
    const auto [mean, variance] = moments(std::array{a, b, squares}, static_cast<double>(whole.size()));
    indices.mean = pilot + mean;
    indices.variance = variance;
    if (variance > 0.0)
      all = bootstrap(
          terms, places.n_statistics(),
          [&](std::span<const double> sums, double n, std::span<double> out) { indices_of_sums(places, sums, n, out); },
          options);
  }
  const auto n = static_cast<std::ptrdiff_t>(design.n_factors());
  indices.first.assign(all.begin(), all.begin() + n);
  indices.total.assign(all.begin() + n, all.begin() + 2 * n);
  indices.second.assign(all.begin() + 2 * n, all.end());
  return indices;
}

}  // namespace innochain
