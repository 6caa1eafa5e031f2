#pragma once

#include <cstdint>

#include "sim/core/contracts.hpp"
#include "sim/system/institutions.hpp"

namespace innochain {

/// A set of lab types, for passes over all labs that ask what each one holds.
class LabTypeSet {
 public:
  /// The types for which `belongs(const LabType&)` is true.
  template <class Predicate>
  static LabTypeSet where(const System& system, Predicate&& belongs) {
    LabTypeSet set;
    for (const LabTypeId type : all<LabTypeId>(system.lab_types.size()))
      if (belongs(system.lab_types[type])) set.add(type);
    return set;
  }
  void add(LabTypeId type) {
    EXPECT(type.index() < 64);
    bits_ |= std::uint64_t{1} << type.index();
  }
  /// False for none().
  bool contains(LabTypeId type) const { return type.exists() && (bits_ >> type.index() & 1) != 0; }

 private:
  std::uint64_t bits_ = 0;
};

/// Types that are designations of the centre, not of a province.
inline LabTypeSet national_series(const System& system) {
  return LabTypeSet::where(system, [](const LabType& type) { return type.series != "provincial"; });
}

}  // namespace innochain
