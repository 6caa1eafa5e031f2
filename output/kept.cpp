#include "output/kept.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace innochain {

namespace {
bool reduces(const KeptIndicator& kept) {
  return kept.reducer != KeptIndicator::Reducer::none;
}
}  // namespace

bool KeptIndicators::wants(std::string_view name) const {
  return list_.empty() || std::ranges::any_of(list_, [&](const KeptIndicator& kept) { return kept.name == name; });
}

bool KeptIndicators::whole(std::string_view name) const {
  return list_.empty() ||
         std::ranges::any_of(list_, [&](const KeptIndicator& kept) { return kept.name == name && !reduces(kept); });
}

bool KeptIndicators::in_part(std::string_view name) const {
  return whole(name) && !list_.empty() && std::ranges::none_of(list_, [&](const KeptIndicator& kept) {
           return kept.name == name && !reduces(kept) && kept.members.empty() && !kept.years;
         });
}

bool KeptIndicators::holds(std::string_view name, Year year, std::size_t member) const {
  return list_.empty() || std::ranges::any_of(list_, [&](const KeptIndicator& kept) {
           return kept.name == name && !reduces(kept) && (!kept.years || kept.years->contains(year)) &&
                  (kept.members.empty() || std::ranges::find(kept.members, member) != kept.members.end());
         });
}

std::vector<const KeptIndicator*> KeptIndicators::reductions(std::string_view name) const {
  std::vector<const KeptIndicator*> found;
  for (const KeptIndicator& kept : list_)
    if (kept.name == name && reduces(kept)) found.push_back(&kept);
  return found;
}

std::string name_of_reduction(const KeptIndicator& kept, YearSpan years) {
  const YearSpan span = kept.years.value_or(years);
  return fmt::format("{}_{}_{}_{}", kept.name, kept.reducer == KeptIndicator::Reducer::sum ? "sum" : "mean",
                     span.first.value(), span.last.value());
}

}  // namespace innochain
