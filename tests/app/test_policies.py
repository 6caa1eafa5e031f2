"""The shipped policies: each changes nothing before its year, spends the baseline's money, and does what docs/policies.md says.

One run of the command that the page names, ten replicates with the luck of the baseline, serves all tests."""

import re
import subprocess

import numpy
import pytest
import xarray

from conftest import PROGRAM, SCENARIOS

pytestmark = pytest.mark.long

ROOT = SCENARIOS.parent
PAGE = (ROOT / "docs/policies.md").read_text(encoding="utf-8")
POLICIES = sorted(path.stem for path in (SCENARIOS / "policies").glob("*.yaml"))
DECOUPLING = "decoupling_2018"
T_OF_999 = 4.780913  # Student's t with nine degrees of freedom, 99.95 %
COMMAND = ["--replicates", "10", "--set", "scale.firms_per_agent=100", "--set", "scale.proposals_per_agent=20"]

# What the page says of each: a smaller (-1) or larger (+1) mean than the baseline's, beyond the 99.9 % interval of ten pairs, so that luck
# alone would pass for any of these fifty-seven only once in about thirty.
CLAIMS = {
    "expansion_continued": {
        "zone_stock[hidz]@2035": 1,
        "papers@2035": 1,
        "basic_stock@2035": 1,
        "transfers@2035": -1,
        "policy_value@2035": -1,
        "revenue@2035": -1,
    },
    "bar_without_slowdown": {},  # nothing that ten pairs tell from luck at this level
    "targets_enforced": {
        "lab_stock[skl_discipline]@2020": 1,
        "lab_stock[skl_enterprise]@2020": 1,
        "lab_stock[skl_province_ministry]@2020": 1,
        "zone_stock[hidz]@2020": 1,
        "lab_quality_mean[skl_discipline]@2020": -1,
        "lab_quality_mean[national_key_lab]@2035": -1,
        "papers@2035": 1,
    },
    "no_programme_merger": {
        "duplicate_share@2035": 1,
        "basic_stock@2035": 1,
        "technology_gap@2035": -1,
        "self_reliance@2035": 1,
    },
    "no_skl_reorganization": {
        "lab_stock[national_key_lab]@2035": -1,
        "lab_stock@2035": 1,
        "papers@2035": -1,
        "transfers@2035": -1,
    },
    "reorganization_twice_as_hard": {
        "lab_stock[national_key_lab]@2035": -1,
        "lab_quality_mean[national_key_lab]@2035": 1,
        "papers@2035": -1,
        "funding_gini@2035": 1,
    },
    "every_prefecture_a_hidz": {"zone_stock[hidz]@2035": 1, "prefectures_with_hidz@2035": 1},
    "decoupling_2018": {"papers@2035": -1, "basic_stock@2035": -1, "technology_gap@2035": 1, "self_reliance@2035": -1},
    "centralized": {
        "basic_stock@2035": 1,
        "policy_value@2035": -1,
        "topic_diversity@2035": -1,
    },
    "decentralized": {"basic_stock@2035": -1, "policy_value@2035": -1, "topic_diversity@2035": 1, "revenue@2035": -1},
    "commercialization_first": {
        "transfers@2035": 1,
        "technology_contracts@2035": 1,
        "papers@2035": -1,
        "papers_top@2035": 1,
        "basic_stock@2035": -1,
    },
    "basic_research_first": {
        "papers@2035": 1,
        "basic_stock@2035": 1,
        "transfers@2035": -1,
        "technology_contracts@2035": -1,
        "revenue@2035": -1,
    },
    "zones_merged_hard": {"zone_stock[hidz]@2035": -1, "zone_stock[etdz]@2035": -1, "prefectures_with_hidz@2035": -1},
    "open_competitions_only": {"applicant_time@2035": -1, "topic_diversity@2035": -1, "papers@2035": -1},
    "lottery_funding": {"papers@2035": -1, "papers_top@2035": -1, "funding_gini@2035": 1, "applicant_time@2035": 1},
    "lottery_among_the_better": {"papers@2035": -1, "papers_top@2035": -1},
}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    path = tmp_path_factory.mktemp("policies") / "policies.h5"
    files = [SCENARIOS / "baseline.yaml", *(SCENARIOS / f"policies/{name}.yaml" for name in POLICIES)]
    files += sorted((SCENARIOS / "policies/decoupled").glob("*.yaml"))
    subprocess.run([PROGRAM, "run", "--quiet", *map(str, files), *COMMAND, "-o", str(path)], check=True)
    return path


@pytest.fixture(scope="module")
def runs(result):
    with xarray.open_dataset(result, engine="h5netcdf") as opened:
        yield opened.load()


def of(runs, scenario):
    return runs.isel(run=numpy.flatnonzero(runs.scenario.values == scenario))


def values(runs, scenario, label):
    variable, category, year = re.fullmatch(r"(\w+)(?:\[(\w+)\])?@(\d+)", label).groups()
    data = of(runs, scenario)[variable].sel(year=int(year))
    for dimension in data.dims[1:]:
        data = data.sel({dimension: category}) if category else data.sum(dimension)
    return data.values.astype(float)


def first_year(policy):
    """The year from which the page says that a policy acts."""
    found = re.search(rf"`{policy}`[^\n]*?, from (\d{{4}})", PAGE)
    assert found, f"docs/policies.md does not say from which year {policy} acts"
    return int(found[1])


def test_every_policy_has_claims():
    assert set(CLAIMS) == set(POLICIES)


def test_the_numbers_of_the_page_are_those_of_the_program(result):
    done = subprocess.run(
        [ROOT / "scripts/document_policies", "--check", "--from", result], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("policy", POLICIES)
def test_nothing_differs_before_the_year_that_the_page_names(runs, policy):
    year = first_year(policy)
    base, changed = of(runs, "baseline"), of(runs, policy)
    yearly = [name for name in runs.data_vars if runs[name].dims[:2] == ("run", "year")]
    before = [
        name
        for name in yearly
        if not numpy.array_equal(
            base[name].sel(year=slice(None, year - 1)).values,
            changed[name].sel(year=slice(None, year - 1)).values,
            equal_nan=True,
        )
    ]
    assert before == []
    later = slice(year, year + 1)  # approvals obey the levers of the year before
    assert any(
        not numpy.array_equal(base[name].sel(year=later).values, changed[name].sel(year=later).values, equal_nan=True)
        for name in yearly
        if name.startswith(("lab", "zone", "programme", "pap", "policy", "tech", "basic", "award"))
    )


@pytest.mark.parametrize("policy", POLICIES)
def test_every_policy_has_the_money_of_the_baseline(runs, policy):
    total = [of(runs, name).programme_budget.sum("programme").values for name in ("baseline", policy)]
    rounding = runs.sizes["programme"] / 2  # thousand CNY, when every programme is scaled by itself
    assert numpy.abs(total[1] - total[0]).max() <= rounding


@pytest.mark.parametrize("policy", [policy for policy in POLICIES if CLAIMS[policy]])
def test_a_policy_does_what_the_page_says(runs, policy):
    wrong = []
    for label, sign in CLAIMS[policy].items():
        difference = values(runs, policy, label) - values(runs, "baseline", label)
        half = T_OF_999 * difference.std(ddof=1) / len(difference) ** 0.5
        if sign * difference.mean() <= half:
            wrong.append(f"{label}: {difference.mean():+g} ± {half:g}")
    assert wrong == []


def test_enforced_targets_are_nearly_met(runs):
    """At least nine tenths of what was announced for 2020, on average; the baseline reaches less of each."""
    announced = {
        "lab_stock[skl_discipline]": 300,
        "lab_stock[skl_enterprise]": 270,
        "lab_stock[skl_province_ministry]": 70,
        "zone_stock[hidz]": 240,
    }
    for label, target in announced.items():
        enforced, base = (values(runs, name, f"{label}@2020").mean() for name in ("targets_enforced", "baseline"))
        assert base < 0.9 * target <= enforced, label


def test_the_reorganization_keeps_three_quarters_half_or_none(runs):
    """Carried over among those examined. Of each type and year the number is rounded up or down by chance, which has a standard deviation
    of half a lab at most; labs absorbed by national labs or delisted by a review were not examined."""
    types = [name for name in runs.lab_type.values if name.startswith("skl_")]
    years = slice(2021, 2025)

    def counted(policy):
        window = of(runs, policy).sel(lab_type=types, year=years)
        reviewed = of(runs, policy).review_delisted.sel(year=years).sum()
        return (
            window.lab_carried_over.sum().item(),
            (window.lab_merged.sum() + window.lab_delisted.sum() - reviewed).item(),
        )

    absorbed = counted("no_skl_reorganization")[1]
    assert counted("no_skl_reorganization")[0] == 0
    parts = len(types) * 5 * 10
    for policy, share in (("baseline", 0.75), ("reorganization_twice_as_hard", 0.5)):
        kept, gone = counted(policy)
        examined = kept + gone - absorbed
        assert abs(kept - share * examined) <= 4 * 0.5 * parts**0.5 + absorbed, policy


def test_under_decoupling_policies_work_in_the_same_direction_and_regain_little(runs):
    """Basic knowledge, where the effect is beyond the 99.9 % interval in the open country; a quarter of the self-reliance lost at most."""

    def effect(policy, reference, label):
        return values(runs, policy, label) - values(runs, reference, label)

    lost = -effect(DECOUPLING, "baseline", "self_reliance@2035").mean()
    for policy in set(POLICIES) - {DECOUPLING}:
        is_open = effect(policy, "baseline", "basic_stock@2035")
        closed = effect(f"decoupled_{policy}", DECOUPLING, "basic_stock@2035")
        if abs(is_open.mean()) > T_OF_999 * is_open.std(ddof=1) / len(is_open) ** 0.5:
            assert is_open.mean() * closed.mean() > 0, policy
        assert effect(f"decoupled_{policy}", DECOUPLING, "self_reliance@2035").mean() < 0.25 * lost, policy
