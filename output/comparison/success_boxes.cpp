#include "output/comparison/success_boxes.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "sim/core/maths.hpp"

namespace innochain {

namespace {

using Cases = std::vector<std::uint32_t>;

/// A change of one limit and what it leads to.
struct Candidate {
  std::size_t input = 0;
  BoxLimit limit;
  BoxCounts inside;
};

class BoxSearch {
 public:
  BoxSearch(std::span<const BoxInput> inputs, const std::vector<bool>& success, const BoxOptions& options)
      : inputs_(inputs), success_(success), options_(options), left_(success.size()) {
    for (std::size_t i = 0; i < left_.size(); ++i) left_[i] = static_cast<std::uint32_t>(i);
    all_ = count(left_);
  }

  std::vector<SuccessBox> run() {
    std::vector<SuccessBox> boxes;
    while (boxes.size() < options_.most_boxes) {
      SuccessBox box = find();
      if (!(box.box.inside.density() > all_.density())) break;
      std::erase_if(left_, [&](std::uint32_t c) { return holds(box.box.limits, c); });
      boxes.push_back(std::move(box));
    }
    return boxes;
  }

 private:
  BoxCounts count(const Cases& cases) const {
    BoxCounts counts{cases.size(), 0};
    for (const std::uint32_t c : cases) counts.n_success += success_[c] ? 1 : 0;
    return counts;
  }

  bool holds(const std::vector<BoxLimit>& limits, std::uint32_t c, std::size_t except) const {
    for (std::size_t i = 0; i < inputs_.size(); ++i)
      if (i != except && !limits[i].holds(inputs_[i].values[c])) return false;
    return true;
  }
  bool holds(const std::vector<BoxLimit>& limits, std::uint32_t c) const { return holds(limits, c, inputs_.size()); }

  BoxStep step(std::vector<BoxLimit> limits, const BoxCounts& inside) const {
    const auto share = [](std::size_t part, std::size_t whole) {
      return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0.0;
    };
    return {std::move(limits), inside, share(inside.n, all_.n), share(inside.n_success, all_.n_success)};
  }

  std::vector<BoxLimit> no_limits() const {
    std::vector<BoxLimit> limits(inputs_.size());
    for (std::size_t i = 0; i < inputs_.size(); ++i) limits[i].kept.assign(inputs_[i].labels.size(), true);
    return limits;
  }

  SuccessBox find() const {
    SuccessBox box;
    box.trajectory = peel();
    const auto balance = [](const BoxStep& s) {
      const double sum = s.inside.density() + s.coverage;
      return sum > 0.0 ? s.inside.density() * s.coverage / sum : 0.0;
    };
    for (std::size_t i = 1; i < box.trajectory.size(); ++i)
      if (balance(box.trajectory[i]) > balance(box.trajectory[box.chosen])) box.chosen = i;
    box.box = box.trajectory[box.chosen];
    paste(box.box);
    for (std::size_t i = 0; i < inputs_.size(); ++i) box.box.limits[i].quasi_p = quasi_p(box.box, i);
    return box;
  }

  std::vector<BoxStep> peel() const {
    Cases inside = left_;
    std::vector<BoxStep> trajectory{step(no_limits(), count(inside))};
    while (trajectory.back().inside.density() < 1.0) {
      const BoxStep& last = trajectory.back();
      const auto best = best_peel(last, inside);
      if (!best) break;
      std::vector<BoxLimit> limits = last.limits;
      limits[best->input] = best->limit;
      std::erase_if(inside, [&](std::uint32_t c) { return !best->limit.holds(inputs_[best->input].values[c]); });
      trajectory.push_back(step(std::move(limits), best->inside));
    }
    return trajectory;
  }

  std::optional<Candidate> best_peel(const BoxStep& from, const Cases& inside) const {
    std::optional<Candidate> best;
    const auto consider = [&](std::size_t input, const BoxLimit& limit) {
      BoxCounts counts;
      for (const std::uint32_t c : inside) {
        if (!limit.holds(inputs_[input].values[c])) continue;
        ++counts.n;
        counts.n_success += success_[c] ? 1 : 0;
      }
      if (counts.n == 0 || counts.n == inside.size()) return;
      if (static_cast<double>(counts.n) < options_.least_mass * static_cast<double>(all_.n)) return;
      if (!best || better(counts, best->inside)) best = {input, limit, counts};
    };
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      for (const BoxLimit& limit : inputs_[i].text ? fewer_labels(from.limits[i]) : narrower(from.limits[i], i, inside))
        consider(i, limit);
    }
    return best;
  }

  /// Denser; where two are as dense, the larger.
  static bool better(const BoxCounts& a, const BoxCounts& b) {
    const std::size_t ours = a.n_success * b.n, theirs = b.n_success * a.n;
    return ours != theirs ? ours > theirs : a.n > b.n;
  }

  static std::vector<BoxLimit> fewer_labels(const BoxLimit& from) {
    std::vector<BoxLimit> limits;
    for (std::size_t label = 0; label < from.kept.size(); ++label) {
      if (!from.kept[label]) continue;
      limits.push_back(from);
      limits.back().kept[label] = false;
    }
    return limits;
  }

  static std::size_t share_of(double share, std::size_t n) {
    return std::max<std::size_t>(1, static_cast<std::size_t>(share * static_cast<double>(n)));
  }

  /// Without the lowest share of the values, and without the highest. Equal values go or stay together.
  std::vector<BoxLimit> narrower(const BoxLimit& from, std::size_t input, const Cases& inside) const {
    std::vector<double> values;
    for (const std::uint32_t c : inside)
      if (!std::isnan(inputs_[input].values[c])) values.push_back(inputs_[input].values[c]);
    std::vector<BoxLimit> limits;
    if (const auto lower = lower_cut(values)) {
      limits.push_back(from);
      limits.back().lower = *lower;
    }
    for (double& value : values) value = -value;
    if (const auto upper = lower_cut(values)) {
      limits.push_back(from);
      limits.back().upper = -*upper;
    }
    return limits;
  }

  /// Midway between the last value that goes and the first that stays; nothing if all are equal.
  std::optional<double> lower_cut(std::vector<double>& values) const {
    if (values.size() < 2) return std::nullopt;
    const std::size_t n_out = std::min(share_of(options_.peel, values.size()), values.size() - 1);
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(n_out);
    std::ranges::nth_element(values, at);
    double stays = *at, goes = -maths::infinity;
    for (const double value : values)
      if (value < stays) goes = std::max(goes, value);
    if (goes == -maths::infinity) {  // as many equal values at the end
      goes = stays;
      stays = maths::infinity;
      for (const double value : values)
        if (value > goes) stays = std::min(stays, value);
      if (stays == maths::infinity) return std::nullopt;
    }
    return 0.5 * (goes + stays);
  }

  void paste(BoxStep& box) const {
    while (const auto best = best_paste(box)) {
      std::vector<BoxLimit> limits = box.limits;
      limits[best->input] = best->limit;
      box = step(std::move(limits), best->inside);
    }
  }

  /// The enlargement that leaves the box densest, if it is then no less dense.
  std::optional<Candidate> best_paste(const BoxStep& box) const {
    std::optional<Candidate> best;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      if (!box.limits[i].limited()) continue;
      Cases slice;  // inside all other limits
      for (const std::uint32_t c : left_)
        if (holds(box.limits, c, i)) slice.push_back(c);
      for (const BoxLimit& limit : inputs_[i].text ? more_labels(box.limits[i]) : wider(box, i, slice)) {
        BoxCounts counts;
        for (const std::uint32_t c : slice) {
          if (!limit.holds(inputs_[i].values[c])) continue;
          ++counts.n;
          counts.n_success += success_[c] ? 1 : 0;
        }
        if (counts.n == box.inside.n || counts.n_success * box.inside.n < box.inside.n_success * counts.n) continue;
        if (!best || better(counts, best->inside)) best = {i, limit, counts};
      }
    }
    return best;
  }

  static std::vector<BoxLimit> more_labels(const BoxLimit& from) {
    std::vector<BoxLimit> limits;
    for (std::size_t label = 0; label < from.kept.size(); ++label) {
      if (from.kept[label]) continue;
      limits.push_back(from);
      limits.back().kept[label] = true;
    }
    return limits;
  }

  std::vector<BoxLimit> wider(const BoxStep& box, std::size_t input, const Cases& slice) const {
    const BoxLimit& from = box.limits[input];
    std::vector<double> below, above;
    for (const std::uint32_t c : slice) {
      const double value = inputs_[input].values[c];
      if (value < from.lower) below.push_back(-value);
      if (value > from.upper) above.push_back(value);
    }
    std::vector<BoxLimit> limits;
    if (!below.empty()) {
      limits.push_back(from);
      limits.back().lower = -farther(below, box.inside.n);
    }
    if (!above.empty()) {
      limits.push_back(from);
      limits.back().upper = farther(above, box.inside.n);
    }
    return limits;
  }

  /// A limit beyond the nearest of the values outside; infinite if none is farther.
  double farther(std::vector<double>& outside, std::size_t n_inside) const {
    std::ranges::sort(outside);
    const double last = outside[std::min(share_of(options_.paste, n_inside), outside.size()) - 1];
    const auto next = std::ranges::upper_bound(outside, last);
    return next == outside.end() ? maths::infinity : 0.5 * (last + *next);
  }

  double quasi_p(const BoxStep& box, std::size_t input) const {
    if (!box.limits[input].limited()) return 1.0;
    Cases without;
    for (const std::uint32_t c : left_)
      if (holds(box.limits, c, input)) without.push_back(c);
    return binomial_at_least(box.inside.n_success, box.inside.n, count(without).density());
  }

  std::span<const BoxInput> inputs_;
  const std::vector<bool>& success_;
  BoxOptions options_;
  Cases left_;
  BoxCounts all_;
};

}  // namespace

bool BoxLimit::limited() const {
  return lower > -maths::infinity || upper < maths::infinity || std::ranges::find(kept, false) != kept.end();
}

bool BoxLimit::holds(double value) const {
  if (!kept.empty()) return kept[static_cast<std::size_t>(value)];
  if (std::isnan(value)) return lower == -maths::infinity && upper == maths::infinity;
  return value >= lower && value <= upper;
}

std::vector<SuccessBox> find_boxes(std::span<const BoxInput> inputs, const std::vector<bool>& success,
                                   const BoxOptions& options) {
  return BoxSearch(inputs, success, options).run();
}

double binomial_at_least(std::size_t least, std::size_t n, double probability) {
  if (least == 0) return 1.0;
  if (least > n || !(probability > 0.0)) return 0.0;
  if (probability >= 1.0) return 1.0;
  // P(B = least) from its logarithm, and the terms above it from one another.
  double log_mass = static_cast<double>(least) * maths::log(probability) +
                    static_cast<double>(n - least) * maths::log1p(-probability);
  for (std::size_t k = 1; k <= least; ++k)
    log_mass += maths::log(static_cast<double>(n - least + k)) - maths::log(static_cast<double>(k));
  const double odds = probability / (1.0 - probability);
  double ratio = 1.0, sum = 0.0;
  for (std::size_t k = least; k <= n; ++k) {
    sum += ratio;
    ratio *= odds * static_cast<double>(n - k) / static_cast<double>(k + 1);
    // Far below the mean, the sum could overflow only after 10^300; the tail is then 1.
    if (sum > 1e290) return 1.0;
  }
  return std::min(1.0, maths::exp(log_mass + maths::log(sum)));
}

}  // namespace innochain
