#include "sim/world.hpp"

#include <algorithm>
#include <stdexcept>

#include "sim/processes/form_candidates.hpp"
#include "sim/run_luck.hpp"
#include "sim/state/initialise.hpp"
#include "sim/state/state.hpp"

namespace innochain {

World::World(const Params& params, std::uint64_t seed, std::uint32_t replicate) : start_(std::make_unique<State>()) {
  if (!params.institutions_only) throw std::invalid_argument("a world is shared by runs of institutions alone");
  const RunLuck luck(params, seed, replicate);
  initialise(params, luck.in(params.scale.years.first), *start_);
  start_->known_qualities = std::make_shared<const KnownQualities>(foresee_candidates(params, luck, *start_));
}

World::~World() = default;
World::World(World&&) noexcept = default;
World& World::operator=(World&&) noexcept = default;

const World& RecentWorlds::of(const Params& params, std::uint64_t seed, std::uint32_t replicate) {
  const auto found = std::ranges::find_if(entries_, [&](const Entry& entry) {
    return entry.replicate == replicate && entry.seed == seed && entry.left_out == params.left_out;
  });
  if (found != entries_.end()) {
    std::rotate(entries_.begin(), found, found + 1);
  } else {
    if (entries_.size() == most_) entries_.pop_back();
    entries_.insert(entries_.begin(), Entry{seed, replicate, params.left_out, World(params, seed, replicate)});
  }
  return entries_.front().world;
}

}  // namespace innochain
