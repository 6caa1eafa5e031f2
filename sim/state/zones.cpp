#include "sim/state/zones.hpp"

namespace innochain {

void Zones::resize(std::size_t size) {
  type.assign(size, ZoneTypeId::none());
  city.assign(size, CityId(0));
  province.assign(size, ProvinceId(0));
  talent.assign(size, 0.0);
  fundamentals.assign(size, 0.0);
  named.assign(size, -1);
  designated.assign(size, 0);
  since.assign(size, Year());
  barred_until.assign(size, Year());
  churn.assign(size, 0.0);
  quality.assign(size, 0.0);
  noise.assign(size, 0.0);
  performance.assign(size, 0.0);
  weak_years.assign(size, 0);
  warned.assign(size, 0);
  part_of.assign(size, ZoneId::none());
  funding.assign(size, Money());
}

}  // namespace innochain
