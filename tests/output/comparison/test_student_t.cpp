#include <gtest/gtest.h>

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/students_t.hpp>

#include "output/comparison/student_t.hpp"
#include "output/comparison/success_boxes.hpp"

namespace innochain {
namespace {

// Boost.Math computes the same by incomplete beta functions.
TEST(StudentT, AgreesWithBoost) {
  for (const std::size_t freedom : {1u, 2u, 3u, 4u, 7u, 8u, 29u, 30u, 399u, 400u, 401u, 999u, 10000u, 100000u}) {
    const boost::math::students_t law(static_cast<double>(freedom));
    for (const double tail : {0.4, 0.1, 0.05, 0.01, 1e-3, 1e-5}) {
      const double expected = boost::math::quantile(boost::math::complement(law, tail / 2));
      EXPECT_NEAR(student_t_bound(1.0 - tail, freedom) / expected, 1.0, 1e-9) << freedom << " " << tail;
    }
    for (const double t : {0.0, 0.01, 0.5, 1.96, 4.0, 12.0})
      EXPECT_NEAR(student_t_within(t, freedom), 1.0 - 2.0 * boost::math::cdf(boost::math::complement(law, t)), 1e-12);
  }
}

// Table of critical values as printed in textbooks.
TEST(StudentT, PublishedBounds) {
  EXPECT_NEAR(student_t_bound(0.95, 1), 12.706, 5e-4);
  EXPECT_NEAR(student_t_bound(0.95, 10), 2.228, 5e-4);
  EXPECT_NEAR(student_t_bound(0.99, 30), 2.750, 5e-4);
}

TEST(BinomialTail, AgreesWithBoost) {
  for (const std::size_t n : {1u, 10u, 200u, 5000u}) {
    for (const double p : {0.001, 0.2, 0.5, 0.97}) {
      const boost::math::binomial law(static_cast<double>(n), p);
      for (const double share : {0.1, 0.2, 0.5, 0.9, 1.0}) {
        const auto least = static_cast<std::size_t>(share * static_cast<double>(n));
        const double expected =
            least == 0 ? 1.0 : boost::math::cdf(boost::math::complement(law, static_cast<double>(least) - 1.0));
        EXPECT_NEAR(binomial_at_least(least, n, p), expected, 1e-9 * expected + 1e-290)
            << n << " " << p << " " << least;
      }
    }
  }
  EXPECT_EQ(binomial_at_least(0, 10, 0.0), 1.0);
  EXPECT_EQ(binomial_at_least(1, 10, 0.0), 0.0);
  EXPECT_EQ(binomial_at_least(10, 10, 1.0), 1.0);
}

}  // namespace
}  // namespace innochain
