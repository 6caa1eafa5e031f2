#pragma once

#include <cstdint>
#include <span>

#include "sim/core/apportion.hpp"
#include "sim/core/random.hpp"

namespace innochain {

/// A competition among proposals. Applicant i filed `filed[i]` proposals; the score of proposal j is
/// mean[i] + noise·Φ⁻¹((w + ½)/2³²), with w word j of the stream at (purpose, year, agent[i]).
struct Contest {
  Purpose purpose;
  Year year;
  std::span<const std::uint32_t> agents;
  std::span<const double> means;
  std::span<const std::int32_t> filed;
  double noise = 1.0;
};

/// Counts how many proposals of each applicant are among the `places` with the highest scores; ties go to the earlier
/// applicant. Exactly what scoring and sorting all proposals gives, without doing so: most words are only compared with
/// the applicant's own threshold, and scores are computed in a narrow bracket around the cut.
/// \param funded overwritten, as many as applicants
void rank_proposals(const Streams& streams, const Contest& contest, std::int64_t places, Ranking& room,
                    std::span<std::int32_t> funded);

}  // namespace innochain
