#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/money.hpp"
#include "sim/core/year.hpp"
#include "sim/system/institutions.hpp"

namespace innochain {

enum class Grade : std::uint8_t { none, poor, good, excellent };

/// How a lab came to have no designation, or a different one.
enum class LabFate : std::uint8_t { active, delisted, merged, carried_over };

/// All labs that exist or could form, one row each, in the order of their home pools; rows are never removed.
struct Labs {
  // What does not change.
  Column<LabId, LabTypeId> pool;  ///< the designation that the lab was formed to win
  Column<LabId, OrganisationId> organisation;
  Column<LabId, Host> host;
  Column<LabId, FieldId> field;
  Column<LabId, CategoryId> category;
  Column<LabId, CityId> city;
  Column<LabId, ProvinceId> province;
  Column<LabId, std::uint8_t> beside_zone;  ///< 1 if it sits inside its city's high-tech zone once there is one
  Column<LabId, Year> formed;               ///< from when it can be a candidate
  Column<LabId, double> talent;             ///< lasting part of quality, standard deviations [z]
  Column<LabId, double> productivity;       ///< log-normal multiplier of outputs, mean 1
  Column<LabId, std::int32_t> named;        ///< index into System::named_labs, or −1

  // Standing.
  Column<LabId, LabTypeId> designation;  ///< none() for a candidate
  Column<LabId, LabFate> fate;
  Column<LabId, Year> designated, notice_until;
  Column<LabId, Year> barred_until;         ///< delisted: first year in which it may come back to the tier it lost
  Column<LabId, std::int32_t> barred_tier;  ///< that tier
  Column<LabId, double> churn, quality;     ///< changing part [u] and sum [q], standard deviations
  Column<LabId, double> reputation;         ///< 0–1, from past grades
  Column<LabId, double> staff;              ///< FTE
  std::array<Column<LabId, double>, n_activities> orientation;  ///< sums to 1
  Column<LabId, double> knowledge;                              ///< log of own knowledge over the usual [ln k]

  // Money of the year (all programmes), and of the last five years, in million CNY at 2010 prices.
  Column<LabId, Money> funding;
  Column<LabId, double> recent_funding;

  // Outputs of the year and since the last review.
  Column<LabId, std::int32_t> papers, patents, standards;
  Column<LabId, double> results;                         ///< transferable results [T], in units of effort
  Column<LabId, double> effort;                          ///< of the year [qE]; 0 for labs that did no research
  Column<LabId, std::int32_t> projects;                  ///< topic projects started in the year
  std::array<Column<LabId, double>, n_criteria> record;  ///< evidence since the last review, by criterion
  Column<LabId, Year> reviewed;
  Column<LabId, Grade> grade;  ///< of the last review
  Column<LabId, std::uint8_t> excellent_streak;

  /// Rows of each pool: first and one past the last.
  Column<LabTypeId, std::pair<LabId, LabId>> pool_rows;
  /// Labs now holding each designation.
  Column<LabTypeId, std::int32_t> stock;

  std::size_t size() const { return pool.size(); }
  void resize(std::size_t size);
  bool on_notice(LabId lab, Year year) const { return year <= notice_until[lab]; }
};

/// Universities, institutes and enterprises: they host labs, and their researchers outside labs apply for grants.
struct Organisations {
  Column<OrganisationId, Host> host;
  Column<OrganisationId, CityId> city;
  Column<OrganisationId, ProvinceId> province;
  Column<OrganisationId, FieldId> field;  ///< main field
  Column<OrganisationId, CategoryId> category;
  Column<OrganisationId, double> researchers;     ///< grant-active, FTE, outside designated labs
  Column<OrganisationId, double> standing;        ///< standard deviations, lasting
  Column<OrganisationId, Money> funding;          ///< of the year
  Column<OrganisationId, std::int32_t> projects;  ///< topic projects started in the year, without those of its labs
  Column<OrganisationId, double> results;         ///< transferable results of its labs

  std::size_t size() const { return host.size(); }
};

}  // namespace innochain
