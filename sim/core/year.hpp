#pragma once

#include <compare>
#include <cstddef>

namespace innochain {

/// A calendar year.
class Year {
 public:
  constexpr Year() = default;
  constexpr explicit Year(int value) : value_(value) {}
  constexpr int value() const { return value_; }
  constexpr auto operator<=>(const Year&) const = default;
  constexpr Year& operator++() { return ++value_, *this; }
  friend constexpr Year operator+(Year year, int years) { return Year(year.value_ + years); }
  friend constexpr Year operator-(Year year, int years) { return Year(year.value_ - years); }
  friend constexpr int operator-(Year a, Year b) { return a.value_ - b.value_; }

 private:
  int value_ = 0;
};

/// A span of years, both ends included.
struct YearSpan {
  Year first, last;
  constexpr bool contains(Year year) const { return first <= year && year <= last; }
  constexpr std::size_t size() const { return static_cast<std::size_t>(last - first + 1); }
  constexpr std::size_t index(Year year) const { return static_cast<std::size_t>(year - first); }
  constexpr bool operator==(const YearSpan&) const = default;
};

}  // namespace innochain
