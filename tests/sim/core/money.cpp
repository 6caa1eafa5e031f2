#include "sim/core/money.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace innochain {
namespace {

Money amount(std::int64_t thousand_cny) {
  return Money::thousand_cny(thousand_cny);
}

TEST(Money, converts_between_its_units) {
  EXPECT_EQ(Money::million_cny(1.5), amount(1500));
  EXPECT_EQ(Money::million_cny(0.0004), amount(0));
  EXPECT_EQ(Money::million_cny(0.0005), amount(1));
  EXPECT_EQ(Money::million_cny(-0.0006), amount(-1));
  EXPECT_DOUBLE_EQ(amount(645).in_million_cny(), 0.645);
}

TEST(Money, share_rounds_down) {
  EXPECT_EQ(amount(999).share(0.5), amount(499));
  EXPECT_EQ(amount(999).share(1.0), amount(999));
  EXPECT_EQ(amount(999).share(0.0), amount(0));
}

TEST(Money, division_counts_how_often_a_part_fits) {
  EXPECT_EQ(amount(1000) / amount(300), 3);
  EXPECT_EQ(amount(299) / amount(300), 0);
  EXPECT_EQ(amount(1000) / std::int64_t{3}, amount(333));
}

RC_GTEST_PROP(Money, adds_up_like_whole_numbers, ()) {
  // Compared with 64-bit integers; amounts up to 10¹⁵ thousand CNY.
  const auto a = *rc::gen::inRange<std::int64_t>(-1'000'000'000'000'000, 1'000'000'000'000'000);
  const auto b = *rc::gen::inRange<std::int64_t>(-1'000'000'000'000'000, 1'000'000'000'000'000);
  RC_ASSERT((amount(a) + amount(b)).in_thousand_cny() == a + b);
  RC_ASSERT((amount(a) - amount(b)).in_thousand_cny() == a - b);
  RC_ASSERT((-amount(a)).in_thousand_cny() == -a);
  RC_ASSERT((std::int64_t{3} * amount(a)).in_thousand_cny() == 3 * a);
  RC_ASSERT((amount(a) < amount(b)) == (a < b));
  Money sum = amount(a);
  sum += amount(b);
  sum -= amount(a);
  RC_ASSERT(sum == amount(b));
}

RC_GTEST_PROP(Money, share_and_rest_make_the_whole, ()) {
  const auto whole = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000);
  const double part = *rc::gen::inRange(0, 1'000'001) * 1e-6;
  const Money share = amount(whole).share(part);
  RC_ASSERT(share >= amount(0) && share <= amount(whole));
  RC_ASSERT(static_cast<double>(whole) * part - static_cast<double>(share.in_thousand_cny()) < 1.0);
}

}  // namespace
}  // namespace innochain
