"""Scores: does each follow from target, result and weight?

Regions score in different ways (positive B/A; reverse 1−(B−A)/A or A/B). A score is wrong only where no way in use
gives it. A printed score is good within a tenth of a point, or half of its last printed digit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from auditor.check import HELD, Case, Option, evidence, found, held, percent, place, plain, shown
from auditor.check.judged import answers, label_of, reason_of
from auditor.model import Evidence, Field, Finding, Indicator, Pass, Rule

if TYPE_CHECKING:
    from auditor.pair import Pair

OPTIONS: dict[str, Option] = {
    "of": Option(str, required=True, allowed=("row", "lost", "cap", "execution", "band")),
    "tolerance": Option(float, default=0.1),  # points
    "times": Option(float, default=1.3),  # from here on points may be taken for the deviation
    "bands": Option(list, default=[], items=dict),  # band: { words = […], low = 0.8, high = 1 }, shares of the weight
    "held": HELD,
}  # fmt: skip
FACTS = frozenset({"row", "score", "weight", "expected", "rate", "target", "result", "sum", "band"})
MARK = re.compile(r"\(\s*(\d+(?:\.\d+)?)\s*分?\s*\)")  # 产出指标（50分）


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    ways: dict[str, Callable[[Rule, Case], Iterator[Finding | Pass]]] = {
        "row": _row, "lost": _lost, "cap": _cap, "execution": _execution, "band": _band,
    }  # fmt: skip
    yield from ways[rule.options["of"]](rule, case)


# --- points -------------------------------------------------------------------------------------------------------


class Points(NamedTuple):
    """What a cell gives: value and one unit of its last digit, in points; where, and in what row."""

    value: Decimal
    step: Decimal
    side: Evidence

    @property
    def label(self) -> str:
        return self.side.label

    def near(self, rule: Rule, expected: Decimal) -> bool:
        return abs(self.value - expected) <= max(Decimal(str(rule.options["tolerance"])), self.step / 2)

    def __str__(self) -> str:
        return f"{self.value:f}"


def points_of(case: Case, field: Field | None, label: str) -> Points | None:
    """The points of a cell, or of a head that prints them （20分）; None for a blank cell and for a share."""
    claim = case.figure(field)
    if claim is not None and claim.quantity.value is not None:
        if claim.quantity.dimension == "rate":
            return None
        return Points(claim.quantity.value, claim.quantity.step, evidence(claim, label))
    if field and (mark := MARK.search(field.text.clean)):
        return Points(Decimal(mark[1]), Decimal(1), place(field, label, (mark.start(1), mark.end(1))))
    return None


def _scored(case: Case) -> tuple[tuple[Indicator, Points, Points], ...]:
    """Rows with a weight and a score of their own, found once for all rules."""
    if "scored" not in case.memo:
        case.memo["scored"] = tuple(_with_points(case))
    known: tuple[tuple[Indicator, Points, Points], ...] = case.memo["scored"]
    return known


def _with_points(case: Case) -> Iterator[tuple[Indicator, Points, Points]]:
    for row in case.form.indicators:
        if row.shared_score:
            continue
        weight, score = points_of(case, row.weight, label_of(row)), points_of(case, row.score, label_of(row))
        if weight is not None and score is not None and weight.value > 0:
            yield row, weight, score


def _facts(**given: str) -> dict[str, str]:
    return dict.fromkeys(FACTS, "") | given


def _round(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


# --- one row ------------------------------------------------------------------------------------------------------


def _answers(case: Case, row: Indicator) -> list[Pair]:
    """The judged targets of a row, when all of its targets are judged."""
    mine = answers(case, row)
    return mine if len(mine) == len(case.of(row.target)) else []


def _answer(pair: Pair) -> str:
    return "、".join(map(shown, (pair.result, *pair.more))) if pair.result is not None else str(pair.names)


def _row(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """Points of a row with one target: full when it is reached, else by one of the ways in use."""
    for row, weight, score in _scored(case):
        judged = _answers(case, row)
        if len(judged) != 1 or judged[0].met is None or judged[0].result is None:
            continue
        pair, label = judged[0], label_of(row)
        ways = _expected(pair, weight.value)
        if not ways or (pair.met and score.value < weight.value):
            continue  # reached and not given in full: `lost`
        facts = _facts(
            row=label, score=str(score), weight=str(weight), expected=plain(ways[0][1]), result=_answer(pair),
            rate=percent(pair.share) if pair.share is not None else "—", target=shown(pair.target),
        )  # fmt: skip
        sides = [evidence(pair.target, label), evidence(judged[0].result, label), weight.side, score.side]
        fitting = [way for way in ways if score.near(rule, way[1])]
        if fitting:
            yield held(rule, facts, f"{fitting[0][0]} = {plain(fitting[0][1])}", sides)
        elif score.value <= weight.value:  # more than the weight is another matter
            yield found(rule, facts, f"{ways[0][0]} = {plain(ways[0][1])} ≠ {score}", sides)


def _expected(pair: Pair, full: Decimal) -> list[tuple[str, Decimal]]:
    """What the ways in use give, each with its sum; nothing where the way depends on what is not known."""
    if pair.met:
        return [(plain(full), full)]
    result, aim = pair.low if pair.low is not None else pair.high, pair.aim
    if result is None or pair.direction == "" or pair.target.quantity.form == "date":
        return []
    if aim == 0:
        return [("0", Decimal(0))]
    b, a, w = plain(result), plain(aim), plain(full)
    if pair.direction == "up":
        return [(f"{b} / {a} × {w}", _round(max(result, Decimal(0)) / aim * full)), ("0", Decimal(0))]
    fall = max(Decimal(0), 1 - (result - aim) / aim)
    return [
        (f"(1 − ({b} − {a}) / {a}) × {w}", _round(fall * full)), (f"{a} / {b} × {w}", _round(aim / result * full)),
        ("0", Decimal(0)),
    ]  # fmt: skip


def _lost(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """Reached in full, points taken, no reason given."""
    times = Decimal(str(rule.options["times"]))
    for row, weight, score in _scored(case):
        if score.value >= weight.value or score.near(rule, weight.value) or reason_of(case, row):
            continue
        judged = _answers(case, row)
        if not judged or not all(pair.met for pair in judged):
            continue
        if any(pair.share is not None and pair.share >= times for pair in judged):
            continue
        label = label_of(row)
        facts = _facts(
            row=label, score=str(score), weight=str(weight), expected=str(weight),
            target="、".join(shown(pair.target) for pair in judged), result="、".join(map(_answer, judged)),
        )  # fmt: skip
        sides = [evidence(claim, label) for pair in judged for claim in (pair.target, pair.result) if claim is not None]
        arithmetic = f"{weight} − {score} = {plain(weight.value - score.value)}"
        yield found(rule, facts, arithmetic, [*sides, weight.side, score.side])


def _cap(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """No score over its weight: rows, the execution score, the total."""
    pairs = [(weight, score) for _, weight, score in _scored(case)]
    if (execution := execution_points(case)) is not None:
        pairs.append(execution)
    weight, score = (points_of(case, f, total_label(case)) for f in (case.form.total_weight, case.form.total_score))
    if weight is not None and score is not None:
        pairs.append((weight, score))
    fine: list[tuple[Points, Points]] = []
    for weight, score in pairs:
        if score.value > weight.value:
            facts = _facts(row=score.label, score=str(score), weight=str(weight))
            yield found(rule, facts, f"{score} > {weight}", [score.side, weight.side])
        else:
            fine.append((weight, score))
    if fine:
        sides = [points.side for pair in fine for points in reversed(pair)]
        facts = _facts(row="、".join(s.label for _, s in fine), sum=str(len(fine)))
        yield held(rule, facts, "；".join(f"{s} ≤ {w}" for w, s in fine), sides)


def _band(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """A result in the words of a band (部分达成) against the share of the weight that it earns."""
    slack = Decimal(str(rule.options["tolerance"]))
    for row, weight, score in _scored(case):
        text = "".join(row.result.text.clean.split()) if row.result else ""
        if not text or row.result is None or case.of(row.result):
            continue
        bands = [b for b in rule.options["bands"] if text.startswith(tuple(b["words"]))]
        if not bands:
            continue
        share, loose = score.value / weight.value, max(slack, score.step / 2) / weight.value
        wanted = "、".join(f"{percent(number(b, 'low'), 0)}–{percent(number(b, 'high'), 0)}" for b in bands)
        facts = _facts(
            row=label_of(row), score=str(score), weight=str(weight), result=text, rate=percent(share), band=wanted
        )
        sides = [place(row.result, label_of(row)), weight.side, score.side]
        arithmetic = f"{score} / {weight} = {percent(share)}"
        if any(number(b, "low") - loose <= share <= number(b, "high") + loose for b in bands):
            yield held(rule, facts, arithmetic, sides)
        else:
            yield found(rule, facts, arithmetic, sides)


def number(table: dict[str, Any], key: str) -> Decimal:
    """A figure of a rule's table as it is written there: 0.9 is not 0.90000000000000002."""
    return Decimal(str(table[key]))


# --- the execution score ------------------------------------------------------------------------------------------


def execution_points(case: Case) -> tuple[Points, Points] | None:
    """(weight, score) of the total row of the funds block."""
    got: list[Points] = []
    for term in ("weight", "score"):
        cells = [a for a in case.form.amounts if a.term == term and a.row == "total"]
        points = [p for a in cells if (p := points_of(case, a.field, a.label)) is not None]
        if len({p.value for p in points}) != 1:
            return None
        got.append(points[-1])  # the head prints it too （10分）
    return (got[0], got[1]) if got[0].value > 0 else None


def _execution(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    points = execution_points(case)
    if points is None:
        return
    weight, score = points
    rates: list[tuple[str, Decimal, list[Evidence]]] = []
    part, whole = case.amounts(["spent"]), case.amounts(["year_budget"])
    if len(part) == len(whole) == 1:
        b, a = part[0][1], whole[0][1]
        if b.quantity.value is not None and a.quantity.value:
            rate = b.quantity.value * b.quantity.factor / (a.quantity.value * a.quantity.factor)
            figures = f"{plain(b.quantity.value)} / {plain(a.quantity.value)}"
            rates.append((figures, rate, [evidence(b, score.label), evidence(a, score.label)]))
    printed = case.amounts(["execution_rate"])
    if len(printed) == 1 and printed[0][1].quantity.value is not None:
        claim = printed[0][1]
        rates.append((claim.span.quote, printed[0][1].quantity.value / 100, [evidence(claim, score.label)]))
    if not rates:
        return
    slack = Decimal(str(rule.options["tolerance"]))
    sums = [_round(min(max(rate, Decimal(0)), Decimal(1)) * weight.value) for _, rate, _ in rates]
    facts = _facts(
        row=score.label, score=str(score), weight=str(weight), expected=plain(sums[0]), rate=percent(rates[0][1], 2)
    )
    sides = [*(side for _, _, inside in rates for side in inside), weight.side, score.side]
    over = rates[0][1] > 1
    way = f"{rates[0][0]} > 100%, {weight}" if over else f"{rates[0][0]} × {weight} = {plain(sums[0])}"
    if any(_rounded(score, rate, weight.value, slack) for _, rate, _ in rates):
        yield held(rule, facts, way, sides)
    elif score.value <= weight.value and not over:  # over the weight is `cap`; overspending may cost points
        yield found(rule, facts, f"{way} ≠ {score}", sides)


def _rounded(score: Points, rate: Decimal, weight: Decimal, slack: Decimal) -> bool:
    """Whether the score is rate × weight, rounded or cut off at any digit, before multiplying or after."""
    rate = min(max(rate, Decimal(0)), Decimal(1))
    for exact in (rate, *(_cut(rate, places, way) for places in (2, 3, 4) for way in (ROUND_HALF_UP, ROUND_FLOOR))):
        expected = exact * weight
        if abs(score.value - expected) <= max(slack, score.step / 2):
            return True
        if any(score.value == _cut(expected, places, way) for places in (0, 1) for way in (ROUND_HALF_UP, ROUND_FLOOR)):
            return True
    return False


def _cut(value: Decimal, places: int, way: str) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), way)


def total_label(case: Case) -> str:
    """What the form calls its total score."""
    field = case.form.total_score or case.form.total_weight
    return field.heads[0] if field is not None and field.heads else "总分"
