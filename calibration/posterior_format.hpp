#pragma once

#include <array>

/// Words of the posterior file, for its writer and its reader.
namespace innochain {

inline constexpr const char* posterior_format = "innochain posterior 1";
/// In the order of Distribution::Kind.
inline constexpr std::array<const char*, 5> posterior_kinds{"uniform", "log_uniform", "normal", "log_normal", "beta"};

}  // namespace innochain
