#include "sim/state/technology.hpp"

namespace innochain {

double self_reliance(const System& system, const Technology& technology) {
  double critical = 0.0, imported = 0.0;
  for (const CategoryId c : all<CategoryId>(technology.weight.size())) {
    const double weight = system.categories[c].criticality * technology.weight[c];
    critical += weight;
    imported += weight * technology.import_reliance[c];
  }
  return critical > 0.0 ? 1.0 - imported / critical : 1.0;
}

}  // namespace innochain
