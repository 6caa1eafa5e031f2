#include "sim/processes/substitute_imports.hpp"

#include <algorithm>

namespace innochain {

void substitute_imports(const Params& params, Year, const Streams&, State& state) {
  const ChainParameters::Imports& p = params.parameters.chain.imports;
  Technology& technology = state.technology;
  for (const CategoryId c : all<CategoryId>(technology.basic.size())) {
    const double severity = technology.severity[c];
    const double gap = std::max(0.0, maths::log(technology.frontier[c] / technology.applied[c]));
    const double usual = 1.0 - maths::exp(-gap / p.gap_scale);
    double& reliance = technology.import_reliance[c];
    const double before = reliance;
    const double speed = std::min(1.0, p.adjustment + p.control_adjustment * severity);
    reliance += speed * (usual * (1.0 - 0.5 * severity) - reliance);
    technology.output_loss[c] = p.output_loss * (severity * reliance - technology.severity_before[c] * before);
  }
}

}  // namespace innochain
