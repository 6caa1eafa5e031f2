#include "calibration/abc_kernel.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "sim/core/maths.hpp"

namespace innochain {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

VectorXd vector_of(std::span<const double> values) {
  return Eigen::Map<const VectorXd>(values.data(), static_cast<Index>(values.size()));
}

/// log density without its constant.
double log_normal_density(const VectorXd& step, const LocalShape& shape, double scale) {
  const VectorXd standard = shape.factor.triangularView<Eigen::Lower>().solve(step);
  return -0.5 * standard.squaredNorm() / (scale * scale) - shape.log_volume;
}

/// A place, with probability in proportion to the chances.
Index drawn(const VectorXd& chances, double uniform) {
  double left = uniform * chances.sum();
  Index last = 0;
  for (Index j = 0; j < chances.size(); ++j) {
    if (!(chances[j] > 0.0)) continue;
    last = j;
    if (left < chances[j]) break;
    left -= chances[j];
  }
  return last;
}

double log_prior(const VectorXd& scores) {
  return -0.5 * scores.squaredNorm();
}

}  // namespace

ProposalKernel::ProposalKernel(const AbcPopulation& population, std::size_t n_neighbours, const ProposalShares& shares)
    : shares_(shares) {
  std::vector<const AbcParticle*> alive;
  for (const AbcParticle& particle : population) {
    if (particle.weight > 0.0) alive.push_back(&particle);
  }
  const auto n_scores = static_cast<Index>(population.front().scores.size());
  points_.resize(n_scores, static_cast<Index>(alive.size()));
  weights_.resize(points_.cols());
  for (Index i = 0; i < points_.cols(); ++i) {
    points_.col(i) = vector_of(alive[static_cast<std::size_t>(i)]->scores);
    weights_[i] = alive[static_cast<std::size_t>(i)]->weight;
  }
  weights_ /= weights_.sum();
  mean_ = points_ * weights_;
  // The floor, 1e-4 prior standard deviations, keeps the metric finite where all particles agree.
  deviations_ = ((points_.colwise() - mean_).cwiseAbs2() * weights_).cwiseMax(1e-8).cwiseSqrt();
  standard_points_ = points_.array().colwise() / deviations_.array();
  const std::size_t n_free = static_cast<std::size_t>(n_scores) + 1;
  const std::size_t usual = std::clamp(alive.size() / 4, 4 * n_free, 16 * n_free);
  n_neighbours_ = std::min(alive.size(), n_neighbours > 0 ? n_neighbours : usual);
  std::vector<std::size_t> everybody(alive.size());
  std::iota(everybody.begin(), everybody.end(), std::size_t{0});
  whole_ = shape_of(everybody);
}

std::vector<std::size_t> ProposalKernel::neighbours_of(const VectorXd& point) const {
  const VectorXd standard = point.cwiseQuotient(deviations_);
  const Eigen::RowVectorXd distances = (standard_points_.colwise() - standard).colwise().squaredNorm();
  std::vector<std::pair<double, std::size_t>> by_distance;
  by_distance.reserve(static_cast<std::size_t>(distances.size()));
  for (Index i = 0; i < distances.size(); ++i) by_distance.emplace_back(distances[i], static_cast<std::size_t>(i));
  std::ranges::nth_element(by_distance, by_distance.begin() + static_cast<std::ptrdiff_t>(n_neighbours_) - 1);
  std::vector<std::size_t> nearest;
  for (std::size_t i = 0; i < n_neighbours_; ++i) nearest.push_back(by_distance[i].second);
  std::ranges::sort(nearest);  // which side of the n-th an element stands is defined, its place is not
  return nearest;
}

LocalShape ProposalKernel::shape_at(std::span<const double> scores) const {
  return shape_of(neighbours_of(vector_of(scores)));
}

LocalShape ProposalKernel::shape_of(const std::vector<std::size_t>& members) const {
  double total = 0.0;
  VectorXd mean = VectorXd::Zero(points_.rows());
  for (const std::size_t i : members) {
    const double weight = weights_[static_cast<Index>(i)];
    total += weight;
    mean += weight * points_.col(static_cast<Index>(i));
  }
  mean /= total;
  // One by one: Eigen cuts the product of two long matrices by the processor's cache, and the sum's bits with it.
  MatrixXd covariance = MatrixXd::Zero(points_.rows(), points_.rows());
  for (const std::size_t i : members) {
    const VectorXd deviation = points_.col(static_cast<Index>(i)) - mean;
    covariance.noalias() += (weights_[static_cast<Index>(i)] / total) * deviation * deviation.transpose();
  }
  // The ridge makes the matrix regular where neighbours are few or lie in a plane.
  constexpr double ridge = 0.01;
  covariance.diagonal() += ridge * deviations_.cwiseAbs2();
  LocalShape shape{covariance.llt().matrixL(), 0.0};
  for (Index j = 0; j < points_.rows(); ++j) shape.log_volume += maths::log(shape.factor(j, j));
  return shape;
}

Proposal ProposalKernel::propose(std::span<const double> scores, const LocalShape& here, Stream& stream) const {
  const double u = stream.uniform();
  if (u < shares_.local) return local_step(scores, here, stream);
  if (u < shares_.local + shares_.wide) return wide_step(scores, stream);
  return coordinate_step(scores, stream);
}

Proposal ProposalKernel::local_step(std::span<const double> scores, const LocalShape& here, Stream& stream) const {
  constexpr std::array<double, 3> factors{1.0, 0.5, 0.25};
  const double scale = factors[stream.choice(factors.size())] * 2.38 / std::sqrt(static_cast<double>(scores.size()));
  VectorXd deviates(static_cast<Index>(scores.size()));
  for (double& deviate : deviates) deviate = stream.normal();
  const VectorXd from = vector_of(scores), step = scale * (here.factor * deviates), to = from + step;
  Proposal proposal{{to.begin(), to.end()}, 0.0};
  const LocalShape there = shape_at(proposal.scores);
  proposal.log_ratio =
      log_prior(to) - log_prior(from) + log_normal_density(step, there, scale) - log_normal_density(step, here, scale);
  return proposal;
}

Proposal ProposalKernel::wide_step(std::span<const double> scores, Stream& stream) const {
  constexpr std::array<double, 3> correlations{0.0, 0.6, 0.9};
  const double kept = correlations[stream.choice(correlations.size())];
  VectorXd deviates(static_cast<Index>(scores.size()));
  for (double& deviate : deviates) deviate = stream.normal();
  const VectorXd from = vector_of(scores) - mean_;
  const VectorXd to = kept * from + std::sqrt(1.0 - kept * kept) * (whole_.factor * deviates);
  const VectorXd proposed = mean_ + to;
  return {{proposed.begin(), proposed.end()},
          log_prior(proposed) - log_prior(vector_of(scores)) + log_normal_density(from, whole_, 1.0) -
              log_normal_density(to, whole_, 1.0)};
}

Proposal ProposalKernel::coordinate_step(std::span<const double> scores, Stream& stream) const {
  constexpr std::size_t most_moved = 6;
  Proposal proposal{{scores.begin(), scores.end()}, 0.0};
  VectorXd chances = deviations_.cwiseAbs2();
  const std::size_t n_moved = 1 + stream.choice(std::min(most_moved, scores.size()));
  const double size = stream.bernoulli(0.5) ? 1.0 : maths::exp(-std::numbers::ln10 * stream.uniform());
  const double rest = std::sqrt(1.0 - size * size);
  for (std::size_t i = 0; i < n_moved; ++i) {
    const Index chosen = drawn(chances, stream.uniform());
    double& score = proposal.scores[static_cast<std::size_t>(chosen)];
    score = rest * score + size * stream.normal();
    chances[chosen] = 0.0;
  }
  return proposal;
}

}  // namespace innochain
