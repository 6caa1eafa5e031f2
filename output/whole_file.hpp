#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace innochain {

/// Writes a small file that is whole or not there, however many processes try at once: the first wins. False if it was
/// there before. Throws CannotCreate, WriteFailed.
bool create_whole(const std::filesystem::path& path, const std::string& text);

/// The bytes of a file, if it is there. Throws ReadFailed.
std::optional<std::string> read_whole(const std::filesystem::path& path);

}  // namespace innochain
