#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sim/core/year.hpp"
#include "sim/system/params.hpp"

namespace innochain {

/// The second axis of an indicator, after the year.
enum class Axis : std::uint8_t {
  none,
  lab_type,
  zone_type,
  programme,
  discipline,
  province,
  host,
  programme_host,
  firm_age
};

/// Length of an axis in a system (programme_host: programmes × hosts, hosts fastest).
std::size_t axis_size(const System& system, Axis axis);

/// What an indicator means; one declaration drives the result file, `describe indicators` and the documents.
struct IndicatorDeclaration {
  std::string_view name, unit;
  Axis axis = Axis::none;
  std::string_view cell_methods;  ///< "year: sum", "year: point", "lab: mean" …, as in the CF conventions
  std::string_view long_name;
};

/// Values of one indicator in one run, year by year along its axis. Fill values mark what does not exist (yet).
template <class Value>
class Indicator {
 public:
  using value_type = Value;
  /// Fill values are those of netCDF, so that every reader knows them.
  static constexpr Value fill() {
    if constexpr (std::is_same_v<Value, float>)
      return 9.9692099683868690e+36f;
    else if constexpr (std::is_same_v<Value, std::int32_t>)
      return -2147483647;
    else
      return -9223372036854775806LL;
  }
  void resize(YearSpan years, std::size_t width) {
    years_ = years;
    width_ = width;
    values_.assign(years.size() * width, fill());
  }
  void reset() { values_.assign(values_.size(), fill()); }
  Value& at(Year year, std::size_t i = 0) { return values_[years_.index(year) * width_ + i]; }
  Value at(Year year, std::size_t i = 0) const { return values_[years_.index(year) * width_ + i]; }
  template <class Tag>
  Value& at(Year year, Id<Tag> id) {
    return at(year, id.index());
  }
  template <class Tag>
  Value at(Year year, Id<Tag> id) const {
    return at(year, id.index());
  }
  std::size_t width() const { return width_; }
  const std::vector<Value>& values() const { return values_; }
  /// For reading runs back from where they were kept.
  std::span<Value> room() { return values_; }

 private:
  YearSpan years_{};
  std::size_t width_ = 0;
  std::vector<Value> values_;
};

using Count = Indicator<std::int32_t>;
using Amount = Indicator<std::int64_t>;  ///< money, whole thousand CNY
using Measure = Indicator<float>;

/// Named agents by year (group /traces of the result file).
struct Traces {
  std::vector<std::string> names, kinds;  ///< of the traced agents; kinds: lab, zone, organisation, category
  // One indicator each, along the traced agents.
  Count status;     ///< 0 candidate or absent, 1 designated, 2 on notice, 3 delisted, 4 merged, 5 carried over
  Count grade;      ///< of this year's review: 0 none, 1 poor, 2 good, 3 excellent
  Measure funding;  ///< million CNY
  Measure staff, quality, reputation, papers, patents;
  Measure revenue;  ///< million CNY
  Count firms, projects, clusters;
};

/// The indicators of one run.
struct Indicators {
  // By lab type and by zone type: the identity is stock = stock before + approvals − delisted − merged − upgraded −
  // carried over.
  Count lab_stock, lab_approvals, lab_candidates, lab_delisted, lab_merged, lab_upgraded, lab_carried_over;
  Measure lab_quality_mean, lab_quality_p10, limit_calls, limit_appetite, limit_bar, limit_candidates;
  Count lab_calls;
  Measure lab_target;
  Count zone_stock, zone_approvals, zone_candidates, zone_delisted, zone_merged, zone_upgraded, zone_carried_over;
  Measure zone_limit_calls, zone_limit_appetite, zone_limit_bar, zone_limit_candidates, zone_performance, zone_target;
  Count zone_calls;
  Amount zone_funding;
  // By programme: budget + carried before + transferred + recovered = awarded + carried + returned.
  Amount programme_budget, programme_transferred, programme_recovered, programme_awarded, programme_carried,
      programme_returned;
  Count programme_awards, programme_applications, programme_active;
  Count awards_by_host;
  Count papers, papers_top, patents, standards, spinoffs;
  Measure transfers;
  Measure basic_stock, applied_stock, foreign_frontier, technology_gap, import_reliance;
  Count skl_papers, skl_patents, skl_labs;
  Count review_excellent, review_good, review_notice, review_delisted;
  Measure funding;
  Count labs;
  Measure firm_revenue;
  Count zone_firms;
  Measure zone_revenue;
  Count firms_by_age, firm_exits_by_age;
  Count firms, firms_certified, firm_entries, firm_exits, hidz_firms_above_100m, hidz_firms_above_10bn;
  Measure revenue, productivity, rd_spending, firm_size_tail, firm_growth_shape, certified_share_in_hidz,
      hidz_gdp_share;
  Measure self_reliance, technology_contracts, rd_basic_share, academic_basic_share, policy_fit, policy_value;
  Count patents_granted, enterprise_skl_standards;
  Measure funding_top_decile_share;
  Measure funding_gini, funding_hhi, topic_diversity, duplicate_share, applicant_time, skl_share_in_hidz;
  Count prefectures_with_hidz;
  Count review_zone_poor;

  /// Stocks at the end of the year before the first: by lab type and by zone type.
  std::vector<std::int32_t> lab_initial_stock, zone_initial_stock;
  Traces traces;

  /// Sizes all indicators for the parameters' years and system, and fills them.
  void prepare(const Params& params);
};

/// Calls `visit(indicator, IndicatorDeclaration)` for every indicator, in the order of the result file.
template <class Self, class Visitor>
void visit_indicators(Self& i, Visitor&& visit) {
  const auto lab = [&](auto& x, std::string_view name, std::string_view unit, std::string_view cells,
                       std::string_view meaning) {
    visit(x, IndicatorDeclaration{name, unit, Axis::lab_type, cells, meaning});
  };
  lab(i.lab_stock, "lab_stock", "1", "year: point", "labs holding the designation at the end of the year");
  lab(i.lab_approvals, "lab_approvals", "1", "year: sum",
      "labs newly designated, including those carried over or upgraded from other types");
  lab(i.lab_candidates, "lab_candidates", "1", "year: point", "labs without the designation that are above the bar");
  lab(i.lab_delisted, "lab_delisted", "1", "year: sum", "labs that lost the designation by review or reorganization");
  lab(i.lab_merged, "lab_merged", "1", "year: sum", "labs merged into or absorbed by another");
  lab(i.lab_upgraded, "lab_upgraded", "1", "year: sum", "labs that left for a designation of a higher tier");
  lab(i.lab_carried_over, "lab_carried_over", "1", "year: sum",
      "labs carried over into another type by a reorganization");
  lab(i.lab_quality_mean, "lab_quality_mean", "sd", "year: point lab: mean",
      "mean quality of designated labs, in standard deviations of candidates in 2006");
  lab(i.lab_quality_p10, "lab_quality_p10", "sd", "year: point", "lowest decile of the quality of designated labs");
  lab(i.limit_calls, "limit_calls", "1", "year: point", "labs short of the target because no call was opened");
  lab(i.limit_appetite, "limit_appetite", "1", "year: point",
      "labs short of the target because the call admitted fewer than passed and were wanted");
  lab(i.limit_bar, "limit_bar", "1", "year: point",
      "labs short of the target because the raised bar left too few candidates");
  lab(i.limit_candidates, "limit_candidates", "1", "year: point",
      "labs short of the target for want of candidates, at the bar of 2006");
  lab(i.lab_calls, "lab_calls", "1", "year: sum", "calls opened (0 or 1)");
  lab(i.lab_target, "lab_target", "1", "year: point", "stock aimed at: announced target, plan, or internal ambition");

  const auto zone = [&](auto& x, std::string_view name, std::string_view unit, std::string_view cells,
                        std::string_view meaning) {
    visit(x, IndicatorDeclaration{name, unit, Axis::zone_type, cells, meaning});
  };
  zone(i.zone_stock, "zone_stock", "1", "year: point", "zones holding the designation at the end of the year");
  zone(i.zone_approvals, "zone_approvals", "1", "year: sum", "zones newly designated");
  zone(i.zone_candidates, "zone_candidates", "1", "year: point",
       "localities without the designation that are above the bar");
  zone(i.zone_delisted, "zone_delisted", "1", "year: sum", "zones that lost the designation");
  zone(i.zone_merged, "zone_merged", "1", "year: sum", "zones merged into a stronger one");
  zone(i.zone_upgraded, "zone_upgraded", "1", "year: sum",
       "zones that left for another designation (members of supra zones keep their own)");
  zone(i.zone_carried_over, "zone_carried_over", "1", "year: sum", "zones carried over into another kind");
  zone(i.zone_limit_calls, "zone_limit_calls", "1", "year: point",
       "zones short of the target because no call was opened");
  zone(i.zone_limit_appetite, "zone_limit_appetite", "1", "year: point",
       "zones short of the target because the call admitted fewer than passed and were wanted");
  zone(i.zone_limit_bar, "zone_limit_bar", "1", "year: point",
       "zones short of the target because the raised bar left too few candidates");
  zone(i.zone_limit_candidates, "zone_limit_candidates", "1", "year: point",
       "zones short of the target for want of candidates, at the bar of 2006");
  zone(i.zone_calls, "zone_calls", "1", "year: sum", "calls opened (0 or 1)");
  zone(i.zone_target, "zone_target", "1", "year: point",
       "stock aimed at: announced target, plan, or internal ambition");
  zone(i.zone_performance, "zone_performance", "log", "year: point zone: mean",
       "mean performance of designated zones, log points around the mean candidate city");
  zone(i.zone_funding, "zone_funding", "kCNY", "year: sum", "support paid to designated zones, current prices");
  zone(i.review_zone_poor, "zone_evaluated_poor", "1", "year: sum", "zones graded poor in the five-yearly evaluation");

  const auto programme = [&](auto& x, std::string_view name, std::string_view unit, std::string_view cells,
                             std::string_view meaning) {
    visit(x, IndicatorDeclaration{name, unit, Axis::programme, cells, meaning});
  };
  programme(i.programme_budget, "programme_budget", "kCNY", "year: sum", "budget of the year, current prices");
  programme(i.programme_transferred, "programme_transferred", "kCNY", "year: sum",
            "balances received from merged programmes less balances handed over");
  programme(i.programme_recovered, "programme_recovered", "kCNY", "year: sum",
            "recovered from cancelled and failed projects");
  programme(i.programme_awarded, "programme_awarded", "kCNY", "year: sum", "committed to projects, labs and zones");
  programme(i.programme_carried, "programme_carried", "kCNY", "year: point", "carried over into the next year");
  programme(i.programme_returned, "programme_returned", "kCNY", "year: sum", "returned to the treasury");
  programme(i.programme_awards, "programme_awards", "1", "year: sum",
            "projects, grants or institutional grants awarded");
  programme(i.programme_applications, "programme_applications", "1", "year: sum", "proposals received");
  programme(i.programme_active, "programme_active", "1", "year: point", "projects running in the year");
  visit(i.awards_by_host, IndicatorDeclaration{"awards_by_host", "1", Axis::programme_host, "year: sum",
                                               "awards by the host class of the lead"});

  const auto host = [&](auto& x, std::string_view name, std::string_view meaning) {
    visit(x, IndicatorDeclaration{name, "1", Axis::host, "year: sum", meaning});
  };
  host(i.papers, "papers", "SCI papers, of designated labs and of other research");
  host(i.papers_top, "papers_top", "of these, among the world's most cited 1 %");
  host(i.patents, "patents", "invention patents filed, of designated labs and of other research and development");
  host(i.standards, "standards", "technical standards from designated labs of enterprises");
  host(i.transfers, "transfers", "transferable results of designated labs and other academic research, index");
  host(i.spinoffs, "spinoffs", "firms spun off from designated labs");

  const auto stock = [&](auto& x, std::string_view name, std::string_view unit, std::string_view meaning) {
    visit(x, IndicatorDeclaration{name, unit, Axis::discipline, "year: point category: mean", meaning});
  };
  stock(i.basic_stock, "basic_stock", "1", "basic knowledge, index (frontier of the first year = 1)");
  stock(i.applied_stock, "applied_stock", "1", "applied knowledge, index (frontier of the first year = 1)");
  stock(i.foreign_frontier, "foreign_frontier", "1", "foreign frontier, index (first year = 1)");
  stock(i.technology_gap, "technology_gap", "log", "distance of applied knowledge to the frontier");
  stock(i.import_reliance, "import_reliance", "1", "share of inputs that are imported, weighted by research");

  const auto discipline = [&](auto& x, std::string_view name, std::string_view meaning) {
    visit(x, IndicatorDeclaration{name, "1", Axis::discipline, "year: sum", meaning});
  };
  discipline(i.skl_papers, "skl_papers", "SCI papers of State Key Laboratories reviewed by field");
  discipline(i.skl_patents, "skl_patents", "invention patents filed by them");
  discipline(i.skl_labs, "skl_labs", "State Key Laboratories reviewed by field that did research in the year");
  discipline(i.review_excellent, "review_excellent", "labs graded excellent in the year's review");
  discipline(i.review_good, "review_good", "labs graded good");
  discipline(i.review_notice, "review_notice", "labs put on notice");
  discipline(i.review_delisted, "review_delisted", "labs delisted by the review");

  visit(i.funding, IndicatorDeclaration{"funding", "million CNY", Axis::province, "year: sum",
                                        "public research funding paid to labs and organisations, current prices"});
  visit(i.labs, IndicatorDeclaration{"labs", "1", Axis::province, "year: point", "nationally designated labs"});

  const auto national = [&](auto& x, std::string_view name, std::string_view unit, std::string_view cells,
                            std::string_view meaning) {
    visit(x, IndicatorDeclaration{name, unit, Axis::none, cells, meaning});
  };
  visit(i.firm_revenue, IndicatorDeclaration{"firm_revenue", "million CNY", Axis::province, "year: sum",
                                             "revenue of high-tech firms, current prices"});
  zone(i.zone_firms, "zone_firms", "1", "year: point",
       "high-tech firms on the land of HIDZs, and of supra zones that group them; other kinds are not simulated");
  zone(i.zone_revenue, "zone_revenue", "million CNY", "year: sum", "their revenue, current prices");
  const auto by_age = [&](auto& x, std::string_view name, std::string_view cells, std::string_view meaning) {
    visit(x, IndicatorDeclaration{name, "1", Axis::firm_age, cells, meaning});
  };
  by_age(i.firms_by_age, "firms_by_age", "year: point", "high-tech firms at the end of the year, by age");
  by_age(i.firm_exits_by_age, "firm_exits_by_age", "year: sum", "firms that left, by age");
  national(i.firms, "firms", "1", "year: point", "high-tech firms");
  national(i.firms_certified, "firms_certified", "1", "year: point", "firms with the status of high-tech enterprise");
  national(i.firm_entries, "firm_entries", "1", "year: sum", "new high-tech firms, spin-offs among them");
  national(i.firm_exits, "firm_exits", "1", "year: sum", "firms that left");
  national(i.revenue, "revenue", "million CNY", "year: sum", "revenue of high-tech firms, current prices");
  national(i.productivity, "productivity", "log", "year: point firm: mean",
           "mean log productivity of firms, on the scale of the log of applied knowledge");
  national(i.rd_spending, "rd_spending", "million CNY", "year: sum", "R&D of high-tech firms, current prices");
  national(i.firm_size_tail, "firm_size_tail", "1", "year: point",
           "Hill's exponent of the largest tenth of HIDZ firms by revenue");
  national(i.firm_growth_shape, "firm_growth_shape", "1", "year: point",
           "shape of yearly growth rates of firms: exponential power, 1 Laplace (tent), 2 normal (bell)");
  national(i.hidz_firms_above_100m, "hidz_firms_above_100m", "1", "year: point",
           "HIDZ firms with a revenue above CNY 100 million");
  national(i.hidz_firms_above_10bn, "hidz_firms_above_10bn", "1", "year: point",
           "HIDZ firms with a revenue above CNY 10 billion");
  national(i.certified_share_in_hidz, "certified_share_in_hidz", "1", "year: point",
           "share of high-tech enterprises inside HIDZs");
  national(i.hidz_gdp_share, "hidz_gdp_share", "1", "year: point", "gross product of HIDZs over GDP");
  national(i.self_reliance, "self_reliance", "1", "year: point",
           "1 less import reliance, weighted by criticality and research: 0 all imported, 1 none");
  national(i.technology_contracts, "technology_contracts", "million CNY", "year: sum",
           "value of technology contracts, current prices");
  national(i.patents_granted, "patents_granted", "1", "year: sum", "invention patents granted to residents");
  national(i.enterprise_skl_standards, "enterprise_skl_standards", "1", "year: sum",
           "technical standards from State Key Laboratories hosted by enterprises");
  national(i.rd_basic_share, "rd_basic_share", "1", "year: point", "basic research in all R&D spending");
  national(i.academic_basic_share, "academic_basic_share", "1", "year: point",
           "basic work in academic research outside designated labs");
  national(i.policy_fit, "policy_fit", "1", "year: point city: mean",
           "fit of zone policies to the cities' optima, 0 best");
  national(i.policy_value, "policy_value", "1", "year: point city: mean",
           "fit less losses from incompatible and overlapping policies");
  national(i.funding_top_decile_share, "funding_top_decile_share", "1", "year: point",
           "share of public funding that goes to the best-funded tenth of nationally designated labs");
  national(i.funding_gini, "funding_gini", "1", "year: point",
           "Gini coefficient of public funding over nationally designated labs");
  national(i.funding_hhi, "funding_hhi", "1", "year: point", "Herfindahl index of public funding over provinces");
  national(i.topic_diversity, "topic_diversity", "1", "year: point",
           "effective number of funded categories, exp of Shannon's entropy of awarded money");
  national(i.duplicate_share, "duplicate_share", "1", "year: point",
           "share of the year's topic awards that repeat a topic funded by another programme");
  national(i.applicant_time, "applicant_time", "FTE years", "year: sum", "work put into proposals");
  national(i.skl_share_in_hidz, "skl_share_in_hidz", "1", "year: point",
           "share of State Key Laboratories inside a HIDZ");
  national(i.prefectures_with_hidz, "prefectures_with_hidz", "1", "year: point", "cities with at least one HIDZ");
}

/// Calls `visit(indicator, IndicatorDeclaration)` for every trace variable (axis: traced agents; declared as none).
template <class Self, class Visitor>
void visit_traces(Self& t, Visitor&& visit) {
  const auto trace = [&](auto& x, std::string_view name, std::string_view unit, std::string_view meaning) {
    visit(x, IndicatorDeclaration{name, unit, Axis::none, "year: point", meaning});
  };
  trace(t.status, "status", "1",
        "0 candidate or absent, 1 designated (firms: in business), 2 on notice, 3 delisted, 4 merged, 5 carried over");
  trace(t.grade, "grade", "1", "grade of this year's review: 0 none, 1 poor, 2 good, 3 excellent");
  trace(t.funding, "funding", "million CNY", "funding received in the year, current prices");
  trace(t.staff, "staff", "FTE", "research staff (labs)");
  trace(t.quality, "quality", "sd", "quality (labs) or performance (zones)");
  trace(t.reputation, "reputation", "1", "standing from past grades, 0–1 (labs)");
  trace(t.papers, "papers", "1", "SCI papers of the year (labs)");
  trace(t.patents, "patents", "1", "invention patents of the year (labs)");
  trace(t.revenue, "revenue", "million CNY",
        "revenue of the firm, of the firms on the zone's land, or of the category's firms, current prices");
  trace(t.firms, "firms", "1", "firms on the zone's land");
  trace(
      t.projects, "projects", "1",
      "topic projects started in the year: led by the lab, by the organisation and its labs, in the zone's city, or in "
      "the category");
  trace(t.clusters, "clusters", "1", "cities with at least 5 % of the category's revenue");
}

}  // namespace innochain
