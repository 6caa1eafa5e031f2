#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "calibration/review_rounds.hpp"
#include "calibration/target_items.hpp"
#include "calibration/targets.hpp"

namespace innochain {

namespace {

constexpr Year level_year{2017};         ///< whose stock errors are relative to
constexpr double smallest_error = 0.02;  ///< share of that stock below which nothing is told apart
constexpr bool only_looks = true;        ///< calls and extrapolations do not make an item of a row
constexpr double one_unit = 1.0;         ///< lab or zone

/// σ of an item: an interval has no error but the smallest.
double sigma_of(const TargetItem& item, double level) {
  const double relative = item.exact() ? relative_error(item.confidence, item.level) * std::abs(item.low) : 0.0;
  return std::max({relative, smallest_error * level, one_unit});
}

class TargetsReader {
 public:
  TargetsReader(Scope& scope, std::filesystem::path folder, const std::vector<ObservedSeries>& observed)
      : scope_(scope), folder_(std::move(folder)), observed_(observed), book_(scope, observed), items_(scope, book_) {}

  TargetFile read_file(const Node& document) {
    TargetFileFields given;
    read(scope_, document, "", NestedKind{}, given);
    if (given.series != nullptr) read_all_series(*given.series);
    if (given.reviews != nullptr) result_.reviews = ReviewRoundsReader(scope_, book_).read_rounds(*given.reviews);
    if (given.outputs != nullptr) read_outputs(*given.outputs);
    if (given.excluded != nullptr) read_excluded(*given.excluded);
    // Where items could not be read, names and rows would only seem to be missing.
    const bool items_are_read = scope_.problems.empty();
    if (given.coverage != nullptr && items_are_read) read_coverage(*given.coverage);
    if (given.complete != nullptr && items_are_read) read_complete(*given.complete);
    book_.check_series(known_breaks(document, given.breaks));
    return std::move(result_);
  }

 private:
  void read_all_series(const Node& node) {
    const auto& nodes = filled_list(scope_, node, "series");
    for (std::size_t i = 0; i < nodes.size(); ++i) read_series(nodes[i], join(std::string("series"), i));
  }

  void read_series(const Node& node, const std::string& path) {
    SeriesFields given;
    if (!read(scope_, node, path, NestedKind{}, given)) return;
    if (find(given.designation) != nullptr)
      scope_.error(node, path, fmt::format("a second series named {}", given.designation));
    TargetSeries series;
    series.designation = given.designation;
    if (given.parts)
      read_parts(node, path, given, series);
    else
      read_start(node, path, given, series);
    read_items(*given.items, join(path, "items"), series);
    result_.series.push_back(std::move(series));
  }

  void read_parts(const Node& node, const std::string& path, const SeriesFields& given, TargetSeries& series) {
    if (given.parts->empty()) scope_.error(node, join(path, "parts"), "is an empty list");
    if (given.last_sigma || given.calls || given.yearly || given.ends != nullptr)
      scope_.error(node, path, "is a sum, which has no ends, last_sigma, calls and yearly approvals of its own");
    for (const std::string& part : *given.parts) {
      const TargetSeries* found = find(part);
      if (found == nullptr)
        scope_.error(node, join(path, "parts"), fmt::format("no series above is named {}", part));
      else if (std::ranges::count(*given.parts, part) > 1)
        scope_.error(node, join(path, "parts"), fmt::format("{} is named twice", part));
      else
        series.level_2017 += found->level_2017;
    }
    series.parts = *given.parts;
  }

  void read_curve(const Node& given, const std::string& where, TargetSeries& series) {
    const auto& nodes = filled_list(scope_, given, where);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      ItemRule rule;
      const std::string at = join(where, i);
      if (!read(scope_, nodes[i], at, NestedKind{}, rule)) continue;
      for (TargetItem& point : items_.items_by(nodes[i], at, rule, TargetQuantity::cumulative))
        series.curve.push_back(std::move(point));
    }
  }

  /// All but the items: what the errors of items are relative to.
  void read_start(const Node& node, const std::string& path, const SeriesFields& given, TargetSeries& series) {
    if (!given.last_sigma || given.ends == nullptr)
      return scope_.error(node, path, "has no ends with their last_sigma");
    series.last_sigma = *given.last_sigma;
    const std::string where = join(path, "ends");
    const auto& nodes = filled_list(scope_, *given.ends, where);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      ItemRule rule;
      const std::string at = join(where, i);
      if (!read(scope_, nodes[i], at, NestedKind{}, rule)) continue;
      for (TargetItem& end : items_.items_by(nodes[i], at, rule, TargetQuantity::stock)) {
        if (end_of_fit(series, end.years.last) != nullptr)
          scope_.error(nodes[i], at, fmt::format("a second end in {}", end.years.last.value()));
        end.sigma = series.last_sigma;
        series.ends.push_back(std::move(end));
      }
    }
    if (given.curve != nullptr) read_curve(*given.curve, join(path, "curve"), series);
    const TargetItem* last = end_of_fit(series, level_year);
    if (last != nullptr)
      series.level_2017 = (last->low + last->high) / 2.0;
    else if (scope_.problems.empty())
      scope_.error(*given.ends, where, fmt::format("none in {} (errors are relative to it)", level_year.value()));
    if (given.calls) read_calls(node, join(path, "calls"), *given.calls, series);
    if (given.yearly) read_yearly(node, join(path, "yearly"), *given.yearly, series);
  }

  void read_yearly(const Node& node, const std::string& path, const RowChoice& given, TargetSeries& series) {
    for (const RowValue& value : book_.use(given, *node.find("yearly"), path, only_looks))
      series.yearly.push_back({value.years->first, value.point.value_or((value.low + value.high) / 2.0)});
  }

  void read_calls(const Node& node, const std::string& path, const TargetCallFields& given, TargetSeries& series) {
    for (const RowValue& value : book_.use(given, *node.find("calls"), path, only_looks))
      series.calls.push_back({value.years->first, value.point.value_or(value.low) >= given.at_least});
  }

  void read_items(const Node& node, const std::string& path, TargetSeries& series) {
    const auto& nodes = filled_list(scope_, node, path);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const std::string at = join(path, i);
      ItemFields given;
      if (!read(scope_, nodes[i], at, NestedKind{}, given)) continue;
      for (TargetItem& item : items_.items_by(nodes[i], at, given, given.quantity)) {
        item.sigma = sigma_of(item, series.level_2017);
        if (std::ranges::find(series.items, item.name, &TargetItem::name) != series.items.end())
          scope_.error(nodes[i], at, fmt::format("a second {} of {}", item.name, series.designation));
        series.items.push_back(std::move(item));
      }
    }
  }

  TargetSeries* find(const std::string& designation) {
    const auto found = std::ranges::find(result_.series, designation, &TargetSeries::designation);
    return found == result_.series.end() ? nullptr : &*found;
  }

  void read_coverage(const Node& node) {
    std::vector<std::string> designations;
    for (const TargetSeries& series : result_.series) designations.push_back(series.designation);
    const auto lists = read_by_name(scope_, node, "coverage", designations);
    for (std::size_t s = 0; s < lists.size(); ++s) {
      if (lists[s] == nullptr) continue;
      const std::string path = join(std::string("coverage"), designations[s]);
      for (const Node& name : filled_list(scope_, *lists[s], path)) mark_usable(name, path, result_.series[s]);
    }
  }

  void mark_usable(const Node& name, const std::string& path, TargetSeries& series) {
    const NotCompared pattern{series.designation, {name.text}, ""};
    bool any = false;
    std::vector<std::string> names;
    for (TargetItem& item : series.items) {
      names.push_back(item.name);
      if (!pattern.names(item.name)) continue;
      item.usable_total = any = true;
    }
    if (any) return;
    scope_.error(
        name, path,
        fmt::format("no item of {} is named `{}`.{}", series.designation, name.text, did_you_mean(name.text, names)));
  }

  void read_outputs(const Node& node) {
    OutputFields given;
    if (!read(scope_, node, "outputs", NestedKind{}, given) || given.names == nullptr) return;
    std::vector<Pattern> patterns;
    try {
      patterns = read_patterns(folder_ / given.patterns, observed_).patterns;
    } catch (const InputError& error) {
      for (const Problem& problem : error.problems()) {
        const bool is_file = problem.kind == Problem::Kind::missing && problem.line == 0;
        scope_.problems.push_back(is_file ? problem_at(node, "outputs.patterns",
                                                       fmt::format("there is no file {}", problem.file), problem.kind)
                                          : problem);
      }
      return;
    }
    std::vector<std::string> known;
    for (const Pattern& pattern : patterns) known.push_back(pattern.name);
    const auto& nodes = filled_list(scope_, *given.names, "outputs.names");
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const std::string at = join(std::string("outputs.names"), i);
      const auto found = read_name_among(scope_, nodes[i], at, known);
      if (!found) continue;
      if (std::ranges::find(result_.outputs, patterns[*found].name, &Pattern::name) != result_.outputs.end())
        scope_.error(nodes[i], at, "is named twice, and would count twice");
      result_.outputs.push_back(patterns[*found]);
    }
  }

  /// The breaks that name a row.
  std::vector<CumulativeBreak> known_breaks(const Node& document, const std::vector<CumulativeBreak>& breaks) {
    std::vector<CumulativeBreak> known;
    for (std::size_t i = 0; i < breaks.size(); ++i) {
      RowChoice choice;
      choice.series = breaks[i].series, choice.years = breaks[i].year;
      if (choice.series == nullptr || choice.years == nullptr) continue;  // a problem already
      const Node& node = document.find("breaks")->items[i];
      if (!book_.choose(choice, node, join(std::string("breaks"), i)).empty()) known.push_back(breaks[i]);
    }
    return known;
  }

  void read_excluded(const Node& node) {
    const auto& nodes = filled_list(scope_, node, "excluded");
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const std::string path = join(std::string("excluded"), i);
      ExcludedFields given;
      if (read(scope_, nodes[i], path, NestedKind{}, given)) book_.exclude(given, nodes[i], path);
    }
  }

  void read_complete(const Node& node) {
    const auto& nodes = filled_list(scope_, node, "complete");
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const std::string path = join(std::string("complete"), i);
      if (const auto series = book_.find_series(nodes[i], path)) book_.check_complete(*series, nodes[i], path);
    }
  }

  Scope& scope_;
  std::filesystem::path folder_;
  const std::vector<ObservedSeries>& observed_;
  RowBook book_;
  TargetItemsReader items_;
  TargetFile result_;
};

}  // namespace

TargetFile read_targets(const std::filesystem::path& file, const std::vector<ObservedSeries>& observed) {
  std::vector<Problem> problems;
  const Node document = read_document(file, problems);
  Scope scope{problems};
  TargetFile result = TargetsReader(scope, file.parent_path(), observed).read_file(document);
  if (!problems.empty()) throw InputError(std::move(problems));
  return result;
}

}  // namespace innochain
