"""scripts/report: one page that stands alone."""

import re
from html import escape
from html.parser import HTMLParser

import pytest
from conftest import run_script
from plotting import FIGURES
from result_builder import write_result


class Page(HTMLParser):
    """Collects what the page refers to."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.images, self.open = set(), [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.ids.add(attributes.get("id"))
        if tag == "a":
            self.links.append(attributes["href"])
        if tag == "img":
            self.images.append(attributes)
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page(result_path, figures, tmp_path_factory):
    out = tmp_path_factory.mktemp("report") / "report.html"
    done = run_script("report", result_path, "--figures", figures[0], "-o", out)
    assert done.returncode == 0, done.stderr
    return out.read_text(encoding="utf-8")


def test_the_page_is_well_formed_and_its_links_lead_somewhere(page):
    parsed = Page(page)
    assert parsed.open == []
    assert {link.lstrip("#") for link in parsed.links} <= parsed.ids


def test_every_figure_is_inside_with_words_for_those_who_cannot_see_it(page):
    images = Page(page).images
    assert len(images) == len(FIGURES)
    for image, figure in zip(images, FIGURES):
        assert image["src"].startswith("data:image/svg+xml;base64,")
        assert figure.TITLE in image["alt"] and re.search(r"\d", image["alt"])


def test_nothing_comes_from_the_network(page):
    assert not re.search(r"(src|href)=\"(https?:)?//|@import|url\(|<script", page)


def test_sentences_are_those_of_plot(page, figures):
    for line in figures[1].stdout.splitlines():
        assert escape(line.split(": ", 1)[1]) in page


def test_provenance_is_given(page):
    for words in ("innochain test", "1984", "0" * 64):
        assert words in page


def test_figures_of_other_runs_are_refused(figures, tmp_path):
    other = write_result(tmp_path / "other.h5", runs=5, observed=[])
    done = run_script("report", other, "--figures", figures[0], "-o", tmp_path / "report.html")
    assert done.returncode == 65 and "drawn from other runs" in done.stderr
    assert not (tmp_path / "report.html").exists()


def test_a_folder_without_figures_is_refused(result_path, tmp_path):
    done = run_script("report", result_path, "--figures", tmp_path, "-o", tmp_path / "report.html")
    assert done.returncode == 66 and "no figures" in done.stderr
