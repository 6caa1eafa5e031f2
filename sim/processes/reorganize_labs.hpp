#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// The planned reorganizations of labs (System::reorganizations), such as that of the State Key Laboratories in
/// 2021–2025 (report 3.2) and of the engineering centres in 2020–2021. Every year of the window a part of the labs is
/// examined: those of the fields whose review is due, or an equal share. Ranked by
///
///     w_s·z(strategic fit) + w_g·z(grade history) + w_c·z(commercial work)
///
/// the first are kept (carried over into the new type), the next merged with the nearest lab of the new type (same
/// category, then organisation, city, field; its staff and funding record move), the last dropped: without central
/// support they are candidates again.
void reorganize_labs(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
