#include "sim/core/ids.hpp"

#include <gtest/gtest.h>

#include <type_traits>

#include "sim/core/year.hpp"

namespace innochain {
namespace {

static_assert(!std::is_convertible_v<LabId, ZoneId> && !std::is_constructible_v<LabId, ZoneId>,
              "ids of different kinds do not mix");
static_assert(!std::is_convertible_v<int, LabId>, "a number is not an id");
static_assert(!std::is_convertible_v<int, Year>, "a number is not a year");

TEST(Id, none_exists_not_and_equals_only_itself) {
  EXPECT_FALSE(LabId().exists());
  EXPECT_EQ(LabId(), LabId::none());
  EXPECT_TRUE(LabId(0).exists());
  EXPECT_NE(LabId(0), LabId::none());
}

TEST(Id, counts_and_orders_by_index) {
  LabId id(3);
  EXPECT_EQ((++id).index(), 4u);
  EXPECT_LT(LabId(3), id);
}

TEST(Column, keeps_values_by_id) {
  Column<ZoneId, int> column(3, 7);
  EXPECT_EQ(column.push_back(9), ZoneId(3));
  column[ZoneId(1)] = 5;
  EXPECT_EQ(column[ZoneId(0)], 7);
  EXPECT_EQ(column[ZoneId(1)], 5);
  EXPECT_EQ(column[ZoneId(3)], 9);
  column.fill(1);
  EXPECT_EQ(column.size(), 4u);
  for (const int value : column) EXPECT_EQ(value, 1);
  column.resize(5, 2);
  EXPECT_EQ(column[ZoneId(4)], 2);
  column.assign(2, 3);
  EXPECT_EQ(column.size(), 2u);
  EXPECT_EQ(column[ZoneId(1)], 3);
}

TEST(IdRange, visits_every_id_once_in_order) {
  std::size_t next = 0;
  for (const ZoneId id : all<ZoneId>(5)) EXPECT_EQ(id.index(), next++);
  EXPECT_EQ(next, 5u);
  for ([[maybe_unused]] const ZoneId id : all<ZoneId>(0)) FAIL();
}

TEST(YearSpan, includes_both_ends) {
  constexpr YearSpan span{Year(1984), Year(2035)};
  EXPECT_EQ(span.size(), 52u);
  EXPECT_TRUE(span.contains(Year(1984)) && span.contains(Year(2035)));
  EXPECT_FALSE(span.contains(Year(1983)) || span.contains(Year(2036)));
  EXPECT_EQ(span.index(Year(1984)), 0u);
  EXPECT_EQ(span.index(Year(2035)), 51u);
}

TEST(Year, differences_are_whole_years) {
  EXPECT_EQ(Year(2006) - Year(1984), 22);
  EXPECT_EQ(Year(1984) + 22, Year(2006));
  EXPECT_EQ(Year(2006) - 22, Year(1984));
  Year year(1999);
  EXPECT_EQ(++year, Year(2000));
}

}  // namespace
}  // namespace innochain
