"""Rows of labels and figures in turn: 编制数 | 68 | 其中：行政编制 | 42 | 事业编制 | 26.

What stands behind 其中 to the end of its row are parts of the figure before it. That they are all of it is told by another
row of the same table that is divided into as many and adds up, or by a slip of the pen that explains the gap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from auditor.check import HELD, Case, Option, found, held, plain
from auditor.check.within import FIGURE, Figure
from auditor.misprint import telling
from auditor.model import Cell, Evidence, Field, Finding, Pass, Rule, Span

OPTIONS: dict[str, Option] = {"held": HELD}
FACTS = frozenset({"label", "total", "parts", "sum", "gap"})
_AMONG = re.compile(r"其中[:、]?")
_LONGEST = 20  # characters of a label


class _Pair(NamedTuple):
    label: str
    figure: Figure


class _Divided(NamedTuple):
    whole: _Pair
    parts: tuple[_Pair, ...]

    @property
    def gap(self) -> Decimal:
        return self.whole.figure.value - sum((p.figure.value for p in self.parts), Decimal(0))

    @property
    def slipped(self) -> bool:
        """Whether one wrong digit, swapped ones or a moved point in one figure explain the gap."""
        every = ((self.whole.figure, -self.gap), *((p.figure, self.gap) for p in self.parts))
        return any(telling(f.value, f.value + wanted, len(every)) for f, wanted in every)


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    fields = {id(f.text): f for f in case.form.fields() if f and f.section in ("header", "prose")}
    for table in case.form.document.blocks:
        if not hasattr(table, "rows"):
            continue
        rows = [d for cells in table.rows if (d := _divided(cells, fields)) is not None]
        for row in rows:
            like = any(not other.gap and len(other.parts) == len(row.parts) for other in rows if other is not row)
            if not row.gap or like or row.slipped:
                yield _told(rule, row)


def _divided(cells: Sequence[Cell], fields: dict[int, Field]) -> _Divided | None:
    """The figure before 其中 and those behind it, in one unit; None where the row is no such row."""
    if not any("其中" in c.text.raw for c in cells):
        return None
    pairs: list[_Pair] = []
    label, among = "", 0
    for cell in (c for c in cells if c.text):
        text = cell.text.clean.strip()
        told = FIGURE.fullmatch(text)
        if told and label and id(cell.text) in fields:
            lead = len(cell.text.clean) - len(cell.text.clean.lstrip())
            value = Decimal(told[1].replace(",", ""))
            pairs.append(_Pair(label, Figure(value, told[2], fields[id(cell.text)], lead, lead + len(text))))
            label = ""
        elif told or len(text) > _LONGEST:
            return None
        else:
            label = "".join(cell.text.raw.split())
            if _AMONG.match(text):
                if among or not pairs:
                    return None
                among = len(pairs)
    units = {p.figure.unit or p.figure.field.unit for p in pairs[among - 1 :]}
    if not among or label or len(pairs) < among + 2 or len(units) > 1 or "%" in units or not pairs[among - 1].figure.value:
        return None
    return _Divided(pairs[among - 1], tuple(pairs[among:]))


def _told(rule: Rule, row: _Divided) -> Finding | Pass:
    figures = [p.figure for p in row.parts]
    made = sum((f.value for f in figures), Decimal(0))
    facts = {
        "label": row.whole.label, "total": row.whole.figure.quote, "sum": plain(made), "gap": plain(abs(row.gap)),
        "parts": "、".join(_AMONG.sub("", p.label) for p in row.parts),
    }  # fmt: skip
    shown = f"{' + '.join(plain(f.value) for f in figures)} = {plain(made)}"
    sides = [_side(p) for p in (row.whole, *row.parts)]
    if not row.gap:
        return held(rule, facts, shown, sides)
    return found(rule, facts, f"{shown} ≠ {plain(row.whole.figure.value)}", sides)


def _side(pair: _Pair) -> Evidence:
    f = pair.figure
    return Evidence(
        Span(f.field.text, f.begin, f.stop, f.field.section), f.field.role, pair.label, f"{f.value:f}", f.unit or f.field.unit
    )
