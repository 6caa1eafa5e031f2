#include "app/short_number.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string>

namespace innochain {

std::string short_number(double value, int digits) {
  constexpr double smallest = 1e-3, largest = 1e8;
  if (std::isnan(value)) return "-";
  const double size = std::abs(value);
  const std::string rounded = fmt::format("{:.{}e}", value, digits - 1);
  if (value != 0.0 && (size < smallest || size >= largest)) return rounded;
  const bool whole = std::abs(std::stod(rounded)) >= 100.0 && std::stod(rounded) == std::round(std::stod(rounded));
  return whole ? fmt::format("{:.0f}", std::stod(rounded)) : fmt::format("{:.{}g}", value, digits);
}

std::string signed_number(double value) {
  return fmt::format("{}{}", value > 0.0 ? "+" : "", short_number(value));
}

std::string percentage_change(double share) {
  if (std::isnan(share)) return "-";
  constexpr double per_cent = 100.0, small = 10.0;
  const double change = per_cent * share;
  return fmt::format("{}{:.{}f} %", change > 0.0 ? "+" : "", change, std::abs(change) < small ? 2 : 1);
}

}  // namespace innochain
