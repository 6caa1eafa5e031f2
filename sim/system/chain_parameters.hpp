#pragma once

#include <string_view>

#include "sim/system/declarations.hpp"

namespace innochain {

/// Parameters of the chain from knowledge to products. Symbols in brackets are those of docs/odd.md.
struct ChainParameters {
  struct Technology {
    double frontier_growth, frontier_noise, outflow, cooperation_gain;
    double basic_depreciation, applied_depreciation, basic_productivity, applied_productivity;
    double basic_effort_elasticity, applied_effort_elasticity, basic_stock_elasticity, applied_stock_elasticity;
    double chain_elasticity, basic_diffusion, applied_diffusion;
    double initial_applied, initial_basic, initial_applied_spread, initial_basic_spread, initial_frontier_spread;
    double commercial_weight, enterprise_weight;
  } technology;
  struct Background {
    double academic_staff, academic_money_mcny, enterprise_staff, enterprise_money_mcny, staff_elasticity;
    double natural_basic, natural_applied, initial_basic, initial_applied;
  } background;
  struct Outputs {
    double paper_stock_elasticity, patent_stock_elasticity, transfer_stock_elasticity;
    double lab_patent_weight, grant_lag_years, transfer_applied_weight, contract_rate, contract_enterprise_weight;
    double top_paper_share, top_knowledge_elasticity, top_frontier_elasticity, top_counting_loss;
  } outputs;
  struct Knowledge {
    double forgetting, own_learning, colocation, frontier_learning;
  } knowledge;
  struct Orientation {
    double speed, poor_speed, response, call_weight;
  } orientation;
  struct Coordination {
    double weight, duplicate_value, basic_variety, applied_variety, memory_years;
  } coordination;
  struct Imports {
    double gap_scale, adjustment, control_adjustment, output_loss, diffusion_loss, directed_search;
  } imports;
  struct Governance {
    double dimensions, local_share, spillover, fit_weight, specialization_weight;
    double experiment_rate, experiment_step, imitation_rate, imitation_step, sight_error;
    double pull, template_learning, template_experiment_learning, template_error, common_drift;
    double specialization_speed, hot_response;
  } governance;
  struct Firms {
    double initial_year, initial_count, initial_log_revenue, initial_log_spread, initial_gap, initial_gap_spread;
    double host_log_revenue, host_log_spread;
    double entry_floor, entry_performance, entry_zone, inside_share, entry_log_revenue, entry_growth, entry_log_spread,
        entry_lead, entry_lead_spread, spinoff_rate, spinoff_lead;
    double rd_median, rd_spread, rd_size_exponent, rd_half, certified_rd_gain, absorption, lab_absorption, reach_scale;
    double cluster_reach, far_reach, related_reach, outside_reach;
    double productivity_shock, young_shock, young_years;
    double demand, productivity_growth, zone_growth, growth_shock, size_exponent, opportunities;
    double exit_distance, exit_size_relief, exit_rate;
    double recertification_years, certified_rd_min, certified_distance;
    double agents_at_least, agents_at_most, agent_share;
  } firms;
};

/// Calls `visit(value, Declaration)` for every parameter of the chain, in the order of the documentation.
template <class Self, class Visitor>
void visit_chain_parameters(Self& p, Visitor&& visit) {
  using D = Declaration;
  constexpr std::string_view tuned_path =
      "tuned: applied stock from 30 % of the frontier (1984) to about 63 % (2017), a course that is itself assumed";

  auto& t = p.technology;
  visit(t.frontier_growth, D{"technology.frontier_growth", "1/year", 0, 0.1, 0.02,
                             "Growth of the foreign frontier [g_F].", "Bloom et al. 2020; range 0.01–0.03"});
  visit(t.frontier_noise,
        D{"technology.frontier_noise", "1/year", 0, 0.2, 0.01,
          "Standard deviation of the frontier's yearly growth in a category [σ_F].", "assumed: range 0–0.05"});
  visit(t.outflow, D{"technology.outflow", "1/year", 0, 0.5, 0.0,
                     "Share of a lead over the frontier that flows out in a year at full openness [u].",
                     "assumed: none while China follows; range 0–0.05"});
  visit(t.cooperation_gain,
        D{"technology.cooperation_gain", "1", 0, 1, 0.1,
          "Gain of basic effort from international co-operation at full openness [χ_co].", "assumed: range 0–0.3"});
  visit(t.basic_depreciation,
        D{"technology.basic_depreciation", "1/year", 0, 0.5, 0.04,
          "Yearly loss of basic knowledge, a capability of people that lapses without exercise [δ_B].",
          "Hall, Mairesse and Mohnen 2010 (wide); range 0.02–0.08"});
  visit(t.applied_depreciation,
        D{"technology.applied_depreciation", "1/year", 0, 0.5, 0.02, "Yearly loss of applied knowledge [δ_A].",
          "Hall, Mairesse and Mohnen 2010 (wide); range 0.01–0.05"});
  visit(t.basic_productivity, D{"technology.basic_productivity", "1/year", 0, 10, 0.066,
                                "Idea productivity of basic work at 1,000 units of effort [ζ_B].", tuned_path});
  visit(t.applied_productivity,
        D{"technology.applied_productivity", "1/year", 0, 10, 0.0183, "The same of applied work [ζ_A].", tuned_path});
  visit(t.basic_effort_elasticity,
        D{"technology.basic_effort_elasticity", "1", 0, 1, 0.65, "Elasticity of basic ideas in effort [λ_B].",
          "Jones 2002; Bloom et al. 2020; range 0.3–0.9"});
  visit(t.applied_effort_elasticity,
        D{"technology.applied_effort_elasticity", "1", 0, 1, 0.5, "Elasticity of applied ideas in effort [λ_A].",
          "Jones 2002; Bloom et al. 2020; range 0.3–0.9"});
  visit(t.basic_stock_elasticity,
        D{"technology.basic_stock_elasticity", "1", 0, 0.99, 0.3, "Elasticity of basic ideas in the basic stock [φ_B].",
          "Jones 1995: below 1; range 0–0.8"});
  visit(t.applied_stock_elasticity,
        D{"technology.applied_stock_elasticity", "1", 0, 0.99, 0.3,
          "Elasticity of applied ideas in the applied stock [φ_A].", "Jones 1995: below 1; range 0–0.8"});
  visit(t.chain_elasticity, D{"technology.chain_elasticity", "1", 0, 2, 0.6,
                              "Elasticity of applied productivity in basic over applied stock: the chain itself [φ].",
                              "unknown: sweep it over 0–1"});
  visit(t.basic_diffusion, D{"technology.basic_diffusion", "1/year", 0, 0.5, 0.043,
                             "Share of the gap to the frontier's science closed in a year at full openness [d_B].",
                             "Griffith, Redding and Van Reenen 2004: 0.03 at openness 0.7; range 0.01–0.1"});
  visit(t.applied_diffusion,
        D{"technology.applied_diffusion", "1/year", 0, 0.5, 0.043, "The same for applied knowledge [d_A].",
          "Griffith, Redding and Van Reenen 2004: 0.03 at openness 0.7; range 0.01–0.1"});
  visit(t.initial_applied, D{"technology.initial_applied", "1", 0.01, 10, 0.30,
                             "Applied stock of the first year over the frontier.", "assumed: range 0.2–0.4"});
  visit(t.initial_basic, D{"technology.initial_basic", "1", 0.01, 10, 0.26,
                           "Basic stock of the first year over the frontier.", "assumed: range 0.15–0.4"});
  visit(t.initial_applied_spread, D{"technology.initial_applied_spread", "log", 0, 2, 0.2,
                                    "Standard deviation of its logarithm over categories.", "assumed: range 0–0.4"});
  visit(t.initial_basic_spread, D{"technology.initial_basic_spread", "log", 0, 2, 0.15, "The same of the basic stock.",
                                  "assumed: range 0–0.4"});
  visit(t.initial_frontier_spread, D{"technology.initial_frontier_spread", "log", 0, 2, 0.10,
                                     "The same of the frontier.", "assumed: range 0–0.3"});
  visit(t.commercial_weight,
        D{"technology.commercial_weight", "1", 0, 1, 0.3,
          "Applied knowledge from commercial work relative to applied work [ω_C].", "assumed: range 0.1–0.5"});
  visit(t.enterprise_weight, D{"technology.enterprise_weight", "1", 0, 1, 0.25,
                               "Applied knowledge from enterprises' development relative to applied research [ω_E].",
                               "assumed: range 0.1–0.5"});

  auto& b = p.background;
  visit(b.academic_staff, D{"background.academic_staff", "FTE", 1, 1e8, 583000,
                            "Academic R&D staff at the reference money.", "NBS 2010: universities and institutes"});
  visit(b.academic_money_mcny, D{"background.academic_money_mcny", "million CNY", 1, 1e8, 187900,
                                 "Academic R&D spending to which that staff belongs, prices of 2010.", "NBS 2010"});
  visit(b.enterprise_staff, D{"background.enterprise_staff", "FTE", 1, 1e8, 1874000,
                              "Enterprises' R&D staff at the reference money.", "NBS 2010, recalled"});
  visit(b.enterprise_money_mcny,
        D{"background.enterprise_money_mcny", "million CNY", 1, 1e8, 518500,
          "Enterprises' R&D spending to which that staff belongs, prices of 2010.", "NBS 2010, recalled"});
  visit(b.staff_elasticity, D{"background.staff_elasticity", "1", 0, 1, 0.37,
                              "Elasticity of R&D staff outside designated labs in real money [ε_S].",
                              "academic FTE 2000–2017 against real money; range 0.3–0.5"});
  visit(b.natural_basic, D{"background.natural_basic", "1", 0, 1, 0.19,
                           "Natural share of basic work in academic research outside designated labs.",
                           "tuned to the basic share of R&D spending 2000–2017"});
  visit(b.natural_applied,
        D{"background.natural_applied", "1", 0, 1, 0.40, "The same of applied work.", "assumed: range 0.3–0.5"});
  visit(b.initial_basic, D{"background.initial_basic", "1", 0, 1, 0.09, "Share of basic work in the first year.",
                           "tuned to the basic share of R&D spending in 2000"});
  visit(b.initial_applied,
        D{"background.initial_applied", "1", 0, 1, 0.38, "The same of applied work.", "assumed: range 0.3–0.5"});

  auto& o = p.outputs;
  visit(o.paper_stock_elasticity,
        D{"outputs.paper_stock_elasticity", "1", 0, 2, 0.8, "Elasticity of papers in the basic stock [ψ_B].",
          "tuned to SCI papers 2000–2017; range 0.3–1.2"});
  visit(o.patent_stock_elasticity,
        D{"outputs.patent_stock_elasticity", "1", 0, 2, 0.8, "Elasticity of patents in the applied stock [ψ_I].",
          "tuned to invention patents 2010–2017; range 0–1.2"});
  visit(o.transfer_stock_elasticity, D{"outputs.transfer_stock_elasticity", "1", 0, 2, 1.0,
                                       "Elasticity of transferable results in the applied stock [ψ_V].",
                                       "tuned to technology contracts 1995–2017; range 0.3–1"});
  visit(o.lab_patent_weight, D{"outputs.lab_patent_weight", "1", 0, 10, 1.2,
                               "Patents of designated labs per unit of effort relative to other research [b_IL].",
                               "tuned to 52 patents per information SKL and year"});
  visit(o.grant_lag_years, D{"outputs.grant_lag_years", "year", 0, 8, 2,
                             "Years from filing to grant of an invention patent [ℓ_I].", "about two years"});
  visit(o.transfer_applied_weight,
        D{"outputs.transfer_applied_weight", "1", 0, 1, 0.4,
          "Transferable results from applied work relative to commercial work [b_TA].", "assumed: range 0.2–0.6"});
  visit(o.contract_rate, D{"outputs.contract_rate", "million CNY", 0, 100, 1.3,
                           "Value of technology contracts per transferable result, prices of 2010 [κ_V].",
                           "tuned to technology contracts 1995–2017"});
  visit(o.contract_enterprise_weight,
        D{"outputs.contract_enterprise_weight", "1", 0, 1, 0.25,
          "Contracts from enterprises' development relative to labs' results [ω_V].", "assumed: range 0.1–0.5"});
  visit(o.top_paper_share,
        D{"outputs.top_paper_share", "1", 0, 0.5, 0.014,
          "Share of papers among the world's most cited 1 % at the frontier, under the review weights of 1999–2019.",
          "assumed: brings China to the world's mean of 1 % in the late 2010s"});
  visit(o.top_knowledge_elasticity, D{"outputs.top_knowledge_elasticity", "1", 0, 5, 1.0,
                                      "Elasticity of that share in the lab's own knowledge [θ].", "assumed"});
  visit(o.top_frontier_elasticity, D{"outputs.top_frontier_elasticity", "1", 0, 5, 1.0,
                                     "Elasticity of that share in the basic stock over the frontier [θ₂].", "assumed"});
  visit(o.top_counting_loss,
        D{"outputs.top_counting_loss", "1", 0, 10, 1.0,
          "Log loss of that share per unit of review weight on counted papers: counts are bought with quality [θ₃].",
          "assumed: range 0–2"});

  auto& k = p.knowledge;
  visit(k.forgetting, D{"knowledge.forgetting", "1/year", 0, 1, 0.10,
                        "Speed at which a lab's knowledge falls back to the usual [ρ_k].", "assumed: range 0.05–0.3"});
  visit(k.own_learning,
        D{"knowledge.own_learning", "log/year", 0, 0.2, 0.02,
          "Knowledge gained a year from basic work above the mean of the type [g_own].", "assumed: range 0–0.05"});
  visit(k.colocation, D{"knowledge.colocation", "log/year", 0, 0.1, 0.005,
                        "Knowledge gained a year per log unit of designated labs of the discipline in the city [g_co].",
                        "assumed: range 0–0.02"});
  visit(k.frontier_learning,
        D{"knowledge.frontier_learning", "log/year", 0, 0.2, 0.01,
          "Knowledge gained a year per log unit of distance to the frontier at full openness [g_F].",
          "assumed: range 0–0.03"});

  auto& i = p.orientation;
  visit(i.speed, D{"orientation.speed", "1/year", 0, 1, 0.09,
                   "Share of the way to the rewarded mix of work that labs go in a year [η_o].",
                   "tuned to the basic share of R&D spending; range 0.04–0.2"});
  visit(i.poor_speed, D{"orientation.poor_speed", "1", 0, 10, 0.5,
                        "Additional speed after a poor grade, relative [η_poor].", "assumed: range 0–2"});
  visit(i.response, D{"orientation.response", "1", 0, 10, 1.0, "Exponent of rewards in the wanted mix [β_o].",
                      "Holmström and Milgrom 1991 for the mechanism; assumed: range 0–3"});
  visit(i.call_weight,
        D{"orientation.call_weight", "1", 0, 1, 0.25,
          "Weight of the year's calls against the last review in what is rewarded [c].", "assumed: range 0–0.6"});

  auto& c = p.coordination;
  visit(c.weight,
        D{"coordination.weight", "1", 0, 1, 0.3,
          "Part of research effort whose worth depends on the choice of topics [c_p].", "assumed: range 0–0.6"});
  visit(c.duplicate_value,
        D{"coordination.duplicate_value", "1", 0, 1, 0.25,
          "Worth of the second award on a topic relative to the first, where funders do not coordinate [δ_dup].",
          "assumed: range 0–1"});
  visit(c.basic_variety, D{"coordination.basic_variety", "1", 0.05, 1, 0.6,
                           "Elasticity with which basic results follow the money of a topic: lower lives more on "
                           "variety [λ_topB].",
                           "assumed: range 0.4–1"});
  visit(c.applied_variety, D{"coordination.applied_variety", "1", 0.05, 1, 0.85,
                             "The same of applied results [λ_topA].", "assumed: range 0.4–1"});
  visit(c.memory_years, D{"coordination.memory_years", "year", 1, 20, 4,
                          "Years over which the choice of topics works on.", "mean duration of projects, 3–5 years"});

  auto& m = p.imports;
  visit(m.gap_scale, D{"imports.gap_scale", "log", 0.01, 10, 0.9,
                       "Technology gap at which 63 % of inputs are imported [γ_m].", "assumed: range 0.4–2"});
  visit(m.adjustment, D{"imports.adjustment", "1/year", 0, 1, 0.05,
                        "Speed at which import reliance follows the gap [ν₀].", "assumed: range 0.02–0.1"});
  visit(m.control_adjustment, D{"imports.control_adjustment", "1/year", 0, 1, 0.15,
                                "Additional speed under full export control [ν₁].", "assumed: range 0–0.4"});
  visit(m.output_loss, D{"imports.output_loss", "log", 0, 2, 0.35,
                         "Output lost when all inputs of a fully reliant category are cut off [χ_m].",
                         "assumed from input shares; range 0.1–0.7"});
  visit(m.diffusion_loss, D{"imports.diffusion_loss", "1", 0, 1, 0.8,
                            "Part of foreign diffusion that full export control stops [χ_F].", "assumed: range 0–1"});
  visit(m.directed_search, D{"imports.directed_search", "1", 0, 10, 1.0,
                             "Additional share of enterprises' R&D that a controlled, reliant category attracts [ξ_s].",
                             "assumed: range 0–3"});

  auto& g = p.governance;
  visit(g.dimensions,
        D{"governance.dimensions", "1", 1, 12, 6, "Dimensions of zones' policies [K].", "assumed: range 2–12"});
  visit(g.local_share, D{"governance.local_share", "1", 0, 1, 0.5,
                         "Part of the best policy that differs between cities [h].", "unknown: sweep it"});
  visit(g.spillover,
        D{"governance.spillover", "1", 0, 10, 1.0, "Loss from policies that do not match those of other cities [s].",
          "Qian, Roland and Xu 2006 for the mechanism; unknown: range 0–3"});
  visit(g.fit_weight, D{"governance.fit_weight", "log", 0, 2, 0.15,
                        "Performance gained per unit of policy value [f_fit].", "assumed: range 0–0.4"});
  visit(g.specialization_weight,
        D{"governance.specialization_weight", "1", 0, 10, 0.3,
          "Loss of policy value from full overlap with what all other cities promote [s_o].", "assumed: range 0–1"});
  visit(g.experiment_rate, D{"governance.experiment_rate", "1/year", 0, 1, 0.9,
                             "Probability that a fully autonomous city tries a new policy [p_e].", "assumed"});
  visit(g.experiment_step,
        D{"governance.experiment_step", "1", 0, 5, 0.6, "Size of the step it tries [σ_e].", "assumed: range 0.2–1"});
  visit(g.imitation_rate, D{"governance.imitation_rate", "1/year", 0, 1, 0.3,
                            "Probability that it looks at other cities' policies [p_i].", "assumed"});
  visit(g.imitation_step,
        D{"governance.imitation_step", "1", 0, 1, 0.5, "Part of the way that it then goes [ι].", "assumed"});
  visit(g.sight_error, D{"governance.sight_error", "1", 0, 5, 0.03, "Error with which policies' fit is seen [σ_o].",
                         "assumed: range 0–0.2"});
  visit(g.pull, D{"governance.pull", "1/year", 0, 1, 0.1,
                  "Part of the way to the centre's template that cities without autonomy go [r_c].",
                  "assumed: range 0.03–0.3"});
  visit(g.template_learning,
        D{"governance.template_learning", "1/year", 0, 1, 0.15,
          "Speed at which the centre's template finds the common optimum [η_c].", "assumed: range 0.05–0.5"});
  visit(g.template_experiment_learning,
        D{"governance.template_experiment_learning", "1", 0, 1, 0.0,
          "Additional speed from the experiments of autonomous cities [η_c1].", "assumed: range 0–1"});
  visit(g.template_error, D{"governance.template_error", "1", 0, 5, 0.1,
                            "Error of the centre's view of the common optimum [σ_c].", "assumed: range 0–0.5"});
  visit(g.common_drift, D{"governance.common_drift", "1/year", 0, 1, 0.0, "Yearly change of the common optimum [d_c].",
                          "assumed: range 0–0.3"});
  visit(g.specialization_speed, D{"governance.specialization_speed", "1/year", 0, 1, 0.2,
                                  "Speed at which the promoted disciplines of a city change.", "assumed"});
  visit(g.hot_response, D{"governance.hot_response", "1", 0, 20, 2.0,
                          "Response of autonomous cities to the growth of a discipline [χ_h].", "assumed: range 0–5"});

  auto& f = p.firms;
  constexpr std::string_view tuned_hazards = "tuned to exit hazards by age, 2000–2012 cohorts";
  visit(f.initial_year, D{"firms.initial_year", "year", 1900, 2100, 1990, "Year of the first high-tech firms.",
                          "Torch programme and first zones, 1988–1991"});
  visit(f.initial_count, D{"firms.initial_count", "1", 0, 2e7, 15500, "High-tech firms of that year.",
                           "tuned to the firms of HIDZs after 1999"});
  visit(f.initial_log_revenue, D{"firms.initial_log_revenue", "log million CNY", -5, 10, -0.5,
                                 "Mean of the log of their revenue, current prices.", "tuned to the revenue of HIDZs"});
  visit(f.initial_log_spread,
        D{"firms.initial_log_spread", "log", 0, 5, 1.5, "Standard deviation of the same.", "assumed: range 1–2"});
  visit(f.initial_gap, D{"firms.initial_gap", "log", -5, 5, 0.6,
                         "Mean distance of their productivity below their category's knowledge.", "assumed"});
  visit(f.initial_gap_spread,
        D{"firms.initial_gap_spread", "log", 0, 5, 0.10, "Standard deviation of the same.", "assumed"});
  visit(f.host_log_revenue, D{"firms.host_log_revenue", "log million CNY", -5, 12, 2.2,
                              "The mean of enterprises that apply to national programmes.",
                              "tuned to 20 firms above 10 billion in HIDZs in 2004"});
  visit(f.host_log_spread,
        D{"firms.host_log_spread", "log", 0, 5, 1.9, "Standard deviation of the same.", "assumed: range 1–2"});
  visit(f.entry_floor, D{"firms.entry_floor", "1", 0, 1000, 6, "Firms' worth of entry in a city without firms [n₀].",
                         "tuned to firms of HIDZs"});
  visit(f.entry_performance, D{"firms.entry_performance", "1", 0, 2, 0.25,
                               "Response of entry to the city's performance [χ_e].", "assumed: range 0–1"});
  visit(f.entry_zone, D{"firms.entry_zone", "1", 0, 2, 0.15, "Additional entry in cities with a HIDZ [ξ_d].",
                        "assumed: range 0–0.6"});
  visit(f.inside_share,
        D{"firms.inside_share", "1", 0, 1, 0.66, "Share of entrants on the land of the city's zone [p_in].",
          "tuned: HIDZ firms over high-tech firms"});
  visit(f.entry_log_revenue, D{"firms.entry_log_revenue", "log million CNY", -5, 12, 2.2,
                               "Mean log revenue of entrants in 2000, current prices.", "tuned to revenue of HIDZs"});
  visit(f.entry_growth, D{"firms.entry_growth", "1/year", -0.2, 0.2, 0.04,
                          "Growth of entrants' revenue from year to year.", "tuned to revenue of HIDZs"});
  visit(f.entry_log_spread,
        D{"firms.entry_log_spread", "log", 0, 5, 1.35, "Standard deviation of log revenue of entrants.", "assumed"});
  visit(f.entry_lead, D{"firms.entry_lead", "log", -2, 2, 0.012,
                        "Mean productivity of entrants above the reference [x₀].", tuned_hazards});
  visit(f.entry_lead_spread,
        D{"firms.entry_lead_spread", "log", 0, 2, 0.06, "Standard deviation of the same [σ_x0].", tuned_hazards});
  visit(f.spinoff_rate, D{"firms.spinoff_rate", "1/year", 0, 1, 0.02,
                          "Spin-offs per ten transferable results of a lab [k_so].", "assumed: range 0–0.1"});
  visit(f.spinoff_lead,
        D{"firms.spinoff_lead", "log", -2, 2, 0.10, "Additional productivity of spin-offs.", "assumed: range 0–0.3"});
  visit(f.rd_median, D{"firms.rd_median", "1", 0, 1, 0.045, "Median R&D over revenue at a revenue of CNY 20 million.",
                       "HIDZ firms' R&D of about 1.8 % of all revenue in 2014–2015"});
  visit(f.rd_spread,
        D{"firms.rd_spread", "log", 0, 3, 0.8, "Standard deviation of the log of R&D over revenue.", "assumed"});
  visit(f.rd_size_exponent,
        D{"firms.rd_size_exponent", "1", 0, 1, 0.3, "Exponent with which R&D over revenue falls with revenue.",
          "5, 4 and 3 % demanded at 20, 100 and 400 million of revenue"});
  visit(f.rd_half, D{"firms.rd_half", "1", 1e-6, 1, 0.045,
                     "R&D over revenue at which half of what is in reach can be absorbed [r_half].",
                     "Cohen and Levinthal 1990 for the mechanism; assumed"});
  visit(f.certified_rd_gain,
        D{"firms.certified_rd_gain", "1", 0, 5, 0.1, "Additional R&D of certified high-tech firms, from lower taxes.",
          "assumed: corporate tax of 15 instead of 25 %; range 0–0.3"});
  visit(f.absorption, D{"firms.absorption", "1/year", 0, 1, 0.05,
                        "Share of the distance to their category's knowledge that firms close in a year [a_abs].",
                        "assumed: range 0.01–0.1"});
  visit(f.lab_absorption,
        D{"firms.lab_absorption", "1", 0, 10, 0.5, "Gain of absorption per log unit of labs' results in reach [a_lab].",
          "Jaffe, Trajtenberg and Henderson 1993 for the mechanism; range 0–2"});
  visit(f.reach_scale,
        D{"firms.reach_scale", "1", 1e-6, 1e9, 250,
          "Transferable results in reach that double that gain's argument [T₀].", "mean reach in 2010; fixed"});
  visit(f.cluster_reach, D{"firms.cluster_reach", "1", 0, 1, 0.3,
                           "Reach of labs elsewhere in the same city cluster [w_clu].", "assumed"});
  visit(f.far_reach, D{"firms.far_reach", "1", 0, 1, 0.02, "Reach of labs elsewhere [w_far].", "assumed"});
  visit(f.related_reach, D{"firms.related_reach", "1", 0, 1, 0.2,
                           "Reach of results of other categories of the discipline [w_rel].", "assumed"});
  visit(f.outside_reach, D{"firms.outside_reach", "1", 0, 1, 0.8,
                           "Reach between the zone and the rest of its city [w_city].", "assumed: range 0.3–1"});
  visit(f.productivity_shock, D{"firms.productivity_shock", "log", 0, 2, 0.0855,
                                "Standard deviation of yearly changes of productivity [σ_p].", tuned_hazards});
  visit(f.young_shock, D{"firms.young_shock", "1", 0, 10, 1.0,
                         "Additional standard deviation of new firms, relative [y].", tuned_hazards});
  visit(f.young_years,
        D{"firms.young_years", "year", 0.1, 100, 6.8, "Years in which it falls to 37 % [t_y].", tuned_hazards});
  visit(f.demand,
        D{"firms.demand", "1", 0, 2, 1.08, "Elasticity of revenue in nominal GDP [θ_D].", "tuned to revenue of HIDZs"});
  visit(f.productivity_growth, D{"firms.productivity_growth", "1", 0, 2, 0.5,
                                 "Elasticity of revenue in the firm's productivity [ψ_p].", "assumed: range 0.2–1"});
  visit(f.zone_growth, D{"firms.zone_growth", "1/year", 0, 1, 0.1,
                         "Growth per log point of the city's performance [ψ_z].", "assumed: range 0–0.3"});
  visit(f.growth_shock, D{"firms.growth_shock", "log", 0, 2, 0.41,
                          "Standard deviation of growth of the median firm [v₀].", "tuned to the size tail"});
  visit(f.size_exponent, D{"firms.size_exponent", "1", 0, 1, 0.07, "Exponent with which that falls with size [β_v].",
                           "Stanley et al. 1996: 0.15–0.2; tuned to the size tail"});
  visit(f.opportunities, D{"firms.opportunities", "1", 0, 1e9, 16,
                           "Mean number of business opportunities a firm seizes in a year [μ_o]; 0: all firms seize "
                           "alike, and growth is normal.",
                           "Bottazzi and Secchi 2006; range 5–50"});
  visit(f.exit_distance, D{"firms.exit_distance", "log", 0, 100, 0.345,
                           "Distance below the reference productivity at which a firm exits [d].", tuned_hazards});
  visit(f.exit_size_relief, D{"firms.exit_size_relief", "1", 0, 2, 0.042,
                              "Additional distance per log unit of revenue above the median [ν].", tuned_hazards});
  visit(f.exit_rate,
        D{"firms.exit_rate", "1/year", 0, 1, 0.027, "Exit by chance of firms above age 2 [h₀].", tuned_hazards});
  visit(f.recertification_years,
        D{"firms.recertification_years", "year", 1, 20, 3, "Years for which a high-tech certificate is valid.",
          "administrative measures of 2008 and 2016"});
  visit(f.certified_rd_min, D{"firms.certified_rd_min", "1", 0, 1, 0.05,
                              "R&D over revenue demanded of a firm with a revenue of CNY 20 million; less of larger "
                              "ones, as their usual R&D falls.",
                              "administrative measures of 2016: 5 % below 50 million, 4 % to 200 million, 3 % above"});
  visit(f.certified_distance,
        D{"firms.certified_distance", "log", 0, 100, 0.3,
          "Distance below the reference productivity that still passes.", "assumed: range 0–0.365"});
  visit(f.agents_at_least,
        D{"firms.agents_at_least", "1", 1, 1e8, 1500, "Firms are not thinned below this many agents.",
          "numerical: keeps totals of thinned runs within 5 %"});
  visit(f.agents_at_most, D{"firms.agents_at_most", "1", 1e4, 1e7, 2e6,
                            "Entrants stand for more firms when there would be more agents than this.",
                            "numerical: bounds memory and time when firms enter at extreme rates"});
  visit(f.agent_share, D{"firms.agent_share", "1", 0, 1, 0.0005,
                         "Largest share of all revenue that an agent of several firms stands for; it is split beyond.",
                         "numerical: keeps the largest firms at weight 1"});
}

}  // namespace innochain
