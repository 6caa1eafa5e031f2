#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "calibration/parameter_draws.hpp"

namespace innochain {

/// What --parameters (or a sweep's `parameters: {source: …}`) means for some scenarios: `default`, `prior` or
/// `posterior` (of the shipped posterior file), or a posterior file. Left empty, it is the shipped posterior where it
/// suits all scenarios, else (said on stderr unless quiet) the declared defaults.
/// Throws InputError where draws that were asked for do not suit a scenario, and as ParameterDraws does.
ParameterDraws parameter_source(const std::string& asked, std::span<const Resolved> scenarios,
                                std::span<const std::string> names, std::uint64_t seed, bool quiet);

/// The words of --help.
inline constexpr const char* parameter_source_help =
    "default, prior, posterior (of the shipped file), or a posterior file; left out: posterior, where it suits the "
    "scenario";

}  // namespace innochain
