#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

/// Numbers as bytes and back, for what a sampler keeps: a heading, the fingerprint of the run, the contents, and the
/// CRC-32 of all of it, in the byte order of x86-64. A type lists its numbers once, for both directions, in a template
/// over the writer or reader; a reader's objects are not const.
namespace innochain {

/// CRC-32.
std::uint32_t checksum(std::string_view bytes);

/// Appends what it is called with.
class ByteWriter {
 public:
  static constexpr bool reads = false;

  /// Bytes without heading and fingerprint, to take their checksum.
  ByteWriter() = default;
  ByteWriter(std::string_view heading, std::string_view fingerprint);

  template <class Number>
    requires std::is_arithmetic_v<Number>
  void operator()(const Number& number) {
    bytes_.append(reinterpret_cast<const char*>(&number), sizeof number);
  }
  std::size_t size(std::size_t n) {
    (*this)(std::uint64_t{n});
    return n;
  }

  const std::string& bytes() const { return bytes_; }
  /// Everything, with its checksum at the end.
  std::string sealed() &&;

 private:
  std::string bytes_;
};

/// Takes what it is called with.
class ByteReader {
 public:
  static constexpr bool reads = true;

  /// \param kind what the bytes should be, and \param source where they are from, for messages
  /// Throws ReadFailed: another heading, or damaged; AnotherEnsemble: of another fingerprint.
  ByteReader(std::string_view bytes, std::string_view heading, std::string_view fingerprint, std::string_view kind,
             std::string_view source);

  template <class Number>
    requires std::is_arithmetic_v<Number>
  void operator()(Number& number) {
    if (bytes_.size() < sizeof number) throw std::out_of_range("bytes end early");
    std::memcpy(&number, bytes_.data(), sizeof number);
    bytes_ = bytes_.subspan(sizeof number);
  }
  std::size_t size(std::size_t) {
    std::uint64_t n = 0;
    (*this)(n);
    if (n > bytes_.size()) throw std::out_of_range("bytes end early");
    return n;
  }

 private:
  std::span<const char> bytes_;
};

template <class Bytes, class Numbers>
void pass_numbers(Bytes& bytes, Numbers& numbers) {
  const std::size_t n = bytes.size(numbers.size());
  if constexpr (Bytes::reads) numbers.resize(n);
  for (auto& number : numbers) bytes(number);
}

}  // namespace innochain
