#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <span>

#include <Random123/philox.h>
#include <boost/random/beta_distribution.hpp>
#include <boost/random/binomial_distribution.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/poisson_distribution.hpp>

#include "sim/core/maths.hpp"
#include "sim/core/year.hpp"

namespace innochain {

/// What a draw is for. Each purpose has its own streams, so that a process which draws more or less than before
/// cannot disturb another. The numbers are part of the results: add at the end, never renumber.
enum class Purpose : std::uint16_t {
  initial_labs = 1,
  initial_organisations = 2,
  initial_zones = 3,
  lab_quality = 4,
  zone_quality = 5,
  call = 6,
  quota = 7,
  isolated_approvals = 8,
  lab_outputs = 9,
  lab_review = 10,
  zone_review = 11,
  absorption = 12,
  zone_removal = 13,
  reorganization = 14,
  zone_merging = 15,
  zone_elevation = 16,
  applications = 17,
  proposal_scores = 18,
  proposal_lottery = 19,
  topics = 20,
  teams = 21,
  team_scores = 22,
  project_terms = 23,
  project_delivery = 24,
  award_sizes = 25,
};

/// A number on (0, 1) from two random words: 52 bits and a half, so that rounding reaches neither 0 nor 1.
inline double open_unit_interval(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t bits = (static_cast<std::uint64_t>(high >> 6) << 26) | (low >> 6);
  return (static_cast<double>(bits) + 0.5) * 0x1.0p-52;
}

/// A stream of random numbers at one address: Philox4x32-10 (Salmon et al. 2011, SC '11) with the key made of seed and
/// replicate and the counter of (agent, year, purpose, draw). Models the UniformRandomNumberGenerator that
/// Boost.Random's distributions expect. Two streams with different addresses never overlap.
class Stream {
 public:
  using result_type = std::uint32_t;
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return 0xffffffffu; }

  Stream(r123::Philox4x32::key_type key, std::uint32_t agent, Year year, Purpose purpose, std::uint32_t draw = 0)
      : key_(key),
        counter_{{agent, (static_cast<std::uint32_t>(year.value()) << 16) | static_cast<std::uint32_t>(purpose),
                  draw, 0u}} {}

  result_type operator()() {
    if (used_ == 4) refill();
    return words_[used_++];
  }

  /// Uniform on (0, 1), never 0 or 1.
  double uniform() {
    const result_type high = (*this)(), low = (*this)();
    return open_unit_interval(high, low);
  }
  bool bernoulli(double probability) { return uniform() < probability; }
  /// Standard normal deviate, by the quantile function: exactly two words, whatever the value.
  double normal() { return maths::normal_quantile(uniform()); }
  /// Gamma with mean `mean` and shape `shape` (variance mean²/shape).
  double gamma(double shape, double mean) {
    return boost::random::gamma_distribution<maths::Real>(shape, mean / shape)(*this).value;
  }
  double beta(double alpha, double beta) {
    return boost::random::beta_distribution<maths::Real>(alpha, beta)(*this).value;
  }
  /// Number of events with mean `mean` >= 0.
  std::int64_t poisson(double mean) {
    if (!(mean > 0.0)) return 0;
    return boost::random::poisson_distribution<std::int64_t, maths::Real>(mean)(*this);
  }
  /// Number of successes in `trials` with the given probability in [0, 1].
  std::int64_t binomial(std::int64_t trials, double probability) {
    if (trials <= 0 || !(probability > 0.0)) return 0;
    if (probability >= 1.0) return trials;
    return boost::random::binomial_distribution<std::int64_t, maths::Real>(trials, probability)(*this);
  }
  /// Poisson with a gamma mean: variance mean + excess·mean² (negative binomial).
  std::int64_t negative_binomial(double mean, double excess) {
    if (!(mean > 0.0)) return 0;
    return poisson(excess > 0.0 ? gamma(1.0 / excess, mean) : mean);
  }
  /// The integer below or above x >= 0 with the mean x.
  std::int64_t round(double x) {
    const double whole = std::floor(x);
    return static_cast<std::int64_t>(whole) + (uniform() < x - whole ? 1 : 0);
  }
  /// Uniform integer in [0, n), n > 0 (bias below n/2⁵²).
  std::size_t index(std::size_t n) {
    const auto i = static_cast<std::size_t>(uniform() * static_cast<double>(n));
    return i < n ? i : n - 1;
  }

 private:
  void refill() {
    words_ = r123::Philox4x32()(counter_, key_);
    ++counter_[3];
    used_ = 0;
  }

  r123::Philox4x32::key_type key_;
  r123::Philox4x32::ctr_type counter_;
  r123::Philox4x32::ctr_type words_{};
  unsigned used_ = 4;
};

/// All streams of one run. Cheap to copy. Arms of a comparison share seed and replicate and so their luck
/// (common random numbers); everything else about them may differ.
class Streams {
 public:
  /// \param seed the master seed of the experiment; \param replicate counts from 0.
  Streams(std::uint64_t seed, std::uint32_t replicate);

  Stream at(Purpose purpose, Year year, std::integral auto agent, std::uint32_t draw = 0) const {
    return Stream(key_, static_cast<std::uint32_t>(agent), year, purpose, draw);
  }

  /// Words 4·block … 4·block + 3 of the stream at an address, for kernels that need very many draws.
  std::array<std::uint32_t, 4> block(Purpose purpose, Year year, std::uint32_t agent, std::uint32_t block) const {
    const r123::Philox4x32::ctr_type counter{
        {agent, (static_cast<std::uint32_t>(year.value()) << 16) | static_cast<std::uint32_t>(purpose), 0u, block}};
    const auto words = r123::Philox4x32()(counter, key_);
    return {words[0], words[1], words[2], words[3]};
  }

 private:
  r123::Philox4x32::key_type key_;
};

}  // namespace innochain
