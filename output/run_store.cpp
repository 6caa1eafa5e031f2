#include "output/run_store.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>

#include "output/errors.hpp"
#include "output/parts_folder.hpp"
#include "output/run_record.hpp"
#include "output/sha256.hpp"
#include "output/whole_file.hpp"

namespace innochain {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

const char* const manifest_name = parts_marker(PartsKind::ensemble);

/// A value of the manifest as a message shows it.
std::string shown(const json& value) {
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  constexpr std::size_t most = 60;
  return text.size() <= most ? text : fmt::format("{}… (SHA-256 {})", text.substr(0, 20), sha256(text).substr(0, 12));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (c == '\n')
      lines.emplace_back();
    else
      lines.back() += c;
  }
  return lines;
}

/// The first line in which two texts differ.
std::string first_difference(const std::string& begun, const std::string& now) {
  const auto before = lines_of(begun), after = lines_of(now);
  for (std::size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
    const std::string a = i < before.size() ? before[i] : "", b = i < after.size() ? after[i] : "";
    if (a != b) return fmt::format("had `{}`, has `{}`", a, b);
  }
  return "is the same";
}

/// What differs between two ensembles, in words.
std::vector<std::string> differences(const json& begun, const json& now) {
  std::vector<std::string> found;
  json keys = begun;
  keys.update(now);
  for (const auto& [key, unused] : keys.items()) {
    const json before = begun.value(key, json()), after = now.value(key, json());
    if (before == after) continue;
    if (before.is_string() && after.is_string() && before.get<std::string>().find('\n') != std::string::npos)
      found.push_back(fmt::format("{} {}", key, first_difference(before, after)));
    else
      found.push_back(fmt::format("{} was {}, is {}", key, shown(before), shown(after)));
  }
  return found;
}

}  // namespace

RunStore::RunStore(fs::path target) : target_(std::move(target)), folder_(parts_folder_of(target_)) {}

bool RunStore::exists() const {
  return fs::exists(folder_ / manifest_name);
}

std::string RunStore::identity(const json& manifest) {
  return sha256(manifest.at("ensemble").dump());
}

void RunStore::open(const json& manifest) {
  const fs::path parent = target_.has_parent_path() ? target_.parent_path() : fs::path(".");
  if (!fs::is_directory(parent))
    throw CannotCreate(fmt::format("{}: the folder {} does not exist", target_.string(), parent.string()));
  create_parts_folder(folder_, PartsKind::ensemble);
  if (create_whole(folder_ / manifest_name, manifest.dump(2) + "\n")) return;
  const auto found = differences(this->manifest().at("ensemble"), manifest.at("ensemble"));
  if (found.empty()) return;
  throw AnotherEnsemble(
      fmt::format("{}: was begun as another ensemble and holds its runs: {}. Go on with the former files, choose "
                  "another name, or delete the folder to begin anew",
                  folder_.string(), fmt::join(found, "; ")));
}

json RunStore::manifest() const {
  const fs::path path = folder_ / manifest_name;
  std::ifstream file(path);
  if (!file) throw InputMissing(fmt::format("{}: there is no such sweep", path.string()));
  json manifest = json::parse(file, nullptr, false);
  if (!manifest.is_object() || !manifest.contains("ensemble") || !manifest["ensemble"].is_object())
    throw NotAResultFile(fmt::format("{}: is not the manifest of a sweep", path.string()));
  return manifest;
}

fs::path RunStore::journal_of(Shard shard) const {
  return folder_ / fmt::format("shard-{}-of-{}.runs", shard.index, shard.of);
}

void RunStore::remove() const {
  std::error_code error;
  fs::remove_all(folder_, error);
}

StoredRuns::StoredRuns(const RunStore& store, const std::string& ensemble, std::size_t most) : places_(most) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(store.folder()))
    if (entry.path().extension() == ".runs") files.push_back(entry.path());
  std::ranges::sort(files);
  for (const fs::path& file : files) {
    JournalReader reader(file);
    if (reader.ensemble().empty()) continue;  // torn before its first record
    if (reader.ensemble() != ensemble)
      throw AnotherEnsemble(fmt::format("{}: holds runs of another ensemble", file.string()));
    const auto number = static_cast<std::uint32_t>(readers_.size());
    FileCounts counts{file.filename().string()};
    reader.scan([&](const JournalEntry& entry, std::string_view contents) {
      if (entry.run >= places_.size() || has(entry.run)) return;  // done twice: the same result
      const bool failed = RunRecord::failed(contents);
      places_[entry.run] = {entry.offset, number, static_cast<std::uint32_t>(entry.length), failed};
      ++counts.n_done;
      counts.n_failed += failed ? 1 : 0;
    });
    n_done_ += counts.n_done;
    n_failed_ += counts.n_failed;
    counts_.push_back(counts);
    readers_.push_back(std::move(reader));
  }
}

void StoredRuns::read(std::size_t run, std::string& contents) const {
  const Place& place = places_.at(run);
  readers_.at(place.file).read({run, place.offset, place.length}, contents);
}

std::vector<std::size_t> StoredRuns::missing(Shard shard) const {
  std::vector<std::size_t> runs;
  for (std::size_t run = shard.index - 1; run < places_.size(); run += shard.of)
    if (!has(run)) runs.push_back(run);
  return runs;
}

}  // namespace innochain
