#pragma once

#include <string>
#include <string_view>

#include "calibration/abc_smc.hpp"

namespace innochain {

/// The complete state of a sampler as bytes: a heading with the format's version, the fingerprint, the state, and their
/// CRC-32, in the byte order of x86-64. Going on from it gives the bits that going on without it would have given. To
/// store it, use a PartFile, which appears complete or not at all.
/// \param fingerprint of the run, see abc_fingerprint
std::string abc_checkpoint(const AbcState& state, std::string_view fingerprint);

/// The state from its bytes. `source` is named in messages.
/// Throws ReadFailed: no checkpoint, or a damaged one; AnotherEnsemble: of another fingerprint.
AbcState read_abc_checkpoint(std::string_view bytes, std::string_view fingerprint, const std::string& source);

}  // namespace innochain
