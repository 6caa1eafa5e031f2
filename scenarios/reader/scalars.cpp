#include "scenarios/reader/scalars.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

namespace innochain {
namespace {

bool is_digit(char c) {
  return '0' <= c && c <= '9';
}

/// -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
bool is_decimal(std::string_view text) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t start = i;
    while (i < text.size() && is_digit(text[i])) ++i;
    return i - start;
  };
  if (text.starts_with('-')) ++i;
  const bool zero = i < text.size() && text[i] == '0';
  const std::size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (digits() == 0) return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (digits() == 0) return false;
  }
  return i == text.size();
}

/// Words that some version of YAML reads as a boolean.
bool looks_boolean(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  static constexpr std::array<std::string_view, 8> words{"true", "false", "yes", "no", "on", "off", "y", "n"};
  return std::ranges::find(words, lower) != words.end();
}

/// Plain text that some reader of YAML takes for a number: everything made of digits and signs, 0x1f, .inf, 1_000.
bool looks_numeric(std::string_view text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  if (text == ".inf" || text == ".nan" || text == ".Inf" || text == ".NaN" || text == "nan" || text == "inf")
    return true;
  if (text.starts_with("0x") || text.starts_with("0o")) return true;
  return !text.empty() && (is_digit(text[0]) || text[0] == '.') &&
         text.find_first_not_of("0123456789._eE+-,") == std::string_view::npos &&
         text.find_first_of("0123456789") != text.npos;
}

}  // namespace

std::optional<double> as_number(const Node& node) {
  if (!node.is_scalar() || node.quoted || !is_decimal(node.text)) return {};
  double value = 0.0;
  const auto [end, error] = std::from_chars(node.text.data(), node.text.data() + node.text.size(), value);
  if (error != std::errc() || !std::isfinite(value)) return {};
  return value;
}

std::optional<int> as_integer(const Node& node) {
  const std::optional<double> number = as_number(node);
  if (!number || *number != std::floor(*number) || std::abs(*number) > 2e9) return {};
  return static_cast<int>(*number);
}

std::optional<bool> as_flag(const Node& node) {
  if (node.is_plain("true")) return true;
  if (node.is_plain("false")) return false;
  return {};
}

std::optional<std::string> as_text(const Node& node) {
  if (!node.is_scalar()) return {};
  if (!node.quoted && (looks_boolean(node.text) || looks_numeric(node.text))) return {};
  return node.text;
}

std::string described(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::sequence:
      return "a list";
    case Node::Kind::mapping:
      return "a mapping";
    case Node::Kind::scalar:
      break;
  }
  const std::string shown =
      node.text.size() <= 40 ? node.text : node.text.substr(0, node.text.find_last_of(' ', 37)).substr(0, 40) + " …";
  if (node.quoted) return fmt::format("the text \"{}\"", shown);
  if (looks_boolean(node.text)) return fmt::format("`{}`, which YAML reads as a boolean", shown);
  if (as_number(node)) return fmt::format("the number {}", shown);
  if (looks_numeric(node.text)) return fmt::format("`{}`, which is not written as a decimal number", shown);
  return fmt::format("`{}`", shown);
}

std::string number_text(double value) {
  return value == 0.0 ? "0" : fmt::format("{}", value);
}

std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump();
}

}  // namespace innochain
