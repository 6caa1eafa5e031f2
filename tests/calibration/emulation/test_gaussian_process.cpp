#include <gtest/gtest.h>

#include <cmath>

#include "calibration/emulation/emulator.hpp"
#include "calibration/emulation/history_matching.hpp"
#include "calibration/emulation/statistic_emulator.hpp"
#include "sim/core/random.hpp"
#include "tests/calibration/emulation/toy_simulators.hpp"

namespace innochain {
namespace {

using testing::test_stream;

Observations five_points() {
  Observations data{MatrixXd(5, 2), VectorXd(5), VectorXd(5)};
  data.points << 0.0, 0.0, 1.0, 0.5, -0.5, 1.0, 2.0, -1.0, 0.3, -0.7;
  data.values << 1.0, 2.0, 0.5, -1.0, 0.25;
  data.noise << 0.1, 0.05, 0.2, 0.1, 0.0;
  return data;
}
Hyperparameters some_hyperparameters() {
  return {(VectorXd(2) << 1.5, 0.8).finished(), 2.0, 0.01};
}

// NumPy, by another route: weights from the kriging system [K H; Hᵀ 0][λ; μ] = [k; h], mean λᵀy, variance
// σ² + nugget − 2λᵀk + λᵀKλ; likelihood of the contrasts Qᵀy, where the columns of Q complete those of H.
TEST(GaussianProcess, PredictsAsTheKrigingSystem) {
  struct Expected {
    Kernel kernel;
    double mean, variance, log_likelihood;
  };
  for (const Expected& expected :
       {Expected{Kernel::matern_5_2, 1.4668611267870297, 0.21875360379852293, -2.566254813213023},
        Expected{Kernel::squared_exponential, 1.4805338658369296, 0.11176246437884885, -2.3947118702114123}}) {
    const GaussianProcess process(five_points(), expected.kernel, Trend::linear, some_hyperparameters());
    const VectorXd point = (VectorXd(2) << 0.5, 0.2).finished();
    const Prediction prediction = process.predict(point);
    EXPECT_NEAR(prediction.mean, expected.mean, 1e-12);
    EXPECT_NEAR(process.mean(point), expected.mean, 1e-12);
    EXPECT_NEAR(prediction.variance, expected.variance, 1e-12);
    EXPECT_GE(process.variance_bound(point), prediction.variance);
    EXPECT_NEAR(process.log_likelihood(), expected.log_likelihood, 1e-12);
  }
}

double likelihood_at(const Observations& data, Kernel kernel, const VectorXd& logs) {
  Hyperparameters h;
  h.lengths = logs.head(logs.size() - 2).unaryExpr([](double x) { return maths::exp(x); });
  h.variance = maths::exp(logs[logs.size() - 2]);
  h.nugget = maths::exp(logs[logs.size() - 1]);
  return GaussianProcess(data, kernel, Trend::linear, h).log_likelihood();
}

// Central differences with step h err by h²·f‴/6 and by 10⁻¹⁵/h from rounding: below 10⁻⁷ for h = 10⁻⁴ and f‴ up to 10.
TEST(GaussianProcess, GradientIsThatOfTheLikelihood) {
  const Observations data = five_points();
  for (const Kernel kernel : {Kernel::matern_5_2, Kernel::squared_exponential}) {
    const VectorXd gradient =
        GaussianProcess(data, kernel, Trend::linear, some_hyperparameters()).log_likelihood_gradient();
    VectorXd logs(4);
    logs << maths::log(1.5), maths::log(0.8), maths::log(2.0), maths::log(0.01);
    for (Eigen::Index i = 0; i < logs.size(); ++i) {
      constexpr double h = 1e-4;
      VectorXd up = logs, down = logs;
      up[i] += h, down[i] -= h;
      const double slope = (likelihood_at(data, kernel, up) - likelihood_at(data, kernel, down)) / (2.0 * h);
      EXPECT_NEAR(gradient[i], slope, 1e-7) << i;
    }
  }
}

// Dubrule's formula against leaving out each point in turn.
TEST(GaussianProcess, LeaveOneOutIsLeavingOneOut) {
  const Observations data = five_points();
  const LeaveOneOut all =
      GaussianProcess(data, Kernel::matern_5_2, Trend::linear, some_hyperparameters()).leave_one_out();
  for (Eigen::Index left = 0; left < 5; ++left) {
    Observations rest{MatrixXd(4, 2), VectorXd(4), VectorXd(4)};
    for (Eigen::Index i = 0, row = 0; i < 5; ++i) {
      if (i == left) continue;
      rest.points.row(row) = data.points.row(i);
      rest.values[row] = data.values[i];
      rest.noise[row++] = data.noise[i];
    }
    const Prediction prediction =
        GaussianProcess(rest, Kernel::matern_5_2, Trend::linear, some_hyperparameters()).predict(data.points.row(left));
    const double residual = (data.values[left] - prediction.mean) / std::sqrt(prediction.variance + data.noise[left]);
    EXPECT_NEAR(all.residuals[left], residual, 1e-10);
  }
}

TEST(GaussianProcess, RefusesWhatItCannotUse) {
  Observations data = five_points();
  EXPECT_THROW(GaussianProcess(data, Kernel::matern_5_2, Trend::quadratic, some_hyperparameters()),
               std::invalid_argument);  // five columns, five points
  EXPECT_THROW(GaussianProcess(data, Kernel::matern_5_2, Trend::linear, {VectorXd::Ones(3), 1.0, 0.0}),
               std::invalid_argument);
  data.noise.setZero();
  data.points.row(1) = data.points.row(0);
  EXPECT_THROW(GaussianProcess(data, Kernel::matern_5_2, Trend::constant, {VectorXd::Ones(2), 1.0, 0.0}),
               std::runtime_error);
}

double smooth(const VectorXd& x) {
  return maths::exp(0.4 * x[0]) + x[0] * x[1] - 0.3 * x[1] * x[1] * x[1];
}

Observations at_design(std::size_t n, Eigen::Index dimensions, double (*function)(const VectorXd&)) {
  const MatrixXd points = latin_hypercube_scores(n, static_cast<std::size_t>(dimensions), 5);
  Observations data{points, VectorXd(points.rows()), VectorXd::Zero(points.rows())};
  for (Eigen::Index i = 0; i < points.rows(); ++i) data.values[i] = function(points.row(i));
  return data;
}

// At its points a noiseless emulator returns the values but for the nugget, at most 10⁻³ standard deviations here;
// between them, its own error bars hold at least 95 % of a smooth function (Pukelsheim 1994), and are short.
TEST(Emulator, InterpolatesASmoothFunction) {
  const Observations data = at_design(80, 3, smooth);
  const Emulator emulator(data, {});
  const double sd = std::sqrt((data.values.array() - data.values.mean()).square().mean());
  for (Eigen::Index i = 0; i < data.points.rows(); ++i)
    EXPECT_NEAR(emulator.mean(data.points.row(i)), data.values[i], 1e-3 * sd);
  int beyond = 0;
  double squares = 0.0;
  constexpr int n = 400;
  Stream stream = test_stream(1);
  for (int i = 0; i < n; ++i) {
    const VectorXd point = VectorXd::NullaryExpr(3, [&] { return stream.normal(); });
    const Prediction prediction = emulator.predict(point);
    const double error = prediction.mean - smooth(point);
    if (std::abs(error) > 3.0 * std::sqrt(prediction.variance)) ++beyond;
    squares += prediction.variance;
  }
  EXPECT_LE(beyond, n / 20);
  EXPECT_LT(std::sqrt(squares / n), 0.1 * sd);
}

// A known value: with all observations far away the process is its trend, and the bound is the variance.
TEST(GaussianProcess, VarianceBoundIsThatOfTheTrend) {
  const GaussianProcess process(five_points(), Kernel::matern_5_2, Trend::linear, some_hyperparameters());
  const VectorXd far = VectorXd::Constant(2, 500.0);
  const double variance = process.predict(far).variance;
  EXPECT_NEAR(process.variance_bound(far) / variance, 1.0, 1e-12);
  Stream stream = test_stream(2);
  for (int i = 0; i < 200; ++i) {
    const VectorXd point = VectorXd::NullaryExpr(2, [&] { return 2.0 * stream.normal(); });
    EXPECT_GE(process.variance_bound(point), process.predict(point).variance);
  }
}

// The third input does nothing. First-order and interaction effects of the other two sum to 1 or more.
TEST(Emulator, FindsTheActiveInputs) {
  const Observations data = at_design(80, 3, smooth);
  const std::vector<double> effects = Emulator(data, {}).total_effects(data.points);
  EXPECT_GT(effects[0], 0.1);
  EXPECT_GT(effects[1], 0.1);
  EXPECT_LT(effects[2], 0.01);
}

// Residuals of a right model have mean square 1; that of n of them has the standard deviation √(2/n), and the fitted
// hyperparameters and correlation of residuals are small beside it.
TEST(Emulator, LeftOutResidualsOfNoisyFunctionsAreStandard) {
  for (const Kernel kernel : {Kernel::matern_5_2, Kernel::squared_exponential}) {
    Observations data = at_design(200, 3, smooth);
    for (Eigen::Index i = 0; i < data.values.size(); ++i) {
      data.noise[i] = 0.05 * maths::exp(data.points(i, 0));
      data.values[i] += std::sqrt(data.noise[i]) * test_stream(100 + static_cast<std::uint32_t>(i)).normal();
    }
    EmulatorOptions options;
    options.kernel = kernel;
    const LeaveOneOut left_out = Emulator(data, options).leave_one_out();
    EXPECT_NEAR(left_out.residuals.squaredNorm() / 200.0, 1.0, 3.0 * std::sqrt(2.0 / 200.0));
    EXPECT_LE(left_out.beyond_3_sd, 0.02);  // four of 200; 0.5 expected
  }
}

TEST(Emulator, OfAConstantIsTheConstant) {
  Observations data = at_design(30, 2, [](const VectorXd&) { return 2.5; });
  const Emulator emulator(data, {});
  EXPECT_EQ(emulator.mean(VectorXd::Constant(2, 0.7)), 2.5);
  for (const double effect : emulator.total_effects(data.points)) EXPECT_EQ(effect, 0.0);
}

// Abramowitz and Stegun 1964, 6.3.2, 6.3.3 and 6.4.2, 6.4.4.
TEST(LogGammaMoments, AreDigammaAndTrigamma) {
  constexpr double euler = 0.57721566490153286061, pi = 3.14159265358979323846, log_2 = 0.69314718055994530942;
  EXPECT_NEAR(digamma(1.0), -euler, 1e-12);
  EXPECT_NEAR(digamma(0.5), -euler - 2.0 * log_2, 1e-12);
  EXPECT_NEAR(trigamma(1.0), pi * pi / 6.0, 1e-12);
  EXPECT_NEAR(trigamma(0.5), pi * pi / 2.0, 1e-12);
}

// Mean x², standard deviation exp(x/2) at every point: both are recovered, the mean within its own error bars.
TEST(StatisticEmulator, KnowsMeanAndVariance) {
  const testing::HeteroscedasticSimulator simulator;
  const DesignRuns runs = run_design(simulator, latin_hypercube_scores(150, 1, 3), 20, 0);
  const StatisticEmulator emulator(runs, 0, {});
  for (double x = -1.5; x <= 1.5; x += 0.25) {
    const VectorXd point = VectorXd::Constant(1, x);
    const Prediction prediction = emulator.predict(point);
    EXPECT_NEAR(prediction.mean, x * x, 3.5 * std::sqrt(prediction.variance)) << x;
    // The log of a variance with 19 degrees of freedom has the standard deviation 0.33; some twenty points and more
    // inform each place.
    EXPECT_NEAR(maths::log(emulator.run_variance(point)), x, 3.0 * 0.33 / std::sqrt(20.0)) << x;
  }
}

}  // namespace
}  // namespace innochain
