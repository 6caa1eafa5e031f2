"""The report: one HTML page that needs nothing beside it."""

import base64
from html import escape

STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 "DejaVu Sans", Verdana, sans-serif; color: #111; background: #fff;
       margin: 0 auto; max-width: 62rem; padding: 1rem 1.5rem 3rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0.5rem 0; } h2 { font-size: 1.2rem; margin: 2.5rem 0 0.5rem; }
p { max-width: 46rem; } nav ol { columns: 2; padding-left: 1.4rem; } a { color: #0072B2; }
a:focus, summary:focus { outline: 3px solid #E69F00; outline-offset: 2px; }
.skip { position: absolute; left: -999rem; } .skip:focus { position: static; }
figure { margin: 0.5rem 0 0; } figure img { width: 100%; height: auto; border: 1px solid #ddd; }
table { border-collapse: collapse; font-size: 0.9rem; }
th, td { text-align: left; vertical-align: top; padding: 0.2rem 1rem 0.2rem 0; }
td { overflow-wrap: anywhere; } pre { font-size: 0.75rem; overflow-x: auto; background: #f4f4f4; padding: 1rem; }
@media print {
  @page { size: A4; margin: 15mm; }
  body { max-width: none; padding: 0; font-size: 10pt; } nav, .skip, details { display: none; }
  section { break-inside: avoid; } a { color: inherit; text-decoration: none; }
  figure img { border: none; max-height: 225mm; object-fit: contain; }
}
"""


def page(title, summary, sections, provenance, scenario_yaml):
    """The page. `sections` are (anchor, title, sentence, svg bytes), `provenance` pairs of a name and a value."""
    contents = "".join(f'<li><a href="#{anchor}">{escape(name)}</a></li>' for anchor, name, _, _ in sections)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<a class="skip" href="#figures">Skip to the figures</a>
<header>
<h1>{escape(title)}</h1>
<p>{escape(summary)}</p>
</header>
<nav aria-label="Contents"><ol>{contents}<li><a href="#provenance">Provenance</a></li></ol></nav>
<main id="figures">
{"".join(_section(*section) for section in sections)}
<section id="provenance">
<h2>Provenance</h2>
<table>{"".join(_row(*pair) for pair in provenance)}</table>
{_scenario(scenario_yaml)}
</section>
</main>
</body>
</html>
"""


def _section(anchor, title, sentence, svg):
    data = base64.b64encode(svg).decode("ascii")
    return f"""<section id="{anchor}">
<h2>{escape(title)}</h2>
<p>{escape(sentence)}</p>
<figure><img src="data:image/svg+xml;base64,{data}" alt="{escape(f'{title}. {sentence}')}"></figure>
</section>
"""


def _row(name, value):
    return f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>'


def _scenario(yaml):
    if not yaml:
        return ""
    return f"<details><summary>The scenario, resolved</summary><pre>{escape(yaml)}</pre></details>"
