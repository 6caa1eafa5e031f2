#include "sim/processes/form_candidates.hpp"

#include <algorithm>
#include <cmath>

namespace innochain {

namespace {

/// Standard normal deviates for agents 0, 1, 2, …, four to a Philox block.
class Deviates {
 public:
  Deviates(const Streams& streams, Purpose purpose, Year year) : streams_(streams), purpose_(purpose), year_(year) {}
  double operator()(std::size_t agent) {
    const auto block = static_cast<std::uint32_t>(agent / 4);
    if (block != block_) words_ = streams_.block(purpose_, year_, block, 0), block_ = block;
    return maths::deviate_of(words_[agent % 4]);
  }

 private:
  const Streams& streams_;
  Purpose purpose_;
  Year year_;
  std::uint32_t block_ = 0xffffffffu;
  std::array<std::uint32_t, 4> words_{};
};

/// Visits the rows of the pools of the designations that are simulated.
template <class PoolId, class Row, class Visitor>
void for_each_simulated(const Params& params, const Column<PoolId, std::pair<Row, Row>>& pools, Visitor&& visit) {
  for (const PoolId pool : all<PoolId>(pools.size()))
    if (params.simulates(params.system.designation(pool))) visit(pools[pool].first, pools[pool].second);
}

/// γ·ln(F + f) of a lab with F million CNY of funding in the last five years, relative to one without.
double funding_term(const Parameters::Quality& p, double recent) {
  constexpr double floor_mcny = 1.0;
  return recent > 0.0 ? p.funding_elasticity * maths::fast_log(1.0 + recent / floor_mcny) : 0.0;
}

void update_labs(const Params& params, Year year, const Streams& streams, Labs& labs) {
  const Parameters::Quality& p = params.parameters.quality;
  const double shock = p.churn_spread * std::sqrt(1.0 - p.churn_persistence * p.churn_persistence);
  const double trend = p.growth * (year - Year(2006));
  const auto exists = [&](LabId lab) { return labs.formed[lab] <= year && labs.fate[lab] != LabFate::merged; };
  Deviates deviate(streams, Purpose::lab_quality, year);
  for_each_simulated(params, labs.pool_rows, [&](LabId first, LabId end) {
    double sum = 0.0;
    std::size_t n = 0;
    for (LabId lab = first; lab != end; ++lab) {
      if (!exists(lab)) continue;
      labs.quality[lab] = funding_term(p, labs.recent_funding[lab]);  // completed below, once the mean is known
      sum += labs.quality[lab];
      ++n;
    }
    const double mean = n ? sum / static_cast<double>(n) : 0.0;
    for (LabId lab = first; lab != end; ++lab) {
      if (!exists(lab)) continue;
      labs.churn[lab] = p.churn_persistence * labs.churn[lab] + shock * deviate(lab.index());
      labs.quality[lab] += labs.talent[lab] + trend + labs.churn[lab] - mean;
    }
  });
}

void update_zones(const Params& params, Year year, const Streams& streams, Zones& zones) {
  const Parameters::Quality& p = params.parameters.quality;
  const double shock = p.churn_spread * std::sqrt(1.0 - p.churn_persistence * p.churn_persistence);
  const double trend = p.growth * (year - Year(2006));
  Deviates deviate(streams, Purpose::zone_quality, year);
  for_each_simulated(params, zones.type_rows, [&](ZoneId first, ZoneId end) {
    for (ZoneId zone = first; zone != end; ++zone) {
      zones.churn[zone] = p.churn_persistence * zones.churn[zone] + shock * deviate(zone.index());
      zones.quality[zone] = zones.talent[zone] + trend + zones.churn[zone];
    }
  });
}

template <class PoolId, class Row>
std::vector<double> simulated_rows(const Params& params, const Column<PoolId, std::pair<Row, Row>>& pools,
                                   const Column<Row, double>& quality) {
  std::vector<double> rows;
  for_each_simulated(params, pools, [&](Row first, Row end) {
    for (Row row = first; row != end; ++row) rows.push_back(quality[row]);
  });
  return rows;
}

template <class PoolId, class Row>
void put_rows(const Params& params, const Column<PoolId, std::pair<Row, Row>>& pools, const std::vector<double>& rows,
              Column<Row, double>& quality) {
  auto known = rows.begin();
  for_each_simulated(params, pools, [&](Row first, Row end) {
    if (first == end) return;
    const auto n = static_cast<std::ptrdiff_t>(end.index() - first.index());
    std::copy_n(known, n, &quality[first]);
    known += n;
  });
}

}  // namespace

KnownQualities foresee_candidates(const Params& params, const RunLuck& luck, State& state) {
  KnownQualities known{params.scale.years, {}, {}};
  for (Year year = known.years.first; year <= known.years.last; ++year) {
    form_candidates(params, year, luck.in(year), state);
    known.labs.push_back(simulated_rows(params, state.labs.pool_rows, state.labs.quality));
    known.zones.push_back(simulated_rows(params, state.zones.type_rows, state.zones.quality));
  }
  return known;
}

void form_candidates(const Params& params, Year year, const Streams& streams, State& state) {
  if (const KnownQualities* known = state.known_qualities.get()) {
    const std::size_t t = known->years.index(year);
    put_rows(params, state.labs.pool_rows, known->labs[t], state.labs.quality);
    put_rows(params, state.zones.type_rows, known->zones[t], state.zones.quality);
    return;
  }
  update_labs(params, year, streams, state.labs);
  update_zones(params, year, streams, state.zones);
}

}  // namespace innochain
