#include "calibration/checked_bytes.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <utility>

#include "output/errors.hpp"

namespace innochain {

std::uint32_t checksum(std::string_view bytes) {
  return static_cast<std::uint32_t>(
      crc32_z(crc32(0L, Z_NULL, 0), reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

ByteWriter::ByteWriter(std::string_view heading, std::string_view fingerprint) : bytes_(heading) {
  pass_numbers(*this, fingerprint);
}

std::string ByteWriter::sealed() && {
  (*this)(checksum(bytes_));
  return std::move(bytes_);
}

ByteReader::ByteReader(std::string_view bytes, std::string_view heading, std::string_view fingerprint,
                       std::string_view kind, std::string_view source) {
  std::uint32_t expected = 0;
  if (!bytes.starts_with(heading) || bytes.size() < heading.size() + sizeof expected)
    throw ReadFailed(fmt::format("{}: no {}", source, kind));
  const std::string_view contents = bytes.substr(0, bytes.size() - sizeof expected);
  std::memcpy(&expected, bytes.data() + contents.size(), sizeof expected);
  if (checksum(contents) != expected)
    throw ReadFailed(fmt::format("{}: a damaged {} (the checksum differs)", source, kind));
  bytes_ = contents.substr(heading.size());
  std::string found;
  pass_numbers(*this, found);
  if (found != fingerprint) throw AnotherEnsemble(fmt::format("{}: a {} of another calibration", source, kind));
}

}  // namespace innochain
