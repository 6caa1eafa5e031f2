#pragma once

#include <span>

namespace innochain {

inline double mean_of(std::span<const double> sample) {
  double sum = 0.0;
  for (const double value : sample) sum += value;
  return sum / static_cast<double>(sample.size());
}

/// With the divisor n − 1.
inline double variance_of(std::span<const double> sample) {
  const double mean = mean_of(sample);
  double squares = 0.0;
  for (const double value : sample) squares += (value - mean) * (value - mean);
  return squares / static_cast<double>(sample.size() - 1);
}

}  // namespace innochain
