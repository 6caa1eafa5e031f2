#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scenarios/reader/document.hpp"

/// Scalars as this language understands them, which is narrower than YAML: a number is decimal, `true` and `false` are
/// the only booleans, and text that looks like either must stand in quotes.
namespace innochain {

/// A decimal number such as 12, -0.5 or 1e-3. Not: nan, inf, 0x10, 012, 1_000, +1, quoted numbers.
std::optional<double> as_number(const Node& node);
std::optional<int> as_integer(const Node& node);
std::optional<bool> as_flag(const Node& node);
/// Text; plain words that YAML readers take for a boolean, number or null are refused.
std::optional<std::string> as_text(const Node& node);

/// What a node is, for messages: "the number 12", "a list", "`no`, which YAML reads as a boolean".
std::string described(const Node& node);

/// The shortest text that reads back as the same number.
std::string number_text(double value);

/// Text in quotes, as YAML and JSON read it.
std::string quoted(const std::string& text);

}  // namespace innochain
