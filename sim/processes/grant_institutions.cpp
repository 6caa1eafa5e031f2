#include "sim/processes/grant_institutions.hpp"

#include "sim/state/funds.hpp"
#include "sim/state/lab_type_set.hpp"

namespace innochain {

void grant_institutions(const Params& params, Year year, const Streams&, State& state) {
  const Labs& labs = state.labs;
  std::vector<LabId>& recipients = state.scratch.labs;
  for_each_funder(params, year, Competition::institutional, state, [&](ProgrammeId p) {
    const Programme& programme = params.system.programmes[p];
    recipients.clear();
    LabTypeSet members;
    for (const LabTypeId type : programme.recipients) members.add(type);
    for (const LabId lab : all<LabId>(labs.size())) {
      if (members.contains(labs.designation[lab]) &&
          programme.eligible_hosts[static_cast<std::size_t>(labs.host[lab])] && !labs.on_notice(lab, year))
        recipients.push_back(lab);
    }
    if (recipients.empty()) return;
    const Money each = state.accounts.available(p) / static_cast<std::int64_t>(recipients.size());
    if (each == Money()) return;
    for (const LabId lab : recipients) grant(p, year, state.applicant(lab), each, state);
  });
}

}  // namespace innochain
