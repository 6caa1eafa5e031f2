#include "sim/system/institutions.hpp"

namespace innochain {

DesignationId System::designation(std::string_view wanted) const {
  for (const DesignationId k : all<DesignationId>(n_designations()))
    if (institution(k).name == wanted) return k;
  return DesignationId::none();
}

const Institution& System::institution(DesignationId k) const {
  if (is_lab(k)) return lab_types[lab_type(k)];
  return zone_types[zone_type(k)];
}

const Candidature& System::candidature(DesignationId k) const {
  if (is_lab(k)) return lab_types[lab_type(k)];
  return zone_types[zone_type(k)];
}

}  // namespace innochain
