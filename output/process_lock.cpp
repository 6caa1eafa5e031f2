#include "output/process_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "output/errors.hpp"

namespace innochain {

ProcessLock::ProcessLock(const std::filesystem::path& path)
    : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666)) {
  if (descriptor_ < 0) throw CannotCreate(fmt::format("{}: cannot create: {}", path.string(), std::strerror(errno)));
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
  ::close(descriptor_);
  throw CannotCreate(fmt::format("{}: another process is working on this", path.string()));
}

ProcessLock::~ProcessLock() {
  ::close(descriptor_);
}

}  // namespace innochain
