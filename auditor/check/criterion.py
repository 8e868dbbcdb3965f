"""Scorecards: full points for what the criterion of the row does not give them for.

A scorecard has no targets: its criterion says what earns the points (≥85%得满分；新建40条，按完成率计分). Only a criterion of one
figure is read, and only a result with one figure of its kind is held against it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.check import HELD, Case, Option, evidence, found, held, place, shown
from auditor.check.judged import label_of, reason_of
from auditor.check.score import points_of
from auditor.model import Claim, Field, Finding, Indicator, Pass, Quantity, Rule

OPTIONS: dict[str, Option] = {"held": HELD}
FACTS = frozenset({"row", "target", "result", "score", "weight"})
_GRADED = re.compile(r"扣|每(?!月|年|周|天|季)|递减|分档|区间|[0-9]分[,;].*[0-9]分|之间|[-~—]\d")  # more than one step
_EARNS = re.compile(r"满分|得\d+(?:\.\d+)?分|按(?:完成率|比例|实际完成)")
_FULL = re.compile(r"(?:得|计|的)?(?:满分|\d+(?:\.\d+)?分).*$|,?按.*$")
Row = tuple[object, ...]


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    criteria: dict[Row, list[Field]] = {}
    for field, why in case.form.unread:
        if why == "criteria":
            criteria.setdefault(_row(field), []).append(field)
    for row in case.form.indicators if criteria else ():
        fields = criteria.get(_row(row.result), []) if row.result and not row.target else []
        wanted = _wanted(fields[0]) if len(fields) == 1 else None
        weight, score = points_of(case, row.weight, label_of(row)), points_of(case, row.score, label_of(row))
        if wanted is None or weight is None or score is None or score.value != weight.value:
            continue
        figure, down = wanted
        result = _answer(case, row, figure)
        if result is None or result.quantity.value is None or figure.value is None:
            continue
        got, aim = result.quantity.value * result.quantity.factor, figure.value * figure.factor
        asked = fields[0].text.raw[figure.start : figure.end]
        facts = {
            "row": label_of(row), "target": asked, "result": shown(result), "score": str(score), "weight": str(weight),
        }  # fmt: skip
        sides = [
            place(fields[0], label_of(row), (figure.start, figure.end)), evidence(result, label_of(row)),
            weight.side, score.side,
        ]  # fmt: skip
        met = got <= aim if down else got >= aim
        arithmetic = f"{shown(result)} {('≤' if down else '≥') if met else ('>' if down else '<')} {asked}"
        if met:
            yield held(rule, facts, arithmetic, sides)
        elif not reason_of(case, row, over=down):
            yield found(rule, facts, arithmetic, sides)


def _row(field: Field | None) -> Row:
    """The row of a table that the field stands in."""
    if field is None:
        return ()
    at = field.text.place
    return (at.sheet, at.table, at.row) if at.row is not None else (at.line,)


def _wanted(field: Field) -> tuple[Quantity, bool] | None:
    """The one figure that a criterion wants, and whether less is better; None for what has steps."""
    from auditor.quantity import quantities

    text = field.text.clean
    squeezed = "".join(text.split())
    if _GRADED.search(_FULL.sub("", squeezed)) or re.search("扣|否则.*\\d|[;。].*\\d.*分", squeezed):
        return None
    figures = [q for q in quantities(text) if q.unit != "分" and q.form == "plain" and q.value is not None]
    if len(figures) != 1 or not figures[0].unit or not figures[0].value:
        return None
    figure = figures[0]
    if figure.comparator in ("≤", "<"):
        return figure, True
    return (figure, False) if figure.comparator in ("≥", ">") or _EARNS.search(squeezed) else None


def _answer(case: Case, row: Indicator, wanted: Quantity) -> Claim | None:
    """The one figure of the result that can be meant; of several rates the one that the row is named for."""
    mine = [c for c in case.of(row.result) if c.quantity.dimension == wanted.dimension and c.quantity.comparator == "="]
    mine = [c for c in mine if c.frame in ("", "cumulative") and c.role == "result"]
    if len(mine) > 1:
        ending = label_of(row)[-3:]
        mine = [c for c in mine if c.measure.endswith(ending)]
    if len(mine) != 1 or (wanted.dimension != "rate" and mine[0].quantity.unit != wanted.unit):
        return None
    return mine[0]
