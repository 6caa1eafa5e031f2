#pragma once

#include <string>

#include "calibration/patterns.hpp"
#include "sim/core/maths.hpp"

namespace innochain {

/// The value of a quantity in one run, in the unit of the observed value.
/// \param years of the row that it is compared with
/// \param at value of a term in a year; NaN where there is none, which makes the result NaN
template <class At>
double value_of(const SimulatedQuantity& quantity, YearSpan years, At&& at) {
  const auto reduced = [&](const SimulatedTerm& term, YearSpan row_years) {
    const YearSpan span = term.years.value_or(row_years);
    if (quantity.reduce == Reduce::last) return at(term, span.last);
    double total = 0.0;
    for (Year year = span.first; year <= span.last; ++year) total += at(term, year);
    return quantity.reduce == Reduce::mean ? total / static_cast<double>(span.size()) : total;
  };
  const auto sum = [&](const std::vector<SimulatedTerm>& terms, YearSpan row_years) {
    double total = reduced(terms.front(), row_years);
    for (std::size_t i = 1; i < terms.size(); ++i) total += reduced(terms[i], row_years);
    return total;
  };
  const auto ratio = [&](const SimulatedRatio& r, YearSpan row_years) {
    const double whole = sum(r.terms, row_years);
    return r.per.empty() ? whole : whole / sum(r.per, row_years);
  };
  double value = ratio(quantity.value, years);
  if (quantity.relative_to) value /= ratio(*quantity.relative_to, years);
  if (quantity.growth_since) {
    const Year since = *quantity.growth_since;
    const double n_years = years.last - since;
    value = maths::pow(value / ratio(quantity.value, {since, since}), 1.0 / n_years) - 1.0;
  }
  return value * quantity.scale;
}

/// All of it: two quantities of one text are the same.
std::string text_of(const SimulatedQuantity& quantity);

/// Calls `visit(term, years)` for every term of a quantity with the years it needs, for a row of these years.
template <class Visit>
void visit_terms(const SimulatedQuantity& quantity, YearSpan years, Visit&& visit) {
  const auto visit_ratio = [&](const SimulatedRatio& r, YearSpan row_years) {
    for (const auto* terms : {&r.terms, &r.per})
      for (const SimulatedTerm& term : *terms) visit(term, term.years.value_or(row_years));
  };
  visit_ratio(quantity.value, years);
  if (quantity.relative_to) visit_ratio(*quantity.relative_to, years);
  if (quantity.growth_since) visit_ratio(quantity.value, {*quantity.growth_since, *quantity.growth_since});
}

}  // namespace innochain
