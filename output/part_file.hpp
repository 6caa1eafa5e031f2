#pragma once

#include <filesystem>

namespace innochain {

/// Throws CannotCreate where a PartFile would, but for other writers: a check before long work. `replace` allows the
/// target to exist; a YAML file is never replaced, since it is what people write and no command does.
void refuse_unwritable(const std::filesystem::path& target, bool replace);

/// A file that appears under its name only when it is complete. Until `commit` it stands beside the target as
/// `NAME.part`, locked against other writers; the destructor removes it unless it was committed. What a killed process
/// leaves is a `.part` file without a lock, which the next writer replaces.
class PartFile {
 public:
  /// Creates the (empty) part file. `replace` allows the target to exist.
  /// Throws CannotCreate: the target exists or is a folder, its folder is missing or read-only, another process writes
  /// it.
  PartFile(std::filesystem::path target, bool replace);
  ~PartFile();
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  /// The name to write to.
  const std::filesystem::path& path() const { return part_; }
  const std::filesystem::path& target() const { return target_; }

  /// Call after the last writer of `path()` has closed it: brings the data to the disk and gives the file its name.
  /// Throws WriteFailed, or CannotCreate if the target has appeared in the meantime.
  void commit();

 private:
  void rename_to_target() const;

  std::filesystem::path target_, part_;
  bool replace_;
  int descriptor_ = -1;
};

}  // namespace innochain
