#include "calibration/review_rounds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace innochain {

std::vector<ReviewRound> ReviewRoundsReader::read_rounds(const Node& node) {
  ReviewFields given;
  const bool good = read(scope_, node, "reviews", NestedKind{}, given);
  if (!good || given.series == nullptr || given.rounds == nullptr) return {};
  if (!book_.find_series(*given.series, "reviews.series")) return {};
  const auto& nodes = filled_list(scope_, *given.rounds, "reviews.rounds");
  for (std::size_t i = 0; i < nodes.size(); ++i)
    read_round(nodes[i], join(std::string("reviews.rounds"), i), *given.series);
  return std::move(rounds_);
}

void ReviewRoundsReader::read_round(const Node& node, const std::string& path, const Node& series_node) {
  RoundFields given;
  if (!read(scope_, node, path, NestedKind{}, given)) return;
  if (given.grades.empty()) return scope_.error(node, join(path, "grades"), "is an empty list");
  const std::size_t series = *book_.find_series(series_node, "reviews.series");
  const SeriesRows& rows = book_.rows(series);
  std::optional<std::size_t> row;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    if (rows.text("review_year", r) == given.year->text && rows.text("field", r) == given.field->text) row = r;
  }
  if (!row) return scope_.error(node, path, fmt::format("no row of {} is chosen by this", rows.series().name));
  const auto years = parse_years(given.year->text);
  if (!years) return scope_.error(*given.year, join(path, "year"), "is neither a year nor a span of years");
  ReviewRound round{*years, given.field->text, 0, {}, {}, {}, {}};
  if (!read_grades(node, path, given, rows, *row, round)) return;
  check_overlap(node, path, round);
  book_.mark_used({series, *row});
  rounds_.push_back(std::move(round));
}

bool ReviewRoundsReader::read_grades(const Node& node, const std::string& path, const RoundFields& given,
                                     const SeriesRows& rows, std::size_t row, ReviewRound& round) {
  const std::array<std::optional<int>*, 4> counts{&round.excellent, &round.good, &round.rectify, &round.failed};
  const auto evaluated = rows.number("evaluated", row);
  const auto fault = [&](const std::string& column, const std::string& what) {
    scope_.problems.push_back(chosen_by(rows.problem(column, row, what), node, path));
    return false;
  };
  if (!evaluated) return fault("evaluated", "how many were evaluated is not known");
  if (!is_whole_count(*evaluated)) return fault("evaluated", fmt::format("{} is no count", *evaluated));
  round.evaluated = static_cast<int>(*evaluated);
  int sum = 0;
  for (const std::string& grade : given.grades) {
    const auto count = rows.number(grade, row);
    if (!count) return fault(grade, fmt::format("the row says nothing in `{}`", grade));
    if (!is_whole_count(*count)) return fault(grade, fmt::format("{} is no count", *count));
    *counts[static_cast<std::size_t>(std::ranges::find(grade_names, grade) - grade_names.begin())] =
        static_cast<int>(*count);
    sum += static_cast<int>(*count);
  }
  if (sum > round.evaluated) return fault("evaluated", fmt::format("{} grades of {} evaluated", sum, round.evaluated));
  return true;
}

/// A lab must not be counted in its own round and in a sum of rounds.
void ReviewRoundsReader::check_overlap(const Node& node, const std::string& path, const ReviewRound& round) {
  for (const ReviewRound& other : rounds_) {
    const bool same_years = round.years.first <= other.years.last && other.years.first <= round.years.last;
    const bool sums = round.years.first != round.years.last || other.years.first != other.years.last;
    const bool both = (round.excellent && other.excellent) || (round.good && other.good) ||
                      (round.rectify && other.rectify) || (round.failed && other.failed);
    if (same_years && both && (sums || round.field == other.field))
      scope_.error(node, path, fmt::format("counts a grade that the round `{}` counts too", other.field));
  }
}

}  // namespace innochain
