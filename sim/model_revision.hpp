#pragma once

namespace innochain {

/// Raised by one with every change after which the same scenario and seed give other values; a pure change of speed,
/// wording or file layout leaves it alone. Results of different revisions are never mixed in one file or compared with
/// each other.
inline constexpr int model_revision = 5;

}  // namespace innochain
