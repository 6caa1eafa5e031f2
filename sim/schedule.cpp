#include "sim/schedule.hpp"

#include <array>

#include "sim/processes/absorb_labs.hpp"
#include "sim/processes/accept_projects.hpp"
#include "sim/processes/advance_knowledge.hpp"
#include "sim/processes/approve_labs.hpp"
#include "sim/processes/approve_zones.hpp"
#include "sim/processes/award_proposals.hpp"
#include "sim/processes/award_steered.hpp"
#include "sim/processes/award_topics.hpp"
#include "sim/processes/close_accounts.hpp"
#include "sim/processes/consolidate_zones.hpp"
#include "sim/processes/do_research.hpp"
#include "sim/processes/enter_firms.hpp"
#include "sim/processes/evaluate_zones.hpp"
#include "sim/processes/form_candidates.hpp"
#include "sim/processes/govern_cities.hpp"
#include "sim/processes/grant_institutions.hpp"
#include "sim/processes/grow_firms.hpp"
#include "sim/processes/merge_programmes.hpp"
#include "sim/processes/move_orientation.hpp"
#include "sim/processes/pay_projects.hpp"
#include "sim/processes/prepare_research.hpp"
#include "sim/processes/record.hpp"
#include "sim/processes/reorganize_labs.hpp"
#include "sim/processes/research_elsewhere.hpp"
#include "sim/processes/review_labs.hpp"
#include "sim/processes/set_budgets.hpp"
#include "sim/processes/substitute_imports.hpp"
#include "sim/processes/support_zones.hpp"

namespace innochain {

namespace {

/// Steps that neither draw nor record are wrapped so that the table stays one line a step.
template <void (*process)(const Params&, Year, const Streams&, State&)>
void step(const Params& params, Year year, const Streams& streams, State& state, Indicators&) {
  process(params, year, streams, state);
}

constexpr bool institutional = true;

constexpr std::array steps{
    Step{"start_year", "policy", "The year's levers are in force; counters of events are cleared.",
         [](const Params& params, Year, const Streams&, State& state, Indicators&) { start_year(params, state); },
         institutional},
    Step{"merge_programmes", "money", "Programmes merge on their dates and hand over their balances.",
         step<merge_programmes>},
    Step{"set_budgets", "money", "The year's budgets, as inputs and levers have it.", step<set_budgets>},
    Step{"form_candidates", "candidates", "Quality of labs and localities moves; new ones join the pools.",
         step<form_candidates>, institutional},
    Step{"approve_labs", "approvals", "Calls are opened and labs designated, highest tier first.", step<approve_labs>,
         institutional},
    Step{"approve_zones", "approvals", "Calls are opened and zones designated.", step<approve_zones>, institutional},
    Step{"accept_projects", "money", "Projects are cancelled, accepted or fail; what is not delivered is recovered.",
         step<accept_projects>},
    Step{"grant_institutions", "money", "Designated labs not on notice get their institutional grants.",
         step<grant_institutions>},
    Step{"support_zones", "money", "Zones get their support.", step<support_zones>},
    Step{"award_proposals", "money", "Researchers file proposals; every field ranks and funds its own.",
         step<award_proposals>},
    Step{"award_topics", "money", "Topics are posted, teams form, the best of each is funded.", step<award_topics>},
    Step{"award_steered", "money", "Sub-topics of megaprojects go to the strongest of their category.",
         step<award_steered>},
    Step{"pay_projects", "money", "What is due this year is paid to labs and organisations.", step<pay_projects>},
    Step{"close_accounts", "money", "What is left is carried over or returned.", step<close_accounts>},
    Step{"prepare_research", "research", "Export controls, what is known, and time lost to proposals.",
         step<prepare_research>},
    Step{"do_research", "research", "Staff of designated labs follow money; outputs are counted; labs learn.",
         step<do_research>},
    Step{"research_elsewhere", "research", "Academic research outside designated labs, and enterprises' development.",
         step<research_elsewhere>},
    Step{"move_orientation", "research", "Work moves toward what reviews and calls reward.", step<move_orientation>},
    Step{"advance_knowledge", "knowledge", "Basic and applied knowledge and the foreign frontier move.",
         step<advance_knowledge>},
    Step{"substitute_imports", "knowledge", "Import reliance follows the gap; controls cost output.",
         step<substitute_imports>},
    Step{"govern_cities", "zones", "Cities experiment, imitate and specialize; the centre pulls them together.",
         step<govern_cities>},
    Step{"perform_zones", "zones", "Performance of cities and of zones.", step<perform_zones>},
    Step{"enter_firms", "firms", "New firms and spin-offs.", step<enter_firms>},
    Step{"grow_firms", "firms", "Firms absorb, grow, are certified, and leave.", step<grow_firms>},
    Step{"review_labs", "reviews", "Labs due are graded; the poor are put on notice or delisted.", step<review_labs>,
         institutional},
    Step{"evaluate_zones", "reviews", "Zones due are evaluated; twice poor is delisted.", step<evaluate_zones>,
         institutional},
    Step{"absorb_labs", "consolidation", "National-lab pilots absorb discipline labs.", step<absorb_labs>,
         institutional},
    Step{"reorganize_labs", "consolidation", "Planned reorganizations carry over, merge and drop labs.",
         step<reorganize_labs>, institutional},
    Step{"merge_zones", "consolidation", "Zones weak for three years are merged into stronger ones.",
         step<merge_zones>},
    Step{"elevate_zones", "consolidation", "Groups of zones are elevated into supra zones.", step<elevate_zones>},
    Step{"record", "indicators", "The year's indicators are written down.",
         [](const Params& params, Year year, const Streams&, State& state, Indicators& indicators) {
           if (params.institutions_only)
             record_designations(params, year, state, indicators);
           else
             record(params, year, state, indicators);
         },
         institutional},
};

}  // namespace

std::span<const Step> schedule() {
  return steps;
}

}  // namespace innochain
