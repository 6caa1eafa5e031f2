#pragma once

#include <optional>
#include <string>

#include "calibration/calibration_file.hpp"
#include "scenarios/reader/fields.hpp"

/// One calibration file as written, before it is resolved against its scenario and targets.
namespace innochain {

inline constexpr int most_particles = 1'000'000;
inline constexpr int most_simulations = 2'000'000'000;
inline constexpr std::array<const char*, 1> method_names{"abc_smc"};

struct WindowFields {
  YearSpan fit{}, predict{};
};
template <class V>
void fields(V& v, WindowFields& w) {
  v.required("fit", w.fit, YearsKind{}, "[first, last] year of the data that are fitted");
  v.required("predict", w.predict, YearsKind{}, "[first, last] year held out");
}

struct ScaleOfWholeFields {
  std::optional<int> firms_per_agent, proposals_per_agent;
};
template <class V>
void fields(V& v, ScaleOfWholeFields& s) {
  v.optional("firms_per_agent", s.firms_per_agent, IntegerKind{1, 1'000'000}, "of runs of the whole model");
  v.optional("proposals_per_agent", s.proposals_per_agent, IntegerKind{1, 1'000'000}, "of runs of the whole model");
}

struct StopFields {
  std::optional<int> simulations, generations;
  std::optional<double> tolerance, acceptance_share, luck_acceptance_share;
};
template <class V>
void fields(V& v, StopFields& s) {
  v.optional("simulations", s.simulations, IntegerKind{1, most_simulations}, "budget of runs");
  v.optional("generations", s.generations, IntegerKind{1, 10'000}, "at most; default 100");
  v.optional("tolerance", s.tolerance, NumberKind{0, 1e6},
             "distance reached, in units of the observation error; without, 1, or none where scales are adaptive");
  v.optional("acceptance_share", s.acceptance_share, NumberKind{0, 1},
             "of proposals of parameters in a generation; default 0.02");
  v.optional("luck_acceptance_share", s.luck_acceptance_share, NumberKind{0, 1},
             "of renewals of luck in a generation; default 0.1");
}

struct MethodFields {
  std::string kind;
  std::optional<int> particles, replicates, most_moves, last_moves;
  std::optional<double> ess_kept, acceptances;
  std::optional<bool> adaptive_scales;
  std::optional<StopFields> stop;
};
template <class V>
void fields(V& v, MethodFields& m) {
  v.required("kind", m.kind, WordKind<1>{method_names});
  v.optional("particles", m.particles, IntegerKind{10, most_particles}, "default 2000");
  v.optional("replicates", m.replicates, IntegerKind{1, 10'000}, "runs of each particle; default 1");
  v.optional("ess_kept", m.ess_kept, NumberKind{0.1, 0.99},
             "share of the effective sample size that the next tolerance keeps; default 0.6");
  v.optional("acceptances", m.acceptances, NumberKind{0.1, 100},
             "wanted of a generation, a particle, at the acceptance of the generation before; default 1");
  v.optional("most_moves", m.most_moves, IntegerKind{1, 1000}, "of a particle in a generation; default 4");
  v.optional("last_moves", m.last_moves, IntegerKind{0, most_last_moves},
             "of each particle at the last tolerance, by which it forgets where it came from; default 8");
  v.optional("adaptive_scales", m.adaptive_scales, FlagKind{}, "of the statistics in the distance; default true");
  v.optional("stop", m.stop, NestedKind{}, "the first that holds ends the sampler");
}

struct PathFields {
  std::optional<int> draws, attempts;
  std::optional<double> distance;
};
template <class V>
void fields(V& v, PathFields& p) {
  v.optional("draws", p.draws, IntegerKind{1, 100'000}, "of the posterior that are kept with a past that fits");
  v.optional("attempts", p.attempts, IntegerKind{1, 1'000'000}, "lucks tried for a draw; default 150");
  v.optional("distance", p.distance, NumberKind{0, 1e6}, "of every series, that ends the search; default 1.25");
}

struct HistoryMatchingFields {
  std::optional<int> points, replicates, waves;
};
template <class V>
void fields(V& v, HistoryMatchingFields& h) {
  v.optional("points", h.points, IntegerKind{10, 100'000}, "of the design of a wave; default 400");
  v.optional("replicates", h.replicates, IntegerKind{2, 10'000}, "runs of a point; default 24");
  v.optional("waves", h.waves, IntegerKind{1, 100}, "at most; default 4");
}

struct PointFitFields {
  std::optional<int> evaluations, replicates;
};
template <class V>
void fields(V& v, PointFitFields& p) {
  v.optional("evaluations", p.evaluations, IntegerKind{1, 1'000'000}, "default 400");
  v.optional("replicates", p.replicates, IntegerKind{1, 10'000}, "runs of an evaluation; default 24");
}

struct CalibrationFields {
  int schema_version = 0;
  std::optional<std::string> title;
  std::string scenario, targets;
  std::optional<std::string> after;
  WindowFields years;
  std::optional<ScaleOfWholeFields> scale;
  const Node* priors = nullptr;
  const Node* fixed = nullptr;
  std::optional<bool> neutral_parameter;
  MethodFields method;
  std::optional<PathFields> paths;
  std::optional<HistoryMatchingFields> history_matching;
  std::optional<PointFitFields> point_fit;
  std::optional<int> seed;
};
template <class V>
void fields(V& v, CalibrationFields& c) {
  v.required("schema_version", c.schema_version, IntegerKind{1, 1}, "1");
  v.optional("title", c.title, TextKind{});
  v.required("scenario", c.scenario, TextKind{}, "its file, relative to this one");
  v.required("targets", c.targets, TextKind{}, "file of targets, relative to this one");
  v.optional("after", c.after, TextKind{},
             "posterior file of a first stage, relative to this one: fits the outputs of the targets, with its draws");
  v.required("years", c.years, NestedKind{}, "{fit: [first, last], predict: [first, last]}");
  v.optional("scale", c.scale, NestedKind{});
  v.required("priors", c.priors, NodeKind{{{"type", "object"}, {"minProperties", 1}}},
             "by path of a parameter: {lognormal: {median, sigma}}, {normal: {mean, sd}}, {uniform: [low, high]}, "
             "{loguniform: [low, high]} or {beta: [a, b]}, and bounds: [low, high] if wanted");
  v.optional("fixed", c.fixed, NodeKind{{{"type", "object"}}}, "values by path of parameters that are not fitted");
  v.optional("neutral_parameter", c.neutral_parameter, FlagKind{},
             "keeps a parameter that does nothing, whose shrinkage measures Monte Carlo degeneracy; default true");
  v.required("method", c.method, NestedKind{});
  v.optional("paths", c.paths, NestedKind{}, "how a past that fits is chosen for each draw");
  v.optional("history_matching", c.history_matching, NestedKind{}, "the second, independent method");
  v.optional("point_fit", c.point_fit, NestedKind{}, "of a first guess");
  v.optional("seed", c.seed, IntegerKind{0, 2'000'000'000}, "master seed; default 1984");
}

}  // namespace innochain
