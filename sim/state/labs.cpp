#include "sim/state/labs.hpp"

namespace innochain {

void Labs::resize(std::size_t size) {
  pool.assign(size, LabTypeId::none());
  organisation.assign(size, OrganisationId::none());
  host.assign(size, Host::university);
  field.assign(size, FieldId(0));
  category.assign(size, CategoryId(0));
  city.assign(size, CityId(0));
  province.assign(size, ProvinceId(0));
  beside_zone.assign(size, 0);
  formed.assign(size, Year());
  talent.assign(size, 0.0);
  productivity.assign(size, 1.0);
  named.assign(size, -1);
  designation.assign(size, LabTypeId::none());
  fate.assign(size, LabFate::active);
  designated.assign(size, Year());
  barred_until.assign(size, Year());
  barred_tier.assign(size, 0);
  notice_until.assign(size, Year());
  churn.assign(size, 0.0);
  quality.assign(size, 0.0);
  reputation.assign(size, 0.5);
  staff.assign(size, 0.0);
  for (auto& share : orientation) share.assign(size, 0.0);
  knowledge.assign(size, 0.0);
  funding.assign(size, Money());
  recent_funding.assign(size, 0.0);
  papers.assign(size, 0);
  patents.assign(size, 0);
  standards.assign(size, 0);
  results.assign(size, 0.0);
  effort.assign(size, 0.0);
  projects.assign(size, 0);
  for (auto& criterion : record) criterion.assign(size, 0.0);
  reviewed.assign(size, Year());
  grade.assign(size, Grade::none);
  excellent_streak.assign(size, 0);
}

}  // namespace innochain
