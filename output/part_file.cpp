#include "output/part_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "output/errors.hpp"

namespace innochain {

namespace fs = std::filesystem;

namespace {

constexpr const char* exists_hint = "exists already (--force overwrites it)";

}  // namespace

void refuse_unwritable(const fs::path& target, bool replace) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(target, error);
  if (target.filename().empty() && !fs::exists(status))
    throw CannotCreate(fmt::format("`{}` is not the name of a file", target.string()));
  if (fs::is_directory(status)) throw CannotCreate(fmt::format("{}: is a folder", target.string()));
  if (fs::exists(status) && !replace) throw CannotCreate(fmt::format("{}: {}", target.string(), exists_hint));
  // Replacing a device or a pipe would take it away from everyone else.
  if (fs::exists(status) && !fs::is_regular_file(status) && !fs::is_symlink(status)) {
    throw CannotCreate(fmt::format("{}: is not a regular file", target.string()));
  }
  if (fs::exists(status) && (target.extension() == ".yaml" || target.extension() == ".yml"))
    throw CannotCreate(fmt::format("{}: is a YAML file, which no command replaces", target.string()));
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  if (!fs::is_directory(folder, error)) {
    throw CannotCreate(fmt::format("{}: the folder {} does not exist", target.string(), folder.string()));
  }
}

namespace {

/// A new name is on the disk only once its folder is. File systems that cannot sync a folder keep it anyway.
void sync_folder(const fs::path& target) {
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

PartFile::PartFile(fs::path target, bool replace)
    : target_(std::move(target)), part_(target_.string() + ".part"), replace_(replace) {
  refuse_unwritable(target_, replace_);
  descriptor_ = ::open(part_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (descriptor_ < 0) throw CannotCreate(fmt::format("{}: cannot create: {}", part_.string(), std::strerror(errno)));
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    ::close(descriptor_);
    throw CannotCreate(fmt::format("{}: another process is writing this file", part_.string()));
  }
  if (::ftruncate(descriptor_, 0) != 0) {
    const int reason = errno;
    ::close(descriptor_);
    throw CannotCreate(fmt::format("{}: cannot create: {}", part_.string(), std::strerror(reason)));
  }
}

PartFile::~PartFile() {
  if (descriptor_ < 0) return;
  // A library that failed to close the file may still hold it open: give the space back at once.
  [[maybe_unused]] const int ignored = ::ftruncate(descriptor_, 0);
  ::unlink(part_.c_str());
  ::close(descriptor_);
}

void PartFile::commit() {
  if (::fsync(descriptor_) != 0) {
    throw WriteFailed(fmt::format("{}: cannot write: {}", target_.string(), std::strerror(errno)));
  }
  rename_to_target();
  ::close(descriptor_);
  descriptor_ = -1;
  sync_folder(target_);
}

void PartFile::rename_to_target() const {
  int status = ::renameat2(AT_FDCWD, part_.c_str(), AT_FDCWD, target_.c_str(), replace_ ? 0 : RENAME_NOREPLACE);
  if (status != 0 && errno == EINVAL) {  // a file system without RENAME_NOREPLACE
    refuse_unwritable(target_, replace_);
    status = ::rename(part_.c_str(), target_.c_str());
  }
  if (status == 0) return;
  if (errno == EEXIST) throw CannotCreate(fmt::format("{}: {}", target_.string(), exists_hint));
  throw WriteFailed(fmt::format("{}: cannot write: {}", target_.string(), std::strerror(errno)));
}

}  // namespace innochain
