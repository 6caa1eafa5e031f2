"""Sentences of the page."""

MOST_NAMED = 6
MOST_REGRETS = 10  # by goal


def summary(ensemble, content):
    """What was run, how many runs, which policies, and what differs most."""
    n = sum(len(rows) for rows in content.rows.values())
    years = f"{ensemble.years[0]}–{ensemble.years[-1]}"
    failed = len(ensemble.failures)
    missing = f"; {_count(failed, 'run')} failed" if failed else ""
    said = f"{_count(n, 'finished run')} of {_policies(content)}, {years}{missing}."
    swept = [axis.path for axis in ensemble.axes]
    if swept:
        said += f" Swept: {_listed(swept)}."
    if len(content.rows) > 1:
        said += f" {_changes(content)}"
    return said


def regret_rows(compared):
    """(policy, goal, largest, mean) of the policies with the least regret in each goal, if the contrasts have regret."""
    found = (compared.regret or {}).get("maximum") if compared else None
    by_goal = {}
    for row in found or []:
        if row["regret"] is not None:
            by_goal.setdefault(row["goal"], []).append(row)
    return [
        (row["policy"], goal, _value(row["regret"]), _value(row.get("mean")))
        for goal, rows in by_goal.items()
        for row in sorted(rows, key=lambda row: row["regret"])[:MOST_REGRETS]
    ]


def box_rows(compared):
    """(limits, share of successes inside, share of all successes, share of all runs) of every box of PRIM."""
    if not compared:
        return []
    return [
        (
            "; ".join(_limit(limit) for limit in box["limits"]) or "no limits",
            *(f"{100 * box[name]:.0f} %" for name in ("density", "coverage", "mass")),
        )
        for box in compared.boxes or []
    ]


def _limit(limit):
    name = limit["input"].removeprefix("param.")
    if "values" in limit:
        return f"{name}: {' or '.join(limit['values'])}"
    low, high = (None if limit[side] is None else f"{limit[side]:.4g}" for side in ("lower", "upper"))
    if low and high:
        return f"{name} from {low} to {high}"
    return f"{name} at least {low}" if low else f"{name} at most {high}"


def _value(value):
    return "–" if value is None else f"{value:.4g}"


def _policies(content):
    names = list(content.rows)
    if len(names) == 1:
        return f"scenario {names[0]}"
    sizes = sorted({len(rows) for rows in content.rows.values()})
    each = f"{sizes[0]}" if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]}"
    return f"{len(names)} policies ({_listed(names)}; {each} runs each)"


def _changes(content):
    found = content.largest_changes()
    mark = content.marks[-1].words
    if not found:
        return f"No headline indicator of any policy differs from {_quoted(content.baseline)} beyond chance ({mark})."
    clauses = [
        f"{_quoted(policy)} changes {label[0].lower() + label[1:]} by {_percent(change)} [{_percent(lower)} to {_percent(upper)}]"
        for policy, label, change, lower, upper, _ in found
    ]
    return f"The largest relative changes from {_quoted(content.baseline)} ({mark}): {'; '.join(clauses)}."


def _percent(share):
    digits = 1 if abs(share) < 0.1 else 0
    return f"{100 * share:+,.{digits}f} %".replace("-", "−")


def _count(n, thing):
    return f"{n:,} {thing}{'' if n == 1 else 's'}"


def _quoted(name):
    """Names with commas inside stand in quotation marks."""
    return f"“{name}”" if "," in name else name


def _listed(names):
    shown = ", ".join(map(_quoted, names[:MOST_NAMED]))
    return f"{shown} and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else shown
