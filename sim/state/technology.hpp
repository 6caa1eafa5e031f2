#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/year.hpp"
#include "sim/system/institutions.hpp"

namespace innochain {

/// What the country and the world know, by category. Stocks are indices: the frontier's mean was 1 in the first year.
struct Technology {
  Column<CategoryId, double> weight;                    ///< share of the country's research [ω_j], sums to 1
  Column<CategoryId, double> basic, applied, frontier;  ///< [B, A, F], at the end of the year before research is done
  Column<CategoryId, double> gap;                       ///< ln(F/A)
  Column<CategoryId, double> applied_productivity;      ///< (B/A)^φ [x_j] of the year
  /// How much more a unit of effort yields with what is known: B^ψ_B of papers, x·A^ψ_I of patents, x·A^ψ_V of results.
  Column<CategoryId, double> paper_factor, patent_factor, result_factor;

  // Effort of the year, by whom it was made in the category.
  Column<CategoryId, double> basic_effort, applied_effort;  ///< [R^B, R^A], before coordination
  Column<CategoryId, double> enterprise_effort;             ///< of enterprises' development [E_ent]
  /// Worth of the choice of topics, 0–1 [f_B, f_A]: 1 without duplicates and with all topics alike.
  Column<CategoryId, double> basic_coordination, applied_coordination;

  // Dependence on imports.
  Column<CategoryId, double> severity, severity_before;  ///< of export controls, 0–1 [s_j]
  Column<CategoryId, double> import_reliance;            ///< 0–1 [m_j]
  Column<CategoryId, double> output_loss;                ///< of the year, log points, negative when controls ease
};

/// Research outside designated labs: one academic performer in each category, and enterprises' development.
struct Background {
  Column<FieldId, std::array<double, n_activities>> orientation;  ///< of academic research, sums to 1
  double academic_staff = 0.0, enterprise_staff = 0.0;            ///< FTE
};

/// What research brought forth in the year, designated labs and others together.
struct YearOfResearch {
  std::array<std::int64_t, n_hosts> papers{}, papers_top{}, patents{}, standards{}, spinoffs{};
  std::array<double, n_hosts> transfers{};  ///< transferable results, in units of effort
  double applying_time = 0.0;               ///< share of working time that proposals took [τ]
  double academic_mcny = 0.0;               ///< income of designated labs outside enterprises, million CNY
  double enterprise_mcny = 0.0;             ///< of those that enterprises host
  double contracts_mcny = 0.0;              ///< technology contracts, million CNY, current prices
  double basic_mcny = 0.0;                  ///< spending on basic research, million CNY, current prices
  double academic_basic_share = 0.0;        ///< of the work of academic research outside designated labs
  std::vector<std::int64_t> filed;          ///< invention patents filed, by year since the first

  /// Labs' transferable results by city and category, in the zone and in the rest of the city.
  std::vector<double> inside, outside;
  /// Designated labs by city and field.
  std::vector<double> labs;
};

/// 1 − Σ c ω m / Σ c ω with criticality c, research weight ω and import reliance m: 0 if all critical inputs are
/// imported, 1 if none.
double self_reliance(const System& system, const Technology& technology);

}  // namespace innochain
