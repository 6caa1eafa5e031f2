#pragma once

#include <string>

namespace innochain {

/// Few significant digits, without an exponent where there is room; "-" for what is not a number.
std::string short_number(double value, int digits = 3);

/// The same with its sign.
std::string signed_number(double value);

/// A share as a signed percentage: "+3.1 %"; "-" for what is not a number.
std::string percentage_change(double share);

}  // namespace innochain
