#pragma once

#include "sim/system/chain_parameters.hpp"
#include "sim/system/declarations.hpp"

namespace innochain {

/// Numbers that do not change over the years and that calibration may fit. Symbols in brackets are those of
/// docs/odd.md.
struct Parameters {
  struct Approvals {
    double appetite_opening, appetite_adjustment, appetite_expansion, quality_appetite_ratio;
    double bar_raise, dispersion, isolated_rate, ambition, need_weight, waiting_cap_years;
    double call_intensity_batch, call_intensity_rolling, quality_call_ratio;
  } approvals;
  struct Quality {
    double growth, funding_elasticity, churn_persistence, churn_spread;
  } quality;
  struct Exits {
    double absorption_rate, zone_removal_rate, readmission_years;
  } exits;
  struct Labs {
    double staff_speed, staff_elasticity, effort_staff_elasticity, quality_spread, paper_rate, patent_rate,
        standard_rate, applied_paper_weight, count_dispersion, zone_location_share, city_concentration,
        income_elasticity, formed_at_launch_share, first_full_year;
  } labs;
  struct Reviews {
    double reliability, reputation_gain;
  } reviews;
  struct Applications {
    double fresh_per_researcher, growth, early_growth, early_level, success_elasticity, resubmission_share, pause_share,
        cost_years_per_proposal;
  } applications;
  struct Projects {
    double cancellation_rate, acceptance_share, acceptance_slope, delivery_share;
  } projects;
  struct Topics {
    double university_weight, institute_weight, enterprise_weight, lab_weight, partner_share, open_rivals, per_category;
  } topics;
  struct Zones {
    double fundamentals_spread, agglomeration, congestion, support_elasticity, noise_persistence, noise_spread,
        reliability, size_correlation, core_industry_share, gdp_per_revenue;
  } zones;
  ChainParameters chain;
};

/// Calls `visit(value, Declaration)` for every parameter, in the order of the documentation.
template <class Self, class Visitor>
void visit_parameters(Self& p, Visitor&& visit) {
  constexpr std::string_view prototype = "posterior median of a prototype fitted to the approvals up to 2017";
  constexpr std::string_view prior = "assumed: prior median, the approvals say little about it";

  auto& a = p.approvals;
  visit(a.appetite_opening,
        Declaration{"approvals.appetite.opening", "1/year", 0.001, 20, 1.07,
                    "Speed at which the gap to the target is closed, to 1998 [a_open].", prototype});
  visit(a.appetite_adjustment, Declaration{"approvals.appetite.adjustment", "1/year", 0.001, 20, 0.21,
                                           "The same, 1999–2005 [a_adj].", prototype});
  visit(a.appetite_expansion, Declaration{"approvals.appetite.expansion", "1/year", 0.001, 20, 0.24,
                                          "The same, 2006–2014 [a_exp].", prototype});
  visit(a.quality_appetite_ratio, Declaration{"approvals.appetite.quality_ratio", "1", 0.01, 10, 1.0,
                                              "Appetite of the quality era relative to the expansion's [ρ_a].",
                                              "fixed at 1: counts cannot tell it from the bar raise"});
  visit(a.bar_raise,
        Declaration{"approvals.bar_raise", "sd", -1, 4, 0.38,
                    "Rise of the quality bar in the quality era, in standard deviations of candidate quality [Δ].",
                    prototype});
  visit(a.dispersion, Declaration{"approvals.dispersion", "1", 0.1, 100, 4.3,
                                  "Gamma shape of the overdispersion of a call; smaller is wilder [φ].", prior});
  visit(a.isolated_rate, Declaration{"approvals.isolated_rate", "1/year", 0, 10, 0.53,
                                     "Approvals expected in a year without a call [ν].", prior});
  visit(a.ambition,
        Declaration{"approvals.ambition", "1", 0.1, 3, 1.01,
                    "Stock aimed at before a target is announced, relative to the designation's saturation share [τ].",
                    prototype});
  visit(a.need_weight, Declaration{"approvals.need_weight", "sd", 0, 3, 0.3,
                                   "Bonus of a candidate from a province without members [ω].",
                                   "assumed: not identified by the approvals"});
  visit(a.waiting_cap_years,
        Declaration{"approvals.waiting_cap_years", "year", 1, 30, 5,
                    "Years over which appetite accumulates between calls, at most.", "assumed: one five-year plan"});
  visit(a.call_intensity_batch,
        Declaration{"approvals.call_intensity.batch", "1/year", 0, 20, 0.64,
                    "Rate of calls for numbered batches when the gap is the whole target [λ_batch].", prototype});
  visit(a.call_intensity_rolling,
        Declaration{"approvals.call_intensity.rolling", "1/year", 0, 20, 2.7,
                    "The same where applications are decided as they come [λ_roll].", prototype});
  visit(a.quality_call_ratio, Declaration{"approvals.call_intensity.quality_ratio", "1", 0.01, 10, 0.70,
                                          "Rate of calls in the quality era relative to before [ρ_λ].", prior});

  auto& q = p.quality;
  visit(q.growth, Declaration{"quality.growth", "sd/year", -0.2, 0.5, 0.04, "Yearly growth of candidates' quality [g].",
                              "assumed: not identified by the approvals"});
  visit(q.funding_elasticity,
        Declaration{"quality.funding_elasticity", "sd", 0, 2, 0.2,
                    "Quality gained per log unit of five-year funding above the mean of the pool [γ].",
                    "assumed: 0.2, range 0–0.6"});
  visit(q.churn_persistence,
        Declaration{"quality.churn_persistence", "1", 0, 0.999, 0.9,
                    "Autocorrelation of the changing part of quality [ρ].", "assumed: 0.9, range 0.7–0.97"});
  visit(q.churn_spread,
        Declaration{"quality.churn_spread", "sd", 0, 2, 0.15,
                    "Stationary standard deviation of the changing part of quality.", "assumed: 0.15, range 0–0.4"});

  auto& e = p.exits;
  visit(e.absorption_rate,
        Declaration{"exits.absorption_rate", "1/year", 0, 0.2, 0.004,
                    "Hazard that a discipline SKL is absorbed by a national-lab pilot, from 2000 [μ].", prototype});
  visit(e.zone_removal_rate,
        Declaration{"exits.zone_removal_rate", "1/year", 0, 0.2, 0.001,
                    "Hazard that a zone loses its designation outside the evaluations, from 2016 [δ_z].", prior});
  visit(e.readmission_years,
        Declaration{"exits.readmission_years", "year", 0, 30, 5,
                    "Years after which a delisted lab may be a candidate again.", "assumed: one review period"});

  auto& l = p.labs;
  visit(l.staff_speed, Declaration{"labs.staff_speed", "1/year", 0, 1, 0.3,
                                   "Share of the gap between wanted and present staff closed in a year [η_S].",
                                   "assumed: staff follow money with a lag of about three years, range 0.1–0.6"});
  visit(l.staff_elasticity,
        Declaration{"labs.staff_elasticity", "1", 0, 1, 0.37, "Elasticity of wanted staff in real money [ε_S].",
                    "academic FTE 2000–2017 against real money; range 0.3–0.5"});
  visit(l.effort_staff_elasticity,
        Declaration{"labs.effort_staff_elasticity", "1", 0, 1, 0.4, "Weight of staff in effort; the rest is money [α].",
                    "assumed: range 0.3–0.6"});
  visit(l.quality_spread,
        Declaration{"labs.quality_spread", "log", 0, 2, 0.35,
                    "Standard deviation of the log of labs' productivity [σ_q].", "assumed: range 0.2–0.6"});
  visit(l.paper_rate,
        Declaration{"labs.paper_rate", "1", 0, 100, 1.52, "SCI papers per unit of effort in basic work [κ_P].",
                    "tuned to SCI papers 2000–2017 and to 135 papers per information SKL"});
  visit(l.patent_rate, Declaration{"labs.patent_rate", "1", 0, 100, 0.57,
                                   "Invention patents filed per unit of effort in applied work [κ_I].",
                                   "tuned to 52 patents per information SKL and year"});
  visit(l.standard_rate, Declaration{"labs.standard_rate", "1", 0, 100, 0.125,
                                     "Standards per unit of effort in commercial work of enterprise labs [κ_S].",
                                     "tuned to 669 standards of enterprise SKLs in 2016 (report 3.3)"});
  visit(l.applied_paper_weight,
        Declaration{"labs.applied_paper_weight", "1", 0, 1, 0.25,
                    "Papers from applied work relative to basic work [b_PA].", "assumed: range 0.1–0.5"});
  visit(l.count_dispersion,
        Declaration{"labs.count_dispersion", "1", 0, 5, 0.2,
                    "Excess variance of papers and patents over Poisson, as a share of the squared mean [ν_nb].",
                    "assumed: range 0.05–0.5"});
  visit(l.zone_location_share,
        Declaration{"labs.zone_location_share", "1", 0, 1, 0.95,
                    "Share of labs that sit inside their city's high-tech zone once there is one.",
                    "assumed: 84 % of SKLs were inside HIDZs in 2022 (report 4.1); range 0.6–0.95"});
  visit(l.city_concentration,
        Declaration{"labs.city_concentration", "1", 0, 3, 1.25,
                    "Exponent of a city's weight in the choice of where universities, institutes and labs are.",
                    "assumed: research is more concentrated than industry; range 1–1.6"});
  visit(l.income_elasticity, Declaration{"labs.income_elasticity", "1", 0, 2, 0.6,
                                         "Elasticity of labs' other income in the country's real R&D spending.",
                                         "assumed: between a fixed income and a fixed share; range 0.3–1"});
  visit(l.formed_at_launch_share,
        Declaration{"labs.formed_at_launch_share", "1", 0, 1, 0.5,
                    "Share of a pool that exists when its designation is launched.", "assumed: range 0.3–0.8"});
  visit(l.first_full_year, Declaration{"labs.first_full_year", "year", 1984, 2035, 2006,
                                       "Year by which the pools are fully formed and from which the bar binds.",
                                       "assumed: the reference year of candidates' quality"});

  auto& r = p.reviews;
  visit(r.reliability, Declaration{"reviews.reliability", "1", 0, 1, 0.5,
                                   "Share of the variance of review scores that is due to the labs.",
                                   "assumed: about 0.5, range 0.3–0.8"});
  visit(r.reputation_gain, Declaration{"reviews.reputation_gain", "1", 0, 1, 0.3,
                                       "Weight of the newest grade in a lab's reputation.", "assumed: range 0.1–0.6"});

  auto& s = p.applications;
  visit(s.fresh_per_researcher,
        Declaration{"applications.fresh_per_researcher", "1/FTE/year", 0, 10, 0.55,
                    "New proposals per grant-active researcher in 2010, at an expected success of 22 % [κ_A].",
                    "about 79,000 new proposals in 2010, a tenth of them from designated labs"});
  visit(s.growth, Declaration{"applications.growth", "1/year", -0.2, 0.5, 0.0435,
                              "Yearly growth of new proposals per researcher, from the entry of researchers [g_A].",
                              "NSFC applications 2010–2023; ±0.007"});
  visit(s.early_growth,
        Declaration{
            "applications.early_growth", "1/year", -0.2, 0.5, 0.12, "The same before 2010.",
            "about 12,000 applications in 1990, 49,000 in 2005 and 97,000 in 2009 (NSFC, recalled); range 0.08–0.18"});
  visit(s.early_level,
        Declaration{"applications.early_level", "1", 0, 2, 0.6,
                    "New proposals just before 2010, when the NSFC's budget grew by 60 % in a year, relative to after.",
                    "the same numbers; with 1, applications of 2010 would be 160,000 instead of 119,000"});
  visit(s.success_elasticity, Declaration{"applications.success_elasticity", "1", 0, 2, 0.20,
                                          "Elasticity of new proposals in the expected success rate [η].",
                                          "NSFC applications 2010–2023; ±0.21"});
  visit(s.resubmission_share,
        Declaration{"applications.resubmission_share", "1", 0, 1, 0.72,
                    "Share of rejected proposals that come back the year after [χ].", "NSFC applications 2010–2023"});
  visit(s.pause_share, Declaration{"applications.pause_share", "1", 0, 1, 0.71,
                                   "Share of resubmissions left by the NSFC's pause after two failures, 2013–2016 [x].",
                                   "NSFC applications 2012–2013"});
  visit(s.cost_years_per_proposal,
        Declaration{"applications.cost_years_per_proposal", "FTE·year", 0, 1, 0.08, "Work put into one proposal.",
                    "assumed: about a month; 34–38 days per proposal in Herbert et al. 2013 (BMJ Open 3:e002800)"});

  auto& j = p.projects;
  visit(j.cancellation_rate,
        Declaration{"projects.cancellation_rate", "1/year", 0, 1, 0.006,
                    "Hazard that a running project is cancelled and its unpaid part recovered.",
                    "assumed: missing project numbers in the NKP record (report, Annex 1); range 0–0.03"});
  visit(j.acceptance_share, Declaration{"projects.acceptance_share", "1", 0, 1, 0.97,
                                        "Probability that a finished project of average quality passes acceptance.",
                                        "assumed: range 0.9–0.99"});
  visit(j.acceptance_slope,
        Declaration{"projects.acceptance_slope", "1/sd", 0, 3, 0.25,
                    "Gain in the probit of acceptance per standard deviation of the lead's quality.",
                    "assumed: range 0–0.5"});
  visit(j.delivery_share, Declaration{"projects.delivery_share", "1", 0, 1, 0.40,
                                      "Part of an open competition's award that is paid on delivery.",
                                      "assumed: 60 % on award, 40 % on delivery; range 0.2–0.6"});

  auto& c = p.topics;
  visit(c.university_weight,
        Declaration{"topics.university_weight", "1", 0, 1000, 3.8,
                    "R&D staff who can lead topic teams, per grant-active researcher of a university.",
                    "360,000 FTE of universities in 2016 (NBS, recalled) over their grant-active researchers"});
  visit(c.institute_weight,
        Declaration{"topics.institute_weight", "1", 0, 1000, 10, "The same for the academy and other institutes.",
                    "390,000 FTE of research institutes in 2016 (NBS, recalled); assumed: a sixth of them in defence, "
                    "range 8–12"});
  visit(c.enterprise_weight, Declaration{"topics.enterprise_weight", "1", 0, 1000, 55, "The same for enterprises.",
                                         "3.0 million FTE in 2016 (NBS, recalled); assumed: one in fourteen works "
                                         "where national topics are followed, range 20–150"});
  visit(c.lab_weight, Declaration{"topics.lab_weight", "1", 0, 100, 2,
                                  "Topic teams led per FTE of a designated lab, relative to other R&D staff.",
                                  "assumed: range 1–12"});
  visit(c.partner_share, Declaration{"topics.partner_share", "1", 0, 1, 0.5,
                                     "Share of teams led by universities and institutes that have a partner firm.",
                                     "assumed: range 0.3–0.7"});
  visit(c.open_rivals,
        Declaration{"topics.open_rivals", "1", 0, 20, 1.2, "Mean number of rival teams in an open competition.",
                    "assumed: between designation and the 2.6 of ordinary topics"});
  visit(c.per_category, Declaration{"topics.per_category", "1", 1, 10000, 48,
                                    "Distinct topics in a category, from which programmes draw [n_topic].",
                                    "assumed: fixes the share of duplicates only"});

  auto& z = p.zones;
  visit(z.fundamentals_spread, Declaration{"zones.fundamentals_spread", "log", 0, 2, 0.1,
                                           "Standard deviation of cities' fundamentals in zone performance [σ_city].",
                                           "assumed: range 0–0.2"});
  visit(z.agglomeration,
        Declaration{"zones.agglomeration", "log", 0, 0.5, 0.05,
                    "Performance gained per log unit of local activity [a_agg].", "Combes and Gobillon 2015: .02–.06"});
  visit(z.congestion,
        Declaration{"zones.congestion", "log", 0, 0.5, 0.01,
                    "Performance lost per multiple of the mean local activity [a_con].", "assumed: range 0–0.03"});
  visit(z.support_elasticity,
        Declaration{"zones.support_elasticity", "log", 0, 1, 0.03,
                    "Performance gained per log unit of support above the mean zone's.", "assumed: range 0–0.1"});
  visit(z.noise_persistence,
        Declaration{"zones.noise_persistence", "1", 0, 0.999, 0.9,
                    "Autocorrelation of the changing part of performance.", "assumed: range 0.7–0.97"});
  visit(z.noise_spread,
        Declaration{"zones.noise_spread", "log", 0, 2, 0.08,
                    "Stationary standard deviation of the changing part of performance.", "assumed: range 0–0.2"});
  visit(z.reliability,
        Declaration{"zones.reliability", "1", 0, 1, 0.7,
                    "Share of the variance of evaluation scores that is due to the zones.", "assumed: range 0.4–0.9"});
  visit(z.size_correlation, Declaration{"zones.size_correlation", "1", 0, 1, 0.8,
                                        "Correlation of a locality's application quality with the size of its city.",
                                        "assumed: large cities came first; range 0.5–0.95"});
  visit(z.core_industry_share,
        Declaration{"zones.core_industry_share", "1", 0, 0.2, 0.0042,
                    "Core artificial-intelligence industry relative to GDP, for the admission of AI pilot zones.",
                    "recalled: CNY 508 billion in 2022 (industry ministry) of 121 trillion; range 0.002–0.006"});
  visit(z.gdp_per_revenue,
        Declaration{"zones.gdp_per_revenue", "1", 0, 1, 0.31, "Gross product of a zone over the revenue of its firms.",
                    "HIDZs 2015 and 2017: 8.1 of 25.4 and 9.52 of 30.7 trillion CNY"});

  visit_chain_parameters(p.chain, visit);
}

/// All parameters at their declared defaults.
inline Parameters default_parameters() {
  Parameters parameters;
  visit_parameters(parameters, [](double& value, const Declaration& declaration) { value = declaration.value; });
  return parameters;
}

}  // namespace innochain
