#include "output/comparison/contrasts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/core/maths.hpp"

namespace innochain {

namespace {

/// The values of a policy and the baseline, pair by pair and summed up by unit.
struct Pairs {
  std::vector<double> baseline, policy;  ///< means of units
  std::size_t n_pairs = 0, n_without = 0;
  double n_higher = 0;  ///< ties count half

  std::size_t n_units() const { return baseline.size(); }
};

class UnitMeans {
 public:
  explicit UnitMeans(std::size_t n_units) : sums_(n_units) {}
  void add(std::uint32_t unit, double baseline, double policy) {
    sums_[unit].baseline += baseline;
    sums_[unit].policy += policy;
    sums_[unit].n += 1.0;
  }
  void write_to(Pairs& pairs) const {
    for (const Sums& sums : sums_) {
      if (sums.n == 0.0) continue;
      pairs.baseline.push_back(sums.baseline / sums.n);
      pairs.policy.push_back(sums.policy / sums.n);
    }
  }

 private:
  struct Sums {
    double baseline = 0, policy = 0, n = 0;
  };
  std::vector<Sums> sums_;
};

Pairs pair_values(const Policies& policies, std::size_t baseline, std::size_t policy,
                  const std::vector<double>& values) {
  Pairs pairs;
  UnitMeans means(policies.n_units);
  const auto& ours = policies.members[policy];
  auto theirs = policies.members[baseline].begin();
  const auto end = policies.members[baseline].end();
  for (const Policies::Member& member : ours) {
    while (theirs != end && theirs->key < member.key) ++theirs;
    if (theirs == end) break;
    if (theirs->key != member.key) continue;
    const double b = values[theirs->run], p = values[member.run];
    if (std::isnan(b) || std::isnan(p)) {
      ++pairs.n_without;
      continue;
    }
    ++pairs.n_pairs;
    pairs.n_higher += p > b ? 1.0 : p == b ? 0.5 : 0.0;
    means.add(policies.unit_of_key[member.key], b, p);
  }
  means.write_to(pairs);
  return pairs;
}

double share_better(Goal goal, double share_higher) {
  switch (goal) {
    case Goal::more:
      return share_higher;
    case Goal::less:
      return 1.0 - share_higher;
    case Goal::none:
      break;
  }
  return maths::nan;
}

void adjust_probabilities(std::vector<Contrast>& contrasts) {
  std::vector<double> probabilities;
  for (const Contrast& contrast : contrasts) probabilities.push_back(contrast.p_value);
  probabilities = holm_adjusted(probabilities);
  for (std::size_t i = 0; i < contrasts.size(); ++i) contrasts[i].p_value = probabilities[i];
}

}  // namespace

std::string method_name(const ContrastOptions& options) {
  if (options.method == IntervalMethod::bootstrap)
    return fmt::format("paired bootstrap (BCa, {} resamples)", options.n_resamples);
  return options.simultaneous ? "paired t, simultaneous (Bonferroni)" : "paired t";
}

Contrasts::Contrasts(const ComparedFile& file, const Policies& policies, std::size_t baseline,
                     const ContrastOptions& options)
    : file_(file), policies_(policies), baseline_(baseline), options_(options) {}

const Resamples& Contrasts::resamples(std::size_t n) {
  const auto found = resamples_.find(n);
  if (found != resamples_.end()) return found->second;
  constexpr std::size_t most_kept = 8;  // few sample sizes are common; more would only fill the memory
  if (resamples_.size() >= most_kept) resamples_.clear();
  return resamples_.emplace(n, Resamples(n, options_.n_resamples, options_.seed)).first->second;
}

Contrast Contrasts::contrast(Goal goal, const std::vector<double>& values, std::size_t policy, double confidence) {
  const Pairs pairs = pair_values(policies_, baseline_, policy, values);
  Contrast result;
  result.policy = policy;
  result.goal = goal;
  result.moments = paired_moments(pairs.baseline, pairs.policy);
  result.n_pairs = pairs.n_pairs;
  result.n_without = pairs.n_without;
  const double size = std::abs(result.moments.baseline_mean);
  result.relative = size > 0.0 ? result.moments.difference / size : maths::nan;
  result.p_value = paired_t_probability(result.moments);
  if (options_.method == IntervalMethod::paired_t) {
    result.interval = paired_t_interval(result.moments, confidence);
  } else if (pairs.n_units() < 2) {
    result.interval = {maths::nan, maths::nan};
  } else {
    std::vector<double> differences(pairs.n_units());
    for (std::size_t i = 0; i < differences.size(); ++i) differences[i] = pairs.policy[i] - pairs.baseline[i];
    result.interval = bca_interval(differences, resamples(differences.size()), confidence);
  }
  const auto n = static_cast<double>(pairs.n_pairs);
  result.p_higher = pairs.n_pairs > 0 ? pairs.n_higher / n : maths::nan;
  result.p_better = share_better(goal, result.p_higher);
  result.p_better_interval = std::isnan(result.p_better)
                                 ? ConfidenceInterval{maths::nan, maths::nan}
                                 : wilson_interval(result.p_better, pairs.n_pairs, options_.confidence);
  return result;
}

std::vector<Contrast> Contrasts::of(const std::vector<Term>& terms, const std::vector<std::size_t>& chosen) {
  const std::size_t n_contrasts = terms.size() * chosen.size();
  const double confidence = options_.simultaneous && n_contrasts > 0
                                ? 1.0 - (1.0 - options_.confidence) / static_cast<double>(n_contrasts)
                                : options_.confidence;
  std::vector<Contrast> contrasts(n_contrasts);
  for_each_read(file_, terms, [&](const auto& places, const auto& values) {
    for (std::size_t i = 0; i < places.size(); ++i) {
      for (std::size_t p = 0; p < chosen.size(); ++p) {
        Contrast& place = contrasts[p * terms.size() + places[i]];
        place = contrast(terms[places[i]].goal, values[i], chosen[p], confidence);
        place.term = places[i];
      }
    }
  });
  if (options_.simultaneous) adjust_probabilities(contrasts);
  return contrasts;
}

void for_each_read(const ComparedFile& file, const std::vector<Term>& terms,
                   const std::function<void(const std::vector<std::size_t>& places,
                                            const std::vector<std::vector<double>>& values)>& take) {
  constexpr std::size_t most_values = 1u << 22;
  const std::size_t most_terms = std::max<std::size_t>(1, most_values / std::max<std::size_t>(1, file.n_runs()));
  std::map<std::string, std::vector<std::size_t>> places_of;
  for (std::size_t t = 0; t < terms.size(); ++t) places_of[terms[t].indicator].push_back(t);
  for (const auto& [indicator, all] : places_of) {
    for (std::size_t first = 0; first < all.size(); first += most_terms) {
      const std::size_t n = std::min(most_terms, all.size() - first);
      const std::vector<std::size_t> places(all.begin() + static_cast<std::ptrdiff_t>(first),
                                            all.begin() + static_cast<std::ptrdiff_t>(first + n));
      std::vector<Term> group;
      for (const std::size_t place : places) group.push_back(terms[place]);
      take(places, read_terms(file, group));
    }
  }
}

std::vector<std::vector<double>> read_all_terms(const ComparedFile& file, const std::vector<Term>& terms) {
  std::vector<std::vector<double>> all(terms.size());
  for_each_read(file, terms, [&](const auto& places, auto values) {
    for (std::size_t i = 0; i < places.size(); ++i) all[places[i]] = std::move(values[i]);
  });
  return all;
}

}  // namespace innochain
