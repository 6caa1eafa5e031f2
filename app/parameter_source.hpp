#pragma once

#include <cstddef>
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

/// Says on stderr what the parameters of so many replicates were drawn from, if they were, and whether draws came
/// again.
void say_source(const ParameterDraws& draws, std::size_t n_replicates);

/// The words of --help.
inline constexpr const char* parameter_source_help =
    "default, prior, posterior (of the shipped file), or a posterior file; left out: posterior, where it suits the "
    "scenario";

}  // namespace innochain
