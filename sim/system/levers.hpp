#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/year.hpp"
#include "sim/system/declarations.hpp"
#include "sim/system/institutions.hpp"

namespace innochain {

/// Whose adjustment speed, bar and rate of calls apply (approvals obey the levers of the year before, when the call was
/// opened).
enum class Era : std::uint8_t { opening, adjustment, expansion, quality };
inline constexpr std::array<const char*, 4> era_names{"opening", "adjustment", "expansion", "quality"};

/// How the money of a call is given to proposals.
enum class AllocationRule : std::uint8_t {
  merit,              ///< down the ranking of scores until the money is spent
  lottery,            ///< a draw among all proposals
  threshold_lottery,  ///< a draw among the proposals in the upper part of the ranking
  equal_split         ///< the money divided by the number of proposals
};
inline constexpr std::array<const char*, 4> allocation_rule_names{"merit", "lottery", "threshold_lottery",
                                                                  "equal_split"};

/// What policy says about the calls of one designation in one year.
struct CallLever {
  enum class Kind : std::uint8_t {
    drawn,      ///< by chance, with the call intensity and the gap
    open,       ///< announced
    closed,     ///< no call this year
    moratorium  ///< nothing is approved at all, and appetite does not build up
  } kind = Kind::drawn;
  /// Probability of a call; NaN leaves it to the call intensity and the gap.
  double probability = std::numeric_limits<double>::quiet_NaN();
};

/// The policy levers of one year.
struct Levers {
  Era era = Era::opening;
  double centralization = 0.0;  ///< the composite last set; for the record, the levers on its path do the work

  double appetite_factor, central_share_shift, zone_autonomy_share, topic_autonomy_share, openness_share,
      commercialization_emphasis, firm_entry_rate, firm_recognition_rate;
  struct Award {
    double quality_weight, strategic_weight, industry_weight, tier_weight, noise, open_competition_share,
        threshold_share;
  } award;
  AllocationRule allocation_rule = AllocationRule::merit;
  bool programme_mergers = true;
  struct Review {
    double excellent_share, poor_share, delisting_probability, repeated_delisting_probability, notice_years,
        exempt_after, period_years, zone_poor_share, zone_old_weight;
    std::array<double, n_criteria> weights;  ///< sum to 1
  } review;
  struct ReorganizationLevers {
    double keep_share, merge_share, drop_share;
    double alignment_weight, standing_weight, commercial_weight;
  } reorganization;
  double zone_merging_rate, zone_elevation_rate;

  /// By designation. NaN: the raise of the era; no announced target, so that the internal ambition applies.
  Column<DesignationId, double> quality_bar, target;
  Column<DesignationId, CallLever> calls;
};

/// Calls `visit(value, LeverDeclaration)` for every lever that is a number, in the order of the documentation.
template <class Self, class Visitor>
void visit_number_levers(Self& l, Visitor&& visit) {
  using D = Declaration;
  constexpr std::string_view assumed_path =
      "assumed: the path of `centralization` is a convention; set the lever itself to vary it alone";
  const auto lever = [&](auto& value, D declaration) { visit(value, LeverDeclaration{declaration, {}}); };
  const auto central = [&](auto& value, D declaration, double at_zero, double at_one) {
    visit(value, LeverDeclaration{declaration, CentralizationPath{at_zero, at_one}});
  };

  central(l.appetite_factor,
          D{"appetite_factor", "1", 0, 10, 1.0, "Multiplies the era's appetite for approvals.", assumed_path}, 1.3,
          0.6);
  central(
      l.central_share_shift,
      D{"central_share_shift", "1", -0.9, 0.9, 0.0,
        "Part of the local programmes' money moved to the centre (negative: of the centre's moved to the provinces).",
        assumed_path},
      -0.1, 0.4);
  central(
      l.zone_autonomy_share,
      D{"zone_autonomy_share", "1", 0, 1, 0.7, "Freedom of cities to set the policies of their zones.", assumed_path},
      1.0, 0.0);
  central(l.topic_autonomy_share,
          D{"topic_autonomy_share", "1", 0, 1, 0.5,
            "Part of topic money that follows past shares instead of criticality.", assumed_path},
          0.9, 0.1);
  lever(l.openness_share, D{"openness_share", "1", 0, 1, 0.7, "Access to foreign knowledge, and of others to China's.",
                            "assumed: relative scale"});
  lever(l.commercialization_emphasis,
        D{"commercialization_emphasis", "1", 0, 1, 0.3, "Share of commercial work in what calls reward.",
          "assumed: about a quarter in the prototype"});
  lever(l.firm_entry_rate,
        D{"firm_entry_rate", "1/year", 0, 0.5, 0.10, "High-tech firms entering a year per firm of the city [e_t].",
          "assumed after 2022; the history has its own values"});
  lever(l.firm_recognition_rate,
        D{"firm_recognition_rate", "1/year", 0, 1, 0.3,
          "Probability that a firm which meets the demands is newly recognized as a high-tech enterprise.",
          "tuned to high-tech enterprises 2012–2017"});

  lever(l.award.quality_weight, D{"award.quality_weight", "1", 0, 10, 1.0,
                                  "Weight of the applicant's standing in proposal scores.", "scale of the scores"});
  central(l.award.strategic_weight,
          D{"award.strategic_weight", "1", 0, 10, 0.2,
            "Weight of alignment with critical categories in proposal scores.", assumed_path},
          0.0, 0.8);
  lever(l.award.industry_weight, D{"award.industry_weight", "1", 0, 10, 0.1,
                                   "Weight of links with industry in proposal scores.", "assumed: range 0–0.5"});
  central(l.award.tier_weight,
          D{"award.tier_weight", "1", 0, 10, 0.2, "Weight of the lab's tier in proposal scores.", assumed_path}, 0.0,
          0.5);
  lever(l.award.noise, D{"award.noise", "1", 0, 100, 1.0, "Standard deviation of the error of reviewers.",
                         "reliability about 0.5 of single panels: Cole, Cole and Simon 1981 (Science 214, 881–886)"});
  central(l.award.open_competition_share,
          D{"award.open_competition_share", "1", 0, 1, 0.0, "Share of topics posted as open competitions (揭榜挂帅).",
            assumed_path},
          0.0, 0.3);
  lever(l.award.threshold_share, D{"award.threshold_share", "1", 0, 1, 0.5,
                                   "Part of the ranking that enters a threshold lottery.", "assumed: the better half"});

  lever(l.review.excellent_share, D{"review.excellent_share", "1", 0, 1, 0.26,
                                    "Share of reviewed labs graded excellent.", "35 of 134 labs in three rounds"});
  lever(l.review.poor_share,
        D{"review.poor_share", "1", 0, 1, 0.13, "Share of reviewed labs graded poor.", "22 of 169 labs in 2015–2017"});
  lever(l.review.delisting_probability,
        D{"review.delisting_probability", "1", 0, 1, 0.17, "Probability that a poor lab is delisted.",
          "5 of 169 labs delisted in 2015–2017"});
  lever(l.review.repeated_delisting_probability,
        D{"review.repeated_delisting_probability", "1", 0, 1, 0.40, "The same for a lab that was poor the time before.",
          "assumed: range 0.2–0.8"});
  lever(l.review.notice_years,
        D{"review.notice_years", "year", 0, 10, 2, "Years without the institutional grant after a poor grade.",
          "review rules of 2018: fund stopped for two years"});
  lever(l.review.exempt_after,
        D{"review.exempt_after", "1", 1, 20, 3, "Excellent grades in a row that exempt from the next review.",
          "chemistry review of 2009"});
  lever(l.review.period_years,
        D{"review.period_years", "year", 1, 20, 5, "Years between reviews.", "review rules; report 3.1"});
  lever(l.review.zone_poor_share, D{"review.zone_poor_share", "1", 0, 1, 0.02, "Share of evaluated zones graded poor.",
                                    "assumed: two ETDZs were removed in 2019–2020; range 0.005–0.05"});
  lever(l.review.zone_old_weight,
        D{"review.zone_old_weight", "1", 0, 1, 0.5, "Weight of size against innovation in the evaluation of zones.",
          "evaluation index of 2021 (report, note 57); assumed number"});

  lever(l.reorganization.keep_share, D{"reorganization.keep_share", "1", 0, 1, 0.75,
                                       "Share of examined labs carried over.", "assumed: range 0.60–0.85"});
  lever(l.reorganization.merge_share,
        D{"reorganization.merge_share", "1", 0, 1, 0.15, "Share merged with a near lab.", "assumed: range 0.05–0.25"});
  lever(l.reorganization.drop_share, D{"reorganization.drop_share", "1", 0, 1, 0.10,
                                       "Share that loses central support.", "assumed: range 0.05–0.20"});
  central(l.reorganization.alignment_weight,
          D{"reorganization.alignment_weight", "1", 0, 1, 0.50, "Weight of strategic fit in the reorganization.",
            assumed_path},
          0.1, 0.7);
  lever(l.reorganization.standing_weight,
        D{"reorganization.standing_weight", "1", 0, 1, 0.35, "Weight of the grade history.", "assumed"});
  lever(l.reorganization.commercial_weight,
        D{"reorganization.commercial_weight", "1", 0, 1, 0.15, "Weight of commercial work.", "assumed"});

  central(l.zone_merging_rate,
          D{"zone_merging_rate", "1/year", 0, 1, 0.0,
            "Hazard that a zone weak for three years is merged into a stronger neighbour.", assumed_path},
          0.0, 0.1);
  central(
      l.zone_elevation_rate,
      D{"zone_elevation_rate", "1/year", 0, 50, 0.0,
        "Groups elevated into supra zones a year, times the share of provinces with an eligible group.", assumed_path},
      0.0, 2.4);
}

/// All number levers at their declared defaults, and nothing announced.
inline Levers default_levers(const System& system) {
  Levers levers;
  visit_number_levers(levers, [](double& value, const LeverDeclaration& declaration) { value = declaration.value; });
  levers.review.weights = {0.45, 0.20, 0.10, 0.10, 0.15};
  const double nan = std::numeric_limits<double>::quiet_NaN();
  levers.quality_bar.assign(system.n_designations(), nan);
  levers.target.assign(system.n_designations(), nan);
  levers.calls.assign(system.n_designations(), {});
  return levers;
}

/// A regime: a named span of the policy history.
struct Regime {
  std::string name, label;
  YearSpan years;
};

}  // namespace innochain
