#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "output/comparison/compared_runs.hpp"
#include "output/comparison/indicator_meaning.hpp"

namespace innochain {

/// A year, or what is made of several.
struct YearWindow {
  enum class Reduce { none, sum, mean };
  int first = 0, last = 0;
  Reduce reduce = Reduce::none;

  /// "2035", "2026..2035:sum".
  std::string text() const;
  friend bool operator==(const YearWindow&, const YearWindow&) = default;
};

/// Throws CannotCompare where the text is none, or names years that are not among `years`.
YearWindow parse_window(std::string_view text, const std::vector<int>& years);
/// A list of them, separated by commas.
std::vector<YearWindow> parse_windows(std::string_view text, const std::vector<int>& years);

/// A variable of the file by runs and years.
struct IndicatorInFile {
  std::string name, unit, long_name;
  bool by_category = false;
  std::vector<std::string> categories;  ///< names along its further dimensions, row-major; empty if it has none
  IndicatorMeaning meaning;
};

/// All of them, in alphabetical order. Throws ReadFailed.
std::vector<IndicatorInFile> indicators_in(const ComparedFile& file);

/// One number a run: an indicator as a whole, or one category of it, in a year or window.
struct Term {
  std::string indicator, category, unit;
  YearWindow years;
  Goal goal = Goal::none;
  OverCategories over = OverCategories::nothing;
  std::vector<std::size_t> places;  ///< among the categories

  /// "papers", "lab_stock[skl]".
  std::string label() const;
  /// "papers@2035".
  std::string name() const { return label() + "@" + years.text(); }
};

/// Terms of the indicators that match any pattern (NAME or NAME[CATEGORY], with * and ?), in every window. A pattern
/// without category means the indicator as a whole, and with `by_category`, or where no whole makes sense, its
/// categories too. No patterns mean all.
/// Throws NotInFile for a pattern that matches nothing.
std::vector<Term> select_terms(std::span<const IndicatorInFile> indicators, std::span<const std::string> patterns,
                               std::span<const YearWindow> windows, bool by_category);

/// `LABEL@YEARS[:sum|mean][:more|less]`. Throws CannotCompare or NotInFile.
Term parse_term(std::span<const IndicatorInFile> indicators, std::string_view text, const std::vector<int>& years);

/// Splits at `separator` where it does not stand in brackets.
std::vector<std::string> split_list(std::string_view text, char separator = ',');

/// Values of terms of one indicator, by term and run: NaN where a year is missing. Categories that do not exist (fill)
/// count for nothing in a sum or mean, as long as one exists. Reads the variable once, block of runs by block.
/// Throws ReadFailed.
std::vector<std::vector<double>> read_terms(const ComparedFile& file, std::span<const Term> terms);

}  // namespace innochain
