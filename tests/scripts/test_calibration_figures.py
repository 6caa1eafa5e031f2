"""scripts/plot_calibration: the figures show the numbers of the posterior; result files mark what was held out."""

import re
import shutil

import h5py
import numpy as np
import pytest
from conftest import run_script
from matplotlib import pyplot as plt
from plotting import skl_approvals, stocks, zone_approvals
from plotting.calibration import FIGURES, coverage, curves, forecasts, pairs, parameters
from plotting.calibration.counts import known_counts, misfit
from plotting.calibration.posterior import FREE, KEPT, Posterior
from plotting.calibration.priors import Prior
from plotting.calibration.value_axes import round_numbers
from plotting.result import Result
from posterior_builder import ATTRIBUTES, DESIGNATIONS, LAST_FITTED, YEARS, write_posterior
from result_builder import write_result
from scipy import stats

NAMES = [figure.NAME for figure in FIGURES]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return write_posterior(tmp_path_factory.mktemp("posterior") / "tiny.h5")


@pytest.fixture
def posterior(path):
    yield Posterior(path)
    plt.close("all")


@pytest.fixture(scope="module")
def drawn(path, tmp_path_factory):
    folder = tmp_path_factory.mktemp("calibration")
    return folder, run_script("plot_calibration", path, "-o", folder)


def by_gid(artist, gid):
    return artist.findobj(lambda child: child.get_gid() == gid)


def panel(figure, title):
    return next(axes for axes in figure.axes if axes.get_title(loc="left") == title)


def sentence(drawn, name):
    return next(line for line in drawn[1].stdout.splitlines() if f"/{name}.png: " in line).split(".png: ", 1)[1]


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_is_written_with_a_sentence_of_numbers(drawn, name):
    folder, done = drawn
    assert done.returncode == 0 and done.stderr == ""
    assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    assert "<text" in (folder / f"{name}.svg").read_text(encoding="utf-8")
    assert re.search(r"\d.*\.$", sentence(drawn, name))


def test_one_figure_is_drawn_alone_and_with_the_same_bytes(path, drawn, tmp_path):
    run_script("plot_calibration", path, "-o", tmp_path, "--only", "forecasts")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["forecasts.png", "forecasts.svg"]
    for file in tmp_path.iterdir():
        assert file.read_bytes() == (drawn[0] / file.name).read_bytes()


def test_sentences_say_the_numbers_of_the_file(path, drawn):
    """Counted by hand in posterior_builder.py."""
    said = sentence(drawn, "curves")
    assert "Enterprise SKLs 1.1 and 5.2 %; HIDZs 0.4 and 3.3 %" in said
    assert "5 of 5 fitted and 2 of 3 held-out targets with their past, 3 of 5 and 3 of 3 free running" in said
    said = sentence(drawn, "parameters")
    with h5py.File(path) as file:
        neutral = [1 - np.var(file[f"generations/{number}/score"][:, 2]) for number in ("001", "002")]  # of equal weight
    expected = f"shrinks by −0.05, and from {min(neutral):.2f} to {max(neutral):.2f} over the generations".replace("-", "−")
    assert "ambition (0.75), kappa.hidz (0.25); the neutral parameter" in said and expected in said
    said = sentence(drawn, "identifiability")
    assert "1 of 2 profiles rise by more than the 0.8 squared errors of observation" in said
    assert "those of kappa.hidz do not." in said
    assert "The two methods disagree on 1 of 3 parameters: kappa.hidz." in said
    said = sentence(drawn, "generations")
    assert "After 2 generations and 300 simulations the tolerance is 2.50" in said
    assert "33 % of the proposals are accepted and 27 % of new luck" in said
    assert "40 particles differ, and weigh as much as 60" in said
    with h5py.File(path) as file:
        before, after = (file[f"generations/{number}/score"][()] for number in ("001", "002"))
    memory = max(np.corrcoef(before[:, i], after[:, i])[0, 1] for i in range(3))
    assert f"10 moves at that tolerance leave a correlation with where particles were of {memory:.2f} at most" in said
    said = sentence(drawn, "forecasts")
    assert "2 of 3 scored" in said and "3 of 3 free running" in said
    assert "with their past 39; draws free running 38; constant rate, 10 years 90; constant rate, 5 years 80." in said
    said = sentence(drawn, "coverage")
    assert "3 of 4 usable totals (4 of 4 with the past of the draws), not Enterprise SKLs, stock 2006; and 0 of 1" in said
    assert "kappa.hidz −0." in sentence(drawn, "pairs")
    assert "overlaps 3 of 4 known values with their errors; 2 of the medians" in sentence(drawn, "outputs")


def test_two_samples_are_compared_by_their_medians(path, tmp_path):
    """The other is the same but for a shift of half a normal score, a first approval more in all runs without their past, and its
    seed."""
    other = shutil.copy(path, tmp_path / "other.h5")
    with h5py.File(other, "r+") as file:
        spreads = file["generations/002/score"][()].std(axis=0)
        file["generations/002/score"][...] += 0.5
        hidz = file["predictive_free/approvals"][:, 1, :].sum(axis=1, where=file["year"][()] <= 2006)
        stock = file["predictive_free/stock"][:, 0, file["year"][()] == 2006].ravel()
        file["predictive_free/approvals"][:, 1, 0] += 1
        file.attrs["master_seed"] = file.attrs["master_seed"] + 1
    done = run_script("plot_calibration", path, "--beside", other, "-o", tmp_path)
    assert done.returncode == 0, done.stderr
    apart = 0.5 / spreads[:2]  # the third is neutral
    typical = np.sqrt(np.mean(apart**2))
    assert f"differ by {typical:.2f} posterior standard deviations (root mean square over 2 parameters" in done.stdout
    assert f"by {apart.max():.2f} at most" in done.stdout and f"as those of about {np.pi / typical**2:.0f} independent" in done.stdout
    # The counts since 2006: 25 to 29 laboratories, the same runs twice, and 36 zones.
    def median(runs):  # the lower of the two in the middle
        return sorted(runs)[(len(runs) - 1) // 2]

    labs = max(25 - median(stock), median(stock) - 29, 0)
    zones = ", ".join(f"{abs(median(runs) - 36):.2f}" for runs in (hidz, hidz + 1, [*hidz, *hidz + 1]))
    assert labs > 0
    said = f"Enterprise SKLs {labs:.2f}, {labs:.2f}, {labs:.2f}; HIDZs {zones}."
    assert f"the runs of both together): {said}" in done.stdout
    assert sorted(file.name for file in tmp_path.iterdir()) == ["other.h5", "samples.png", "samples.svg"]


def test_counts_of_a_fit_are_dated_targets_and_its_end(path, tmp_path):
    """Years before 2006, periods, and ends of other fits are none; where a target has the last year, the end says nothing new."""
    changed = shutil.copy(path, tmp_path / "changed.h5")
    with h5py.File(changed, "r+") as file:
        file.attrs["last_year_fitted"] = np.int32(2007)
        ends = "{hidz: {stock_2006: [1, 1, 1], stock_2007: [39, 42, 2]}, skl_enterprise: {stock_2006: [25, 29, 1]}}"
        file.attrs["calibration_yaml"] = f"schema_version: 1\ntargets: {ends}\n"
        years = list(file["year"][()])
        for group in ("predictive_free", "predictive_kept"):
            stocks = file[group]["stock"][()]
            stocks[:, 1, years.index(2007)] = {"predictive_free": 44, "predictive_kept": 36}[group]
            file[group]["stock"][...] = stocks
        approvals = file["predictive_free/approvals"][:, 1, : years.index(2006) + 1].sum(axis=1)
    posterior = Posterior(changed)
    assert known_counts(posterior, "skl_enterprise") == [("stock", 2006, 25, 29)]
    zones = known_counts(posterior, "hidz")
    assert zones == [("cumulative", 2006, 36, 36), ("stock", 2007, 39, 42)]
    lower_median = np.sort(approvals)[(len(approvals) - 1) // 2]
    assert misfit(zones[:1], "hidz", FREE, [posterior]) == abs(lower_median - 36) > 0
    assert misfit(zones[1:], "hidz", FREE, [posterior]) == 44 - 42
    assert misfit(zones[1:], "hidz", KEPT, [posterior]) == 39 - 36
    assert misfit(zones, "hidz", FREE, [posterior]) == (abs(lower_median - 36) + 44 - 42) / 2


def test_samples_of_other_parameters_or_beside_a_choice_are_refused(path, tmp_path):
    other = shutil.copy(path, tmp_path / "other.h5")
    done = run_script("plot_calibration", path, "--beside", other, "-o", tmp_path)
    assert done.returncode == 65 and "has the same seed as" in done.stderr
    with h5py.File(other, "r+") as file:
        file["parameter"][0] = "another"
    done = run_script("plot_calibration", path, "--beside", other, "-o", tmp_path)
    assert done.returncode == 65 and "has other parameters or priors than" in done.stderr
    assert run_script("plot_calibration", path, "--beside", other, "--only", "curves", "-o", tmp_path).returncode == 64


@pytest.mark.parametrize("group, figures", [
    ("predictive_free", ["curves"]),
    ("generations", ["parameters", "pairs", "generations"]),
    ("items", ["curves", "forecasts", "coverage"]),
    ("scores", ["forecasts"]),
    ("prior", ["parameters", "pairs"]),
    ("outputs", ["outputs"]),
])
def test_a_missing_group_leaves_out_its_figures_and_says_so(tmp_path, group, figures):
    path = write_posterior(tmp_path / "part.h5", without=[group])
    done = run_script("plot_calibration", path, "-o", tmp_path)
    assert done.returncode == 0
    assert [name for name in NAMES if not (tmp_path / f"{name}.png").exists()] == figures
    for name in figures:
        assert f"{name} is left out" in done.stderr
    assert f"group /{group}" in done.stderr


def test_other_files_are_refused(result_path, tmp_path):
    (tmp_path / "text.h5").write_text("none")
    other = write_posterior(tmp_path / "other.h5", attributes=ATTRIBUTES | {"format": "something else"})
    for name, code in ((tmp_path / "text.h5", 65), (result_path, 65), (other, 65), (tmp_path / "absent.h5", 66)):
        done = run_script("plot_calibration", name, "-o", tmp_path)
        assert done.returncode == code and str(name) in done.stderr
    assert run_script("plot_calibration").returncode == 64


def test_curves_are_the_quantiles_of_the_draws(posterior, path):
    figure = curves.draw(posterior)
    with h5py.File(path, "r") as file:
        stock = file[f"{KEPT}/stock"][:, DESIGNATIONS.index("hidz")].astype(float)
        approvals = file[f"{FREE}/approvals"][:, DESIGNATIONS.index("hidz")].astype(float).cumsum(axis=1)
    (median,) = by_gid(panel(figure, "HIDZs, stock"), "median")
    assert np.array_equal(median.get_ydata(), np.quantile(stock, 0.5, axis=0))
    limits = by_gid(panel(figure, "HIDZs, approved so far"), "free90")
    for line, level in zip(limits, (0.05, 0.95)):
        assert np.array_equal(line.get_xdata(), YEARS)
        assert np.allclose(line.get_ydata(), np.quantile(approvals, level, axis=0))


def test_intervals_are_drawn_as_intervals_and_held_out_items_apart(posterior):
    figure = curves.draw(posterior)
    labs = panel(figure, "Enterprise SKLs, stock")
    for gid, year, low, high in (("fitted-interval", 2006, 25, 29), ("held-out-interval", 2008, 30, 33)):
        (bars,) = by_gid(labs, gid)
        (segment,) = bars.get_segments()
        assert (segment[0, 0], segment[:, 1].min(), segment[:, 1].max()) == (year, low, high)
    (point,) = by_gid(panel(figure, "HIDZs, stock"), "held-out-point")
    assert list(zip(point.get_xdata(), point.get_ydata())) == [(2008, 44), (2009, 48)]
    (point,) = by_gid(panel(figure, "HIDZs, approved so far"), "fitted-point")
    assert list(zip(point.get_xdata(), point.get_ydata())) == [(2003, 20), (2006, 36)]
    assert point.get_marker() != by_gid(labs, "held-out-point")[0].get_marker()


def test_totals_since_the_first_year_stand_on_the_curve_and_other_periods_do_not(posterior):
    (bars,) = by_gid(panel(curves.draw(posterior), "Enterprise SKLs, approved so far"), "fitted-interval")
    assert [segment[0, 0] for segment in bars.get_segments()] == [2002]


def test_the_end_of_the_fit_is_a_line_and_held_out_years_are_shaded(posterior):
    for axes in curves.draw(posterior).axes:
        (line,) = by_gid(axes, "last-fitted")
        assert set(line.get_xdata()) == {LAST_FITTED + 0.5}
        (area,) = by_gid(axes, "held-out-years")
        assert set(area.get_xy()[:, 0]) == {LAST_FITTED + 0.5, YEARS[-1] + 0.5}
        assert {"fitted", "held out"} <= {text.get_text() for text in axes.texts}


def test_values_have_the_mass_of_their_scores():
    scores = np.array([-2.0, 0.0, 1.5])
    assert np.allclose(Prior("log_normal", 2.0, 0.5, -np.inf, np.inf).values(scores), 2 * np.exp(0.5 * scores))
    assert np.allclose(Prior("normal", 3.0, 2.0, -np.inf, np.inf).values(scores), 3 + 2 * scores)
    assert np.allclose(Prior("uniform", 1.0, 3.0, -np.inf, np.inf).values(scores), 1 + 2 * stats.norm.cdf(scores))
    assert np.allclose(Prior("log_uniform", 1.0, 100.0, -np.inf, np.inf).values(scores), 100 ** stats.norm.cdf(scores))
    assert np.allclose(Prior("beta", 1.0, 1.0, -np.inf, np.inf).values(scores), stats.norm.cdf(scores))
    half = Prior("normal", 0.0, 1.0, 0.0, np.inf)
    assert np.allclose(half.values(scores), stats.halfnorm.ppf(stats.norm.cdf(scores)))


def test_densities_have_mass_one_and_neutral_says_that_it_does_nothing(posterior):
    grid = np.linspace(-8, 8, 2001)
    for index in range(len(posterior.parameters)):
        density = parameters.density(posterior.last_population(), index, grid)
        assert np.trapz(density, grid) == pytest.approx(1, abs=1e-6)
    figure = parameters.draw(posterior)
    assert panel(figure, "neutral (does nothing)").get_xscale() == "linear"
    ambition = panel(figure, "ambition")
    assert ambition.get_xscale() == "log" and ambition.texts[0].get_text() == "shrinkage 0.75"
    assert panel(figure, "kappa.hidz").get_xlabel() == "[1/year]"


def test_copies_of_a_particle_are_one_with_their_weight(tmp_path):
    path = write_posterior(tmp_path / "copies.h5")
    with h5py.File(path, "a") as file:
        scores = file["generations/002/score"]
        scores[1] = scores[0]
        number = len(scores)
    population = Posterior(path).last_population()
    assert len(population.scores) == number - 1 and population.weights.max() == pytest.approx(2 / number)
    assert population.size == pytest.approx(1 / ((number - 2) / number**2 + 4 / number**2))


def test_pairs_leave_out_the_neutral_parameter(posterior):
    (pair,) = pairs.most_correlated(posterior)
    scores = posterior.last_population().scores
    assert pair.correlation == pytest.approx(np.corrcoef(scores[:, 0], scores[:, 1])[0, 1])


def test_ellipses_hold_their_share():
    covariance = np.array([[1.0, -0.6], [-0.6, 2.0]])
    points = np.random.default_rng(1).multivariate_normal([1, 2], covariance, 20000)
    inside = np.sum(np.linalg.solve(np.linalg.cholesky(covariance), (points - [1, 2]).T) ** 2, axis=0)
    line = pairs.ellipse([1, 2], covariance, 0.9)
    radius = np.sum(np.linalg.solve(np.linalg.cholesky(covariance), line - [[1], [2]]) ** 2, axis=0)
    assert np.allclose(radius, radius[0])
    assert np.mean(inside <= radius[0]) == pytest.approx(0.9, abs=4 * np.sqrt(0.09 / 20000))


def test_forecasts_and_scores_are_drawn_where_they_are(posterior):
    figure = forecasts.draw(posterior)
    (kept,) = by_gid(panel(figure, "HIDZs"), "interval-kept")
    assert [tuple(segment[:, 1]) for segment in kept.get_segments()] == [(46, 55), (47, 58)]
    scores = panel(figure, "Scores against forecasts without a model")
    assert sorted(mark.get_xdata()[0] for mark in by_gid(scores, "score-constant_5")) == [25, 55]


def test_missed_targets_have_a_colour_of_their_own(posterior):
    axes = panel(coverage.draw(posterior), "Enterprise SKLs")
    inside, missed = by_gid(axes, "free")
    ends = [(round(segment[0, 0], 6), round(segment[1, 0], 6)) for segment in missed.get_segments()]
    assert ends == [(4 - 3, 8 - 3), (30 - 27, 40 - 27)] and len(inside.get_segments()) == 1
    assert [label.get_weight() for label in axes.get_yticklabels()] == ["bold", "normal", "bold"]


@pytest.mark.parametrize("low, high", [(0.0003, 0.02), (0.65, 1.4), (0.4, 0.72), (0.3, 9), (1e-6, 1e6)])
def test_logarithmic_axes_have_two_to_four_round_numbers(low, high):
    numbers = round_numbers(low, high)
    assert 2 <= len(numbers) <= 4 and numbers.min() >= low and numbers.max() <= high


@pytest.mark.parametrize("figure", [stocks, zone_approvals, skl_approvals])
@pytest.mark.parametrize("last", [None, 2017])
def test_result_files_mark_the_end_of_the_fit_where_they_name_one(tmp_path, figure, last):
    path = write_result(tmp_path / "runs.h5")
    if last is not None:
        with h5py.File(path, "a") as file:
            file.attrs["last_year_fitted"] = np.int32(last)
    lines = by_gid(figure.draw(Result(path)), "last-fitted")
    plt.close("all")
    assert bool(lines) == (last is not None)
    assert all(set(line.get_xdata()) == {2017.5} for line in lines)


def test_only_designations_that_are_fitted_are_marked(tmp_path):
    path = write_result(tmp_path / "runs.h5")
    with h5py.File(path, "a") as file:
        file.attrs["last_year_fitted"] = np.int32(2017)
    figure = stocks.draw(Result(path))
    marked = {axes.get_title(loc="left") for axes in figure.axes if by_gid(axes, "last-fitted")}
    plt.close(figure)
    assert marked == {stock.title for stock in stocks.STOCKS.values() if stock.fitted}
    assert stocks.STOCKS["nerc"].title not in marked and stocks.STOCKS["hidz"].title in marked
