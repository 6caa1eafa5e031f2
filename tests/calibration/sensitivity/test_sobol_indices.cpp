// Sobol indices against closed forms (Ishigami, Sobol g), against the definition written out slowly, and where there is
// nothing to be said.

#include <gtest/gtest.h>

#include "calibration/sensitivity/sobol_indices.hpp"
#include "sim/core/maths.hpp"
#include "sim/core/parallel.hpp"
#include "tests/calibration/sensitivity/test_functions.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

using testing::ClosedForm;
using testing::Ishigami;
using testing::SobolG;

/// Outputs at A, B, AB_i and BA_i, apart.
struct Matrices {
  std::vector<double> a, b;
  std::vector<std::vector<double>> ab, ba;

  Matrices(const SaltelliDesign& design, std::span<const double> outputs)
      : ab(design.n_factors()), ba(design.n_factors()) {
    for (std::size_t p = 0; p < outputs.size(); ++p) {
      const PointRole role = design.role(p);
      if (role.part == "A") a.push_back(outputs[p]);
      if (role.part == "B") b.push_back(outputs[p]);
      if (role.part == "AB") ab[*role.changed].push_back(outputs[p]);
      if (role.part == "BA") ba[*role.changed].push_back(outputs[p]);
    }
    std::vector<double> both = a;
    both.insert(both.end(), b.begin(), b.end());
    const testing::Moments all = testing::moments_of(both);
    mean = all.mean;
    variance = all.variance;
    variance_bound = all.variance_bound;
  }
  double mean = 0.0, variance = 0.0, variance_bound = 0.0;
};

/// Mean of a term of the rows over the variance, and the standard error that it would have from independent points.
template <class Term>
std::pair<double, double> share(const Matrices& m, Term term) {
  std::vector<double> terms;
  for (std::size_t j = 0; j < m.a.size(); ++j) terms.push_back(term(j) / m.variance);
  const testing::Moments moments = testing::moments_of(terms);
  return {moments.mean, std::sqrt(moments.variance / static_cast<double>(terms.size()))};
}

/// Every index within 4.9 standard errors of independent points, of which the sequence has less.
void expect_closed_form(const SaltelliDesign& design, const testing::Function& function, const ClosedForm& expected) {
  const std::vector<double> outputs = testing::outputs_at(design, function);
  const SobolIndices indices = sobol_indices(design, outputs, MissingRows::refuse, testing::few_resamples);
  const Matrices m(design, outputs);
  const std::size_t n = design.n_factors();
  EXPECT_NEAR(indices.variance, expected.variance, m.variance_bound);
  for (std::size_t i = 0; i < n; ++i) {
    const auto first = share(m, [&](std::size_t j) { return (m.b[j] - m.mean) * (m.ab[i][j] - m.a[j]); });
    const auto total = share(m, [&](std::size_t j) { return 0.5 * std::pow(m.a[j] - m.ab[i][j], 2); });
    EXPECT_NEAR(indices.first[i].value, expected.first[i], testing::sigmas * first.second) << i;
    EXPECT_NEAR(indices.total[i].value, expected.total[i], testing::sigmas * total.second) << i;
    for (std::size_t k = i + 1; design.second_order() && k < n; ++k) {
      const auto other = share(m, [&](std::size_t j) { return (m.b[j] - m.mean) * (m.ab[k][j] - m.a[j]); });
      const auto pair = share(m, [&](std::size_t j) {
        return (m.ba[i][j] - m.mean) * (m.ab[k][j] - m.mean) - (m.a[j] - m.mean) * (m.b[j] - m.mean);
      });
      EXPECT_NEAR(indices.second[pair_of(i, k, n)].value, expected.second[pair_of(i, k, n)],
                  testing::sigmas * (first.second + other.second + pair.second))
          << i << " with " << k;
    }
  }
}

TEST(SobolIndices, AgreeWithTheClosedFormOfIshigami) {
  expect_closed_form(SaltelliDesign(1 << 15, 3, true, 1), Ishigami::value, Ishigami::indices());
}

TEST(SobolIndices, AgreeWithTheClosedFormOfSobolG) {
  const SobolG g{{0, 1, 4.5, 9, 99, 99, 99, 99}};
  expect_closed_form(SaltelliDesign(1 << 14, 8, true, 2), g, g.indices());
}

// The design is of low discrepancy: errors shrink almost as 1/n, where independent points have 1/√n.
TEST(SobolIndices, ConvergeFasterThanIndependentPoints) {
  const auto worst = [](std::size_t n) {
    double squares = 0.0;
    for (std::uint64_t seed = 1; seed <= 16; ++seed) {
      const SaltelliDesign design(n, 3, false, seed);
      const SobolIndices found = sobol_indices(design, testing::outputs_at(design, Ishigami::value),
                                               MissingRows::refuse, testing::few_resamples);
      for (std::size_t i = 0; i < 3; ++i) squares += std::pow(found.total[i].value - Ishigami::indices().total[i], 2);
    }
    return std::sqrt(squares / 48.0);
  };
  EXPECT_LT(worst(4096), worst(256) / 8.0);  // independent points: a quarter
}

// In an additive function of independent factors, first and total order agree and pairs do nothing.
TEST(SobolIndices, OfAnAdditiveFunctionAddUp) {
  const std::vector<double> weights{1.0, 2.0, 3.0};
  const auto sum = [&](std::span<const double> x) { return weights[0] * x[0] + weights[1] * x[1] + weights[2] * x[2]; };
  expect_closed_form(SaltelliDesign(1 << 13, 3, true, 3), sum,
                     {14.0 / 12.0, {1.0 / 14, 4.0 / 14, 9.0 / 14}, {1.0 / 14, 4.0 / 14, 9.0 / 14}, {0, 0, 0}});
}

// The formulas as they stand in the papers, on the same design.
TEST(SobolIndices, AgreeWithTheDefinitionWrittenOut) {
  const SobolG g{{0.5, 3, 0, 20}};
  const SaltelliDesign design(128, 4, true, 9);
  const std::vector<double> outputs = testing::outputs_at(design, [&](auto x) { return 1e3 + g(x); });
  const SobolIndices found = sobol_indices(design, outputs, MissingRows::refuse, testing::few_resamples);
  const Matrices m(design, outputs);
  EXPECT_NEAR(found.mean, m.mean, 1e-9);
  EXPECT_NEAR(found.variance, m.variance, 1e-12);
  for (std::size_t i = 0; i < 4; ++i) {
    const auto first = [&](std::size_t k) {
      return share(m, [&](std::size_t j) { return (m.b[j] - m.mean) * (m.ab[k][j] - m.a[j]); }).first;
    };
    EXPECT_NEAR(found.first[i].value, first(i), 1e-9);
    EXPECT_NEAR(found.total[i].value,
                share(m, [&](std::size_t j) { return 0.5 * std::pow(m.a[j] - m.ab[i][j], 2); }).first, 1e-9);
    for (std::size_t k = i + 1; k < 4; ++k) {
      const double closed =
          share(m, [&](std::size_t j) {
            return (m.ba[i][j] - m.mean) * (m.ab[k][j] - m.mean) - (m.a[j] - m.mean) * (m.b[j] - m.mean);
          }).first;
      EXPECT_NEAR(found.second[pair_of(i, k, 4)].value, closed - first(i) - first(k), 1e-9);
    }
  }
}

TEST(SobolIndices, OfAnIdleFactorAreExactlyNothing) {
  const SaltelliDesign design(64, 2, false, 1);
  const SobolIndices found = sobol_indices(design, testing::outputs_at(design, [](auto x) { return x[0] * x[0]; }),
                                           MissingRows::refuse, testing::few_resamples);
  EXPECT_EQ(found.first[1].value, 0.0);
  EXPECT_EQ(found.total[1].value, 0.0);
  EXPECT_EQ(found.total[1].lower, 0.0);
  EXPECT_EQ(found.total[1].upper, 0.0);
}

TEST(SobolIndices, OfAConstantAreNotNumbers) {
  const SaltelliDesign design(64, 2, true, 1);
  for (const double constant : {0.0, 1.0 / 3.0, 1e9}) {
    const SobolIndices found = sobol_indices(design, std::vector<double>(design.n_points(), constant),
                                             MissingRows::refuse, testing::few_resamples);
    EXPECT_EQ(found.variance, 0.0);
    for (const auto* list : {&found.first, &found.total, &found.second}) {
      for (const BootstrapEstimate& estimate : *list) {
        EXPECT_TRUE(std::isnan(estimate.value));
        EXPECT_TRUE(std::isnan(estimate.lower));
        EXPECT_TRUE(std::isnan(estimate.upper));
      }
    }
  }
}

TEST(SobolIndices, RowsThatLackAValueAreRefusedOrDropped) {
  const SaltelliDesign design(64, 2, false, 1);
  const auto product = [](std::span<const double> x) { return x[0] * x[1]; };
  std::vector<double> outputs = testing::outputs_at(design, product);
  outputs[5 * design.points_per_row() + 2] = maths::nan;
  EXPECT_TRUE(std::isnan(sobol_indices(design, outputs, MissingRows::refuse, testing::few_resamples).first[0].value));
  const SobolIndices dropped = sobol_indices(design, outputs, MissingRows::drop, testing::few_resamples);
  EXPECT_EQ(dropped.n_rows, 63u);
  // The same as if the row had never been there.
  Matrices m(design, testing::outputs_at(design, product));
  m.a.erase(m.a.begin() + 5);
  m.b.erase(m.b.begin() + 5);
  m.ab[0].erase(m.ab[0].begin() + 5);
  std::vector<double> both = m.a;
  both.insert(both.end(), m.b.begin(), m.b.end());
  m.variance = testing::moments_of(both).variance;
  EXPECT_NEAR(dropped.total[0].value,
              share(m, [&](std::size_t j) { return 0.5 * std::pow(m.a[j] - m.ab[0][j], 2); }).first, 1e-12);
  std::ranges::fill(outputs, maths::nan);
  const SobolIndices none = sobol_indices(design, outputs, MissingRows::drop, testing::few_resamples);
  EXPECT_EQ(none.n_rows, 0u);
  EXPECT_TRUE(std::isnan(none.first[0].value) && std::isnan(none.mean));
}

TEST(SobolIndices, DoNotDependOnTheThreads) {
  const auto found = [](std::size_t threads) {
    const ThreadCount count(threads);
    const SaltelliDesign design(1000, 3, true, 1);
    return sobol_indices(design, testing::outputs_at(design, Ishigami::value), MissingRows::refuse, {});
  };
  const SobolIndices one = found(1);
  for (const std::size_t threads : {2, 3, 8}) {
    const SobolIndices other = found(threads);
    for (auto member : {&SobolIndices::first, &SobolIndices::total, &SobolIndices::second}) {
      for (std::size_t i = 0; i < (one.*member).size(); ++i) {
        EXPECT_EQ((one.*member)[i].value, (other.*member)[i].value);
        EXPECT_EQ((one.*member)[i].lower, (other.*member)[i].lower);
        EXPECT_EQ((one.*member)[i].upper, (other.*member)[i].upper);
      }
    }
  }
}

// Intervals from rows as if they were independent: those of a low-discrepancy design hold the truth at least as often.
TEST(SobolIndices, IntervalsHoldTheTruthAsOftenAsTheySay) {
  const SobolG g{{0, 1, 4.5}};
  const ClosedForm expected = g.indices();
  constexpr std::size_t n = 300;
  std::vector<double> held(6, 0.0);
  for (std::uint64_t seed = 1; seed <= n; ++seed) {
    const SaltelliDesign design(512, 3, false, seed);
    const SobolIndices found = sobol_indices(design, testing::outputs_at(design, g), MissingRows::refuse,
                                             {.resamples = 400, .confidence = 0.9, .seed = seed});
    for (std::size_t i = 0; i < 3; ++i) {
      held[i] += found.first[i].lower <= expected.first[i] && expected.first[i] <= found.first[i].upper ? 1.0 : 0.0;
      held[3 + i] += found.total[i].lower <= expected.total[i] && expected.total[i] <= found.total[i].upper ? 1.0 : 0.0;
    }
  }
  for (const double count : held) EXPECT_GE(count, n * 0.9 - testing::binomial_bound(n, 0.9));
}

TEST(SaltelliDesign, MixesColumnsOfTwoSamples) {
  const SaltelliDesign design(8, 3, true, 4);
  ASSERT_EQ(design.n_points(), 8u * 8u);
  for (std::size_t row = 0; row < 8; ++row) {
    const std::size_t a = row * 8, b = a + 7;
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t k = 0; k < 3; ++k) {
        EXPECT_EQ(design.at(a + 1 + i, k), design.at(k == i ? b : a, k));
        EXPECT_EQ(design.at(a + 4 + i, k), design.at(k == i ? a : b, k));
      }
    }
  }
}

}  // namespace
}  // namespace innochain
