#include "sim/processes/rank_proposals.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/core/contracts.hpp"
#include "sim/core/maths.hpp"

namespace innochain {

namespace {

struct Bracket {
  double low, high;
};

double score(double mean, double noise, std::uint32_t word) {
  return mean + noise * maths::normal_quantile((word + 0.5) * 0x1.0p-32);
}

/// The word at which an applicant's score reaches a cut, as the interpolated Φ has it. Words that are `margin` further
/// are surely on that side of the cut: the errors of Φ and of rounding (about 10⁻¹⁵ of 2³² words) are smaller.
std::int64_t word_at(double cut, double mean, double noise) {
  if (cut == maths::infinity) return std::int64_t{1} << 32;
  if (cut == -maths::infinity) return 0;
  return static_cast<std::int64_t>(maths::normal_point((cut - mean) / noise).cdf * 0x1.0p32);
}

/// Words from `lowest` to `highest` may lie in the bracket; those above are funded, those below are not.
struct UnsureWords {
  std::uint32_t lowest, highest;
  UnsureWords(Bracket bracket, double mean, double noise) {
    constexpr auto margin = static_cast<std::int64_t>(maths::normal_error * 0x1.0p32) + 2;
    constexpr std::int64_t last = 0xffffffff;
    lowest = static_cast<std::uint32_t>(std::clamp<std::int64_t>(word_at(bracket.low, mean, noise) - margin, 0, last));
    highest =
        static_cast<std::uint32_t>(std::clamp<std::int64_t>(word_at(bracket.high, mean, noise) + margin, 0, last));
  }
};

/// Expected number of proposals above a cut, its variance, and its fall per unit of the cut.
struct Expectation {
  double above = 0.0, variance = 0.0, slope = 0.0;
  Expectation(const Contest& contest, double cut) {
    for (std::size_t i = 0; i < contest.filed.size(); ++i) {
      if (contest.filed[i] == 0) continue;
      const auto [p, density] = maths::normal_point((contest.means[i] - cut) / contest.noise);
      above += contest.filed[i] * p;
      variance += contest.filed[i] * p * (1.0 - p);
      slope += contest.filed[i] * density / contest.noise;
    }
  }
};

/// The cut if the scores of all proposals together were normal.
double first_guess(const Contest& contest, std::int64_t places) {
  double n = 0.0, sum = 0.0, squares = 0.0;
  for (std::size_t i = 0; i < contest.filed.size(); ++i) {
    n += contest.filed[i];
    sum += contest.filed[i] * contest.means[i];
    squares += contest.filed[i] * contest.means[i] * contest.means[i];
  }
  const double mean = sum / n, variance = std::max(0.0, squares / n - mean * mean);
  return mean -
         std::sqrt(variance + contest.noise * contest.noise) * maths::normal_quantile(static_cast<double>(places) / n);
}

/// Where the cut most likely is: the expected count's solution (Newton, guarded by bisection), five standard deviations
/// around.
Bracket likely_bracket(const Contest& contest, std::int64_t places) {
  double low = maths::infinity, high = -maths::infinity;
  for (std::size_t i = 0; i < contest.filed.size(); ++i) {
    if (contest.filed[i] == 0) continue;
    low = std::min(low, contest.means[i] - 7.0 * contest.noise);
    high = std::max(high, contest.means[i] + 7.0 * contest.noise);
  }
  double cut = std::clamp(first_guess(contest, places), low, high), width = 0.5 * (high - low);
  for (int step = 0; step < 60; ++step) {
    const Expectation at(contest, cut);
    const double miss = at.above - static_cast<double>(places), spread = std::sqrt(at.variance);
    if (std::abs(miss) < 0.5 * spread + 0.5) {
      if (at.slope > 0.0) width = std::min(width, (5.0 * spread + 8.0) / at.slope);
      break;
    }
    (miss > 0.0 ? low : high) = cut;
    const double newton = cut + miss / at.slope;
    cut = at.slope > 0.0 && newton > low && newton < high ? newton : 0.5 * (low + high);
  }
  return {cut - width, cut + width};
}

/// Sorts an applicant's words: counts those above the bracket, and lists the scores of those that may lie in it.
std::int32_t sort_words(std::span<const std::uint32_t> words, UnsureWords unsure, const Contest& contest, std::size_t i,
                        Ranking& inside) {
  std::int32_t above = 0, below = 0;
  for (const std::uint32_t word : words) above += word > unsure.highest, below += word < unsure.lowest;
  if (above + below == static_cast<std::int32_t>(words.size())) return above;
  for (const std::uint32_t word : words) {
    if (word >= unsure.lowest && word <= unsure.highest)
      inside.emplace_back(-score(contest.means[i], contest.noise, word), static_cast<std::uint32_t>(i));
  }
  return above;
}

/// Funds what is surely above the bracket and lists what is inside. Returns the number funded.
std::int64_t fund_above(const Streams& streams, const Contest& contest, Bracket bracket, Ranking& inside,
                        std::span<std::int32_t> funded) {
  constexpr std::size_t block = 4, chunk = 8 * block;
  std::array<std::uint32_t, chunk> words;
  inside.clear();
  std::int64_t total = 0;
  for (std::size_t i = 0; i < contest.filed.size(); ++i) {
    const auto filed = static_cast<std::size_t>(contest.filed[i]);
    funded[i] = 0;
    if (filed == 0) continue;
    const UnsureWords unsure(bracket, contest.means[i], contest.noise);
    for (std::size_t first = 0; first < filed; first += chunk) {
      const std::size_t n = std::min(chunk, filed - first);
      for (std::size_t k = 0; k < n; k += block)
        std::ranges::copy(streams.block(contest.purpose, contest.year, contest.agents[i],
                                        static_cast<std::uint32_t>((first + k) / block)),
                          words.begin() + static_cast<std::ptrdiff_t>(k));
      funded[i] += sort_words(std::span(words).first(n), unsure, contest, i, inside);
    }
    total += funded[i];
  }
  return total;
}

/// Funds the best `left` of those inside the bracket. Refuses if the cut is too near an end of the bracket to be sure.
bool fund_inside(std::int64_t left, Bracket bracket, double noise, Ranking& inside, std::span<std::int32_t> funded) {
  const bool everything = bracket.low == -maths::infinity;
  if (!everything && (left <= 0 || left >= static_cast<std::int64_t>(inside.size()))) return false;
  const auto last = inside.begin() + left - 1;
  std::nth_element(inside.begin(), last, inside.end());
  const double safety = 1e-6 * noise + 1e-12 * std::abs(last->first);
  if (!everything && (-last->first > bracket.high - safety || -last->first < bracket.low + safety)) return false;
  for (auto it = inside.begin(); it <= last; ++it) ++funded[it->second];
  return true;
}

/// Without noise all proposals of an applicant score alike.
void fund_by_mean(const Contest& contest, std::int64_t places, Ranking& room, std::span<std::int32_t> funded) {
  room.clear();
  for (std::size_t i = 0; i < contest.filed.size(); ++i)
    room.emplace_back(-contest.means[i], static_cast<std::uint32_t>(i));
  std::sort(room.begin(), room.end());
  std::fill(funded.begin(), funded.end(), 0);
  for (const auto& [_, i] : room) {
    funded[i] = static_cast<std::int32_t>(std::min<std::int64_t>(contest.filed[i], places));
    places -= funded[i];
  }
}

}  // namespace

void rank_proposals(const Streams& streams, const Contest& contest, std::int64_t places, Ranking& room,
                    std::span<std::int32_t> funded) {
  EXPECT(contest.agents.size() == contest.filed.size() && contest.means.size() == contest.filed.size());
  std::int64_t filed = 0;
  for (const std::int32_t n : contest.filed) filed += n;
  if (places >= filed) {
    std::copy(contest.filed.begin(), contest.filed.end(), funded.begin());
    return;
  }
  if (places <= 0) {
    std::fill(funded.begin(), funded.end(), 0);
    return;
  }
  if (!(contest.noise > 0.0)) return fund_by_mean(contest, places, room, funded);

  Bracket bracket = likely_bracket(contest, places);
  for (int attempt = 0;; ++attempt) {
    const std::int64_t above = fund_above(streams, contest, bracket, room, funded);
    if (fund_inside(places - above, bracket, contest.noise, room, funded)) return;
    const double centre = 0.5 * (bracket.low + bracket.high), width = 0.5 * (bracket.high - bracket.low);
    bracket =
        attempt < 3 ? Bracket{centre - 4.0 * width, centre + 4.0 * width} : Bracket{-maths::infinity, maths::infinity};
  }
}

}  // namespace innochain
