"""Tables that add up: what makes up a row in its other columns makes it up in all of them.

total: a table of its own with a row of totals (合计). under: rows of the funds block below the row that they divide
(三公经费 | 1、公车 | 2、出国 | 3、接待). beside: columns 其中… that divide the column before them.
That the figures were meant to add up is told by the other columns (or rows) of the same table, or by one slip of the pen
that explains the gap; else nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from auditor.check import HELD, Case, Option, evidence, found, held, printed
from auditor.layout import is_total, key, vocabulary
from auditor.misprint import misprint, telling
from auditor.model import Claim, Field, Finding, Pass, Rule

OPTIONS: dict[str, Option] = {
    "over": Option(str, required=True, allowed=("total", "under", "beside")),
    "terms": Option(list, default=[]),  # under: columns of the funds block to look at
    "whole": Option(list, default=[]),  # total: rows that hold all of it besides 合计 (全年)
    "apart": Option(str, default="(?!)"),  # total, beside: heads of columns that do not add up, a regular expression
    "held": HELD,
}
FACTS = frozenset({"column", "label", "total", "sum", "parts", "gap"})
_AMONG = re.compile(r"其中[:、]?")
_NUMBERED = re.compile(r"\(?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[、.．)]")
_MOST = 60  # rows of a table that are added up


class Line(NamedTuple):
    """A row (or a column) of figures: its name, and a figure or None for each column (or row)."""

    name: str
    cells: tuple[Claim | None, ...]


class Sum(NamedTuple):
    """A line and the lines that divide it; across: the names of the columns."""

    whole: Line
    parts: tuple[Line, ...]
    across: tuple[str, ...]


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    ways: dict[str, Callable[[Rule, Case], Iterator[Sum]]] = {"total": _totals, "under": _under, "beside": _beside}
    for made in ways[rule.options["over"]](rule, case):
        yield from _judged(rule, made)


# --- arithmetic ---------------------------------------------------------------------------------------------------


def _base(claim: Claim) -> Decimal:
    assert claim.quantity.value is not None
    return claim.quantity.value * claim.quantity.factor


def _slack(claims: Sequence[Claim]) -> Decimal:
    """How far rounding alone may take a sum of these figures: half a digit each, where any has decimals."""
    steps = [c.quantity.step * c.quantity.factor for c in claims]
    finest = min(steps)
    return len(claims) * finest / 2 if any(c.quantity.step < 1 for c in claims) else Decimal(0)


def _judged(rule: Rule, made: Sum) -> Iterator[Finding | Pass]:
    columns: list[tuple[str, Claim, list[tuple[str, Claim]], Decimal]] = []
    for at, name in enumerate(made.across):
        total = made.whole.cells[at]
        parts = [(line.name, cell) for line in made.parts if (cell := line.cells[at]) is not None]
        if total is None or len(parts) < 2 or not any(_base(c) for _, c in parts):
            continue
        gap = sum((_base(c) for _, c in parts), Decimal(0)) - _base(total)
        if abs(gap) <= _slack([total, *(c for _, c in parts)]):
            gap = Decimal(0)
        columns.append((name, total, parts, gap))
    good = [c for c in columns if not c[3] and sum(bool(_base(claim)) for _, claim in c[2]) > 1]
    for name, total, parts, gap in columns:
        summed = sum((_base(c) for _, c in parts), Decimal(0)) / total.quantity.factor
        facts = {
            "column": name, "label": made.whole.name, "total": printed(total), "sum": _plain(summed),
            "parts": "、".join(n for n, _ in parts), "gap": _plain(abs(gap / total.quantity.factor)),
        }  # fmt: skip
        sides = [evidence(total, made.whole.name), *(evidence(c, n) for n, c in parts)]
        added = f"{' + '.join(printed(c) for _, c in parts)} = {facts['sum']}"
        if not gap:
            yield held(rule, facts, added, sides)
        elif len(good) > len(columns) - len(good) or _slipped(total, [c for _, c in parts], gap):
            yield found(rule, facts, f"{added} ≠ {facts['total']}", sides)


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _slipped(total: Claim, parts: list[Claim], gap: Decimal) -> bool:
    """Whether one slip of the pen in one figure explains the gap, and can hardly be chance."""
    for claim, wanted in ((total, gap), *((p, -gap) for p in parts)):
        right = (_base(claim) + wanted) / claim.quantity.factor
        assert claim.quantity.value is not None
        if misprint(claim.quantity.value, right) and telling(claim.quantity.value, right, len(parts) + 1):
            return True
    return False


def _addable(claims: Sequence[Claim | None]) -> bool:
    """Figures of one kind that add up: no rates, no bounds, none for each."""
    there = [c for c in claims if c is not None]
    kinds = {c.quantity.dimension for c in there}
    return (
        len(kinds) == 1
        and not kinds & {"rate"}
        and not any("/" in c.quantity.unit or c.quantity.comparator != "=" or c.quantity.value is None for c in there)
    )


# --- tables of their own --------------------------------------------------------------------------------------------


def _tables(case: Case) -> list[tuple[list[str], list[str], dict[tuple[str, str], Field]]]:
    """(names of rows, names of columns, cells) of each table of its own, made once for all rules."""
    known: list[tuple[list[str], list[str], dict[tuple[str, str], Field]]] | None = case.memo.get("own_tables")
    if known is not None:
        return known
    made: list[tuple[list[str], list[str], dict[tuple[str, str], Field]]] = []
    last: tuple[object, ...] = ()
    for field in case.form.prose:
        place = field.text.place
        if place.table is None or place.row is None or len(field.heads) != 2:
            continue
        here = (place.sheet, place.table)
        if not made or last[:2] != here or not 0 <= place.row - int(str(last[2])) <= 1:
            made.append(([], [], {}))
        last = (*here, place.row)
        rows, columns, cells = made[-1]
        row, column = field.heads
        if (row, column) in cells:
            continue  # two rows of one name: neither is told from the other
        if row not in rows:
            rows.append(row)
        if column not in columns:
            columns.append(column)
        cells[row, column] = field
    case.memo["own_tables"] = made
    return made


def _cell(case: Case, cells: dict[tuple[str, str], Field], row: str, column: str) -> Claim | None:
    field = cells.get((row, column))
    claim = case.figure(field)
    bare = claim is not None and field is not None and len(field.text.clean.strip()) <= len(claim.span.quote) + 2
    return claim if bare else None


def _columns(rule: Rule, columns: list[str]) -> list[str]:
    apart = re.compile(rule.options["apart"])
    return [c for c in columns if not apart.search(c)]


def _totals(rule: Rule, case: Case) -> Iterator[Sum]:
    words, whole = vocabulary(), set(rule.options["whole"])
    for rows, columns, cells in _tables(case):
        totals = [r for r in rows if is_total(words, key(r)) or key(r) in whole]
        if len(totals) != 1 or totals[0] not in (rows[0], rows[-1]) or not 3 <= len(rows) <= _MOST:
            continue
        parts = [r for r in rows if r != totals[0]]
        if any(_AMONG.match(r) for r in parts):
            continue  # parts of parts
        across = [
            c for c in _columns(rule, columns)
            if _addable(line := [_cell(case, cells, r, c) for r in rows]) and line[rows.index(totals[0])] is not None
            and all(cell is not None or not cells.get((r, c)) for r, cell in zip(rows, line, strict=True))
        ]  # fmt: skip
        lines = [Line(r, tuple(_cell(case, cells, r, c) for c in across)) for r in (totals[0], *parts)]
        if across:
            yield Sum(lines[0], tuple(lines[1:]), tuple(across))


def _beside(rule: Rule, case: Case) -> Iterator[Sum]:
    """人数 | 其中：县级医院 | 其中：乡镇卫生院, row by row."""
    for rows, columns, cells in _tables(case):
        for at, column in enumerate(columns):
            if _AMONG.match(column) or not _columns(rule, [column]):
                continue
            parts = []
            for other in columns[at + 1 :]:
                if not _AMONG.match(other):
                    break
                parts.append(other)
            kept = [r for r in rows if _addable([_cell(case, cells, r, c) for c in (column, *parts)])]
            lines = [Line(c, tuple(_cell(case, cells, r, c) for r in kept)) for c in (column, *parts)]
            if len(parts) > 1 and len(kept) > 2:
                yield Sum(lines[0], tuple(lines[1:]), tuple(kept))


# --- the funds block ------------------------------------------------------------------------------------------------


def _under(rule: Rule, case: Case) -> Iterator[Sum]:
    """Rows of the funds block that divide the row above them: numbered ones, or 其中 and those that follow it. What divides
    all of the money is another kind's."""
    tasks = {"".join(t.name.text.clean.split()) for t in case.form.tasks if t.name}
    rows: list[tuple[str, dict[str, Claim]]] = []
    every = {a.label for a in case.form.amounts if a.row == "total"}
    for amount in case.form.amounts:
        if amount.term not in rule.options["terms"] or not amount.label or "".join(amount.row.split()) in tasks:
            continue
        if not rows or rows[-1][0] != amount.label:
            rows.append((amount.label, {}))
        if (claim := case.figure(amount.field)) is not None:
            rows[-1][1].setdefault(amount.term, claim)
    rows = rows[:_MOST]
    for at, (name, figures) in enumerate(rows):
        after = rows[at + 1][0] if at + 1 < len(rows) else ""
        if name in every or _AMONG.match(name) or (_NUMBERED.match(name) and _rank(after) <= _rank(name)):
            continue
        for below in _dividing(_outlined([label for label, _ in rows[at + 1 :]], _rank(name))):
            parts = [rows[at + 1 + i] for i in below]
            across = [t for t in figures if sum(t in cells for _, cells in parts) > 1]
            heads = [figures[t].field.heads[-1] if figures[t].field.heads else t for t in across]
            whole = Line(name, tuple(figures[t] for t in across))
            made = Sum(whole, tuple(Line(n, tuple(cells.get(t) for t in across)) for n, cells in parts), tuple(heads))
            if len(across) > 2 and sum(_holds(made, i) for i in range(len(across))) > 1:
                yield made
                break


def _holds(made: Sum, at: int) -> bool:
    total, parts = made.whole.cells[at], [c for line in made.parts if (c := line.cells[at]) is not None]
    if total is None or not _base(total):
        return False
    return abs(sum(map(_base, parts), Decimal(0)) - _base(total)) <= _slack([total, *parts])


def _rank(label: str) -> int:
    """How deep a numbered row stands: 一、 above (一) above 1. above (1); 0 for one without a number."""
    return next((i for i, mark in enumerate(_MARKS, 1) if mark.match(label)), 0)


_MARKS = tuple(map(re.compile, (r"[一二三四五六七八九十]{1,3}[、.．]", r"\([一二三四五六七八九十]{1,3}\)", r"\d{1,2}[、.．](?!\d)", r"\(?\d{1,2}\)")))


def _outlined(labels: list[str], above: int) -> list[str]:
    """The rows up to the next one as high as the numbered row above them (二、项目支出)."""
    if not above:
        return labels
    stop = next((i for i, label in enumerate(labels) if 0 < _rank(label) <= above), len(labels))
    return labels[:stop]


def _dividing(labels: list[str]) -> Iterator[list[int]]:
    """Which of the rows below may divide a row: the numbered ones up to the next row that is neither, those of the first
    one's rank; or those from 其中 on, as many as there are."""
    numbered: list[int] = []
    among = False
    for i, label in enumerate(labels):
        if _NUMBERED.match(label):
            if not numbered or _rank(label) == _rank(labels[numbered[0]]):
                numbered.append(i)
            among = False
        elif _AMONG.match(label):
            among = True
        elif not (among and numbered):
            break
        # what follows 其中 below a numbered row is of that row
    if len(numbered) > 1:
        yield numbered
    if labels and _AMONG.match(labels[0]):
        for stop in range(2, min(len(labels), 12) + 1):
            yield list(range(stop))
