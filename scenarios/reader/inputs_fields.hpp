#pragma once

#include "scenarios/reader/fields.hpp"
#include "scenarios/reader/series.hpp"

/// The fields of the yearly inputs.
namespace innochain {

/// A yearly series as written: some years and where they come from.
struct Series {
  std::string source;
  std::vector<YearValue> values;
};

/// The same, of shares.
struct ShareSeries : Series {};

/// The inputs of one programme.
struct ProgrammeInputs {
  std::optional<Series> budget_mcny, award_kcny;
  std::optional<Fact> budget_share_of_gerd;
  std::optional<Year> from, to;
};

template <class V>
void fields(V& v, Series& s) {
  v.required("source", s.source, TextKind{});
  v.required("values", s.values, SeriesKind{});
}

template <class V>
void fields(V& v, ShareSeries& s) {
  v.required("source", s.source, TextKind{});
  v.required("values", s.values, SeriesKind{1});
}

template <class V>
void fields(V& v, ProgrammeInputs& p) {
  v.optional("budget_mcny", p.budget_mcny, NestedKind{}, "million CNY a year, current prices");
  v.optional("budget_share_of_gerd", p.budget_share_of_gerd, FactKind{0, 1});
  v.optional("from", p.from, YearKind{}, "first year of the share of GERD");
  v.optional("to", p.to, YearKind{}, "last year of the share of GERD");
  v.optional("award_kcny", p.award_kcny, NestedKind{}, "mean award, thousand CNY");
}

}  // namespace innochain
