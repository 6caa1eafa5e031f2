#pragma once

#include <filesystem>

namespace innochain {

/// The folder OUT.parts holds unfinished work for the file OUT. A file in it says what kind of work: one command must
/// not go on, or clear away, where another stopped.
enum class PartsKind { ensemble, calibration };

/// The file by which a kind is known.
const char* parts_marker(PartsKind kind);

std::filesystem::path parts_folder_of(const std::filesystem::path& output);

/// Makes the folder, or finds it there. Throws CannotCreate; AnotherEnsemble if it holds work of another kind.
void create_parts_folder(const std::filesystem::path& folder, PartsKind kind);

}  // namespace innochain
