#pragma once

#include "scenarios/reader/kinds.hpp"
#include "sim/system/institutions.hpp"

namespace innochain {

/// Reads a system file and the files it names into one mapping, as if they had been one document.
/// Throws InputError where a file cannot be read at all.
Node read_system_document(const std::filesystem::path& file, std::vector<Problem>& problems);

/// The institutions of a system document. City weights and category shares are normalized to sum to one.
System read_system(const Node& document, std::vector<Problem>& problems);

/// The yearly inputs of a system document for a span of years; between given years by interpolation, after them by
/// extrapolation (scenarios/system/README.md).
Inputs read_inputs(const Node& document, const System& system, YearSpan years, std::vector<Problem>& problems);

/// JSON Schema of what stands under `inputs`.
Json inputs_schema();

/// JSON Schema of a system document.
Json system_schema();

}  // namespace innochain
