#pragma once

#include <cmath>
#include <compare>
#include <cstdint>

namespace innochain {

/// Money in whole thousand CNY, at current prices. Integers, so that what is spent, carried and returned adds up
/// exactly. The largest amount is about 9·10¹⁸ thousand CNY.
class Money {
 public:
  constexpr Money() = default;
  static constexpr Money thousand_cny(std::int64_t amount) { return Money(amount); }
  /// Rounded to the nearest thousand CNY.
  static Money million_cny(double amount) { return Money(static_cast<std::int64_t>(std::floor(amount * 1e3 + 0.5))); }

  constexpr std::int64_t in_thousand_cny() const { return amount_; }
  constexpr double in_million_cny() const { return static_cast<double>(amount_) * 1e-3; }

  constexpr auto operator<=>(const Money&) const = default;
  constexpr Money operator-() const { return Money(-amount_); }
  constexpr Money& operator+=(Money other) { return amount_ += other.amount_, *this; }
  constexpr Money& operator-=(Money other) { return amount_ -= other.amount_, *this; }
  friend constexpr Money operator+(Money a, Money b) { return Money(a.amount_ + b.amount_); }
  friend constexpr Money operator-(Money a, Money b) { return Money(a.amount_ - b.amount_); }
  friend constexpr Money operator*(std::int64_t times, Money amount) { return Money(times * amount.amount_); }
  /// How often `part` goes into `whole` (floor); part > 0.
  friend constexpr std::int64_t operator/(Money whole, Money part) { return whole.amount_ / part.amount_; }
  /// The amount split `parts` ways, rounded towards zero.
  friend constexpr Money operator/(Money whole, std::int64_t parts) { return Money(whole.amount_ / parts); }
  /// A share of the amount, rounded down to a whole thousand CNY.
  Money share(double part) const {
    return Money(static_cast<std::int64_t>(std::floor(static_cast<double>(amount_) * part)));
  }

 private:
  constexpr explicit Money(std::int64_t amount) : amount_(amount) {}
  std::int64_t amount_ = 0;
};

}  // namespace innochain
