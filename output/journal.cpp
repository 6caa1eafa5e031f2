#include "output/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/uio.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "output/errors.hpp"

namespace innochain {

namespace {

constexpr std::string_view heading_start = "innochain runs 1 ";
constexpr std::size_t longest_heading = 256;
constexpr std::uint32_t record_mark = 0x0a6e7572;  // "run\n"
/// No run is longer; what claims to be is torn.
constexpr std::uint64_t longest_record = std::uint64_t{1} << 32;

struct RecordHead {
  std::uint32_t mark = record_mark, checksum = 0;
  std::uint64_t run = 0, length = 0;
};

std::uint32_t checksum_of(const RecordHead& head, std::string_view contents) {
  const std::array numbers{head.run, head.length};
  uLong crc = crc32(0L, Z_NULL, 0);
  crc = crc32_z(crc, reinterpret_cast<const Bytef*>(numbers.data()), sizeof numbers);
  crc = crc32_z(crc, reinterpret_cast<const Bytef*>(contents.data()), contents.size());
  return static_cast<std::uint32_t>(crc);
}

std::string reason() {
  return std::strerror(errno);
}

}  // namespace

JournalWriter::JournalWriter(std::filesystem::path path, std::string_view ensemble) : path_(std::move(path)) {
  descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (descriptor_ < 0) throw CannotCreate(fmt::format("{}: cannot create: {}", path_.string(), reason()));
  try {
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0)
      throw CannotCreate(fmt::format("{}: another process is working on these runs", path_.string()));
    const JournalReader reader(path_);
    if (!reader.ensemble().empty() && reader.ensemble() != ensemble)
      throw CannotCreate(fmt::format("{}: holds runs of another ensemble", path_.string()));
    end_ = reader.scan([](const JournalEntry&, std::string_view) {});
    if (::ftruncate(descriptor_, static_cast<off_t>(end_)) != 0)
      throw WriteFailed(fmt::format("{}: cannot write: {}", path_.string(), reason()));
    if (end_ == 0) write(fmt::format("{}{}\n", heading_start, ensemble), "");
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

JournalWriter::~JournalWriter() {
  ::close(descriptor_);
}

void JournalWriter::write(std::string_view head, std::string_view contents) {
  const std::size_t size = head.size() + contents.size();
  for (std::size_t done = 0; done < size;) {
    const std::string_view first = head.substr(std::min(done, head.size()));
    const std::string_view second = contents.substr(done > head.size() ? done - head.size() : 0);
    // The interface of writev is not const, though it changes nothing.
    const std::array<iovec, 2> parts{
        {{const_cast<char*>(first.data()), first.size()}, {const_cast<char*>(second.data()), second.size()}}};
    const ssize_t n = ::pwritev(descriptor_, parts.data(), parts.size(), static_cast<off_t>(end_ + done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      const std::string why = reason();
      [[maybe_unused]] const int ignored = ::ftruncate(descriptor_, static_cast<off_t>(end_));
      throw WriteFailed(fmt::format("{}: cannot write: {}", path_.string(), why));
    }
    done += static_cast<std::size_t>(n);
  }
  end_ += size;
}

void JournalWriter::append(std::uint64_t run, std::string_view contents) {
  RecordHead head;
  head.run = run;
  head.length = contents.size();
  head.checksum = checksum_of(head, contents);
  write({reinterpret_cast<const char*>(&head), sizeof head}, contents);
}

void JournalWriter::sync() {
  if (::fdatasync(descriptor_) != 0) throw WriteFailed(fmt::format("{}: cannot write: {}", path_.string(), reason()));
}

JournalReader::JournalReader(std::filesystem::path path) : path_(std::move(path)) {
  descriptor_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) throw InputMissing(fmt::format("{}: cannot read: {}", path_.string(), reason()));
  std::array<char, longest_heading> start{};
  const ssize_t n = ::pread(descriptor_, start.data(), start.size(), 0);
  const std::string_view text(start.data(), n > 0 ? static_cast<std::size_t>(n) : 0);
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return;
  if (!text.starts_with(heading_start)) {
    ::close(descriptor_);
    throw NotAResultFile(fmt::format("{}: is not a journal of runs", path_.string()));
  }
  ensemble_ = text.substr(heading_start.size(), end - heading_start.size());
  first_ = end + 1;
}

JournalReader::~JournalReader() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

JournalReader::JournalReader(JournalReader&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      ensemble_(std::move(other.ensemble_)),
      first_(other.first_) {}

bool JournalReader::read_at(std::uint64_t offset, char* to, std::size_t n) const {
  for (std::size_t done = 0; done < n;) {
    const ssize_t got = ::pread(descriptor_, to + done, n - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw ReadFailed(fmt::format("{}: cannot read: {}", path_.string(), reason()));
    if (got == 0) return false;
    done += static_cast<std::size_t>(got);
  }
  return true;
}

std::uint64_t JournalReader::scan(const std::function<void(const JournalEntry&, std::string_view)>& visit) const {
  const auto size = static_cast<std::uint64_t>(std::filesystem::file_size(path_));
  std::uint64_t end = first_;
  std::string contents;
  RecordHead head;
  while (first_ > 0 && end + sizeof head <= size && read_at(end, reinterpret_cast<char*>(&head), sizeof head)) {
    const std::uint64_t offset = end + sizeof head;
    if (head.mark != record_mark || head.length > longest_record || offset + head.length > size) break;
    contents.resize(head.length);
    if (!read_at(offset, contents.data(), contents.size()) || checksum_of(head, contents) != head.checksum) break;
    visit({head.run, offset, head.length}, contents);
    end = offset + head.length;
  }
  return end;
}

void JournalReader::read(const JournalEntry& entry, std::string& contents) const {
  contents.resize(entry.length);
  if (!read_at(entry.offset, contents.data(), contents.size()))
    throw ReadFailed(fmt::format("{}: ends before it should", path_.string()));
}

}  // namespace innochain
