#pragma once

#include <Random123/philox.h>

#include <algorithm>
#include <array>
#include <boost/random/binomial_distribution.hpp>
#include <boost/random/poisson_distribution.hpp>
#include <concepts>
#include <cstdint>
#include <span>

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
  initial_technology = 26,
  frontier = 27,
  background_outputs = 28,
  city_optimum = 29,
  policy_experiments = 30,
  policy_imitation = 31,
  policy_template = 32,
  initial_firms = 33,
  firm_entry = 34,
  firm_birth = 35,
  firm_year = 36,
  spinoffs = 37,
  firm_split = 38,
  firm_place = 39,
  latin_hypercube = 40,
  sobol_scrambling = 41,
  abc_smc = 50,
  parameter_draws = 51,
  sensitivity = 60,
  emulation = 70,
};

/// Stands for the replicate where designs of sweeps are drawn: no run has it, so that a design never shares the luck of
/// a run of the same seed.
inline constexpr std::uint32_t design_replicate = 0xffffffffu;

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
        counter_{{agent, (static_cast<std::uint32_t>(year.value()) << 16) | static_cast<std::uint32_t>(purpose), draw,
                  0u}} {}

  result_type operator()() {
    if (used_ == 4) refill();
    return words_[used_++];
  }

  /// Uniform on (0, 1), never 0 or 1.
  double uniform() {
    const result_type high = (*this)(), low = (*this)();
    return open_unit_interval(high, low);
  }
  /// Uniform on (0, 1) from one word: in steps of 2⁻³², for choices and noise that need no more.
  double coarse_uniform() { return ((*this)() + 0.5) * 0x1.0p-32; }
  bool bernoulli(double probability) { return uniform() < probability; }
  /// Standard normal deviate, by the quantile function: exactly two words, whatever the value.
  double normal() { return maths::normal_quantile(uniform()); }
  /// The same from one word (up to 6.3 standard deviations).
  double coarse_normal() { return maths::normal_quantile(coarse_uniform()); }
  /// Gamma with mean `mean` and shape `shape` (variance mean²/shape), by the quantile function: exactly one uniform
  /// number, in which it rises, so that a slightly other shape gives a slightly other number and leaves what is drawn
  /// next as it is.
  double gamma(double shape, double mean) { return mean / shape * maths::gamma_quantile(shape, uniform()); }
  /// Number of events with mean `mean` >= 0. Means of more than `most_events` are that number: sums of counts stay
  /// whole numbers of 64 bits whatever the parameters.
  std::int64_t poisson(double mean) {
    constexpr std::int64_t most_events = 1'000'000'000'000'000;
    if (!(mean > 0.0)) return 0;
    if (mean >= static_cast<double>(most_events)) return most_events;
    return boost::random::poisson_distribution<std::int64_t, maths::Real>(mean)(*this);
  }
  /// Number of successes in `trials` with the given probability in [0, 1].
  std::int64_t binomial(std::int64_t trials, double probability) {
    if (trials <= 0 || !(probability > 0.0)) return 0;
    if (probability >= 1.0) return trials;
    if (static_cast<double>(trials) * probability < 15.0) return binomial_quantile(uniform(), trials, probability);
    return boost::random::binomial_distribution<std::int64_t, maths::Real>(trials, probability)(*this);
  }
  /// The same from exactly one uniform number, in which it rises, as it does in trials and probability: arms of a
  /// comparison that differ by little get numbers that differ by little. Costs as many steps as there are events.
  std::int64_t smooth_binomial(std::int64_t trials, double probability) {
    constexpr std::int64_t most = 1000;  // 2⁻¹⁰⁰⁰ is still a normal number
    if (trials > most) return binomial(trials, probability);
    const double u = uniform();
    if (trials <= 0 || !(probability > 0.0)) return 0;
    if (probability >= 1.0) return trials;
    return probability <= 0.5 ? binomial_quantile(u, trials, probability)
                              : trials - binomial_quantile(1.0 - u, trials, 1.0 - probability);
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

  /// The same from one word, for small n (bias below n/2³²).
  std::size_t choice(std::size_t n) { return static_cast<std::size_t>(coarse_uniform() * static_cast<double>(n)); }

 private:
  /// Adds up the probabilities of 0, 1, 2, … successes until they exceed a uniform number.
  static std::int64_t binomial_quantile(double left, std::int64_t trials, double probability) {
    const auto n = static_cast<double>(trials);
    if (left < 1.0 - n * probability) return 0;  // at most (1 − p)ⁿ, the probability of none
    double mass = maths::whole_power(1.0 - probability, trials);
    const double odds = probability / (1.0 - probability);
    std::int64_t successes = 0;
    while (left > mass && successes < trials) {
      left -= mass;
      ++successes;
      mass *= odds * static_cast<double>(trials - successes + 1) / static_cast<double>(successes);
    }
    return successes;
  }

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

/// Poisson numbers with one mean, drawn many times: by inversion, one word each, for means below 30.
class RepeatedPoisson {
 public:
  explicit RepeatedPoisson(double mean) : mean_(mean), none_(maths::exp(-mean)) {}
  std::int64_t operator()(Stream& stream) const {
    if (!(mean_ < 30.0)) return stream.poisson(mean_);
    double left = stream.coarse_uniform(), mass = none_;
    std::int64_t events = 0;
    while (left > mass && mass > 0.0) {
      left -= mass;
      ++events;
      mass *= mean_ / static_cast<double>(events);
    }
    return events;
  }

 private:
  double mean_, none_;
};

/// Events among many like trials in a row, found by jumping over the geometric gaps between them.
class RareEvents {
 public:
  /// \param probability of an event in each trial, in [0, 1]
  RareEvents(Stream stream, double probability)
      : stream_(stream), probability_(probability), log_none_(probability < 1.0 ? maths::log1p(-probability) : 0.0) {
    draw_gap();
  }
  /// Number of events in the next trials.
  std::int32_t operator()(std::int32_t trials) {
    std::int32_t events = 0;
    for (; gap_ < trials; ++events) {
      trials -= static_cast<std::int32_t>(gap_) + 1;
      draw_gap();
    }
    gap_ -= trials;
    return events;
  }

 private:
  void draw_gap() {
    constexpr double never = 1e18;
    if (probability_ >= 1.0)
      gap_ = 0;
    else if (!(probability_ > 0.0))
      gap_ = static_cast<std::int64_t>(never);
    else
      gap_ = static_cast<std::int64_t>(std::min(never, maths::fast_log(stream_.uniform()) / log_none_));
  }

  Stream stream_;
  double probability_, log_none_;
  std::int64_t gap_ = 0;
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

  /// The first four words of the stream at an address, for kernels that need no more.
  std::array<std::uint32_t, 4> words(Purpose purpose, Year year, std::uint32_t agent, std::uint32_t draw) const {
    const r123::Philox4x32::ctr_type counter{
        {agent, (static_cast<std::uint32_t>(year.value()) << 16) | static_cast<std::uint32_t>(purpose), draw, 0u}};
    const auto words = r123::Philox4x32()(counter, key_);
    return {words[0], words[1], words[2], words[3]};
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
