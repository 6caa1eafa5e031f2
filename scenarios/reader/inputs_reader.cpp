#include <algorithm>

#include "scenarios/reader/inputs_fields.hpp"
#include "scenarios/reader/system_reader.hpp"
#include "sim/core/maths.hpp"

namespace innochain {
namespace {

constexpr double long_run_growth = 0.04;  ///< of nominal GDP and GERD
constexpr double growth_memory = 0.8;     ///< part of the excess over it that is left a year later
constexpr double deflator_growth = 0.02;

/// The value in a year from the first to the last given: geometric between two years, linear where one of them is zero.
double interpolated(const std::vector<YearValue>& values, Year year) {
  const auto after = std::ranges::lower_bound(values, year, {}, &YearValue::first);
  if (after->first == year) return after->second;
  const auto before = after - 1;
  if (before->second <= 0.0 || after->second <= 0.0) return linear_between(values, year);
  const double t = static_cast<double>(year - before->first) / (after->first - before->first);
  return before->second * maths::pow(after->second / before->second, t);
}

/// How a series goes on after its last year: the factor from the year before to `year`.
using Growth = double (*)(const std::vector<YearValue>& values, Year year);

double shrinking_growth(const std::vector<YearValue>& values, Year year) {
  const auto [last, value] = values.back();
  const Year start = std::max(values.front().first, last - 5);
  const double past =
      start < last ? maths::pow(value / interpolated(values, start), 1.0 / (last - start)) - 1.0 : long_run_growth;
  return 1.0 + long_run_growth + (past - long_run_growth) * maths::pow(growth_memory, year - last);
}
double price_growth(const std::vector<YearValue>&, Year) {
  return 1.0 + deflator_growth;
}

class InputsReader {
 public:
  InputsReader(const Node& inputs, const System& system, YearSpan years, std::vector<Problem>& problems)
      : inputs_(inputs), system_(system), scope_{problems} {
    result_.years = years;
    for (const Programme& programme : system.programmes) scope_.names<ProgrammeId>().push_back(programme.name);
  }

  Inputs read_all() {
    const std::vector<std::string> keys{"gdp_bcny", "gdp_deflator", "gerd_bcny", "academic_rd_share", "programmes"};
    const auto parts = read_by_name(scope_, inputs_, "inputs", keys);
    result_.gdp_bcny = macro(parts[0], keys[0], shrinking_growth);
    result_.gdp_deflator = macro(parts[1], keys[1], price_growth);
    result_.gerd_bcny = macro(parts[2], keys[2], shrinking_growth);
    result_.academic_share = shares(parts[3], keys[3]);
    const std::vector<double> nothing(result_.years.size(), 0.0);
    result_.budget_mcny.assign(system_.programmes.size(), nothing);
    result_.award_kcny.assign(system_.programmes.size(), nothing);
    if (!parts[4])
      scope_.error(inputs_, "inputs.programmes", "is missing (budgets of the programmes)");
    else
      programmes(*parts[4]);
    return std::move(result_);
  }

 private:
  /// Reads a series that begins in the first simulated year or before.
  template <class SeriesType>
  bool read_covering(const Node* node, const std::string& path, SeriesType& series) {
    if (!node) return scope_.error(inputs_, path, "is missing"), false;
    if (!read(scope_, *node, path, NestedKind{}, series)) return false;
    if (series.values.empty()) return scope_.error(*node->find("values"), path + ".values", "has no year"), false;
    if (series.values.front().first <= result_.years.first) return true;
    scope_.error(*node, path,
                 fmt::format("begins in {}, after the first year of the scenario ({})",
                             series.values.front().first.value(), result_.years.first.value()));
    return false;
  }

  bool all_positive(const Node& given, const std::string& path) {
    const std::size_t before = scope_.problems.size();
    for (const Entry& entry : given.entries) {
      if (as_number(entry.value) == 0.0)
        scope_.error(entry.value, join(path, entry.key.text), "is 0 (must be positive)");
    }
    return scope_.problems.size() == before;
  }

  std::vector<double> macro(const Node* node, const std::string& key, Growth growth) {
    const std::string path = join("inputs", key);
    std::vector<double> values(result_.years.size(), 1.0);
    Series series;
    if (!read_covering(node, path, series) || !all_positive(*node->find("values"), path + ".values")) return values;
    double value = series.values.back().second;
    const Year last = series.values.back().first;
    for (Year year = last + 1; year < result_.years.first; ++year) value *= growth(series.values, year);
    for (Year year = result_.years.first; year <= result_.years.last; ++year) {
      if (year <= last)
        values[result_.years.index(year)] = interpolated(series.values, year);
      else
        values[result_.years.index(year)] = value *= growth(series.values, year);
    }
    return values;
  }

  /// A share by year, which stays as it is after the last given year.
  std::vector<double> shares(const Node* node, const std::string& key) {
    std::vector<double> values(result_.years.size(), 0.0);
    ShareSeries series;
    if (!read_covering(node, join("inputs", key), series)) return values;
    for (Year year = result_.years.first; year <= result_.years.last; ++year)
      values[result_.years.index(year)] = linear_between(series.values, year);
    return values;
  }

  void programmes(const Node& node) {
    const std::vector<const Node*> parts = read_by_name(scope_, node, "inputs.programmes", scope_.names<ProgrammeId>());
    for (const ProgrammeId id : all<ProgrammeId>(parts.size())) {
      if (!parts[id.index()]) continue;
      const std::string path = join("inputs.programmes", system_.programmes[id].name);
      ProgrammeInputs given;
      if (!read(scope_, *parts[id.index()], path, NestedKind{}, given)) continue;
      if (given.budget_mcny && given.budget_share_of_gerd) {
        scope_.error(*parts[id.index()], path, "has both budget_mcny and budget_share_of_gerd (give one)");
      }
      if (given.budget_mcny) result_.budget_mcny[id] = budget(given.budget_mcny->values);
      if (given.budget_share_of_gerd) result_.budget_mcny[id] = share_of_gerd(given);
      if (given.award_kcny) result_.award_kcny[id] = award(given.award_kcny->values);
    }
  }

  double gerd(Year year) const {
    const Year inside = std::clamp(year, result_.years.first, result_.years.last);
    return result_.gerd_bcny[result_.years.index(inside)];
  }

  std::vector<double> budget(const std::vector<YearValue>& values) const {
    std::vector<double> by_year(result_.years.size(), 0.0);
    if (values.empty()) return by_year;
    const auto [last, value] = values.back();
    for (Year year = std::max(result_.years.first, values.front().first); year <= result_.years.last; ++year) {
      by_year[result_.years.index(year)] = year <= last ? interpolated(values, year) : value * gerd(year) / gerd(last);
    }
    return by_year;
  }

  std::vector<double> share_of_gerd(const ProgrammeInputs& given) const {
    std::vector<double> by_year(result_.years.size(), 0.0);
    const Year from = std::max(result_.years.first, given.from.value_or(result_.years.first));
    const Year to = std::min(result_.years.last, given.to.value_or(result_.years.last));
    constexpr double million_per_billion = 1000.0;
    for (Year year = from; year <= to; ++year) {
      by_year[result_.years.index(year)] = given.budget_share_of_gerd->value * gerd(year) * million_per_billion;
    }
    return by_year;
  }

  std::vector<double> award(const std::vector<YearValue>& values) const {
    std::vector<double> by_year(result_.years.size(), 0.0);
    if (values.empty()) return by_year;
    for (Year year = result_.years.first; year <= result_.years.last; ++year) {
      const Year inside = std::clamp(year, values.front().first, values.back().first);
      by_year[result_.years.index(year)] = interpolated(values, inside);
    }
    return by_year;
  }

  const Node& inputs_;
  const System& system_;
  Scope scope_;
  Inputs result_;
};

}  // namespace

Json inputs_schema() {
  Json properties = Json::object();
  for (const char* key : {"gdp_bcny", "gdp_deflator", "gerd_bcny"}) properties[key] = struct_schema<Series>();
  properties["academic_rd_share"] = struct_schema<ShareSeries>();
  properties["programmes"] = {{"type", "object"}, {"additionalProperties", struct_schema<ProgrammeInputs>()}};
  return {{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
}

Inputs read_inputs(const Node& document, const System& system, YearSpan years, std::vector<Problem>& problems) {
  const Node* inputs = document.find("inputs");
  if (inputs) return InputsReader(*inputs, system, years, problems).read_all();
  problems.push_back(problem_at(document, "inputs", "is missing (yearly GDP, prices, research spending and budgets)"));
  return {};
}

}  // namespace innochain
