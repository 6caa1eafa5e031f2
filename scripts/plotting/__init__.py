"""Figures of a result file: one module a figure, over a shared reader, style and set of marks.

A figure is a module with `NAME` (of its files), `TITLE`, `draw(result)`, which returns a matplotlib figure, and
`message(result)`, which says in one sentence of numbers what it shows. Both raise MissingData when the file has nothing
for the figure.
"""

from . import (
    firms,
    knowledge,
    lab_hierarchy,
    limits,
    nkp_active,
    outputs,
    programmes,
    pyramids,
    reviews,
    shenyang,
    skl_approvals,
    stocks,
    zone_approvals,
)

FIGURES = (
    pyramids,
    nkp_active,
    lab_hierarchy,
    skl_approvals,
    zone_approvals,
    stocks,
    limits,
    reviews,
    programmes,
    knowledge,
    outputs,
    firms,
    shenyang,
)
