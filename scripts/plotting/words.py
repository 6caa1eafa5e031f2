"""Sentences and notes that several figures share."""

from .result import MissingData, at
from .statistics import LAST_FITTED_YEAR, coverage_text, summarize

BANDS_NOTE = "Bands hold the middle 50 % and 90 % of the runs, year by year."
NARROW_NOTE = "Where no band is seen, it is narrower than the line."

# Names for axes and sentences, shorter than the labels in the file.
SHORT_NAMES = {
    "national_lab": "National labs",
    "national_research_centre": "National research centres",
    "skl_discipline": "SKLs of universities and institutes",
    "skl_enterprise": "Enterprise SKLs",
    "skl_province_ministry": "Province–ministry SKLs",
    "skl_military_civil": "Military–civil SKLs",
    "skl_hong_kong_macao": "Hong Kong and Macao SKLs",
    "national_key_lab": "National Key Labs (new series)",
    "nerc": "National Engineering Research Centers",
    "national_engineering_lab": "National Engineering Labs",
    "netrc": "National Eng. Technology Res. Centers",
    "moe_erc": "Eng. Research Centers of the MoE",
    "provincial_key_lab": "Provincial key labs",
    "hidz": "HIDZs",
    "etdz": "ETDZs",
}


def signed(value):
    """Two digits, with a minus sign that is one."""
    return f"{value:.2f}".replace("-", "−")


def short_name(result, name):
    """A name for people: ours, else the label in the file, else the bare name."""
    if name in SHORT_NAMES:
        return SHORT_NAMES[name]
    institutions = result.table("institutions")
    if "label" in institutions:
        labels = institutions.loc[institutions["name"] == name, "label"]
        if len(labels) and labels.iloc[0]:
            return labels.iloc[0]
    return name


def sentence(*clauses):
    """Joins the clauses (functions that return text) that the file has the data for into one sentence."""
    said = []
    for clause in clauses:
        try:
            said.append(clause())
        except MissingData:
            continue
    if not said:
        raise MissingData("numbers to report")
    text = "; ".join(said)
    return text[0].upper() + text[1:] + "."


def compared(simulated, observed, wording, digits=0):
    """A clause on the last observed year: `wording` with the simulated {value} and the {year}, then what was observed.

    Where nothing is observed, the clause is about the last fitted year and ends there.
    """
    year = int(observed.years.max()) if len(observed) else LAST_FITTED_YEAR
    said = wording.format(value=summarize(at(simulated, year)).text(digits), year=year)
    if len(observed) == 0:
        return said
    return f"{said} (observed {observed.at(year):,.{digits}f}; {coverage_text(simulated, observed)})"


def percent(value, digits=0):
    """A share of 1 in percent, with the space that the figures use."""
    return f"{value * 100:.{digits}f} %"


def calls_note(result):
    """What is input and what is predicted in the approvals of a scenario."""
    last = result.last_given_call
    if last is None:
        return "Years and numbers of approvals are predicted."
    return f"Call years to {last} are input; numbers are predicted, and so are later call years."


def regimes_note(result):
    """The key to the letters over the shading."""
    named = ", ".join(f"{regime.letter} {regime.label} {regime.first}–{regime.last}" for regime in result.regimes)
    return f"Regimes (shading): {named}." if named else ""


def source_line(result, observed=None):
    """Who says what the figure shows."""
    runs = f"{result.n_runs} run{'s' if result.n_runs != 1 else ''}"
    arm = f", arm {result.arm}" if result.arm else ""
    revision = result.attributes.get("model_revision", "?")
    simulated = f"Source: innochain (model revision {revision}), scenario {result.scenario}{arm}, {runs}."
    return f"{simulated} Observed: {observed}, as stored in the result file." if observed else simulated


def notes(result, *texts):
    """The notes of a figure, and which observed series the file lacks."""
    absent = [f"Not in this file: {', '.join(dict.fromkeys(result.absent))}."] if result.absent else []
    return [text for text in (*texts, *absent) if text]
