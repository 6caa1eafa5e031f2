#pragma once

#include <string>
#include <vector>

#include "calibration/target_fields.hpp"
#include "calibration/targets.hpp"

namespace innochain {

/// Grades of reviews, from the rows that a file of targets chooses.
class ReviewRoundsReader {
 public:
  ReviewRoundsReader(Scope& scope, RowBook& book) : scope_(scope), book_(book) {}

  /// All rounds written at `node`; marks their rows as used. Problems: rows that cannot be chosen, counts that are
  /// missing or impossible, and grades that two rounds count.
  std::vector<ReviewRound> read_rounds(const Node& node);

 private:
  void read_round(const Node& node, const std::string& path, const Node& series_node);
  bool read_grades(const Node& node, const std::string& path, const RoundFields& given, const SeriesRows& rows,
                   std::size_t row, ReviewRound& round);
  void check_overlap(const Node& node, const std::string& path, const ReviewRound& round);

  Scope& scope_;
  RowBook& book_;
  std::vector<ReviewRound> rounds_;
};

}  // namespace innochain
