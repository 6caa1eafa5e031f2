#include "calibration/rank_check.hpp"

#include <algorithm>
#include <array>
#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include "calibration/synthetic.hpp"
#include "calibration/tolerance_noise.hpp"
#include "sim/core/maths.hpp"
#include "sim/core/parallel.hpp"

namespace innochain {

namespace {

/// 1/standard deviation of every statistic in a table; 0 for one that does not vary, which tells nothing.
std::vector<double> inverse_spreads(const PriorRuns& table) {
  const auto n = static_cast<double>(table.n_runs());
  std::vector<double> means(table.n_statistics, 0.0), inverse(table.n_statistics, 0.0);
  for (std::size_t run = 0; run < table.n_runs(); ++run)
    for (std::size_t j = 0; j < table.n_statistics; ++j) means[j] += table.statistics_of(run)[j] / n;
  for (std::size_t run = 0; run < table.n_runs(); ++run) {
    for (std::size_t j = 0; j < table.n_statistics; ++j) {
      const double deviation = table.statistics_of(run)[j] - means[j];
      inverse[j] += deviation * deviation / n;
    }
  }
  for (double& x : inverse) x = x > 0.0 ? 1.0 / std::sqrt(x) : 0.0;
  return inverse;
}

/// For each run of the table, the smallest tolerance h at which it is accepted: with δ its scaled distance vector from
/// the truth and h·e the noise, |δ − h·e| ≤ h holds if and only if (1 − |e|²)·h² + 2·h·(δ·e) ≥ |δ|², that is from one
/// positive root on.
class Neighbourhood {
 public:
  explicit Neighbourhood(const PriorRuns& table) : table_(table), inverse_(inverse_spreads(table)) {}

  std::vector<double> needed_tolerances(std::span<const float> truth, Stream& noise) const {
    const std::vector<double> e = in_unit_ball(table_.n_statistics, noise);
    double inner = 0.0;
    for (const double x : e) inner += x * x;
    std::vector<double> needed(table_.n_runs());
    for (std::size_t run = 0; run < needed.size(); ++run) {
      const std::span<const float> statistics = table_.statistics_of(run);
      double squares = 0.0, along = 0.0;
      for (std::size_t j = 0; j < statistics.size(); ++j) {
        const double delta = static_cast<double>(statistics[j] - truth[j]) * inverse_[j];
        squares += delta * delta;
        along += delta * e[j];
      }
      needed[run] = squares > 0.0 ? squares / (along + std::sqrt(along * along + (1.0 - inner) * squares)) : 0.0;
    }
    return needed;
  }

 private:
  const PriorRuns& table_;
  std::vector<double> inverse_;
};

void check(const PriorRuns& truths, const PriorRuns& table, const RankSettings& settings) {
  const auto demand = [](bool condition, const char* what) {
    if (!condition) throw std::invalid_argument(what);
  };
  demand(truths.n_parameters == table.n_parameters && truths.n_statistics == table.n_statistics,
         "rank check: truths and table are of different models");
  demand(settings.n_draws > 0 && (settings.n_draws + 1) % rank_bins == 0,
         "rank check: n_draws + 1 must be a multiple of the number of bins");
  demand(settings.n_pilots > 0 && settings.n_pilots <= table.n_runs() && settings.n_kept < table.n_runs(),
         "rank check: the table is too small");
}

void stop_if_told(const WorkOptions& options) {
  if (options.stop && options.stop->load()) throw Stopped();
}

double tolerance_by_pilots(const PriorRuns& table, const Neighbourhood& neighbourhood, const RankSettings& settings) {
  std::vector<double> tolerances(settings.n_pilots);
  for_each_index(settings.n_pilots, [&](std::size_t i) {
    Stream noise = synthetic_stream(settings.seed, SyntheticDraw::pilot_noise, i);
    std::vector<double> needed = neighbourhood.needed_tolerances(table.statistics_of(i), noise);
    const auto kept = needed.begin() + static_cast<std::ptrdiff_t>(settings.n_kept);  // one more: itself
    std::nth_element(needed.begin(), kept, needed.end());
    tolerances[i] = *kept;
  });
  const auto middle = tolerances.begin() + static_cast<std::ptrdiff_t>(tolerances.size() / 2);
  std::nth_element(tolerances.begin(), middle, tolerances.end());
  return *middle;
}

/// What one set finds.
struct SetRanks {
  std::size_t n_accepted = 0;
  std::vector<std::uint32_t> ranks;  ///< by parameter; none where too few runs were accepted
  std::vector<double> shrinkages;
};

double shrinkage_of(const PriorRuns& table, const std::vector<std::size_t>& runs, std::size_t parameter) {
  const auto n = static_cast<double>(runs.size());
  double mean = 0.0, variance = 0.0;
  for (const std::size_t run : runs) mean += table.scores_of(run)[parameter] / n;
  for (const std::size_t run : runs) {
    const double deviation = table.scores_of(run)[parameter] - mean;
    variance += deviation * deviation / (n - 1.0);
  }
  return 1.0 - variance;
}

std::vector<std::size_t> within(const std::vector<double>& needed, double tolerance) {
  std::vector<std::size_t> runs;
  for (std::size_t run = 0; run < needed.size(); ++run)
    if (needed[run] <= tolerance) runs.push_back(run);
  return runs;
}

/// Puts a random choice of n runs first. Runs at even distances would be much the same for all sets.
void choose(std::vector<std::size_t>& runs, std::size_t n, Stream& stream) {
  for (std::size_t i = 0; i < n; ++i) std::swap(runs[i], runs[i + stream.index(runs.size() - i)]);
}

SetRanks ranks_of(std::span<const float> truth, std::vector<std::size_t> accepted, const PriorRuns& table,
                  std::size_t n_draws, Stream& stream) {
  SetRanks result{accepted.size(), {}, {}};
  if (accepted.size() < n_draws) return result;
  choose(accepted, n_draws, stream);
  for (std::size_t p = 0; p < truth.size(); ++p) {
    std::uint32_t rank = 0;
    for (std::size_t i = 0; i < n_draws; ++i) rank += table.scores_of(accepted[i])[p] < truth[p] ? 1u : 0u;
    result.ranks.push_back(rank);
    result.shrinkages.push_back(shrinkage_of(table, accepted, p));
  }
  return result;
}

/// Puts the first sets that found enough together.
void collect(const std::vector<SetRanks>& sets, std::size_t n_wanted, RankCheck& check) {
  for (std::size_t i = 0; i < sets.size() && check.truths.size() < n_wanted; ++i) {
    if (sets[i].ranks.empty()) {
      ++check.n_passed_over;
      continue;
    }
    check.truths.push_back(i);
    check.accepted.push_back(sets[i].n_accepted);
    check.ranks.insert(check.ranks.end(), sets[i].ranks.begin(), sets[i].ranks.end());
    for (std::size_t p = 0; p < check.shrinkages.size(); ++p) check.shrinkages[p] += sets[i].shrinkages[p];
  }
  if (check.truths.empty()) return;
  for (double& shrinkage : check.shrinkages) shrinkage /= static_cast<double>(check.truths.size());
}

boost::math::chi_squared reference() {
  return boost::math::chi_squared(static_cast<double>(rank_bins - 1));
}

}  // namespace

double critical_chi_square(double probability) {
  return boost::math::quantile(boost::math::complement(reference(), probability));
}

RankUniformity test_ranks(std::span<const std::uint32_t> ranks, std::size_t n_draws) {
  if ((n_draws + 1) % rank_bins != 0)
    throw std::invalid_argument("ranks: their number must be a multiple of the number of bins");
  if (ranks.empty()) return {};
  std::array<double, rank_bins> counts{};
  for (const std::uint32_t rank : ranks) counts[rank * rank_bins / (n_draws + 1)] += 1.0;
  const double expected = static_cast<double>(ranks.size()) / static_cast<double>(rank_bins);
  RankUniformity result;
  for (const double count : counts) result.chi_square += (count - expected) * (count - expected) / expected;
  result.p_value = boost::math::cdf(boost::math::complement(reference(), result.chi_square));
  return result;
}

bool RankCheck::uniform() const {
  return enough_sets() &&
         std::ranges::all_of(by_parameter, [&](const RankUniformity& own) { return own.chi_square <= critical(); });
}

RankCheck check_ranks(const PriorRuns& truths, const PriorRuns& table, const RankSettings& settings,
                      const WorkOptions& options) {
  check(truths, table, settings);
  const ThreadCount threads(options.threads);
  const Neighbourhood neighbourhood(table);
  RankCheck result;
  result.tolerance = tolerance_by_pilots(table, neighbourhood, settings);
  std::vector<SetRanks> sets(truths.n_runs());
  for_each_index(sets.size(), [&](std::size_t i) {
    stop_if_told(options);
    Stream stream = synthetic_stream(settings.seed, SyntheticDraw::truth_noise, i);
    const std::vector<double> needed = neighbourhood.needed_tolerances(truths.statistics_of(i), stream);
    sets[i] = ranks_of(truths.scores_of(i), within(needed, result.tolerance), table, settings.n_draws, stream);
  });
  result.shrinkages.assign(table.n_parameters, 0.0);
  collect(sets, settings.n_sets, result);
  for (std::size_t p = 0; p < table.n_parameters; ++p) {
    std::vector<std::uint32_t> own;
    for (std::size_t i = p; i < result.ranks.size(); i += table.n_parameters) own.push_back(result.ranks[i]);
    result.by_parameter.push_back(test_ranks(own, settings.n_draws));
  }
  result.pooled = test_ranks(result.ranks, settings.n_draws);
  return result;
}

}  // namespace innochain
