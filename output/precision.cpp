#include "output/precision.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "output/comparison/student_t.hpp"
#include "output/result_layout.hpp"

namespace innochain {

namespace {

template <class Number>
bool read_number(std::string_view text, Number& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

/// Finds the member along the indicator's axis; returns what is wrong.
std::string find_member(const System& system, Axis axis, std::string_view name, std::size_t& member) {
  const std::vector<std::string> dimensions = dimensions_of(axis);
  if (dimensions.empty()) return name.empty() ? "" : fmt::format("it has no members such as `{}`", name);
  if (dimensions.size() > 1) return "it has two dimensions, and no single value a year";
  for (const CategoryAxis& category : category_axes(system)) {
    if (category.name != dimensions.front()) continue;
    const auto found = std::ranges::find(category.values, name);
    if (found == category.values.end())
      return fmt::format("say which {}, e.g. [{}] (allowed: {})", category.name, category.values.front(),
                         fmt::join(category.values, ", "));
    member = static_cast<std::size_t>(found - category.values.begin());
    return "";
  }
  return "its members have no names";
}

}  // namespace

std::string find_indicator(std::string_view text, const System& system, std::string& indicator, std::size_t& member) {
  std::string_view name = text, inside;
  if (name.ends_with(']') && name.find('[') != std::string_view::npos) {
    const std::size_t open = name.find('[');
    inside = name.substr(open + 1, name.size() - open - 2);
    name = name.substr(0, open);
  }
  std::string problem = fmt::format("`{}` is not an indicator", name);
  const Indicators declared;
  visit_indicators(declared, [&](const auto&, const IndicatorDeclaration& declaration) {
    if (declaration.name != name) return;
    indicator = declaration.name;
    problem = find_member(system, declaration.axis, inside, member);
  });
  return problem;
}

std::variant<PrecisionRule, std::string> read_precision(std::string_view text, const System& system, YearSpan years) {
  const auto wrong = [&](const std::string& what) {
    return fmt::format("--precision {}: {} (e.g. self_reliance@2035=0.01, zone_stock[hidz]@2030=2abs)", text, what);
  };
  const std::size_t at = text.find('@'), equals = text.find('=');
  if (at == std::string_view::npos || equals == std::string_view::npos || equals < at)
    return wrong("is not INDICATOR@YEAR=HALF_WIDTH");
  PrecisionRule rule;
  std::string_view width = text.substr(equals + 1);
  int year = 0;
  if (!read_number(text.substr(at + 1, equals - at - 1), year) || !years.contains(Year(year)))
    return wrong(fmt::format("the year must be one from {} to {}", years.first.value(), years.last.value()));
  rule.year = Year(year);
  if (width.ends_with("abs")) rule.absolute = true, width.remove_suffix(3);
  if (!read_number(width, rule.half_width) || !(rule.half_width > 0.0) || !std::isfinite(rule.half_width))
    return wrong("half the width of the interval must be a positive number");
  const std::string problem = find_indicator(text.substr(0, at), system, rule.indicator, rule.member);
  if (!problem.empty()) return wrong(problem);
  return rule;
}

double half_width_95(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  if (values.size() < 2) return std::numeric_limits<double>::infinity();
  double mean = 0.0, squares = 0.0;
  for (const double x : values) mean += x / n;
  for (const double x : values) squares += (x - mean) * (x - mean);
  return student_t_bound(0.95, values.size() - 1) * std::sqrt(squares / (n - 1.0) / n);
}

PrecisionPlan::PrecisionPlan(std::vector<PrecisionRule> rules, std::size_t n_arms, std::size_t most_replicates)
    : rules_(std::move(rules)),
      n_arms_(n_arms),
      most_(most_replicates),
      done_(n_arms * most_replicates, 0),
      values_(n_arms * most_replicates * rules_.size(), std::numeric_limits<double>::quiet_NaN()) {}

void PrecisionPlan::set(std::size_t run, const Indicators* indicators) {
  done_[run] = 1;
  if (indicators == nullptr) return;
  visit_indicators(*indicators,
                   [&]<class Number>(const Indicator<Number>& indicator, const IndicatorDeclaration& declaration) {
                     for (std::size_t k = 0; k < rules_.size(); ++k) {
                       if (declaration.name != rules_[k].indicator) continue;
                       const Number value = indicator.at(rules_[k].year, rules_[k].member);
                       if (value != Indicator<Number>::fill())
                         values_[run * rules_.size() + k] = static_cast<double>(value);
                     }
                   });
}

bool PrecisionPlan::precise(std::size_t arm, std::size_t n_replicates) const {
  for (std::size_t k = 0; k < rules_.size(); ++k) {
    std::vector<double> values;
    double mean = 0.0;
    for (std::size_t replicate = 0; replicate < n_replicates; ++replicate) {
      const double value = values_[(replicate * n_arms_ + arm) * rules_.size() + k];
      if (!std::isnan(value)) values.push_back(value);
    }
    for (const double x : values) mean += x / static_cast<double>(values.size());
    const double allowed = rules_[k].absolute ? rules_[k].half_width : rules_[k].half_width * std::abs(mean);
    if (!(half_width_95(values) <= allowed)) return false;
  }
  return true;
}

PrecisionPlan::ArmPlan PrecisionPlan::judged(std::size_t arm) const {
  ArmPlan plan;
  while (plan.n_replicates < most_) {
    const std::size_t first = plan.n_replicates;
    plan.n_replicates = std::min(most_, first + batch);
    for (std::size_t replicate = first; replicate < plan.n_replicates; ++replicate)
      if (done_[replicate * n_arms_ + arm] == 0) return plan;
    plan.precise = precise(arm, plan.n_replicates);
    if (plan.precise) break;
  }
  plan.ended = true;
  return plan;
}

std::vector<std::size_t> PrecisionPlan::next(Shard arms) const {
  std::vector<std::size_t> runs;
  for (std::size_t arm = arms.index - 1; arm < n_arms_; arm += arms.of) {
    const ArmPlan plan = judged(arm);
    for (std::size_t replicate = 0; !plan.ended && replicate < plan.n_replicates; ++replicate)
      if (done_[replicate * n_arms_ + arm] == 0) runs.push_back(replicate * n_arms_ + arm);
  }
  std::ranges::sort(runs);
  return runs;
}

std::vector<std::size_t> PrecisionPlan::chosen() const {
  std::vector<std::size_t> runs;
  for (std::size_t arm = 0; arm < n_arms_; ++arm) {
    const ArmPlan plan = judged(arm);
    for (std::size_t replicate = 0; replicate < plan.n_replicates; ++replicate)
      runs.push_back(replicate * n_arms_ + arm);
  }
  std::ranges::sort(runs);
  return runs;
}

std::size_t PrecisionPlan::n_precise() const {
  std::size_t n = 0;
  for (std::size_t arm = 0; arm < n_arms_; ++arm) n += judged(arm).precise ? 1 : 0;
  return n;
}

}  // namespace innochain
