#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "output/process_lock.hpp"
#include "output/run_store.hpp"

namespace innochain {

/// What an unfinished calibration has finished, part by part, in the folder OUT.parts: each part appears whole or not
/// at all, so that after any interruption the same command goes on where the last part ended. Several processes may
/// work on it as shards. The first writes the parts; without shards, a process is the first of one.
class CalibrationStore {
 public:
  /// \param output the posterior file that the parts are for
  explicit CalibrationStore(const std::filesystem::path& output);

  /// Begins or goes on. Throws AnotherEnsemble if the parts there are of another calibration, CannotCreate.
  /// \param identity text that two runs share if and only if one can go on where the other stopped
  void open(const std::string& identity);
  /// Works as this shard, alone, until the end of the process or of the object. All shards must agree on their number;
  /// a single process may go on alone where shards stopped.
  /// Throws CannotCreate: another process is that shard; AnotherEnsemble: there are more shards, or fewer.
  void join(Shard shard);
  /// For one of several shards, while it waits. Throws InputMissing: the parts are gone; AnotherEnsemble: they are
  /// divided otherwise.
  void check_joined(Shard shard) const;

  /// What was written, if it was. Throws ReadFailed if it is damaged, or is another part, or of another calibration:
  /// parts end with a checksum of all these.
  std::optional<std::string> read(const std::string& part) const;
  /// Throws CannotCreate, WriteFailed.
  void write(const std::string& part, const std::string& bytes) const;
  /// When a part was written, if it was: tells a new one from that which was read before.
  std::optional<std::filesystem::file_time_type> written_at(const std::string& part) const;
  /// Removes the folder, once the posterior file is there.
  void remove();
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::uint32_t sum_of(const std::string& part, std::string_view bytes) const;

  std::filesystem::path folder_;
  std::string identity_;
  std::optional<ProcessLock> lock_;
};

}  // namespace innochain
