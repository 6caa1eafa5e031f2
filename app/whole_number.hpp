#pragma once

#include <CLI/CLI.hpp>

namespace innochain {

/// Accepts what is written as a whole number from 0 to 2⁶⁴ − 1. CLI11 would read 010 as octal, wrap −1 around and take
/// 2⁶⁴ for its predecessor.
CLI::Validator whole_number();

}  // namespace innochain
