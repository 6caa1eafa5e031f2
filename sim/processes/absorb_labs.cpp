#include "sim/processes/absorb_labs.hpp"

#include "sim/state/membership.hpp"

namespace innochain {

void absorb_labs(const Params& params, Year year, const Streams& streams, State& state) {
  constexpr Year first_pilots(2000);
  if (year < first_pilots) return;
  const System& system = params.system;
  Labs& labs = state.labs;
  for (const LabTypeId type : all<LabTypeId>(system.lab_types.size())) {
    const LabType& entry = system.lab_types[type];
    if (!entry.absorbed_by_national_labs || (entry.closes && year > *entry.closes)) continue;
    const auto [first, end] = labs.pool_rows[type];
    for (LabId lab = first; lab != end; ++lab) {
      if (labs.designation[lab] != type || labs.designated[lab] == year) continue;
      if (streams.at(Purpose::absorption, year, lab.index()).bernoulli(params.parameters.exits.absorption_rate))
        merge(system, lab, LabId::none(), state);
    }
  }
}

}  // namespace innochain
