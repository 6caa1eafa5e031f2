"""Writes the page: one file with its style, its script, plotly.js and its data inside, which needs no network."""

import base64
import gzip
import json
import re
from html import escape
from pathlib import Path

HERE = Path(__file__).resolve().parent
PLOTLY = Path("/usr/share/python3-plotly/plotly.js")  # of Debian's python3-plotly; MIT licence


class NoPlotly(Exception):
    """Debian's package with plotly.js is not installed."""


def page(title, summary, notes, content, figures, failures, provenance, scenarios, regret=(), boxes=()):
    """The page.

    `summary` and `notes` are sentences, `content` is what content.Content.data() returns, `figures` are (anchor,
    title, sentence, svg bytes), `failures` are ensemble.Failure with those beyond a readable number left out, and how
    many there are in all, `provenance` pairs of a name and a value, `scenarios` pairs of a name and its resolved YAML,
    `regret` rows of (policy, goal, largest, mean) and `boxes` rows of (limits, density, coverage, mass), as texts.
    """
    several = len(content["policies"]) > 1
    parts = [
        ("trajectories-section", "Trajectories", _trajectories(several)),
        ("contrasts", "What each policy changes", _contrasts() if several else ""),
        ("trade-offs", "Trade-offs between two goals", _trade_offs(regret) if several and _has_goals(content) else ""),
        ("sensitivity", "Sensitivity to each axis", _sensitivity() if content["groups"] else ""),
        ("boxes", "What separates success from failure", _boxes(boxes) if boxes else ""),
        ("figures", "Figures against what is known", "".join(_figure(*figure) for figure in figures)),
        ("failures", "Runs that failed", _failures(*failures) if failures[1] else ""),
        ("provenance", "Provenance", _provenance(provenance, scenarios)),
    ]
    parts = [part for part in parts if part[2]]
    contents = "".join(f'<li><a href="#{anchor}">{escape(name)}</a></li>' for anchor, name, _ in parts)
    body = "".join(
        f'<section id="{anchor}" aria-labelledby="{anchor}-title">\n<h2 id="{anchor}-title">{escape(name)}</h2>\n{text}</section>\n'
        for anchor, name, text in parts
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<link rel="icon" href="data:,">
<style>
{_text("page.css")}</style>
</head>
<body>
<a class="skip" href="#trajectories-section">Skip to the charts</a>
<header>
<h1>{escape(title)}</h1>
<p id="summary">{escape(summary)}</p>
{"".join(f'<p class="note">{escape(note)}</p>' for note in notes)}
<p id="loading" class="failed-to-load" hidden>The charts could not be drawn. They need a browser of 2023 or later with scripts allowed.</p>
<noscript><p class="failed-to-load">The charts need scripts, which are switched off. Figures, failed runs and provenance are below.</p></noscript>
</header>
<nav aria-label="Contents"><ul>{contents}</ul></nav>
{_controls(several, bool(content["groups"]))}
<main>
<p class="note paper-only" id="paper-choice"></p>
{body}</main>
<script type="text/plain" id="plotly">{_packed(_plotly())}</script>
<script type="text/plain" id="data">{_packed(json.dumps(content, separators=(",", ":"), ensure_ascii=False, allow_nan=False))}</script>
<script>
{_text("page.js")}</script>
</body>
</html>
"""


def _text(name):
    return (HERE / name).read_text(encoding="utf-8")


def _plotly():
    try:
        return PLOTLY.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise NoPlotly(f"{PLOTLY}: no such file; install Debian's package python3-plotly") from error


def plotly_version():
    """As plotly.js itself says it."""
    found = re.search(r"plotly\.js v([\d.]+)", _plotly()[:500])
    return found[1] if found else "of an unknown version"


def _packed(text):
    """Compressed as browsers can unpack it, the same bytes every time."""
    return base64.b64encode(gzip.compress(text.encode("utf-8"), 9, mtime=0)).decode("ascii")


def _has_goals(content):
    return any(series["goal"] for series in content["series"])


def _controls(several, swept):
    policies = """<details class="policies" id="policies"><summary>Policies</summary>
<fieldset><legend class="note">Policies shown everywhere</legend>
<p><button type="button" class="plain" id="all-policies">All</button>
<button type="button" class="plain" id="no-policies">Baseline only</button></p>
<div id="policy-list"></div>
</fieldset></details>"""
    return f"""<form class="controls" aria-label="What the charts show" onsubmit="return false">
<div class="field"{'' if several else ' hidden'}><span id="policies-label">Policies</span>{policies}</div>
<label class="field"><span>Indicator</span><select id="indicator"></select></label>
<label class="field"><span>Category</span><select id="category"></select></label>
<label class="field"{"" if several or swept else " hidden"}><span>Year of comparisons</span><select id="year"></select></label>
<label class="field"><span>Years drawn</span><select id="from"></select></label>
<label><input type="checkbox" id="log"> logarithmic axis</label>
<button type="button" class="plain" id="reset">Reset</button>
</form>
"""


def _table_behind(name, words):
    return f'<details id="{name}-table"><summary>{words}</summary><div class="scroll" tabindex="0" role="region" aria-label="{words}"></div></details>\n'


def _trajectories(several):
    differences = (
        f"""<h3 id="differences-title"></h3>
<ul class="key" id="differences-key" aria-label="Key"></ul>
<div class="chart" id="differences"></div>
<p class="note">Line: mean of (policy − baseline) over runs that share their random numbers. Band: its 95 % interval (paired t), year by year.</p>
{_table_behind("differences", "Numbers of the differences")}"""
        if several
        else ""
    )
    return f"""<h3 id="trajectory-title"></h3>
<p id="trajectory-meaning"></p>
<ul class="key" id="trajectories-key" aria-label="Key"></ul>
<div class="chart" id="trajectories"></div>
<p class="note"><span id="trajectory-bands"></span> <span id="regimes"></span></p>
{_table_behind("trajectories", "Numbers of the trajectories")}{differences}"""


def _contrasts():
    steps = (
        ("−50 % or less", "#a5152b", True),
        ("−20 %", "#d25849", True),
        ("−5 %", "#ee9677", False),
        ("−1 %", "#f9cdb6", False),
        ("small", "#fbeae2", False),
        ("small", "#e7eff5", False),
        ("+1 %", "#c3dcec", False),
        ("+5 %", "#7db8da", False),
        ("+20 %", "#3f8ec0", True),
        ("+50 % or more", "#1f5d99", True),
    )
    legend = "".join(
        f'<li style="background: {colour}{"; color: #fff" if dark else ""}">{words}</li>'
        for words, colour, dark in steps
    )
    return f"""<p>Change from the baseline in <span id="heat-year"></span>: the mean difference of paired runs, relative to the
baseline’s mean (where that is 0, the difference itself). Bold on colour: the interval excludes 0; grey on white: it does not. ▲ more is better,
▼ less is better. <span id="heat-count"></span></p>
<div class="choices"><label class="field"><span>Rows</span><select id="rows"></select></label></div>
<ul class="legend" aria-label="Colours">{legend}</ul>
<div class="scroll screen-only" role="region" aria-label="Contrasts by indicator and policy"><table class="heat" id="heat"></table></div>
<div class="paper-only" id="heat-paper"></div>
<p id="cell-detail" class="screen-only" aria-live="polite"></p>
"""


def _table(name, heads, rows, texts):
    """A table of texts; columns after the first `texts` hold numbers."""
    kind = [' class="number"' if k >= texts else "" for k in range(len(heads))]
    head = "".join(f'<th scope="col"{kind[k]}>{escape(text)}</th>' for k, text in enumerate(heads))
    body = "".join(
        f'<tr><th scope="row"{kind[0]}>{escape(str(row[0]))}</th>'
        + "".join(f"<td{kind[k]}>{escape(str(text))}</td>" for k, text in enumerate(row) if k)
        + "</tr>\n"
        for row in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(name)}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>\n"
    )


def _boxes(rows):
    heads = ("inputs", "successes inside", "of all successes", "of all runs")
    return f"""<p>Boxes of inputs in which runs succeed more often (patient rule induction, Friedman and Fisher 1999), as innochain compare found them.</p>
{_table("Boxes", heads, rows, 1)}"""


def _trade_offs(regret):
    heads = ("policy", "goal", "largest regret", "mean regret")
    table = ""
    if regret:
        table = "<h3>Regret across the futures</h3>\n<p>The policies with the least, by goal.</p>\n"
        table += _table("Regret", heads, regret, 2)
    return f"""<div class="choices">
<label class="field"><span>Across</span><select id="goal-x"></select></label>
<label class="field"><span>Up</span><select id="goal-y"></select></label>
</div>
<p id="pareto-words"></p>
<ul class="key" id="pareto-key" aria-label="Key"></ul>
<div class="chart" id="pareto"></div>
<p class="note">Differences from the baseline over paired runs, with their intervals. Filled, on the dotted line: by means, no other policy
shown is as good in both goals and better in one; policies closer than their intervals may be ties.</p>
{_table_behind("pareto", "Numbers of the trade-offs")}{table}"""


def _sensitivity():
    return f"""<p id="sensitivity-words"></p>
<p class="note">Mean of the runs at each value of a swept parameter, whatever the others are, with its 95 % interval (runs taken as independent). Axes with many
values are cut into classes of equal number; faint points are single runs. Explained: variance between the values, corrected for their
number (epsilon squared).</p>
<ul class="key" id="axes-key" aria-label="Key"></ul>
<div class="panels" id="axes"></div>
{_table_behind("axes", "Numbers of these charts")}"""


def _figure(anchor, title, sentence, svg):
    data = base64.b64encode(svg).decode("ascii")
    return f"""<h3 id="{anchor}">{escape(title)}</h3>
<p>{escape(sentence)}</p>
<figure><img src="data:image/svg+xml;base64,{data}" alt="{escape(f'{title}. {sentence}')}"></figure>
"""


def _failures(listed, n_failed):
    more = f"<p>… and {n_failed - len(listed):,} more.</p>" if n_failed > len(listed) else ""
    said = "1 run did not finish and is" if n_failed == 1 else f"{n_failed:,} runs did not finish and are"
    rows = [(run, arm, replicate, message) for run, arm, replicate, message in listed]
    return f"""<p>{said} left out of everything above.</p>
{_table("Failed runs", ("run", "arm", "replicate", "why"), rows, 4)}{more}
"""


def _provenance(pairs, scenarios):
    rows = "".join(f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>' for name, value in pairs)
    texts = "".join(
        f"<details><summary>Scenario {escape(name)}, resolved</summary><pre>{escape(yaml)}</pre></details>\n"
        for name, yaml in scenarios
    )
    return f'<table class="provenance"><tbody>{rows}</tbody></table>\n{texts}'
