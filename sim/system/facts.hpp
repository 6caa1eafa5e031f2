#pragma once

#include <string>

namespace innochain {

/// A number of the system description, with where it comes from. Either `source` names a publication, or `assumed`
/// gives the reason for a guess and [low, high] the range within which it could as well lie.
struct Fact {
  double value = 0.0;
  std::string source;
  std::string assumed;
  double low = 0.0;
  double high = 0.0;

  operator double() const { return value; }  // NOLINT: a fact is used as the number it is
};

}  // namespace innochain
