#pragma once

#include <cstdint>

#include "sim/core/random.hpp"
#include "sim/system/params.hpp"

namespace innochain {

/// The streams of each year of one run: those of a calibrated draw where its luck is pinned, else the run's own.
class RunLuck {
 public:
  RunLuck(const Params& params, std::uint64_t seed, std::uint32_t replicate)
      : own_(seed, replicate),
        pinned_(params.pinned_luck ? Streams(params.pinned_luck->seed, params.pinned_luck->replicate) : own_),
        last_pinned_(params.pinned_luck ? params.pinned_luck->last : params.scale.years.first - 1) {}
  const Streams& in(Year year) const { return year <= last_pinned_ ? pinned_ : own_; }

 private:
  Streams own_, pinned_;
  Year last_pinned_;
};

}  // namespace innochain
