#include "sim/processes/review_labs.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "sim/state/membership.hpp"

namespace innochain {

namespace {

/// Labs younger than this have no record to review.
constexpr int first_review_after_years = 2;

bool due_by_batch(const LabType& type, Year year, Year designated, int period) {
  const Year first = std::max(*type.first_review, designated + period);
  return year >= first && (year - first) % period == 0;
}

double criterion_score(const Labs& labs, const Levers& levers, LabId lab, std::size_t criterion, double mean,
                       double spread) {
  return spread > 0.0 ? levers.review.weights[criterion] * (labs.record[criterion][lab] - mean) / spread : 0.0;
}

/// Adds the weighted, standardized criteria of the labs of one discipline and host class to their scores.
void score_group(const Levers& levers, const Labs& labs, std::span<std::pair<double, std::uint32_t>> group) {
  const auto n = static_cast<double>(group.size());
  for (std::size_t criterion = 0; criterion < n_criteria; ++criterion) {
    double sum = 0.0, squares = 0.0;
    for (const auto& [score, row] : group) sum += labs.record[criterion][LabId(row)];
    const double mean = sum / n;
    for (const auto& [score, row] : group) {
      const double deviation = labs.record[criterion][LabId(row)] - mean;
      squares += deviation * deviation;
    }
    const double spread = std::sqrt(squares / n);
    for (auto& [score, row] : group) score += criterion_score(labs, levers, LabId(row), criterion, mean, spread);
  }
}

/// Scores of the labs in `ranking`: groups of discipline and host class first, then noise of the size that the
/// reliability says. Where no records differ, luck alone decides.
void score(const Params& params, Year year, const Streams& streams, const Labs& labs,
           std::vector<std::pair<double, std::uint32_t>>& ranking) {
  const auto group_of = [&](std::uint32_t row) { return std::pair(labs.field[LabId(row)], labs.host[LabId(row)]); };
  std::sort(ranking.begin(), ranking.end(), [&](const auto& a, const auto& b) {
    return std::pair(group_of(a.second), a.second) < std::pair(group_of(b.second), b.second);
  });
  for (std::size_t first = 0; first < ranking.size();) {
    std::size_t end = first;
    while (end < ranking.size() && group_of(ranking[end].second) == group_of(ranking[first].second)) ++end;
    score_group(params.levers_in(year), labs, std::span(ranking).subspan(first, end - first));
    first = end;
  }
  double squares = 0.0;
  for (const auto& [value, row] : ranking) squares += value * value;  // groups are centred, so the mean is 0
  const double spread = std::sqrt(squares / static_cast<double>(ranking.size()));
  const double reliability = params.parameters.reviews.reliability;
  const double signal = spread > 0.0 ? std::sqrt(reliability) / spread : 0.0;
  const double noise = spread > 0.0 ? std::sqrt(1.0 - reliability) : 1.0;
  for (auto& [value, row] : ranking)
    value = signal * value + noise * streams.at(Purpose::lab_review, year, row).normal();
}

void give(Labs& labs, Year year, LabId lab, Grade grade, double gain) {
  const double mark = grade == Grade::excellent ? 1.0 : grade == Grade::good ? 0.5 : 0.0;
  labs.reputation[lab] += gain * (mark - labs.reputation[lab]);
  labs.grade[lab] = grade;
  labs.excellent_streak[lab] =
      grade == Grade::excellent ? static_cast<std::uint8_t>(labs.excellent_streak[lab] + 1) : 0;
  labs.reviewed[lab] = year;
  for (auto& criterion : labs.record) criterion[lab] = 0.0;
}

/// What a poor grade leads to: delisting by chance, else notice.
void sanction(const Params& params, Year year, const Streams& streams, LabId lab, bool poor_before, State& state) {
  const Levers& levers = params.levers_in(year);
  const double probability =
      poor_before ? levers.review.repeated_delisting_probability : levers.review.delisting_probability;
  YearOfReviews& counts = state.reviews[state.labs.field[lab]];
  if (streams.at(Purpose::lab_review, year, lab.index(), 1).bernoulli(probability)) {
    delist(params.system, lab, year + static_cast<int>(params.parameters.exits.readmission_years), state);
    ++counts.delisted;
  } else {
    state.labs.notice_until[lab] = year + static_cast<int>(levers.review.notice_years);
    ++counts.notice;
  }
}

void review_type(const Params& params, Year year, const Streams& streams, LabTypeId type, State& state) {
  const Levers& levers = params.levers_in(year);
  Labs& labs = state.labs;
  auto& ranking = state.scratch.ranking;
  ranking.clear();
  for (const LabTypeId pool : all<LabTypeId>(labs.pool_rows.size())) {
    if (!params.simulates(params.system.designation(pool))) continue;
    const auto [first, end] = labs.pool_rows[pool];
    for (LabId lab = first; lab != end; ++lab) {
      if (labs.designation[lab] != type || !due_for_review(params, year, labs, lab)) continue;
      if (labs.excellent_streak[lab] >= levers.review.exempt_after) {
        labs.excellent_streak[lab] = 0;
        continue;
      }
      ranking.emplace_back(0.0, static_cast<std::uint32_t>(lab.index()));
    }
  }
  if (ranking.empty()) return;
  score(params, year, streams, labs, ranking);
  std::sort(ranking.begin(), ranking.end(),
            [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
  Stream stream = streams.at(Purpose::lab_review, year, type.index(), 2);
  const auto n = static_cast<double>(ranking.size());
  const auto n_excellent = static_cast<std::size_t>(stream.round(n * levers.review.excellent_share));
  const auto n_poor = static_cast<std::size_t>(stream.round(n * levers.review.poor_share));
  const double gain = params.parameters.reviews.reputation_gain;
  for (std::size_t rank = 0; rank < ranking.size(); ++rank) {
    const LabId lab(ranking[rank].second);
    const bool poor_before = labs.grade[lab] == Grade::poor;
    if (rank < n_excellent) {
      give(labs, year, lab, Grade::excellent, gain);
      ++state.reviews[labs.field[lab]].excellent;
    } else if (rank + n_poor < ranking.size()) {
      give(labs, year, lab, Grade::good, gain);
      ++state.reviews[labs.field[lab]].good;
    } else {
      give(labs, year, lab, Grade::poor, gain);
      sanction(params, year, streams, lab, poor_before, state);
    }
  }
}

}  // namespace

bool due_for_review(const Params& params, Year year, const Labs& labs, LabId lab) {
  const System& system = params.system;
  const LabType& type = system.lab_types[labs.designation[lab]];
  const int period = static_cast<int>(params.levers_in(year).review.period_years);
  if (type.rotation == Rotation::none || !type.first_review || year < *type.first_review) return false;
  if (year < labs.designated[lab] + first_review_after_years) return false;
  if (type.rotation == Rotation::by_batch) return due_by_batch(type, year, labs.designated[lab], period);
  const Year first = system.review_groups[system.fields[labs.field[lab]].review_group].first;
  return year >= first && (year - first) % period == 0;
}

void review_labs(const Params& params, Year year, const Streams& streams, State& state) {
  for (const LabTypeId type : all<LabTypeId>(params.system.lab_types.size()))
    if (params.system.lab_types[type].rotation != Rotation::none && state.labs.stock[type] > 0)
      review_type(params, year, streams, type, state);
}

}  // namespace innochain
