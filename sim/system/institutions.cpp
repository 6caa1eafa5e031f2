#include "sim/system/institutions.hpp"

namespace innochain {

const Institution& System::institution(DesignationId k) const {
  if (is_lab(k)) return lab_types[lab_type(k)];
  return zone_types[zone_type(k)];
}

const Candidature& System::candidature(DesignationId k) const {
  if (is_lab(k)) return lab_types[lab_type(k)];
  return zone_types[zone_type(k)];
}

}  // namespace innochain
