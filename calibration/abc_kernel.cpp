#include "calibration/abc_kernel.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
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

/// A covariance of so many points, drawn towards another with the weight of as many points as it has numbers. Without,
/// the places of the points that it was made of, and of all that were proposed near them, would seem likelier than they
/// are.
MatrixXd towards(const MatrixXd& covariance, const MatrixXd& other, double of_points) {
  const auto n_rows = static_cast<double>(covariance.rows()), of_other = 0.5 * n_rows * (n_rows + 1.0);
  return (of_points * covariance + of_other * other) / (of_points + of_other);
}

/// Σ w·(x − mean of x)·(y − mean of y)ᵀ, point by point: Eigen cuts the product of two long matrices by the processor's
/// cache, and the sum's bits with it.
MatrixXd covariance_of(const MatrixXd& x, const MatrixXd& y, const VectorXd& weights) {
  const VectorXd mean_x = x * weights, mean_y = y * weights;
  MatrixXd covariance = MatrixXd::Zero(x.rows(), y.rows());
  for (Index i = 0; i < x.cols(); ++i)
    covariance.noalias() += weights[i] * (x.col(i) - mean_x) * (y.col(i) - mean_y).transpose();
  return covariance;
}

double log_prior(const VectorXd& scores) {
  return -0.5 * scores.squaredNorm();
}

}  // namespace

void step_within_prior(std::span<const std::size_t> moved, Stream& stream, std::vector<double>& scores) {
  const double size = stream.bernoulli(0.5) ? 1.0 : maths::exp(-std::numbers::ln10 * stream.uniform());
  const double rest = std::sqrt(1.0 - size * size);
  for (const std::size_t j : moved) scores[j] = rest * scores[j] + size * stream.normal();
}

double normal_step(Stream& stream) {
  const double deviation = 2.38 * maths::exp(-1.5 * std::numbers::ln10 * stream.uniform());
  return deviation * stream.normal();
}

Proposal step_along(std::span<const double> direction, std::span<const double> scores, Stream& stream) {
  Proposal proposal{{scores.begin(), scores.end()}, 0.0};
  const double size = normal_step(stream);
  for (std::size_t j = 0; j < scores.size(); ++j) {
    double& score = proposal.scores[j];
    score += size * direction[j];
    proposal.log_ratio += 0.5 * (scores[j] * scores[j] - score * score);
  }
  return proposal;
}

SlowDirections::SlowDirections(const MatrixXd& before, const MatrixXd& after, const VectorXd& weights) {
  MatrixXd spread = 0.5 * (covariance_of(before, before, weights) + covariance_of(after, after, weights));
  spread.diagonal() = 1.01 * spread.diagonal().cwiseMax(1e-8);  // regular, where points are few or lie in a plane
  const MatrixXd one_way = covariance_of(before, after, weights), kept = 0.5 * (one_way + one_way.transpose());
  const Eigen::LLT<MatrixXd> cholesky(spread);
  const MatrixXd half = cholesky.matrixL().solve(kept);
  const Eigen::SelfAdjointEigenSolver<MatrixXd> of_units(cholesky.matrixL().solve(half.transpose()));
  correlations = of_units.eigenvalues();
  steps = cholesky.matrixL() * of_units.eigenvectors();
}

ProposalKernel::ProposalKernel(const AbcPopulation& population, std::size_t n_neighbours, const ProposalShares& shares,
                               std::span<const double> earlier)
    : shares_(shares) {
  std::vector<const AbcParticle*> alive;
  for (const AbcParticle& particle : population) {
    if (particle.weight > 0.0) alive.push_back(&particle);
  }
  const auto n_scores = static_cast<Index>(population.front().scores.size());
  points_.resize(n_scores, static_cast<Index>(alive.size()));
  weights_.resize(points_.cols());
  for (Index i = 0; i < points_.cols(); ++i) {
    const AbcParticle& particle = *alive[static_cast<std::size_t>(i)];
    points_.col(i) = vector_of(particle.scores);
    weights_[i] = particle.weight;
    origins_.push_back(particle.origin);
  }
  weights_ /= weights_.sum();
  std::map<std::uint64_t, double> by_origin;
  for (Index i = 0; i < points_.cols(); ++i) by_origin[origins_[static_cast<std::size_t>(i)]] += weights_[i];
  origin_weights_.resize(points_.cols());
  for (Index i = 0; i < points_.cols(); ++i) origin_weights_[i] = by_origin[origins_[static_cast<std::size_t>(i)]];
  mean_ = points_ * weights_;
  covariance_ = covariance_of(points_, points_, weights_);
  if (!earlier.empty()) {
    earlier_.resize(n_scores, points_.cols());
    for (Index i = 0; i < points_.cols(); ++i) {
      const auto place = static_cast<std::size_t>(alive[static_cast<std::size_t>(i)] - population.data());
      const auto n = static_cast<std::size_t>(n_scores);
      earlier_.col(i) = vector_of(earlier.subspan(place * n, n));
    }
  }
  const std::size_t n_free = static_cast<std::size_t>(n_scores) + 1;
  const std::size_t usual = std::clamp(alive.size() / 4, 4 * n_free, 16 * n_free);
  n_neighbours_ = n_neighbours > 0 ? n_neighbours : usual;
}

ProposalKernel::Others ProposalKernel::without(std::uint64_t origin) const {
  return Others(*this, origin);
}

ProposalKernel::Others::Others(const ProposalKernel& all, std::uint64_t origin) : all_(all) {
  double left = 1.0;
  weights_ = all.weights_;
  VectorXd shift = VectorXd::Zero(all.mean_.size());
  MatrixXd covariance = all.covariance_;
  for (std::size_t i = 0; i < all.origins_.size(); ++i) {
    if (all.origins_[i] != origin) {
      members_.push_back(i);
      continue;
    }
    const double weight = all.weights_[static_cast<Index>(i)];
    const VectorXd deviation = all.points_.col(static_cast<Index>(i)) - all.mean_;
    left -= weight;
    weights_[static_cast<Index>(i)] = 0.0;
    shift -= weight * deviation;
    covariance.noalias() -= weight * deviation * deviation.transpose();
  }
  constexpr double least_left = 1e-6;
  if (members_.size() < 2 || left < least_left) {
    members_.resize(all.origins_.size());
    std::iota(members_.begin(), members_.end(), std::size_t{0});
    weights_ = all.weights_;
    shift.setZero();
    covariance = all.covariance_;
    left = 1.0;
  }
  shift /= left;
  mean_ = all.mean_ + shift;
  covariance = covariance / left - shift * shift.transpose();
  // The floor, 1e-4 prior standard deviations, keeps the metric finite where all particles agree.
  deviations_ = covariance.diagonal().cwiseMax(1e-8).cwiseSqrt();
  const MatrixXd uncorrelated = deviations_.cwiseAbs2().asDiagonal();
  whole_covariance_ = towards(covariance, uncorrelated, number_of(members_));
  whole_ = shape_with(whole_covariance_);
  if (all.earlier_.cols() > 0) slow_.emplace(all.earlier_, all.points_, weights_ / weights_.sum());
}

std::vector<std::size_t> ProposalKernel::Others::neighbours_of(const VectorXd& point) const {
  std::vector<std::pair<double, std::size_t>> by_distance;
  by_distance.reserve(members_.size());
  const VectorXd precisions = deviations_.cwiseInverse();
  for (const std::size_t i : members_)
    by_distance.emplace_back((all_.points_.col(static_cast<Index>(i)) - point).cwiseProduct(precisions).squaredNorm(),
                             i);
  const std::size_t n = std::min(members_.size(), all_.n_neighbours_);
  std::ranges::nth_element(by_distance, by_distance.begin() + static_cast<std::ptrdiff_t>(n) - 1);
  std::vector<std::size_t> nearest;
  for (std::size_t i = 0; i < n; ++i) nearest.push_back(by_distance[i].second);
  std::ranges::sort(nearest);  // which side of the n-th an element stands is defined, its place is not
  return nearest;
}

LocalShape ProposalKernel::Others::shape_at(std::span<const double> scores) const {
  return shape_of(neighbours_of(vector_of(scores)));
}

LocalShape ProposalKernel::Others::shape_of(const std::vector<std::size_t>& members) const {
  double total = 0.0;
  VectorXd mean = VectorXd::Zero(mean_.size());
  for (const std::size_t i : members) {
    const double weight = all_.weights_[static_cast<Index>(i)];
    total += weight;
    mean += weight * all_.points_.col(static_cast<Index>(i));
  }
  mean /= total;
  MatrixXd covariance = MatrixXd::Zero(mean_.size(), mean_.size());
  for (const std::size_t i : members) {
    const VectorXd deviation = all_.points_.col(static_cast<Index>(i)) - mean;
    covariance.noalias() += (all_.weights_[static_cast<Index>(i)] / total) * deviation * deviation.transpose();
  }
  return shape_with(towards(covariance, whole_covariance_, number_of(members)));
}

double ProposalKernel::Others::number_of(const std::vector<std::size_t>& members) const {
  double sum = 0.0, squares = 0.0;
  for (const std::size_t i : members) {
    const auto place = static_cast<Index>(i);
    sum += all_.weights_[place];
    squares += all_.weights_[place] * all_.origin_weights_[place];
  }
  return sum * sum / squares;
}

LocalShape ProposalKernel::Others::shape_with(const MatrixXd& covariance) const {
  // The ridge makes the matrix regular where neighbours are few or lie in a plane.
  constexpr double ridge = 0.01;
  MatrixXd regular = covariance;
  regular.diagonal() += ridge * deviations_.cwiseAbs2();
  LocalShape shape{regular.llt().matrixL(), 0.0};
  for (Index j = 0; j < mean_.size(); ++j) shape.log_volume += maths::log(shape.factor(j, j));
  return shape;
}

Proposal ProposalKernel::Others::propose(std::span<const double> scores, const LocalShape& here, Stream& stream) const {
  const ProposalShares& shares = all_.shares_;
  if (slow_ && stream.bernoulli(shares.slow)) return slow_step(scores, stream);
  const double u = stream.uniform();
  if (u < shares.local) return local_step(scores, here, stream);
  if (u < shares.local + shares.wide) return wide_step(scores, stream);
  if (u < shares.local + shares.wide + shares.difference) return difference_step(scores, stream);
  return coordinate_step(scores, stream);
}

Proposal ProposalKernel::Others::local_step(std::span<const double> scores, const LocalShape& here,
                                            Stream& stream) const {
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

Proposal ProposalKernel::Others::wide_step(std::span<const double> scores, Stream& stream) const {
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

Proposal ProposalKernel::Others::difference_step(std::span<const double> scores, Stream& stream) const {
  const Index one = drawn(weights_, stream.uniform()), other = drawn(weights_, stream.uniform());
  constexpr std::array<double, 3> parts{1.0 / 3.0, 2.0 / 3.0, 1.0};
  const double part = parts[stream.choice(parts.size())];
  std::vector<std::size_t> moved;
  for (std::size_t j = 0; j < scores.size(); ++j) {
    if (stream.bernoulli(part)) moved.push_back(j);
  }
  constexpr double whole_differences = 0.2;
  const double usual = 2.38 / std::sqrt(2.0 * static_cast<double>(std::max(moved.size(), std::size_t{1})));
  const double size =
      stream.bernoulli(whole_differences) ? 1.0 : usual * maths::exp(-0.5 * std::numbers::ln10 * stream.uniform());
  Proposal proposal{{scores.begin(), scores.end()}, 0.0};
  for (const std::size_t j : moved) {
    const auto row = static_cast<Index>(j);
    proposal.scores[j] += size * (all_.points_(row, one) - all_.points_(row, other));
  }
  proposal.log_ratio = log_prior(vector_of(proposal.scores)) - log_prior(vector_of(scores));
  return proposal;
}

Proposal ProposalKernel::Others::coordinate_step(std::span<const double> scores, Stream& stream) const {
  constexpr std::size_t most_moved = 6;
  std::vector<std::size_t> moved;
  if (stream.bernoulli(0.5)) {
    moved.push_back(stream.choice(scores.size()));
  } else {
    VectorXd chances = deviations_.cwiseAbs2();
    std::size_t n_moved = 1;
    while (n_moved < std::min(most_moved, scores.size()) && stream.bernoulli(0.5)) ++n_moved;
    while (moved.size() < n_moved) {
      moved.push_back(static_cast<std::size_t>(drawn(chances, stream.uniform())));
      chances[static_cast<Index>(moved.back())] = 0.0;
    }
  }
  Proposal proposal{{scores.begin(), scores.end()}, 0.0};
  step_within_prior(moved, stream, proposal.scores);
  return proposal;
}

Proposal ProposalKernel::Others::slow_step(std::span<const double> scores, Stream& stream) const {
  constexpr double least_correlation = 1e-3, largest_correlation = 0.98;
  VectorXd times = slow_->correlations;
  for (double& time : times) time = -1.0 / maths::log(std::clamp(time, least_correlation, largest_correlation));
  const Index direction = drawn(times, stream.uniform());
  const VectorXd from = vector_of(scores), to = from + normal_step(stream) * slow_->steps.col(direction);
  return {{to.begin(), to.end()}, log_prior(to) - log_prior(from)};
}

}  // namespace innochain
