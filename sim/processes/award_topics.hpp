#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// Programmes that post topics (NKP and its predecessors).
///
/// As many topics as the money pays at the mean award; their sizes are log-normal with `award_spread` and add up to
/// that money. Categories get them in proportion to (1 − topic_autonomy_share)·criticality + topic_autonomy_share·past
/// share. A share `open_competition_share` is posted instead, one by one, in the category whose criticality × (share of
/// criticality − share of the year's money so far) is largest; of these `projects.delivery_share` is paid on delivery.
/// A topic attracts 1 + Poisson(rivals) teams, each led by a lab or organisation of the category (if it has none, of
/// the field) drawn with weight staff × expected success of its tier; the best score is funded, so success is 1/(1 +
/// rivals) whatever the budget. Staff of organisations is their R&D staff who can lead such teams, of designated labs
/// their own times `topics.lab_weight`. Universities have three quarters of the researchers who live on proposals but a
/// tenth of the country's R&D staff, and firms the reverse, hence the weights by host (parameters `topics.*_weight`).
///
/// A programme takes topics that no programme of its authority has taken this year, without looking at other
/// authorities': `duplicate_share` is the share of awards whose topic another authority already funds this year.
/// Source: NKP launch and proposal counts 2016–2021.
void award_topics(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
