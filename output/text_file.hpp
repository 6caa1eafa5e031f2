#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "output/part_file.hpp"

namespace innochain {

/// A text file that appears when it is complete.
class TextFile {
 public:
  /// Throws CannotCreate, WriteFailed.
  TextFile(const std::filesystem::path& path, bool force);
  /// Throws WriteFailed.
  void write(std::string_view text);
  /// Throws WriteFailed, CannotCreate.
  void finish();

 private:
  [[noreturn]] void fail() const;

  PartFile part_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream_;
};

/// A field of a CSV file (RFC 4180): in quotes where it has to be.
std::string csv_field(const std::string& text);

}  // namespace innochain
