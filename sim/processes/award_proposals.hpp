#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// Programmes to which researchers propose topics of their own (NSFC).
///
/// Who files: organisations for their grant-active researchers, among them those of labs without a national
/// designation; and nationally designated labs for their staff, as far as its work is of the kind that the programme
/// rewards (Σ orientation of lab × of programme). Fresh proposals are Poisson with mean κ_A·FTE·growth·(pᵉ/0.22)^η,
/// resubmissions binomial with χ·x of last year's rejected (x: the pause of 2013–2016). Growth is (1+g_A)^(t−2010) for
/// organisations, whose column of researchers is constant, and 1 for labs, whose staff is counted; before 2010,
/// `early_level`·(1+`early_growth`)^(t−2010) for both. pᵉ moves half way to each year's success rate of the applicant's
/// tier.
///
/// Fields share the money by `nsfc_share`; each ranks its proposals by score and follows the allocation rule. A
/// simulated proposal stands for `proposals_per_agent` real ones. Money that does not make a whole grant stays with the
/// programme. Source: fitted to NSFC applications and awards 2010–2023.
void award_proposals(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
