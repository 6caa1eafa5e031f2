#pragma once

#include <cstdint>

#include "sim/core/ids.hpp"
#include "sim/core/money.hpp"
#include "sim/core/year.hpp"
#include "sim/system/institutions.hpp"

namespace innochain {

/// All localities that hold or could win a zone designation, one row per kind and locality, in the order of the kinds.
/// A locality with several designations has a row for each.
struct Zones {
  Column<ZoneId, ZoneTypeId> type;
  Column<ZoneId, CityId> city;
  Column<ZoneId, ProvinceId> province;
  Column<ZoneId, double> talent;        ///< lasting part of the application's quality, standard deviations
  Column<ZoneId, double> fundamentals;  ///< of the locality in performance, log points
  Column<ZoneId, std::int32_t> named;   ///< index into System::named_zones, or −1

  Column<ZoneId, std::uint8_t> designated;
  Column<ZoneId, Year> since, barred_until;
  Column<ZoneId, double> churn, quality;      ///< of the application, standard deviations
  Column<ZoneId, double> noise, performance;  ///< log points around the mean candidate city
  Column<ZoneId, std::int32_t> weak_years;    ///< years in a row in the lowest decile of its kind
  Column<ZoneId, std::uint8_t> warned;        ///< graded poor in the last evaluation
  Column<ZoneId, ZoneId> part_of;             ///< the supra zone it belongs to
  Column<ZoneId, Money> funding;              ///< support of the year

  Column<ZoneTypeId, std::pair<ZoneId, ZoneId>> type_rows;
  Column<ZoneTypeId, std::int32_t> stock;

  std::size_t size() const { return type.size(); }
  void resize(std::size_t size);
};

}  // namespace innochain
