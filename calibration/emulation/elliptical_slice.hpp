#pragma once

#include <numbers>

#include "calibration/linear_algebra.hpp"
#include "sim/core/random.hpp"

namespace innochain {

/// Normal distribution N(centre, root·rootᵀ).
struct NormalMeasure {
  VectorXd centre;
  MatrixXd root;

  static NormalMeasure standard(std::size_t dimensions) {
    const auto d = static_cast<Eigen::Index>(dimensions);
    return {VectorXd::Zero(d), MatrixXd::Identity(d, d)};
  }
};

inline VectorXd standard_normal(Eigen::Index dimensions, Stream& stream) {
  VectorXd result(dimensions);
  for (double& x : result) x = stream.normal();
  return result;
}

/// One step of elliptical slice sampling (Murray, Adams and MacKay 2010, AISTATS 13, 541–548): leaves the measure,
/// restricted to the points that are accepted, as it is. Nothing to tune, and it always moves.
/// \param accepts of points; true for `current`
template <class Accepts>
VectorXd elliptical_slice_step(const VectorXd& current, const NormalMeasure& measure, Stream& stream,
                               Accepts&& accepts) {
  constexpr int most_shrinkages = 60;  // brackets are then narrower than the numbers on them
  const VectorXd from_centre = current - measure.centre;
  const VectorXd other = measure.root * standard_normal(current.size(), stream);
  constexpr double turn = 2.0 * std::numbers::pi;
  double angle = turn * stream.uniform(), low = angle - turn, high = angle;
  for (int i = 0; i < most_shrinkages; ++i) {
    const double t = maths::tan(0.5 * angle), cosine = (1.0 - t * t) / (1.0 + t * t), sine = 2.0 * t / (1.0 + t * t);
    VectorXd proposal = measure.centre + cosine * from_centre + sine * other;
    if (accepts(proposal)) return proposal;
    (angle < 0.0 ? low : high) = angle;
    angle = low + (high - low) * stream.uniform();
  }
  return current;
}

}  // namespace innochain
