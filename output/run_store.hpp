#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "output/journal.hpp"

namespace innochain {

/// A shard of an ensemble: its runs are those whose number leaves `index` − 1 when divided by `of`.
struct Shard {
  std::size_t index = 1, of = 1;
};

/// The folder NAME.parts beside a result file, in which finished runs wait until all are there: a manifest that says
/// what belongs together, written once, and a journal for each shard. Several processes may work on different shards,
/// also on different machines whose folders are brought together later.
class RunStore {
 public:
  /// \param target the result file that the runs are for
  explicit RunStore(std::filesystem::path target);

  const std::filesystem::path& folder() const { return folder_; }
  bool exists() const;

  /// Begins the store, or joins it: `manifest` must then agree with that of the first in everything under "ensemble".
  /// Throws CannotCreate; AnotherEnsemble, naming what differs.
  void open(const nlohmann::json& manifest);
  /// The manifest. Throws InputMissing, NotAResultFile.
  nlohmann::json manifest() const;

  std::filesystem::path journal_of(Shard shard) const;
  /// Name of what may stand in a journal: the SHA-256 of the manifest's "ensemble".
  static std::string identity(const nlohmann::json& manifest);

  /// Removes the folder, once its runs stand in the result file.
  void remove() const;

 private:
  std::filesystem::path target_, folder_;
};

/// The finished runs of a store, by number.
class StoredRuns {
 public:
  /// Reads all journals of the store that belong to `ensemble`. \param most highest number of runs
  StoredRuns(const RunStore& store, const std::string& ensemble, std::size_t most);

  struct FileCounts {
    std::string file;
    std::size_t n_done = 0, n_failed = 0;
  };
  std::size_t n_done() const { return n_done_; }
  std::size_t n_failed() const { return n_failed_; }
  const std::vector<FileCounts>& files() const { return counts_; }
  bool has(std::size_t run) const { return places_[run].file != absent; }
  bool failed(std::size_t run) const { return has(run) && places_[run].failed; }
  /// The record of a run that is there.
  void read(std::size_t run, std::string& contents) const;
  /// Numbers of the runs that are not there.
  std::vector<std::size_t> missing(Shard shard) const;

 private:
  static constexpr std::uint32_t absent = 0xffffffffu;
  struct Place {
    std::uint64_t offset = 0;
    std::uint32_t file = absent;
    std::uint32_t length = 0;
    bool failed = false;
  };
  std::vector<Place> places_;
  std::vector<JournalReader> readers_;
  std::vector<FileCounts> counts_;
  std::size_t n_done_ = 0, n_failed_ = 0;
};

}  // namespace innochain
