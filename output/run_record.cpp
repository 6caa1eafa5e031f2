#include "output/run_record.hpp"

#include <cstring>

#include "output/errors.hpp"

namespace innochain {

namespace {

template <class Number>
std::span<const Number> values_in(const Indicator<Number>& indicator) {
  return indicator.values();
}
template <class Number>
std::span<Number> values_in(Indicator<Number>& indicator) {
  return indicator.room();
}

/// Calls `visit(values)` for the arrays of a record, in their order in it.
template <class Self, class Visit>
void visit_kept(Self& indicators, const KeptIndicators& kept, bool traces, Visit&& visit) {
  visit(indicators.lab_initial_stock);
  visit(indicators.zone_initial_stock);
  visit_indicators(indicators, [&](auto& indicator, const IndicatorDeclaration& declaration) {
    if (kept.wants(declaration.name)) visit(values_in(indicator));
  });
  if (traces)
    visit_traces(indicators.traces, [&](auto& trace, const IndicatorDeclaration&) { visit(values_in(trace)); });
}

std::size_t bytes_in(const auto& values) {
  return values.size() * sizeof(*values.data());
}

}  // namespace

std::string RunRecord::packed(const Indicators* indicators, const std::string& failure, const KeptIndicators& kept,
                              bool traces) {
  if (indicators == nullptr) return '\1' + failure;
  std::size_t size = 1;
  visit_kept(*indicators, kept, traces, [&](const auto& values) { size += bytes_in(values); });
  std::string record(size, '\0');
  char* to = record.data() + 1;
  visit_kept(*indicators, kept, traces, [&](const auto& values) {
    if (values.empty()) return;
    std::memcpy(to, values.data(), bytes_in(values));
    to += bytes_in(values);
  });
  return record;
}

std::string RunRecord::failure(std::string_view packed) {
  return failed(packed) ? std::string(packed.substr(1)) : std::string();
}

void RunRecord::unpack(std::string_view packed, const KeptIndicators& kept, bool traces, Indicators& indicators) {
  std::size_t at = 1;
  visit_kept(indicators, kept, traces, [&](auto&& values) {
    if (at + bytes_in(values) > packed.size()) throw ReadFailed("a run's record is shorter than its indicators");
    if (!values.empty()) std::memcpy(values.data(), packed.data() + at, bytes_in(values));
    at += bytes_in(values);
  });
  if (at != packed.size()) throw ReadFailed("a run's record is longer than its indicators");
}

}  // namespace innochain
