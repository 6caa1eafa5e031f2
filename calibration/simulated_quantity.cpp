#include "calibration/simulated_quantity.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>

namespace innochain {

namespace {

std::string text_of(const std::vector<SimulatedTerm>& terms) {
  std::string text;
  for (const SimulatedTerm& term : terms) {
    text += fmt::format("{}{}{}", text.empty() ? "" : " + ", term.trace ? "traces/" : "", term.variable);
    for (const auto& [dimension, names] : term.select) text += fmt::format("({}: {})", dimension, names);
    if (term.years) text += fmt::format("@{}-{}", term.years->first.value(), term.years->last.value());
  }
  return text;
}

std::string text_of(const SimulatedRatio& ratio) {
  return ratio.per.empty() ? text_of(ratio.terms)
                           : fmt::format("({}) / ({})", text_of(ratio.terms), text_of(ratio.per));
}

std::string_view name_of(Reduce reduce) {
  switch (reduce) {
    case Reduce::none:
      return "none";
    case Reduce::sum:
      return "sum";
    case Reduce::mean:
      return "mean";
    case Reduce::last:
      return "last";
  }
  return "";
}

}  // namespace

std::string text_of(const SimulatedQuantity& quantity) {
  std::string text = text_of(quantity.value);
  if (quantity.relative_to) text = fmt::format("({}) / ({})", text, text_of(*quantity.relative_to));
  if (quantity.growth_since) text = fmt::format("growth of {} since {}", text, quantity.growth_since->value());
  return fmt::format("{} * {}, {}", quantity.scale, text, name_of(quantity.reduce));
}

}  // namespace innochain
