"""Small calibrations for tests, and a run that is short beside them."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "scenarios"
SMALL = f"""schema_version: 1
scenario: {SCENARIOS}/baseline.yaml
targets: {ROOT}/calibration/targets.yaml
years: {{fit: [1984, 2012], predict: [2013, 2017]}}
scale: {{firms_per_agent: 1000, proposals_per_agent: 1000}}
priors:
  approvals.appetite.expansion: {{lognormal: {{median: 0.2, sigma: 0.5}}}}
  approvals.kappa.hidz: {{lognormal: {{median: 1, sigma: 0.5}}}}
method: {{kind: abc_smc, particles: 12, replicates: 2, most_moves: 2, stop: {{simulations: 1000}}}}
paths: {{draws: 4, attempts: 3}}
point_fit: {{evaluations: 6, replicates: 2}}
"""
SECOND = f"""schema_version: 1
scenario: {SCENARIOS}/baseline.yaml
targets: {ROOT}/calibration/targets.yaml
after: {ROOT}/scenarios/posterior/china.h5
years: {{fit: [1984, 2017], predict: [2018, 2022]}}
scale: {{firms_per_agent: 1000, proposals_per_agent: 1000}}
priors: {{labs.paper_rate: {{lognormal: {{median: 1.5, sigma: 0.4}}}}}}
method: {{kind: abc_smc, particles: 10, replicates: 1, most_moves: 1, last_moves: 1, stop: {{simulations: 100}}}}
paths: {{draws: 4}}
"""
SHORT = ["--set", "scale.years=[1984,2020]", "--set", "scale.firms_per_agent=1000", "--set",
         "scale.proposals_per_agent=1000"]
