#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "calibration/abc_population.hpp"
#include "calibration/linear_algebra.hpp"
#include "sim/core/random.hpp"

namespace innochain {

/// The shape of a normal distribution: the covariance that the population has as a whole or near a point.
struct LocalShape {
  Eigen::MatrixXd factor;   ///< lower Cholesky factor of the covariance
  double log_volume = 0.0;  ///< of the factor: the sum of the logs of its diagonal
};

/// Combinations of parameters that a round of moves hardly changed, see ProposalKernel.
struct SlowDirections {
  Eigen::MatrixXd steps;         ///< a direction a column, one standard deviation long
  Eigen::VectorXd correlations;  ///< of the combination that only this direction changes, over the round; rising

  /// Of particles of such weights (sum 1). \param before, after a particle a column
  SlowDirections(const Eigen::MatrixXd& before, const Eigen::MatrixXd& after, const Eigen::VectorXd& weights);
};

struct Proposal {
  std::vector<double> scores;
  /// log of (prior × reverse density)/(prior × forward density), of the proposal over the present: what the
  /// Metropolis–Hastings ratio needs beside the likelihoods.
  double log_ratio = 0.0;
};

/// A step of some coordinates that keeps the prior as it is: z' = √(1 − β²)·z + β·N(0, 1), where β is 1, a fresh draw
/// from the prior, or log-uniform in [0.1, 1].
void step_within_prior(std::span<const std::size_t> moved, Stream& stream, std::vector<double>& scores);

/// A step along a line whose length is known to an order of magnitude: normal, of a deviation between 2.38 and 30 times
/// less, log-uniform.
double normal_step(Stream& stream);

/// A normal_step() along a direction, with the priors' ratio.
Proposal step_along(std::span<const double> direction, std::span<const double> scores, Stream& stream);

/// Of the kinds of steps below. Slow ones are of all steps where it is known what is slow; the others share the rest,
/// or all: what is left of 1 by the first three are steps of coordinates.
struct ProposalShares {
  double local = 0.15, wide = 0.1, difference = 0.25, slow = 0.25;
};

/// Proposals of the Metropolis–Hastings moves, a fixed mixture while one generation lasts:
///
/// - local steps: normal, with the covariance of the nearest particles (Filippi et al. 2013, SAGMB 12, 87–107), times
///   2.38²/n (Roberts, Gelman & Gilks 1997) and a factor of 1, 1/2 or 1/4. The shape depends on where one stands, so
///   the ratio holds the density of the way back;
/// - wide steps, z' = m + ρ·(z − m) + √(1 − ρ²)·N(0, Σ) with mean m and covariance Σ of the whole population and ρ = 0,
///   0.6 or 0.9, which keep that normal distribution as it is (Cotter et al. 2013, Statistical Science 28, 424–446).
///   Where the target is nearly normal one accepted step forgets where the particle came from;
/// - steps along the difference of two particles that are drawn by weight, z' = z + γ·(a − b), in all coordinates or in
///   a random part of them: they follow the ridges of parameters that stand in for each other, bent or not. Where both
///   are the same, nothing moves. γ is 1, which leads from one mode to another, or 2.38/√(2n) for n coordinates that
///   move and up to √10 times less (ter Braak 2006, Stat. Comput. 16, 239–249; the random parts: Vrugt et al. 2009,
///   Int. J. Nonlinear Sci. Numer. Simul. 10, 273–290);
/// - steps of coordinates, see step_within_prior(). Half are of one that is drawn with equal chance: the others are as
///   long as the population is wide, so that where all particles have come to descend from few it could hardly widen
///   again. Half are of one to six coordinates (one in half of them, two in a quarter, …), chosen in proportion to the
///   population's variance, so that mostly parameters that the data say little about are carried over their whole
///   range: copies made by resampling would still be near each other in them when the next are made;
/// - slow steps, z' = z + γ·w, along the directions w that particles were slowest to forget in the round before. With
///   the covariance C of where they were before and after it, and the covariance K of the one with the other, the
///   combinations v of parameters that are uncorrelated with each other, K·v = ρ·C·v, have correlations ρ over the
///   round; w = C·v changes one of them alone. They are drawn in proportion to the time −1/ln ρ that forgetting takes,
///   and γ is a normal_step() (w is one deviation long). The decomposition is that of time-lagged independent
///   components (Molgedey & Schuster 1994, Phys. Rev. Lett. 72, 3634–3637).
///
/// A particle's kernel is made of the others, and its covariances are drawn towards simpler ones: local ones towards
/// the whole population's, this towards uncorrelated parameters. Where a particle counted itself, or a covariance of
/// few points were taken at its word, particles would stand in places that the kernel holds for likelier than they are,
/// all the more the farther out: they would leave the tails too readily, and every marginal shrink by the order of
/// parameters²/particles. Slow directions are taken as they are, since steps along them are as likely back as forth.
/// (In the same spirit the ensembles of Goodman & Weare 2010, CAMCoS 5, 65–80, move one half by the other.)
class ProposalKernel {
 public:
  /// \param population as it is when the generation starts, before resampling makes copies
  /// \param n_neighbours whose covariance is local; 0 stands for a quarter of the population, but
  /// no fewer than 4(n + 1) and no more than 16(n + 1)
  /// \param shares of the steps
  /// \param earlier scores of the same particles a round before, [particle][parameter]; empty where it is not known
  /// what is slow
  ProposalKernel(const AbcPopulation& population, std::size_t n_neighbours, const ProposalShares& shares,
                 std::span<const double> earlier = {});

  /// The kernel of all particles but those of an origin; of all, where these are all.
  class Others;
  Others without(std::uint64_t origin) const;

 private:
  Eigen::MatrixXd points_;   ///< a particle a column, those of positive weight
  Eigen::MatrixXd earlier_;  ///< where these were a round before, or without columns
  Eigen::VectorXd weights_, mean_;
  Eigen::VectorXd origin_weights_;  ///< by point: the weight of all points of its origin
  Eigen::MatrixXd covariance_;
  std::vector<std::uint64_t> origins_;
  std::size_t n_neighbours_;
  ProposalShares shares_;
};

/// Must not outlive the kernel.
class ProposalKernel::Others {
 public:
  /// The shape at a point. Worth keeping while a particle stays where it is.
  LocalShape shape_at(std::span<const double> scores) const;
  /// \param here the shape at `scores`
  Proposal propose(std::span<const double> scores, const LocalShape& here, Stream& stream) const;

 private:
  friend class ProposalKernel;
  Others(const ProposalKernel& all, std::uint64_t origin);

  std::vector<std::size_t> neighbours_of(const Eigen::VectorXd& point) const;
  /// Of points of different origin and equal weight that would be worth as much (Kish); copies of a point are together
  /// among the members or together not, but for those that the cut between neighbours and others divides.
  double number_of(const std::vector<std::size_t>& members) const;
  LocalShape shape_of(const std::vector<std::size_t>& members) const;
  LocalShape shape_with(const Eigen::MatrixXd& covariance) const;
  Proposal local_step(std::span<const double> scores, const LocalShape& here, Stream& stream) const;
  Proposal wide_step(std::span<const double> scores, Stream& stream) const;
  Proposal difference_step(std::span<const double> scores, Stream& stream) const;
  Proposal coordinate_step(std::span<const double> scores, Stream& stream) const;
  Proposal slow_step(std::span<const double> scores, Stream& stream) const;

  const ProposalKernel& all_;
  std::vector<std::size_t> members_;
  Eigen::VectorXd weights_;  ///< of all points; 0 for those that are not members
  Eigen::VectorXd mean_, deviations_;
  Eigen::MatrixXd whole_covariance_;
  LocalShape whole_;  ///< of it
  std::optional<SlowDirections> slow_;
};

}  // namespace innochain
