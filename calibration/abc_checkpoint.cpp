#include "calibration/abc_checkpoint.hpp"

#include <zlib.h>

#include <cstring>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "output/errors.hpp"

namespace innochain {

namespace {

constexpr std::string_view heading = "innochain abc-smc 2\n";

std::uint32_t checksum(std::string_view bytes) {
  return static_cast<std::uint32_t>(
      crc32_z(crc32(0L, Z_NULL, 0), reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

/// Appends what it is called with.
class ByteWriter {
 public:
  static constexpr bool reads = false;

  template <class Number>
    requires std::is_arithmetic_v<Number>
  void operator()(const Number& number) {
    bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
  }
  std::size_t size(std::size_t n) {
    (*this)(std::uint64_t{n});
    return n;
  }

  std::string bytes;
};

/// Takes what it is called with.
class ByteReader {
 public:
  static constexpr bool reads = true;

  explicit ByteReader(std::span<const char> bytes) : bytes_(bytes) {}
  template <class Number>
    requires std::is_arithmetic_v<Number>
  void operator()(Number& number) {
    if (bytes_.size() < sizeof number) throw std::out_of_range("a checkpoint ends early");
    std::memcpy(&number, bytes_.data(), sizeof number);
    bytes_ = bytes_.subspan(sizeof number);
  }
  std::size_t size(std::size_t) {
    std::uint64_t n = 0;
    (*this)(n);
    if (n > bytes_.size()) throw std::out_of_range("a checkpoint ends early");
    return n;
  }

 private:
  std::span<const char> bytes_;
};

// Each type is listed once, for both directions; a reader's objects are not const.

template <class Bytes, class Numbers>
void pass_numbers(Bytes& bytes, Numbers& numbers) {
  const std::size_t n = bytes.size(numbers.size());
  if constexpr (Bytes::reads) numbers.resize(n);
  for (auto& number : numbers) bytes(number);
}

template <class Bytes, class Particle>
void pass_particle(Bytes& bytes, Particle& particle) {
  pass_numbers(bytes, particle.scores);
  bytes(particle.origin);
  pass_numbers(bytes, particle.luck.numbers);
  pass_numbers(bytes, particle.luck.blocks);
  bytes(particle.weight);
  bytes(particle.log_likelihood);
  pass_numbers(bytes, particle.replicates.deviations);
  pass_numbers(bytes, particle.replicates.log_weights);
}

template <class Bytes, class Generation>
void pass_generation(Bytes& bytes, Generation& generation) {
  bytes(generation.tolerance);
  bytes(generation.data_power);
  pass_numbers(bytes, generation.scales);
  bytes(generation.ess);
  bytes(generation.resampled);
  bytes(generation.n_moves);
  bytes(generation.n_proposed);
  bytes(generation.n_accepted);
  bytes(generation.n_renewals);
  bytes(generation.n_renewed);
  bytes(generation.n_unique);
  bytes(generation.n_simulations);
  pass_numbers(bytes, generation.scores);
  pass_numbers(bytes, generation.weights);
}

template <class Bytes, class Reason>
void pass_reason(Bytes& bytes, Reason& ended) {
  constexpr std::uint8_t not_ended = 255;
  std::uint8_t code = ended ? static_cast<std::uint8_t>(*ended) : not_ended;
  bytes(code);
  if constexpr (Bytes::reads)
    if (code != not_ended) ended = static_cast<AbcStop>(code);
}

template <class Bytes, class State>
void pass_state(Bytes& bytes, State& state) {
  bytes(state.target.tolerance);
  bytes(state.target.data_power);
  pass_numbers(bytes, state.target.inverse_radii);
  bytes(state.n_simulations);
  bytes(state.next_luck);
  bytes(state.next_origin);
  const std::size_t n_particles = bytes.size(state.population.size());
  if constexpr (Bytes::reads) state.population.resize(n_particles);
  for (auto& particle : state.population) pass_particle(bytes, particle);
  const std::size_t n_generations = bytes.size(state.history.size());
  if constexpr (Bytes::reads) state.history.resize(n_generations);
  for (auto& generation : state.history) pass_generation(bytes, generation);
  pass_reason(bytes, state.ended);
}

}  // namespace

std::string abc_checkpoint(const AbcState& state, std::string_view fingerprint) {
  ByteWriter writer;
  writer.bytes = heading;
  pass_numbers(writer, fingerprint);
  pass_state(writer, state);
  writer(checksum(writer.bytes));
  return std::move(writer.bytes);
}

AbcState read_abc_checkpoint(std::string_view bytes, std::string_view fingerprint, const std::string& source) {
  std::uint32_t expected = 0;
  if (!bytes.starts_with(heading) || bytes.size() < heading.size() + sizeof expected)
    throw ReadFailed(source + ": no checkpoint of ABC-SMC");
  const std::string_view contents = bytes.substr(0, bytes.size() - sizeof expected);
  std::memcpy(&expected, bytes.data() + contents.size(), sizeof expected);
  if (checksum(contents) != expected) throw ReadFailed(source + ": a damaged checkpoint (the checksum differs)");
  ByteReader reader(contents.substr(heading.size()));
  std::string found;
  pass_numbers(reader, found);
  if (found != fingerprint) throw AnotherEnsemble(source + ": a checkpoint of another calibration");
  AbcState state;
  pass_state(reader, state);
  return state;
}

}  // namespace innochain
