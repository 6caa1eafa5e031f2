#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace innochain {

/// An append-only file of finished runs, each with its number, length and checksum (CRC-32), under a heading that says
/// which ensemble they belong to. Whatever kills the writer, the file holds all records but perhaps the last, which is
/// recognized as torn and dropped.
///
/// Layout: "innochain runs 1 ENSEMBLE\n", then records of {u32 "run\n", u32 CRC of number, length and contents, u64
/// number, u64 length, contents}, in the byte order of x86-64.
class JournalWriter {
 public:
  /// Opens the file, or begins it, and goes on after its last whole record. Throws CannotCreate where another process
  /// writes it or it belongs to another ensemble, WriteFailed.
  JournalWriter(std::filesystem::path path, std::string_view ensemble);
  ~JournalWriter();
  JournalWriter(const JournalWriter&) = delete;
  JournalWriter& operator=(const JournalWriter&) = delete;

  /// Adds a run. After WriteFailed (a full disk) the file ends with the record before.
  void append(std::uint64_t run, std::string_view contents);
  /// Brings what was appended to the disk, where a loss of power leaves it.
  void sync();

 private:
  void write(std::string_view head, std::string_view contents);

  std::filesystem::path path_;
  int descriptor_ = -1;
  std::uint64_t end_ = 0;
};

/// Where a record stands.
struct JournalEntry {
  std::uint64_t run = 0, offset = 0, length = 0;  ///< of the contents, in bytes
};

/// Reads a journal, also one that is being written.
class JournalReader {
 public:
  /// Throws InputMissing, ReadFailed.
  explicit JournalReader(std::filesystem::path path);
  ~JournalReader();
  JournalReader(JournalReader&&) noexcept;
  JournalReader& operator=(JournalReader&&) = delete;

  const std::string& ensemble() const { return ensemble_; }
  /// Calls `visit(entry, contents)` for every whole record, in the order of writing; returns where the last one ends.
  std::uint64_t scan(const std::function<void(const JournalEntry&, std::string_view)>& visit) const;
  /// The contents of a record. Throws ReadFailed.
  void read(const JournalEntry& entry, std::string& contents) const;

 private:
  bool read_at(std::uint64_t offset, char* to, std::size_t n) const;

  std::filesystem::path path_;
  int descriptor_ = -1;
  std::string ensemble_;
  std::uint64_t first_ = 0;  ///< where records begin; 0 if the heading is torn
};

}  // namespace innochain
