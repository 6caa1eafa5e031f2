#include "calibration/abc_checkpoint.hpp"

#include <utility>

#include "calibration/particle_bytes.hpp"

namespace innochain {

namespace {

constexpr std::string_view checkpoint_heading = "innochain abc-smc 7\n";

template <class Bytes, class Generation>
void pass_generation(Bytes& bytes, Generation& generation) {
  bytes(generation.tolerance);
  bytes(generation.data_power);
  pass_numbers(bytes, generation.scales);
  bytes(generation.ess);
  bytes(generation.n_moves);
  pass_counts(bytes, generation.counts);
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
  bytes(state.n_last_rounds);
}

}  // namespace

std::string abc_checkpoint(const AbcState& state, std::string_view fingerprint) {
  ByteWriter writer(checkpoint_heading, fingerprint);
  pass_state(writer, state);
  return std::move(writer).sealed();
}

AbcState read_abc_checkpoint(std::string_view bytes, std::string_view fingerprint, const std::string& source) {
  ByteReader reader(bytes, checkpoint_heading, fingerprint, "checkpoint of ABC-SMC", source);
  AbcState state;
  pass_state(reader, state);
  return state;
}

}  // namespace innochain
