"""scripts/report: one page that stands alone, and what is refused."""

import json
import re
from html import escape
from html.parser import HTMLParser

import pytest
from conftest import run_script
from plotting import FIGURES
from result_builder import write_result
from sweep_builder import write_sweep

VOID = ("meta", "img", "link", "input", "wbr")


class Page(HTMLParser):
    """Collects what the page refers to."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.images, self.sources, self.open = [], [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag == "a":
            self.links.append(attributes["href"])
        if tag == "img":
            self.images.append(attributes)
        self.sources += [attributes[name] for name in ("src", "srcset", "data") if name in attributes]
        if tag == "link":
            self.sources.append(attributes["href"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def report(path, out, *options):
    done = run_script("report", path, "-o", out, *options)
    assert done.returncode == 0, done.stderr
    return out.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(result_path, figures, tmp_path_factory):
    return report(result_path, tmp_path_factory.mktemp("report") / "report.html", "--figures", figures[0])


@pytest.fixture(scope="module")
def sweep_page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweep")
    path = write_sweep(folder / "sweep.h5", {"baseline": 0.0, "open": 0.1}, failed=(3,))
    return report(path, folder / "sweep.html")


@pytest.mark.parametrize("which", ["page", "sweep_page"])
def test_the_page_is_well_formed_and_its_links_lead_somewhere(which, request):
    parsed = Page(request.getfixturevalue(which))
    assert parsed.open == []
    assert {link.lstrip("#") for link in parsed.links} <= set(parsed.ids)
    assert len(parsed.ids) == len(set(parsed.ids))


@pytest.mark.parametrize("which", ["page", "sweep_page"])
def test_nothing_comes_from_outside(which, request):
    text = request.getfixturevalue(which)
    assert all(source.startswith("data:") for source in Page(text).sources)
    assert not re.search(r"@import|url\(", text)


def test_every_figure_is_inside_with_words_for_those_who_cannot_see_it(page):
    images = Page(page).images
    assert len(images) == len(FIGURES)
    for image, figure in zip(images, FIGURES):
        assert image["src"].startswith("data:image/svg+xml;base64,")
        assert figure.TITLE in image["alt"] and re.search(r"\d", image["alt"])


def test_sentences_are_those_of_plot(page, figures):
    for line in figures[1].stdout.splitlines():
        assert escape(line.split(": ", 1)[1]) in page


def test_provenance_is_given(page):
    for words in ("innochain test", "1984", "0" * 64, "plotly.js 2.", "MIT"):
        assert words in page


def test_what_a_file_has_nothing_for_is_not_there(page, sweep_page):
    assert 'id="contrasts"' not in page and 'id="sensitivity"' not in page, "one scenario, no axes"
    assert 'id="contrasts"' in sweep_page and 'id="sensitivity"' not in sweep_page
    assert 'id="figures"' in page and 'id="figures"' not in sweep_page


def test_failed_runs_are_listed_and_their_messages_are_text(sweep_page):
    assert "1 run did not finish" in sweep_page
    assert "the &lt;model&gt; left its bounds" in sweep_page and "<model>" not in sweep_page
    assert "<title>A &lt;small&gt; sweep</title>" in sweep_page


def test_the_same_file_gives_the_same_bytes(tmp_path):
    path = write_sweep(tmp_path / "sweep.h5", {"baseline": 0.0, "open": 0.1}, replicates=3)
    assert report(path, tmp_path / "a.html") == report(path, tmp_path / "b.html")


def test_the_page_stands_beside_the_result_unless_told_otherwise(tmp_path):
    path = write_sweep(tmp_path / "sweep.h5", {"baseline": 0.0}, replicates=2)
    done = run_script("report", path)
    assert done.returncode == 0 and done.stdout.startswith(str(tmp_path / "sweep.html"))
    assert (tmp_path / "sweep.html").exists()


def test_the_summary_says_what_was_run_and_what_differs_most(sweep_page):
    summary = re.search(r'<p id="summary">(.*?)</p>', sweep_page)[1]
    assert summary.startswith(
        "39 finished runs of 2 policies (baseline, open; 19 to 20 runs each), 2000–2035; 1 run failed."
    )
    change = re.search(r"open changes self reliance by \+(\d+|\d+\.\d) % \[", summary)
    # 0.1 of the level; luck shared by both policies moves the baseline's mean by 0.05 / sqrt(20), 4 of which are 5 %.
    assert abs(float(change[1]) - 10) < 1


def test_figures_of_other_runs_are_refused(figures, tmp_path):
    other = write_result(tmp_path / "other.h5", runs=5, observed=[])
    done = run_script("report", other, "--figures", figures[0], "-o", tmp_path / "report.html")
    assert done.returncode == 65 and "drawn from other runs" in done.stderr
    assert not (tmp_path / "report.html").exists()


def test_a_folder_without_figures_is_refused(result_path, tmp_path):
    done = run_script("report", result_path, "--figures", tmp_path, "-o", tmp_path / "report.html")
    assert done.returncode == 66 and "no figures" in done.stderr


@pytest.mark.parametrize(
    "options, told",
    [
        (["--baseline", "closed"], "no such policy (there is: baseline, open)"),
        (["--years", "20x5"], "not a year or span"),
        (["--years", "2035..2026:sum"], "not a year or span"),
        (["--years", "2090"], "2000 to 2035"),
        (["--indicator", "paper"], "there is: applicant_time"),
    ],
)
def test_what_is_asked_for_and_not_there_is_named(tmp_path, options, told):
    path = write_sweep(tmp_path / "sweep.h5", {"baseline": 0.0, "open": 0.1}, replicates=2)
    done = run_script("report", path, "-o", tmp_path / "out.html", *options)
    assert done.returncode == 64 and told in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "out.html").exists()


@pytest.mark.parametrize(
    "text, code, told",
    [
        (None, 66, "cannot read"),
        ("[1, 2]", 65, "not a file of innochain compare"),
        ("{", 65, "not a file of innochain compare"),
        (
            json.dumps({"baseline": "elsewhere", "method": "paired t", "confidence": 0.9, "contrasts": []}),
            65,
            "the result file has no policy elsewhere",
        ),
    ],
)
def test_contrasts_that_do_not_fit_are_refused(tmp_path, text, code, told):
    path = write_sweep(tmp_path / "sweep.h5", {"baseline": 0.0, "open": 0.1}, replicates=2)
    if text is not None:
        (tmp_path / "c.json").write_text(text, encoding="utf-8")
    done = run_script("report", path, "--contrasts", tmp_path / "c.json", "-o", tmp_path / "out.html")
    assert done.returncode == code and told in done.stderr and "Traceback" not in done.stderr
