#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace innochain {

/// What an unfinished calibration has finished, part by part, in the folder OUT.parts: each part appears whole or not
/// at all, so that after any interruption the same command goes on where the last part ended.
class CalibrationStore {
 public:
  /// \param output the posterior file that the parts are for
  explicit CalibrationStore(const std::filesystem::path& output);

  /// Begins or goes on. Throws AnotherEnsemble if the parts there are of another calibration, CannotCreate.
  /// \param identity text that two runs share if and only if one can go on where the other stopped
  void open(const std::string& identity);
  std::optional<std::string> read(const std::string& part) const;
  /// Throws CannotCreate, WriteFailed.
  void write(const std::string& part, const std::string& bytes) const;
  /// Removes the folder, once the posterior file is there.
  void remove() const;
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

}  // namespace innochain
