#pragma once

#include <filesystem>

namespace innochain {

/// Says that this process works on something; ends with the object, and with the process however that ends.
class ProcessLock {
 public:
  /// \param path of a file that may be created; it stays behind, empty
  /// Throws CannotCreate: another process holds it, or the file cannot be made.
  explicit ProcessLock(const std::filesystem::path& path);
  ~ProcessLock();
  ProcessLock(const ProcessLock&) = delete;
  ProcessLock& operator=(const ProcessLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace innochain
