#include "output/comparison/indicator_meaning.hpp"

#include <algorithm>
#include <array>

namespace innochain {

namespace {

struct Declared {
  std::string_view name;
  Goal goal;
};

/// Purposes that the policy documents state for the system (outputs, quality, self-reliance) or that applicants and
/// auditors complain of (time, duplicates, money not used). Everything else is a means, or contested.
constexpr std::array declared_goals{Declared{"applicant_time", Goal::less},
                                    Declared{"applied_stock", Goal::more},
                                    Declared{"basic_stock", Goal::more},
                                    Declared{"duplicate_share", Goal::less},
                                    Declared{"enterprise_skl_standards", Goal::more},
                                    Declared{"firm_revenue", Goal::more},
                                    Declared{"firms", Goal::more},
                                    Declared{"import_reliance", Goal::less},
                                    Declared{"lab_quality_mean", Goal::more},
                                    Declared{"lab_quality_p10", Goal::more},
                                    Declared{"papers", Goal::more},
                                    Declared{"papers_top", Goal::more},
                                    Declared{"patents", Goal::more},
                                    Declared{"patents_granted", Goal::more},
                                    Declared{"policy_fit", Goal::more},
                                    Declared{"policy_value", Goal::more},
                                    Declared{"productivity", Goal::more},
                                    Declared{"programme_returned", Goal::less},
                                    Declared{"revenue", Goal::more},
                                    Declared{"self_reliance", Goal::more},
                                    Declared{"skl_papers", Goal::more},
                                    Declared{"skl_patents", Goal::more},
                                    Declared{"spinoffs", Goal::more},
                                    Declared{"standards", Goal::more},
                                    Declared{"technology_contracts", Goal::more},
                                    Declared{"technology_gap", Goal::less},
                                    Declared{"topic_diversity", Goal::more},
                                    Declared{"transfers", Goal::more},
                                    Declared{"zone_performance", Goal::more},
                                    Declared{"zone_revenue", Goal::more}};

/// Zones of one kind group those of another, so that their firms would be counted twice; a target that is missing for
/// one type leaves no target for all.
constexpr std::array<std::string_view, 4> no_whole{"lab_target", "zone_target", "zone_firms", "zone_revenue"};
constexpr std::array<std::string_view, 8> shortfalls{"limit_calls",      "limit_appetite",       "limit_bar",
                                                     "limit_candidates", "zone_limit_calls",     "zone_limit_appetite",
                                                     "zone_limit_bar",   "zone_limit_candidates"};

bool among(const auto& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

IndicatorMeaning meaning_of(std::string_view indicator, bool whole_number, std::string_view cell_methods) {
  IndicatorMeaning meaning;
  const auto declared = std::ranges::find(declared_goals, indicator, &Declared::name);
  if (declared != declared_goals.end()) meaning.goal = declared->goal;
  if (among(no_whole, indicator)) return meaning;
  if (cell_methods.ends_with("category: mean"))
    meaning.whole = OverCategories::mean;
  else if (whole_number || cell_methods.starts_with("year: sum") || among(shortfalls, indicator))
    meaning.whole = OverCategories::sum;
  return meaning;
}

const char* goal_name(Goal goal) {
  switch (goal) {
    case Goal::more:
      return "more";
    case Goal::less:
      return "less";
    case Goal::none:
      break;
  }
  return "";
}

}  // namespace innochain
