#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <random>
#include <set>

#include "scenarios/designs/csv.hpp"
#include "scenarios/designs/grid.hpp"
#include "scenarios/designs/latin_hypercube.hpp"
#include "scenarios/designs/sobol.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

/// Standard output of a program of Debian's Python.
std::vector<char> output_of_python(const std::string& program) {
  std::vector<char> output;
  FILE* pipe = ::popen(("/usr/bin/python3 -c '" + program + "'").c_str(), "r");
  if (!pipe) return output;
  std::array<char, 65536> buffer;
  for (std::size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    output.insert(output.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(n));
  ::pclose(pipe);
  return output;
}

bool has_scipy() {
  const std::vector<char> output = output_of_python("import scipy.stats.qmc; print(1)");
  return !output.empty();
}

std::vector<double> doubles(const std::vector<char>& bytes) {
  std::vector<double> values(bytes.size() / sizeof(double));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(double));
  return values;
}

TEST(Grid, CountsLikeAnOdometer) {
  const Grid grid({2, 3, 4});
  ASSERT_EQ(grid.size(), 24u);
  std::size_t point = 0;
  for (std::size_t a = 0; a < 2; ++a) {
    for (std::size_t b = 0; b < 3; ++b) {
      for (std::size_t c = 0; c < 4; ++c, ++point) {
        EXPECT_EQ(grid.at(point, 0), a);
        EXPECT_EQ(grid.at(point, 1), b);
        EXPECT_EQ(grid.at(point, 2), c);
      }
    }
  }
  EXPECT_EQ(Grid({}).size(), 1u);
}

TEST(Sobol, BeginsWithThePublishedPoints) {
  // Joe and Kuo, notes on generating Sobol sequences (2008), table of the first points in three dimensions.
  constexpr std::array<std::array<double, 3>, 8> published{{{0, 0, 0},
                                                            {0.5, 0.5, 0.5},
                                                            {0.75, 0.25, 0.25},
                                                            {0.25, 0.75, 0.75},
                                                            {0.375, 0.375, 0.625},
                                                            {0.875, 0.875, 0.125},
                                                            {0.625, 0.125, 0.875},
                                                            {0.125, 0.625, 0.375}}};
  const Sobol sobol(3, {});
  for (std::size_t i = 0; i < published.size(); ++i) {
    for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(sobol.at(i, k), published[i][k]) << i << ' ' << k;
  }
}

TEST(Sobol, EqualsScipyInEveryPointAndDimension) {
  ASSERT_TRUE(has_scipy()) << "scripts/setup installs python3-scipy";
  constexpr std::size_t n = 2048;
  const std::vector<double> oracle = doubles(output_of_python(
      "import sys; from scipy.stats import qmc; "
      "sys.stdout.buffer.write(qmc.Sobol(512, scramble=False, bits=32).random(2048).astype(\"<f8\").tobytes())"));
  ASSERT_EQ(oracle.size(), n * most_sobol_dimensions);
  const Sobol sobol(most_sobol_dimensions, {});
  std::size_t different = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < most_sobol_dimensions; ++k)
      different += sobol.at(i, k) != oracle[i * most_sobol_dimensions + k];
  }
  EXPECT_EQ(different, 0u);
}

/// How many points lie in each elementary interval of a shape: 2^shape[k] intervals along dimension dimensions[k].
std::vector<int> counts_in_intervals(const Sobol& sobol, std::size_t n, const std::vector<std::size_t>& dimensions,
                                     const std::vector<int>& shape) {
  std::vector<int> counts(std::size_t{1} << std::accumulate(shape.begin(), shape.end(), 0), 0);
  for (std::size_t i = 0; i < n; ++i) {
    std::size_t cell = 0;
    for (std::size_t k = 0; k < shape.size(); ++k) {
      const std::size_t parts = std::size_t{1} << shape[k];
      cell = cell * parts + static_cast<std::size_t>(sobol.at(i, dimensions[k]) * static_cast<double>(parts));
    }
    ++counts[cell];
  }
  return counts;
}

TEST(Sobol, KeepsTheNetWhenScrambled) {
  // The first two dimensions are a (0, m, 2)-net in base 2: one point in every elementary interval of volume 2^−m.
  constexpr int m = 9;
  for (const std::uint64_t seed : {1u, 7u}) {
    const Sobol sobol(8, seed);
    for (int a = 0; a <= m; ++a) {
      for (const int count : counts_in_intervals(sobol, 1u << m, {0, 1}, {a, m - a})) EXPECT_EQ(count, 1);
    }
  }
  // Of others, scrambling exchanges intervals but changes no count.
  const Sobol plain(8, {}), scrambled(8, 3);
  const std::vector<std::size_t> dimensions{2, 5, 7};
  for (int a = 0; a <= m; ++a) {
    for (int b = 0; a + b <= m; ++b) {
      const std::vector<int> shape{a, b, m - a - b};
      auto one = counts_in_intervals(plain, 1u << m, dimensions, shape);
      auto other = counts_in_intervals(scrambled, 1u << m, dimensions, shape);
      std::ranges::sort(one);
      std::ranges::sort(other);
      EXPECT_EQ(one, other) << a << ' ' << b;
    }
  }
}

TEST(Sobol, HasOnePointInEveryStratumOfEveryDimension) {
  const Sobol sobol(most_sobol_dimensions, 5);
  for (std::size_t k = 0; k < most_sobol_dimensions; ++k) {
    for (const int count : counts_in_intervals(sobol, 1024, {k}, {10})) ASSERT_EQ(count, 1) << k;
  }
}

TEST(Sobol, ScramblingMakesEveryPointUniform) {
  constexpr std::size_t n_seeds = 20000, n_bins = 50;
  for (const std::size_t point : {0u, 5u}) {
    std::array<double, n_bins> counts{};
    for (std::size_t seed = 0; seed < n_seeds; ++seed) {
      const double x = Sobol(2, seed).at(point, 1);
      ASSERT_TRUE(0.0 < x && x < 1.0);
      ++counts[static_cast<std::size_t>(x * n_bins)];
    }
    double chi_squared = 0.0;
    constexpr double expected = static_cast<double>(n_seeds) / n_bins;
    for (const double count : counts) chi_squared += (count - expected) * (count - expected) / expected;
    const boost::math::chi_squared distribution(n_bins - 1);
    EXPECT_LT(chi_squared, boost::math::quantile(boost::math::complement(distribution, testing::tail)));
  }
}

/// The variance of the mean of the first n coordinates over seeds must be `expected`: the sum of squares over
/// `expected` is then chi-squared (the mean is close to normal, being a sum of n independent uniform numbers).
template <class MeanOfSeed>
void expect_variance(double expected, std::size_t n_seeds, MeanOfSeed&& mean_of_seed) {
  double sum = 0.0;
  for (std::size_t seed = 0; seed < n_seeds; ++seed) {
    const double error = mean_of_seed(seed) - 0.5;
    sum += error * error;
  }
  const boost::math::chi_squared distribution(static_cast<double>(n_seeds));
  EXPECT_LT(sum / expected, boost::math::quantile(boost::math::complement(distribution, testing::tail)));
  EXPECT_GT(sum / expected, boost::math::quantile(distribution, testing::tail));
}

TEST(Sobol, ScramblingIsIndependentBetweenStrata) {
  // One uniform point, independent of the others, in each of n strata: variance 1/(12·n³). A mere digital shift, the
  // same for all points, would give 1/(12·n²), independent points 1/(12·n).
  constexpr std::size_t n = 64;
  for (const std::size_t dimension : {0u, 3u}) {
    expect_variance(1.0 / (12.0 * n * n * n), 2000, [&](std::size_t seed) {
      const Sobol sobol(4, seed);
      double sum = 0.0;
      for (std::size_t i = 0; i < n; ++i) sum += sobol.at(i, dimension);
      return sum / n;
    });
  }
}

TEST(Sobol, KeepsPointsWhenMoreDimensionsFollow) {
  const Sobol few(3, 9), many(40, 9);
  for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(few.at(i, 2), many.at(i, 2));
}

TEST(LatinHypercube, HasOnePointInEveryStratum) {
  for (const std::size_t n : {1u, 7u, 100u, 1000u}) {
    const LatinHypercube sample(n, 5, 11);
    for (std::size_t k = 0; k < 5; ++k) {
      std::vector<int> counts(n, 0);
      for (std::size_t i = 0; i < n; ++i) {
        const double x = sample.at(i, k);
        ASSERT_TRUE(0.0 < x && x < 1.0);
        ++counts[static_cast<std::size_t>(x * static_cast<double>(n))];
      }
      for (const int count : counts) EXPECT_EQ(count, 1);
    }
  }
}

TEST(LatinHypercube, HasTheVarianceOfStrata) {
  constexpr std::size_t n = 50;
  expect_variance(1.0 / (12.0 * n * n * n), 2000, [&](std::size_t seed) {
    const LatinHypercube sample(n, 2, seed);
    double sum = 0.0;
    for (std::size_t i = 0; i < n; ++i) sum += sample.at(i, 1);
    return sum / n;
  });
}

TEST(LatinHypercube, HasIndependentDimensions) {
  // The correlation of two random orders of n has the variance 1/(n − 1).
  constexpr std::size_t n = 100, n_seeds = 500;
  double sum_of_squares = 0.0, sum = 0.0;
  for (std::size_t seed = 0; seed < n_seeds; ++seed) {
    const LatinHypercube sample(n, 2, seed);
    double product = 0.0;
    for (std::size_t i = 0; i < n; ++i)
      product += (std::floor(sample.at(i, 0) * n) - 49.5) * (std::floor(sample.at(i, 1) * n) - 49.5);
    const double correlation = product / (n * (n * n - 1.0) / 12.0);
    sum += correlation;
    sum_of_squares += correlation * correlation;
  }
  EXPECT_NEAR(sum / n_seeds, 0.0, testing::mean_bound(1.0 / (n - 1), n_seeds));
  const boost::math::chi_squared distribution(n_seeds);
  EXPECT_LT(sum_of_squares * (n - 1), boost::math::quantile(boost::math::complement(distribution, testing::tail)));
  EXPECT_GT(sum_of_squares * (n - 1), boost::math::quantile(distribution, testing::tail));
}

TEST(LatinHypercube, IsAsEvenAsScipys) {
  // Centred L2 discrepancies of 200 samples each: their means agree within what their spreads allow.
  ASSERT_TRUE(has_scipy()) << "scripts/setup installs python3-scipy";
  constexpr std::size_t n = 32, d = 3, n_seeds = 200;
  std::string points;
  for (std::size_t seed = 0; seed < n_seeds; ++seed) {
    const LatinHypercube sample(n, d, seed);
    for (std::size_t i = 0; i < n * d; ++i) points += std::to_string(sample.at(i / d, i % d)) + " ";
  }
  const std::string file =
      (std::filesystem::temp_directory_path() / ("latin_hypercube_" + std::to_string(::getpid()))).string();
  std::ofstream(file) << points;
  const std::vector<double> result = doubles(output_of_python(
      "import sys, numpy as np; from scipy.stats import qmc; own = np.loadtxt(\"" + file +
      "\").reshape(200, 32, 3); a = np.array([qmc.discrepancy(x) for x in own]); "
      "b = np.array([qmc.discrepancy(qmc.LatinHypercube(3, seed=s).random(32)) for s in range(200)]); "
      "sys.stdout.buffer.write(np.array([a.mean(), b.mean(), np.sqrt((a.var() + b.var()) / 200)]).tobytes())"));
  std::filesystem::remove(file);
  ASSERT_EQ(result.size(), 3u);
  EXPECT_NEAR(result[0], result[1], testing::sigmas * result[2]);
}

struct CsvContent {
  std::vector<std::vector<std::string>> rows;
  std::string problems;
};

CsvContent read(std::string_view text) {
  CsvContent content;
  std::vector<Problem> problems;
  read_csv(text, "a.csv", problems, [&](const std::vector<CsvCell>& row) {
    content.rows.emplace_back();
    for (const CsvCell& cell : row) content.rows.back().push_back(cell.text);
  });
  for (const Problem& problem : problems) content.problems += to_string(problem) + "\n";
  return content;
}

TEST(Csv, ReadsWhatRfc4180Allows) {
  using Rows = std::vector<std::vector<std::string>>;
  EXPECT_EQ(read("a,b\n1,2\n").rows, (Rows{{"a", "b"}, {"1", "2"}}));
  EXPECT_EQ(read("\xef\xbb\xbf"
                 "a,b\r\n1,2")
                .rows,
            (Rows{{"a", "b"}, {"1", "2"}}));
  EXPECT_EQ(read("a,b\n\"x, y\",\"say \"\"no\"\"\"\n").rows[1], (std::vector<std::string>{"x, y", "say \"no\""}));
  EXPECT_EQ(read("a\n\"two\nlines\"\n").rows[1], (std::vector<std::string>{"two\nlines"}));
  EXPECT_EQ(read("a,b\n,\n\n\"\",1\n").rows, (Rows{{"a", "b"}, {"", ""}, {"", "1"}}));
  EXPECT_EQ(read("").rows, Rows{});
}

TEST(Csv, ReadsBackWhatPythonWrites) {
  const std::vector<char> output = output_of_python(
      "import csv, random, sys; r = random.Random(1); w = csv.writer(sys.stdout); "
      "[w.writerow([\"\".join(r.choice(\"ab,\\\"\\n\\r ;1.é\") for _ in range(r.randrange(1, 6))) for _ in range(4)])"
      " for _ in range(300)]; ");
  const CsvContent content = read(std::string_view(output.data(), output.size()));
  EXPECT_EQ(content.problems, "");
  ASSERT_EQ(content.rows.size(), 300u);
  // Python reads its own text back and prints the lengths of the cells and the sums of their bytes.
  const std::vector<char> oracle = output_of_python(
      "import csv, random, sys, io, array; r = random.Random(1); f = io.StringIO(newline=\"\"); w = csv.writer(f); "
      "[w.writerow([\"\".join(r.choice(\"ab,\\\"\\n\\r ;1.é\") for _ in range(r.randrange(1, 6))) for _ in range(4)])"
      " for _ in range(300)]; f.seek(0); "
      "sys.stdout.buffer.write(array.array(\"d\", [float(sum((i + 1) * b for i, b in enumerate(c.encode())))"
      " for row in csv.reader(f) for c in row]).tobytes())");
  const std::vector<double> sums = doubles(oracle);
  ASSERT_EQ(sums.size(), 1200u);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    double sum = 0.0;
    const std::string& cell = content.rows[i / 4][i % 4];
    for (std::size_t k = 0; k < cell.size(); ++k)
      sum += static_cast<double>(k + 1) * static_cast<unsigned char>(cell[k]);
    EXPECT_EQ(sum, sums[i]) << i;
  }
}

TEST(Csv, SaysWhereItIsBroken) {
  EXPECT_EQ(read("a,b\n1\n").problems, "a.csv:2:1: has 1 field(s) where the header has 2\n");
  EXPECT_EQ(read("a,b\n1,\"x\n").problems, "a.csv:2:3: the quote that begins here is never closed\n");
  EXPECT_EQ(read("a,b\n1,\"x\"y\n").problems,
            "a.csv:2:6: text after the closing quote (a quote inside a quoted field is written twice)\n");
  EXPECT_EQ(read("a,b\né,x\"y\n").problems,
            "a.csv:2:4: a quote inside a field that does not begin with one (put the field in quotes)\n");
  const CsvContent content = read("a,b\n1,2,3\n4,5\n\"6\"7,8\n");
  EXPECT_EQ(content.rows.size(), 2u);
  EXPECT_EQ(std::ranges::count(content.problems, '\n'), 2);
}

}  // namespace
}  // namespace innochain
