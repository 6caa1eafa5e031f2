#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/simulate.hpp"
#include "sim/system/params.hpp"

namespace innochain {

struct State;

/// What luck makes of a system of institutions before anybody decides: organisations, labs and localities as they are
/// at the start, and the quality that every candidate will have in every year.
///
/// In runs of institutions alone (Params::institutions_only) no money reaches quality, so that one world serves all
/// runs that differ in nothing but `approvals.*`, `exits.*` and the luck of approvals. It is more than half of the work
/// of such a run (tests/bench/calibration.cpp).
class World {
 public:
  /// Throws std::invalid_argument unless the params are of institutions alone.
  World(const Params& params, std::uint64_t seed, std::uint32_t replicate);
  ~World();
  World(World&&) noexcept;
  World& operator=(World&&) noexcept;

  const State& start() const { return *start_; }

 private:
  std::unique_ptr<State> start_;
};

/// One run in a world that was made with the same seed, replicate and params but for `approvals.*`, `exits.*` and the
/// luck of approvals: bit-identical to simulate() without it.
const Indicators& simulate(const Params& params, std::uint64_t seed, std::uint32_t replicate, const World& world,
                           Workspace& workspace, const GoesOn& goes_on = {});

/// The worlds that one thread used last, for a search that comes back to the same replicates with other parameters.
class RecentWorlds {
 public:
  /// \param most that are kept, at least 1
  explicit RecentWorlds(std::size_t most) : most_(most) {}
  /// \param params of all calls must be such that their worlds differ in `left_out` alone
  const World& of(const Params& params, std::uint64_t seed, std::uint32_t replicate);

 private:
  struct Entry {
    std::uint64_t seed;
    std::uint32_t replicate;
    Column<DesignationId, std::uint8_t> left_out;
    World world;
  };
  std::size_t most_;
  std::vector<Entry> entries_;  ///< latest use first
};

}  // namespace innochain
