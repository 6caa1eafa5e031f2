#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/year.hpp"
#include "sim/system/params.hpp"

namespace innochain {

using FirmId = Id<struct FirmTag>;

/// The address of a firm's luck, given at birth: of its city, year and ordinal, of its parent lab, or of the agent it
/// was split from. It does not depend on which other firms exist.
struct FirmKey {
  std::uint32_t agent = 0, draw = 0;
};

/// Sums over firms, each counted with the number of firms it stands for.
struct FirmSums {
  static constexpr std::size_t n_ages = 20;  ///< age 1 is the year of birth; older firms count as 20
  static constexpr double lowest_size = -8.0, bins_per_unit = 32.0;
  static constexpr std::size_t n_bins = 1024;  ///< of log revenue (million CNY), from −8 to 24

  std::int64_t firms = 0, certified = 0, certified_inside = 0, exits = 0;
  std::int64_t above_100m = 0, above_10bn = 0;  ///< firms inside HIDZs with such a revenue
  double productivity = 0.0;                    ///< sum of log productivity
  double n_grown = 0.0, growth = 0.0, growth_squares = 0.0, growth_size = 0.0;  ///< moments of growth about demand
  std::array<std::int64_t, n_ages> by_age{}, exits_by_age{};
  std::array<std::int64_t, n_bins> sizes{}, sizes_inside{};
  Column<CityId, std::int64_t> in_city, in_zone;    ///< all firms of the city; those on its zone's land
  Column<CityId, double> revenue, revenue_in_zone;  ///< million CNY
  Column<CategoryId, double> revenue_of, rd_of;     ///< million CNY
  Column<FieldId, double> firms_of, lead;           ///< number, and sum of productivity above the field's knowledge
  std::vector<double> traced_revenue;               ///< of traced categories: [category][city], million CNY
  std::vector<std::int64_t> traced_firms;           ///< of traced categories

  void resize(const Params& params);
  void clear();
  void add(const FirmSums& other);
};

/// What a year means for all firms of a category.
struct CategoryYear {
  double known = 0.0;      ///< ln A
  double reference = 0.0;  ///< ln A and the mean lead of the discipline's firms
  double loss = 0.0;       ///< of output, log points
  FieldId field;
  std::int32_t traced = -1;  ///< place among the traced categories
};

/// What a year means for all firms of a place.
struct PlaceYear {
  double growth = 0.0;    ///< from the performance of the place, log points
  std::size_t reach = 0;  ///< first of its gains from labs in `reach_gain`
  bool zone = false;      ///< whether it is the land of a HIDZ
};

/// High-tech firms, one row for each agent; rows of firms that left are used again.
struct Firms {
  Column<FirmId, std::int32_t> weight;  ///< firms that the agent stands for; 0: the row is free
  Column<FirmId, FirmKey> key;
  Column<FirmId, Year> founded;  ///< age in year t is t − founded + 1
  Column<FirmId, std::uint16_t> city, category;
  Column<FirmId, std::uint8_t> on_zone_land;  ///< 1 if it sits where its city's zone is, or will be
  Column<FirmId, Year> certified_until;
  Column<FirmId, double> log_revenue;           ///< million CNY, current prices [ℓ]
  Column<FirmId, double> productivity;          ///< log, on the scale of ln A [p]
  Column<FirmId, float> rd;                     ///< R&D over revenue of a firm with CNY 20 million [r]
  Column<FirmId, OrganisationId> organisation;  ///< for applicants to national programmes, else none()

  Column<OrganisationId, FirmId> of_organisation;  ///< none() for others than firms, and before birth
  std::vector<FirmId> free_rows, newborn;
  std::int64_t entries = 0;                      ///< of the year, in firms
  FirmSums sums;                                 ///< at the end of the last year
  std::vector<FirmSums> partial_sums;            ///< room: one for each block of rows
  std::vector<std::vector<FirmId>> left, large;  ///< room: rows freed, and to be split, by block
  /// Gain of absorption from labs in reach, row by category; rows of each city outside and inside its zone.
  std::vector<double> reach_gain;
  Column<CityId, std::pair<std::size_t, std::size_t>> reach_row;
  std::vector<double> reach, reach_of_fields;  ///< room
  std::vector<CategoryYear> category_years;
  std::vector<PlaceYear> place_years;  ///< of each city: outside its zone, inside
  /// Categories by field, with their research weights summed up within the field.
  std::vector<std::uint16_t> categories;
  std::vector<double> category_sums;
  Column<FieldId, std::pair<std::size_t, std::size_t>> categories_of;

  std::size_t size() const { return weight.size(); }
  std::size_t agents() const { return weight.size() - free_rows.size(); }
  /// A row for a new firm: a free one, or one more.
  FirmId take_row();
  /// Removes all firms; keeps the room.
  void clear();
};

/// Value below which the share `part` of the counted firms lies, interpolated within bins.
double quantile_of_bins(const std::array<std::int64_t, FirmSums::n_bins>& sizes, double part);

/// Hill's estimate of the exponent of the upper tail, from the largest `part` of the firms (nearest whole bin).
/// Source: Hill 1975, Annals of Statistics 3, 1163–1174.
double hill_exponent(const std::array<std::int64_t, FirmSums::n_bins>& sizes, double part);

/// Shape b of the exponential-power distribution (Subbotin: 1 Laplace, 2 normal) with a given ratio of mean absolute to
/// standard deviation, between 0.3 and 4. Source: method of moments; Mineo and Ruggieri 2005, J. Stat. Software 12(4).
double exponential_power_shape(double absolute_over_standard_deviation);

}  // namespace innochain
